// Proves that Azure signed an attested document, in the order of agent-enrolment.md 11: first what costs nothing, last
// what asks the network. Every failure is the same refusal; its reason goes to our own log.
import { createHash, verify } from 'node:crypto';
import type { Clock } from '../ports.ts';
import { documentBytes, type AttestedDocument } from './attested-document.ts';
import { readCertificate, tryCertificate, type Certificate } from './certificate.ts';
import { brokenChain } from './chain.ts';
import { ClaimRefused } from './claim-refused.ts';
import { derTag, expectTag, idOf, MalformedDer, readElements, readWhole } from './der.ts';
import type { FindIssuers } from './issuers.ts';
import { dataId, readSignedData, type SignedData } from './signed-data.ts';

export interface VerifierOptions {
  readonly roots: readonly Certificate[];
  /** Names that the signer's certificate must hold, or one below them. */
  readonly names: readonly string[];
  readonly wallClock: Clock;
  readonly issuers: FindIssuers;
}

/** Throws `ClaimRefused` CLAIM_SIGNATURE. */
export type VerifySignature = (document: AttestedDocument) => Promise<void>;

/** Each cloud signs under its own name. */
export const metadataNames = {
  public: 'metadata.azure.com',
  usGovernment: 'metadata.azure.us',
  china: 'metadata.azure.cn',
  germany: 'metadata.microsoftazure.de',
} as const;

export function createVerifier(options: VerifierOptions): VerifySignature {
  return async (document) => {
    try {
      const data = readSignedData(documentBytes(document));
      const leaf = namedCertificate(data);
      expectSigned(data, leaf);
      expectName(leaf, options.names);
      const given = data.certificates.map(tryCertificate).filter((one) => one !== null);
      const now = options.wallClock.now();
      const broken = await brokenChain(leaf, { roots: options.roots, now, given, fetched: options.issuers });
      if (broken !== null) throw refusal(broken);
    } catch (error) {
      if (error instanceof MalformedDer) throw refusal(error.message);
      throw error;
    }
  };
}

/** The one that the signer names: taking the first of the bag let Azure's stand before an attacker's own. */
function namedCertificate(data: SignedData): Certificate {
  const { issuer, serial } = data.signer;
  const named = data.certificates.filter((bytes) => {
    const one = tryCertificate(bytes);
    return one !== null && isSame(one.issuer, issuer) && isSame(one.serial, serial);
  });
  const [only, second] = named;
  if (only === undefined) throw refusal('the certificate that its signer names is not in it');
  if (second !== undefined) throw refusal('two certificates have the name of its signer');
  return readCertificate(only);
}

const digests: Readonly<Record<string, 'sha256' | 'sha384' | 'sha512'>> = {
  '608648016503040201': 'sha256',
  '608648016503040202': 'sha384',
  '608648016503040203': 'sha512',
  // Azure names the kind of signature where the digest belongs.
  '2a864886f70d01010b': 'sha256',
  '2a864886f70d01010c': 'sha384',
  '2a864886f70d01010d': 'sha512',
};
const plainRsaId = '2a864886f70d010101';

function expectSigned(data: SignedData, leaf: Certificate): void {
  const { digestId, signatureId, attributes, signature } = data.signer;
  const digest = digests[digestId];
  if (digest === undefined) throw refusal(`another digest (${digestId})`);
  // A digest alone is no kind of signature, though it would name the same hash.
  const isRsa = signatureId === plainRsaId || (signatureId.startsWith('2a864886') && digests[signatureId] === digest);
  const { publicKey } = leaf.x509;
  if (!isRsa || publicKey.asymmetricKeyType !== 'rsa') throw refusal(`another kind of signature (${signatureId})`);
  if (attributes !== null) expectDigest(attributes, createHash(digest).update(data.content).digest());
  if (!verify(digest, attributes ?? data.content, publicKey, signature))
    throw refusal('its signature is not that of its signer');
}

const contentTypeId = '2a864886f70d010903';
const messageDigestId = '2a864886f70d010904';

function expectDigest(attributes: Uint8Array, digest: Uint8Array): void {
  const found = new Map<string, Uint8Array>();
  for (const one of readElements(readWhole(attributes, derTag.set, 'attributes').content, 20, 'attributes')) {
    const [id, values] = readElements(expectTag(one, derTag.sequence, 'an attribute').content, 2, 'an attribute');
    const name = idOf(id, 'an attribute');
    if (found.has(name)) throw new MalformedDer('an attribute stands twice');
    found.set(name, expectTag(values, derTag.set, 'an attribute').content);
  }
  const value = (id: string, tag: number, what: string): Uint8Array =>
    readWhole(found.get(id) ?? new Uint8Array(), tag, what).content;
  const type = value(contentTypeId, derTag.objectIdentifier, 'the type among the attributes');
  if (Buffer.from(type).toString('hex') !== dataId) throw refusal('its attributes name another type');
  if (!isSame(value(messageDigestId, derTag.octetString, 'the digest among the attributes'), digest))
    throw refusal('its content is not what was signed');
}

function expectName(leaf: Certificate, names: readonly string[]): void {
  const isAzure = leaf.dnsNames.some(
    (held) => /^[a-z0-9.*-]+$/.test(held) && names.some((name) => held === name || held.endsWith(`.${name}`)),
  );
  if (!isAzure) throw refusal('its signer is not the metadata service');
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

function refusal(why: string): ClaimRefused {
  return new ClaimRefused('CLAIM_SIGNATURE', `The attested document is refused: ${why}.`);
}
