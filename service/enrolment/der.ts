// A small reader of DER for hostile input: definite shortest lengths, no recursion, and nothing read outside the element.

/** The bytes are not what they claim to be. */
export class MalformedDer extends Error {
  constructor(what: string) {
    super(`Not well-formed: ${what}.`);
    this.name = 'MalformedDer';
  }
}

export interface DerElement {
  /** The identifier octet: class, constructed bit and number in one. */
  readonly tag: number;
  readonly content: Uint8Array;
  /** With its tag and length: what is compared and signed. */
  readonly bytes: Uint8Array;
}

export const derTag = {
  integer: 0x02,
  octetString: 0x04,
  objectIdentifier: 0x06,
  sequence: 0x30,
  set: 0x31,
  context0: 0xa0,
  context1: 0xa1,
  context3: 0xa3,
  boolean: 0x01,
} as const;

/** The element, if it is there and of this tag. */
export function expectTag(element: DerElement | undefined, tag: number, what: string): DerElement {
  if (element?.tag !== tag) throw new MalformedDer(`${what} is missing`);
  return element;
}

/** Of an object identifier: its content as hex digits. */
export function idOf(element: DerElement | undefined, what: string): string {
  return Buffer.from(expectTag(element, derTag.objectIdentifier, what).content).toString('hex');
}

/** The one element that these bytes are. */
export function readWhole(bytes: Uint8Array, tag: number, what: string): DerElement {
  const elements = readElements(bytes, 1, what);
  const only = elements[0];
  if (only?.tag !== tag) throw new MalformedDer(`${what} is missing`);
  return only;
}

/** The elements side by side in these bytes, to the last byte. More than `atMost` is refused. */
export function readElements(bytes: Uint8Array, atMost: number, what: string): readonly DerElement[] {
  const elements: DerElement[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    if (elements.length === atMost) throw new MalformedDer(`${what} has more than ${atMost} parts`);
    const { element, end } = readOne(bytes, offset, what);
    elements.push(element);
    offset = end;
  }
  return elements;
}

function readOne(
  bytes: Uint8Array,
  offset: number,
  what: string,
): { readonly element: DerElement; readonly end: number } {
  const tag = bytes[offset];
  const first = bytes[offset + 1];
  if (tag === undefined || first === undefined) throw new MalformedDer(`${what} is cut off`);
  if ((tag & 0x1f) === 0x1f) throw new MalformedDer(`${what} has a long tag`);
  const { length, start } = first < 0x80 ? { length: first, start: offset + 2 } : longLength(bytes, offset + 1, what);
  const end = start + length;
  if (end > bytes.length) throw new MalformedDer(`${what} is cut off`);
  return { element: { tag, content: bytes.subarray(start, end), bytes: bytes.subarray(offset, end) }, end };
}

/** At most three octets: sixteen megabytes is far beyond any document that is read here. */
function longLength(
  bytes: Uint8Array,
  offset: number,
  what: string,
): { readonly length: number; readonly start: number } {
  const count = (bytes[offset] ?? 0) & 0x7f;
  if (count === 0 || count > 3) throw new MalformedDer(`${what} has a length of another form`);
  let length = 0;
  for (let index = 1; index <= count; index += 1) {
    const octet = bytes[offset + index];
    if (octet === undefined) throw new MalformedDer(`${what} is cut off`);
    length = length * 256 + octet;
  }
  const shortest = length >= 0x80 && length >= 256 ** (count - 1);
  if (!shortest) throw new MalformedDer(`${what} has a length that is not the shortest`);
  return { length, start: offset + 1 + count };
}
