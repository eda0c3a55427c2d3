// One chain of certificates as Azure has it, and a verifier that trusts its root, with a network of its own.
import { readCertificate } from '../../../service/enrolment/certificate.ts';
import { ClaimRefused } from '../../../service/enrolment/claim-refused.ts';
import { createIssuers, type FetchBytes } from '../../../service/enrolment/issuers.ts';
import { createVerifier, metadataNames } from '../../../service/enrolment/verify-signature.ts';
import { issue, rsaPair, signed, type CertificateParts, type SigningParts } from './signing.ts';

export const now = Date.UTC(2026, 0, 5, 8);
export const issuerUrl = 'http://www.microsoft.com/pkiops/certs/test.crt';
export const root = issue({ name: 'Root', by: null, isAuthority: true });
export const middle = issue({ name: 'Intermediate', by: root, isAuthority: true, pathLength: 0 });
const leafPair = rsaPair();
export const attackerPair = rsaPair();
export const leafOf = (change: Partial<CertificateParts> = {}) =>
  issue({
    name: 'leaf',
    by: middle,
    pair: leafPair,
    dnsNames: ['westeurope.metadata.azure.com'],
    issuerUrl,
    ...change,
  });
export const leaf = leafOf();

interface Scene {
  readonly served?: Readonly<Record<string, Buffer>>;
  readonly fetch?: FetchBytes;
  readonly at?: number;
}

/** A verifier with its own network, whose requests it lists. */
export function verifier(scene: Scene = {}) {
  const requests: string[] = [];
  const notes: string[] = [];
  const { served = { [issuerUrl]: middle.bytes } } = scene;
  const clock = { now: () => scene.at ?? now, sleep: () => Promise.resolve() };
  const fetch: FetchBytes = (url, maximumBytes, signal) => {
    requests.push(url);
    if (scene.fetch !== undefined) return scene.fetch(url, maximumBytes, signal);
    const body = served[url];
    return Promise.resolve(body === undefined ? { status: 404, body: Buffer.alloc(0) } : { status: 200, body });
  };
  const issuers = createIssuers({
    fetch,
    clock,
    deadline: () => new AbortController().signal,
    note: (words) => notes.push(words),
  });
  const roots = [readCertificate(root.bytes)];
  const verify = createVerifier({ roots, names: [metadataNames.public], wallClock: clock, issuers });
  /** `accepted`, or why not. */
  const outcome = async (bytes: Buffer): Promise<string> => {
    try {
      await verify({ encoding: 'pkcs7', signature: bytes.toString('base64') });
      return 'accepted';
    } catch (error) {
      return error instanceof ClaimRefused ? `${error.code} ${error.reason}` : `not a refusal: ${String(error)}`;
    }
  };
  return { requests, notes, outcome };
}

export const outcomeOf = (parts: Partial<SigningParts> = {}, scene: Scene = {}) =>
  verifier(scene).outcome(signed({ signer: leaf, ...parts }));
