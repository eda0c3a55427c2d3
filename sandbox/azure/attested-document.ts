// The attested document that the instance metadata service gives a machine: a SignedData whose content names the machine and the nonce
// (agent-enrolment.md 11). Whoever lays out the cloud signs it (`SignDocument`); without a signer it is THE SHAPE ONLY: no certificate and
// a signature of zeros, so that whoever reads it can check the fields and must not call it proof.
import { base64, utf8 } from './base64.ts';
import type { Instance, ScaleSet } from './state.ts';

/** From the content to the DER of a SignedData. */
export type SignDocument = (content: Uint8Array) => Uint8Array;

const signedData = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
const data = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
// Azure really names sha256WithRSAEncryption where a digest is due; strict readers stumble over it, and shall stumble here.
const sha256WithRsa = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b];
const validityMs = 6 * 3_600_000;

/** The body of `/metadata/attested/document`, as text. */
export function attestedDocumentOf(
  set: ScaleSet,
  instance: Instance,
  nonce: string,
  now: number,
  sign: SignDocument | null,
): string {
  const content = JSON.stringify({
    licenseType: '',
    nonce: nonce === '' ? stamp(now) : nonce,
    plan: { name: '', product: '', publisher: '' },
    sku: instance.image.sku ?? '',
    subscriptionId: set.subscriptionId,
    timeStamp: { createdOn: stamp(now), expiresOn: stamp(now + validityMs) },
    vmId: instance.vmId,
  });
  const bytes = utf8(content);
  const document = sign === null ? shapedData(bytes) : [...sign(Uint8Array.from(bytes))];
  return JSON.stringify({ encoding: 'pkcs7', signature: base64(document) });
}

function shapedData(content: readonly number[]): number[] {
  const version = [0x02, 0x01, 0x01];
  const digests = der(0x31, der(0x30, [...sha256WithRsa, 0x05, 0x00]));
  const contentInfo = der(0x30, [...data, ...der(0xa0, der(0x04, content))]);
  const signers = der(0x31, emptySigner(version));
  return der(0x30, [...signedData, ...der(0xa0, der(0x30, [...version, ...digests, ...contentInfo, ...signers]))]);
}

/** Real documents have exactly one: who (issuer and serial number), digest, kind of signature, signature. */
function emptySigner(version: readonly number[]): number[] {
  const issuerAndSerial = der(0x30, [...der(0x30, []), ...version]);
  const algorithm = der(0x30, [...sha256WithRsa, 0x05, 0x00]);
  const signature = der(0x04, new Array<number>(256).fill(0));
  return der(0x30, [...version, ...issuerAndSerial, ...algorithm, ...algorithm, ...signature]);
}

function der(tag: number, content: readonly number[]): number[] {
  return [tag, ...lengthOf(content.length), ...content];
}

function lengthOf(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest >>= 8) bytes.unshift(rest & 255);
  return [0x80 | bytes.length, ...bytes];
}

/** `MM/DD/YY HH:MM:SS -0000`. */
function stamp(at: number): string {
  const [date = '', time = ''] = new Date(at).toISOString().split('T');
  const [year = '', month = '', day = ''] = date.split('-');
  return `${month}/${day}/${year.slice(2)} ${time.slice(0, 8)} -0000`;
}
