// Who signs in the sandbox in Azure's place: an authority of its own, and a signer of attested documents below it. A document has the shape
// of Azure's (agent-enrolment.md 11): one signer, its leaf alone in the bag, no signed attributes, and the kind of signature where the digest is due.
import { createPrivateKey, sign, X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';

export interface Attestation {
  /** PEM: the root that whoever verifies must trust. */
  readonly root: string;
  /** The DER of a SignedData with this content. */
  readonly signDocument: (content: Uint8Array) => Uint8Array;
}

/** Valid whatever the sandbox's clock says. Takes a moment, for two RSA keys. */
export async function createAttestation(name = 'westeurope.metadata.azure.com'): Promise<Attestation> {
  const validity = { notBeforeDate: new Date('2000-01-01T00:00:00Z'), notAfterDate: new Date('2099-01-01T00:00:00Z') };
  const authority = await generate([{ name: 'commonName', value: 'Weir sandbox root' }], {
    ...validity,
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const leaf = await generate([{ name: 'commonName', value: name }], {
    ...validity,
    algorithm: 'sha256',
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: name }] },
    ],
  });
  const certificate = new X509Certificate(leaf.cert).raw;
  const who = issuerAndSerial(certificate);
  const key = createPrivateKey(leaf.private);
  return {
    root: authority.cert,
    signDocument: (content) => signedData(content, certificate, who, sign('sha256', content, key)),
  };
}

let shared: Promise<Attestation> | null = null;

/** One for the process: the keys guard nothing, and worlds come by the hundred. */
export function sharedAttestation(): Promise<Attestation> {
  shared ??= createAttestation();
  return shared;
}

const signedDataId = bytes('06092a864886f70d010702');
const dataId = bytes('06092a864886f70d010701');
const sha256WithRsa = tlv(0x30, bytes('06092a864886f70d01010b'), bytes('0500'));
const plainRsa = tlv(0x30, bytes('06092a864886f70d010101'), bytes('0500'));
const one = bytes('020101');

function signedData(content: Uint8Array, certificate: Uint8Array, who: Uint8Array, signature: Uint8Array): Uint8Array {
  const signer = tlv(0x30, one, who, sha256WithRsa, plainRsa, tlv(0x04, signature));
  const encapsulated = tlv(0x30, dataId, tlv(0xa0, tlv(0x04, content)));
  const whole = tlv(0x30, one, tlv(0x31, sha256WithRsa), encapsulated, tlv(0xa0, certificate), tlv(0x31, signer));
  return tlv(0x30, signedDataId, tlv(0xa0, whole));
}

/** A certificate is a sequence whose first part has: version in [0], serial number, algorithm, issuer. */
function issuerAndSerial(certificate: Uint8Array): Uint8Array {
  const parts = inside(inside(certificate)[0] ?? certificate);
  const [, serial, , issuer] = parts;
  if (serial === undefined || issuer === undefined) throw new Error('The certificate has another shape.');
  return tlv(0x30, issuer, serial);
}

/** The elements of a sequence, each with its tag and length. */
function inside(sequence: Uint8Array): readonly Uint8Array[] {
  const found: Uint8Array[] = [];
  const outer = extent(sequence, 0);
  for (let at = outer.content; at < outer.end; at = extent(sequence, at).end) {
    found.push(sequence.subarray(at, extent(sequence, at).end));
  }
  return found;
}

function extent(der: Uint8Array, at: number): { readonly content: number; readonly end: number } {
  const first = der[at + 1] ?? 0;
  if (first < 0x80) return { content: at + 2, end: at + 2 + first };
  const count = first & 0x7f;
  let length = 0;
  for (let index = 0; index < count; index += 1) length = length * 256 + (der[at + 2 + index] ?? 0);
  return { content: at + 2 + count, end: at + 2 + count + length };
}

function tlv(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts);
  const length: number[] = [];
  for (let rest = content.length; rest > 0; rest >>= 8) length.unshift(rest & 255);
  const header = content.length < 0x80 ? [content.length] : [0x80 | length.length, ...length];
  return Buffer.concat([Buffer.from([tag, ...header]), content]);
}

function bytes(hex: string): Uint8Array {
  return Buffer.from(hex, 'hex');
}
