// Follows a certificate up to a pinned root: leaf, intermediates, root, each within its validity at the wall clock
// (agent-enrolment.md 11, step 4). Roots are pinned, not intermediates, which Azure changes without notice.
import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { UserProblem } from '../problem.ts';
import { readCertificate, type Certificate } from './certificate.ts';
import { MalformedDer } from './der.ts';

/** Azure's documents end here, by SHA-256 fingerprint, as far as the platform's own list of authorities has them. */
const publicRoots: readonly string[] = [
  // DigiCert Global Root G2.
  'CB:3C:CB:B7:60:31:E5:E0:13:8F:8D:D3:9A:23:F9:DE:47:FF:C3:5E:43:C1:14:4C:EA:27:D4:6A:5A:B1:CB:5F',
];

/** Two authorities between leaf and root is what a cross-signed root makes of one; one more is room. */
const maximumAuthorities = 3;

export interface ChainOptions {
  readonly roots: readonly Certificate[];
  /** Milliseconds since the epoch, of the wall. */
  readonly now: number;
  /** Certificates that came with the document. */
  readonly given: readonly Certificate[];
  /** Issuers from elsewhere, asked only where the given ones do not lead to a root. */
  readonly fetched: (of: Certificate) => Promise<readonly Certificate[]>;
}

let ofPlatform: readonly Certificate[] | null = null;

/**
 * The roots that every document may end at. Microsoft TLS RSA Root G2 is not among the platform's: see `rootsOf`. Read once for
 * the process: to take the platform's whole list apart takes longer than to check a document.
 */
export function platformRoots(): readonly Certificate[] {
  ofPlatform ??= readPlatformRoots();
  return ofPlatform;
}

function readPlatformRoots(): readonly Certificate[] {
  return rootCertificates
    .map((pem) => new X509Certificate(pem))
    .filter((one) => publicRoots.includes(one.fingerprint256))
    .map((one) => readCertificate(one.raw));
}

/** From PEM text that may hold several. Throws `UserProblem` ROOT_INVALID. */
export function rootsOf(pem: string, field: string): readonly Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const roots = blocks.map((block) => rootOf(block)).filter((one) => one !== null);
  if (blocks.length > 0 && roots.length === blocks.length) return roots;
  throw new UserProblem('ROOT_INVALID', 'This is not a file of root certificates.', {
    field,
    nextStep: 'Name a PEM file with the certificates of the authorities themselves.',
  });
}

function rootOf(block: string): Certificate | null {
  try {
    const read = readCertificate(new X509Certificate(block).raw);
    return read.isAuthority ? read : null;
  } catch (error) {
    if (error instanceof MalformedDer || (error instanceof Error && 'code' in error)) return null;
    throw error;
  }
}

/** Null where the leaf leads to a root; else why not. */
export async function brokenChain(leaf: Certificate, options: ChainOptions): Promise<string | null> {
  if (leaf.isAuthority) return 'the signer is an authority itself';
  const odd = unfit(leaf, options.now);
  if (odd !== null) return `the certificate of the signer: ${odd}`;
  return (await climbs(leaf, 0, options)) ? null : 'its certificates lead to no trusted root';
}

async function climbs(below: Certificate, authorities: number, options: ChainOptions): Promise<boolean> {
  const { roots, given, now } = options;
  const may = (issuer: Certificate): boolean => issued(issuer, below, authorities) && unfit(issuer, now) === null;
  if (roots.some(may)) return true;
  if (authorities === maximumAuthorities) return false;
  const above = given.filter((one) => one !== below && may(one));
  for (const one of above) if (await climbs(one, authorities + 1, options)) return true;
  const fetched = (await options.fetched(below)).filter(may);
  for (const one of fetched) if (await climbs(one, authorities + 1, options)) return true;
  return false;
}

/** By name, key usage and signature; `authorities` are those between the issuer and the leaf. */
function issued(issuer: Certificate, below: Certificate, authorities: number): boolean {
  if (!issuer.isAuthority || (issuer.pathLength !== null && issuer.pathLength < authorities)) return false;
  return below.x509.checkIssued(issuer.x509) && below.x509.verify(issuer.x509.publicKey);
}

function unfit(certificate: Certificate, now: number): string | null {
  const { validFrom, validTo, publicKey } = certificate.x509;
  if (certificate.oddity !== null) return certificate.oddity;
  if (!(Date.parse(validFrom) <= now)) return 'it is not valid yet';
  if (!(now <= Date.parse(validTo))) return 'it is no longer valid';
  const isWeak = publicKey.asymmetricKeyType === 'rsa' && (publicKey.asymmetricKeyDetails?.modulusLength ?? 0) < 2048;
  return isWeak ? 'its key is too short' : null;
}
