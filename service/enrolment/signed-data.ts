// Finds the content inside a PKCS#7 SignedData. It says nothing about who signed: that check is not built yet, and
// until it is, enrolment runs in the sandbox only.
import { derTag, MalformedDer, readElements, readWhole, type DerElement } from './der.ts';

const signedDataId = '2a864886f70d010702';
const dataId = '2a864886f70d010701';

/** The signed bytes. Throws `MalformedDer` for anything but one content with exactly one signer. */
export function signedContent(bytes: Uint8Array): Uint8Array {
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
  expectOneSigner(rest);
  return contentOf(expectTag(content, derTag.sequence, 'the content'));
}

function contentOf(content: DerElement): Uint8Array {
  const [contentType, wrapped] = readElements(content.content, 2, 'the content');
  expectId(contentType, dataId, 'the type of the content');
  const inside = expectTag(wrapped, derTag.context0, 'the content');
  return readWhole(inside.content, derTag.octetString, 'the content').content;
}

/** Certificates and revocation lists may stand before the signers; the signers come last. */
function expectOneSigner(rest: readonly DerElement[]): void {
  const signers = expectTag(rest.at(-1), derTag.set, 'the list of signers');
  const before = rest.slice(0, -1).map((element) => element.tag);
  const isOrdered = before.every(
    (tag, index) =>
      (tag === derTag.context0 && index === 0) || (tag === derTag.context1 && index === before.length - 1),
  );
  if (!isOrdered) throw new MalformedDer('SignedData has parts in another order');
  const [signer] = readElements(signers.content, 1, 'the list of signers');
  expectTag(signer, derTag.sequence, 'the signer');
}

function expectTag(element: DerElement | undefined, tag: number, what: string): DerElement {
  if (element?.tag !== tag) throw new MalformedDer(`${what} is missing`);
  return element;
}

function expectId(element: DerElement | undefined, id: string, what: string): void {
  const found = expectTag(element, derTag.objectIdentifier, what);
  if (Buffer.from(found.content).toString('hex') !== id) throw new MalformedDer(`${what} is another one`);
}
