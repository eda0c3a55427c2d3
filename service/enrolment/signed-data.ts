// Takes a PKCS#7 SignedData apart: content, certificates, and its one signer (agent-enrolment.md 11). Whether the
// signature holds is for verify-signature.ts.
import { derTag, expectTag, idOf, MalformedDer, readElements, readWhole, type DerElement } from './der.ts';

export interface SignedData {
  /** The signed bytes. */
  readonly content: Uint8Array;
  /** As they came, in DER; nothing is said of them yet. */
  readonly certificates: readonly Uint8Array[];
  readonly signer: Signer;
}

export interface Signer {
  /** The whole DER of a name. */
  readonly issuer: Uint8Array;
  readonly serial: Uint8Array;
  /** Object identifiers as hex digits. */
  readonly digestId: string;
  readonly signatureId: string;
  /** As they were signed, as a SET; null where the signature is over the content itself. */
  readonly attributes: Uint8Array | null;
  readonly signature: Uint8Array;
}

const signedDataId = '2a864886f70d010702';
export const dataId = '2a864886f70d010701';
/** A real document has one; every further one costs work before anything is proven. */
const maximumCertificates = 4;

/** Throws `MalformedDer` for anything but one content with exactly one signer. */
export function readSignedData(bytes: Uint8Array): SignedData {
  const [contentType, wrapped] = readElements(
    readWhole(bytes, derTag.sequence, 'the document').content,
    2,
    'the document',
  );
  expectId(contentType, signedDataId, 'the type of the document');
  const body = expectTag(wrapped, derTag.context0, 'the body of the document');
  const parts = readElements(readWhole(body.content, derTag.sequence, 'SignedData').content, 6, 'SignedData');
  const [version, digests, content, ...rest] = parts;
  expectTag(version, derTag.integer, 'the version');
  expectTag(digests, derTag.set, 'the list of digests');
  const signer = onlySigner(rest);
  const certificates = rest.find((element) => element.tag === derTag.context0);
  return {
    content: contentOf(expectTag(content, derTag.sequence, 'the content')),
    certificates: readElements(
      certificates?.content ?? new Uint8Array(),
      maximumCertificates,
      'the list of certificates',
    ).map((one) => expectTag(one, derTag.sequence, 'a certificate').bytes),
    signer: signerOf(signer),
  };
}

function contentOf(content: DerElement): Uint8Array {
  const [contentType, wrapped] = readElements(content.content, 2, 'the content');
  expectId(contentType, dataId, 'the type of the content');
  const inside = expectTag(wrapped, derTag.context0, 'the content');
  return readWhole(inside.content, derTag.octetString, 'the content').content;
}

/** Certificates and revocation lists may stand before the signers; the signers come last. */
function onlySigner(rest: readonly DerElement[]): DerElement {
  const signers = expectTag(rest.at(-1), derTag.set, 'the list of signers');
  const before = rest.slice(0, -1).map((element) => element.tag);
  const isOrdered = before.every(
    (tag, index) =>
      (tag === derTag.context0 && index === 0) || (tag === derTag.context1 && index === before.length - 1),
  );
  if (!isOrdered) throw new MalformedDer('SignedData has parts in another order');
  const [signer] = readElements(signers.content, 1, 'the list of signers');
  return expectTag(signer, derTag.sequence, 'the signer');
}

function signerOf(signer: DerElement): Signer {
  const [version, named, digest, ...rest] = readElements(signer.content, 7, 'the signer');
  expectTag(version, derTag.integer, 'the version of the signer');
  const [issuer, serial] = readElements(expectTag(named, derTag.sequence, 'the name of the signer').content, 2, 'it');
  const attributes = rest[0]?.tag === derTag.context0 ? rest[0] : null;
  const [algorithm, signature, unsigned, ...more] = attributes === null ? rest : rest.slice(1);
  if (more.length > 0 || (unsigned !== undefined && unsigned.tag !== derTag.context1))
    throw new MalformedDer('the signer has parts in another order');
  return {
    issuer: expectTag(issuer, derTag.sequence, 'the issuer').bytes,
    serial: expectTag(serial, derTag.integer, 'the serial number').content,
    digestId: algorithmId(digest, 'the digest'),
    signatureId: algorithmId(algorithm, 'the signature algorithm'),
    attributes: attributes === null ? null : asSet(attributes.bytes),
    signature: expectTag(signature, derTag.octetString, 'the signature').content,
  };
}

/** They are sent with an implicit tag and signed as the SET that they are (RFC 5652, 5.4). */
function asSet(bytes: Uint8Array): Uint8Array {
  const set = Uint8Array.from(bytes);
  set[0] = derTag.set;
  return set;
}

function algorithmId(element: DerElement | undefined, what: string): string {
  return idOf(readElements(expectTag(element, derTag.sequence, what).content, 2, what)[0], what);
}

function expectId(element: DerElement | undefined, id: string, what: string): void {
  if (idOf(element, what) !== id) throw new MalformedDer(`${what} is another one`);
}
