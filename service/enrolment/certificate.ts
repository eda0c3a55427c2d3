// What a certificate says, read from its DER beside the platform's own reader: names, extensions, and whether it is
// one that may stand in a chain. Anything unusual is refused rather than guessed.
import { X509Certificate } from 'node:crypto';
import { derTag, expectTag, idOf, MalformedDer, readElements, readWhole, type DerElement } from './der.ts';

export interface Certificate {
  readonly x509: X509Certificate;
  /** The whole DER of the issuer's name. */
  readonly issuer: Uint8Array;
  readonly serial: Uint8Array;
  /** From the alternative names, in lower case. */
  readonly dnsNames: readonly string[];
  /** Where its issuer's certificate lies. */
  readonly issuerUrls: readonly string[];
  readonly isAuthority: boolean;
  /** How many authorities may follow below; null for any number. */
  readonly pathLength: number | null;
  /** Why no chain may hold it, or null. */
  readonly oddity: string | null;
}

const ids = {
  basicConstraints: '551d13',
  alternativeNames: '551d11',
  nameConstraints: '551d1e',
  issuerAccess: '2b06010505070101',
  issuers: '2b06010505073002',
} as const;
/** Key usage, extended key usage and policies: read by the platform, or without meaning for one fixed name. */
const understood: readonly string[] = [ids.basicConstraints, ids.alternativeNames, '551d0f', '551d25', '551d20'];
/** RSA and ECDSA with SHA-256, -384 and -512: older digests can be collided. */
const signatures: readonly string[] = [
  ...['2a864886f70d01010b', '2a864886f70d01010c', '2a864886f70d01010d'],
  ...['2a8648ce3d040302', '2a8648ce3d040303', '2a8648ce3d040304'],
];

/** Throws `MalformedDer`. */
export function readCertificate(bytes: Uint8Array): Certificate {
  const outer = readElements(readWhole(bytes, derTag.sequence, 'a certificate').content, 3, 'a certificate');
  const fields = readElements(expectTag(outer[0], derTag.sequence, 'a certificate').content, 10, 'a certificate');
  // The version comes first and says that there are extensions; older certificates have none.
  expectTag(fields[0], derTag.context0, 'the version of a certificate');
  const algorithm = readElements(expectTag(outer[1], derTag.sequence, 'its algorithm').content, 2, 'its algorithm');
  const extensions = extensionsOf(fields.find((field) => field.tag === derTag.context3));
  const constraints = basicConstraints(extensions.get(ids.basicConstraints)?.value);
  return {
    x509: parsed(bytes),
    issuer: expectTag(fields[3], derTag.sequence, 'the issuer of a certificate').bytes,
    serial: expectTag(fields[1], derTag.integer, 'the serial number of a certificate').content,
    dnsNames: dnsNames(extensions.get(ids.alternativeNames)?.value),
    issuerUrls: issuerUrls(extensions.get(ids.issuerAccess)?.value),
    ...constraints,
    oddity: oddityOf(extensions, idOf(algorithm[0], 'its algorithm')),
  };
}

/** Null where it is none. */
export function tryCertificate(bytes: Uint8Array): Certificate | null {
  try {
    return readCertificate(bytes);
  } catch (error) {
    if (error instanceof MalformedDer) return null;
    throw error;
  }
}

interface Extension {
  readonly isCritical: boolean;
  readonly value: Uint8Array;
}

function extensionsOf(field: DerElement | undefined): ReadonlyMap<string, Extension> {
  const found = new Map<string, Extension>();
  if (field === undefined) return found;
  for (const one of readElements(readWhole(field.content, derTag.sequence, 'extensions').content, 40, 'extensions')) {
    const parts = readElements(expectTag(one, derTag.sequence, 'an extension').content, 3, 'an extension');
    const id = idOf(parts[0], 'an extension');
    if (found.has(id)) throw new MalformedDer('an extension stands twice');
    const isCritical = parts[1]?.tag === derTag.boolean && parts[1].content[0] !== 0;
    found.set(id, { isCritical, value: expectTag(parts.at(-1), derTag.octetString, 'an extension').content });
  }
  return found;
}

/** An authority that is bound to names could have made a certificate outside them, and names are not compared here. */
function oddityOf(extensions: ReadonlyMap<string, Extension>, signature: string): string | null {
  if (!signatures.includes(signature)) return 'it is signed with another algorithm';
  if (extensions.has(ids.nameConstraints)) return 'it constrains names';
  const unknown = [...extensions].find(([id, { isCritical }]) => isCritical && !understood.includes(id));
  return unknown === undefined ? null : `it has the critical extension ${unknown[0]}`;
}

function basicConstraints(value: Uint8Array | undefined): { isAuthority: boolean; pathLength: number | null } {
  if (value === undefined) return { isAuthority: false, pathLength: null };
  const parts = readElements(readWhole(value, derTag.sequence, 'constraints').content, 2, 'constraints');
  const length = parts.find((part) => part.tag === derTag.integer);
  return {
    isAuthority: parts[0]?.tag === derTag.boolean && parts[0].content[0] !== 0,
    pathLength: length === undefined ? null : (length.content.at(-1) ?? 0),
  };
}

function dnsNames(value: Uint8Array | undefined): readonly string[] {
  if (value === undefined) return [];
  const names = readElements(readWhole(value, derTag.sequence, 'names').content, 200, 'names');
  return names.filter((name) => name.tag === 0x82).map((name) => latin(name).toLowerCase());
}

function issuerUrls(value: Uint8Array | undefined): readonly string[] {
  if (value === undefined) return [];
  const entries = readElements(readWhole(value, derTag.sequence, 'access').content, 20, 'access');
  return entries.flatMap((entry) => {
    const [method, place] = readElements(expectTag(entry, derTag.sequence, 'access').content, 2, 'access');
    return idOf(method, 'access') === ids.issuers && place?.tag === 0x86 ? [latin(place)] : [];
  });
}

function latin(element: DerElement): string {
  return Buffer.from(element.content).toString('latin1');
}

function parsed(bytes: Uint8Array): X509Certificate {
  try {
    const certificate = new X509Certificate(bytes);
    // The key is decoded only when it is asked for, and only here is a broken one expected.
    if (certificate.publicKey.type !== 'public') throw new MalformedDer('a certificate without a public key');
    return certificate;
  } catch (error) {
    throw new MalformedDer(`a certificate that the platform does not read (${String(error)})`);
  }
}
