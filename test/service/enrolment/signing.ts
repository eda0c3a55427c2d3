// Certificates and signed documents as an authority would make them, and as an attacker would.
import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { attestedContent, der } from './attested.ts';

export interface Pair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export interface Issued {
  readonly bytes: Buffer;
  readonly pair: Pair;
  readonly name: Buffer;
  readonly issuer: Buffer;
  readonly serial: Buffer;
}

export interface CertificateParts {
  readonly name: string;
  /** Null signs itself. */
  readonly by: Issued | null;
  readonly pair?: Pair;
  readonly serial?: number;
  readonly isAuthority?: boolean;
  readonly pathLength?: number;
  readonly dnsNames?: readonly string[];
  readonly issuerUrl?: string;
  /** `YYYYMMDDHHMMSSZ`. */
  readonly from?: string;
  readonly to?: string;
  /** More extensions: id in hex, and whether it is critical. */
  readonly more?: readonly (readonly [string, boolean])[];
}

export const rsaPair = (): Pair => generateKeyPairSync('rsa', { modulusLength: 2048 });
const ecPair = (): Pair => generateKeyPairSync('ec', { namedCurve: 'P-256' });

export function issue(parts: CertificateParts): Issued {
  const { isAuthority = false, serial: number = 7, from = '20250101000000Z', to = '20270101000000Z' } = parts;
  const pair = parts.pair ?? ecPair();
  const signer = parts.by?.pair ?? pair;
  const name = nameOf(parts.name);
  const issuer = parts.by?.name ?? name;
  const serial = der(0x02, Buffer.from([number]));
  const isRsa = signer.privateKey.asymmetricKeyType === 'rsa';
  const algorithm = isRsa ? der(0x30, id('2a864886f70d01010b'), der(0x05)) : der(0x30, id('2a8648ce3d040302'));
  const body = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    serial,
    algorithm,
    issuer,
    der(0x30, der(0x18, Buffer.from(from)), der(0x18, Buffer.from(to))),
    name,
    pair.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(0x30, ...extensionsOf(parts, isAuthority))),
  );
  const signature = sign('sha256', body, signer.privateKey);
  return {
    bytes: der(0x30, body, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature]))),
    ...{ pair, name, issuer, serial },
  };
}

function extensionsOf(parts: CertificateParts, isAuthority: boolean): Buffer[] {
  const { dnsNames = [], issuerUrl, pathLength, more = [] } = parts;
  const yes = der(0x01, Buffer.from([0xff]));
  const length = pathLength === undefined ? [] : [der(0x02, Buffer.from([pathLength]))];
  const one = (name: string, value: Buffer, isCritical = false): Buffer =>
    der(0x30, id(name), ...(isCritical ? [yes] : []), der(0x04, value));
  return [
    one('551d13', der(0x30, ...(isAuthority ? [yes, ...length] : [])), true),
    ...(dnsNames.length === 0
      ? []
      : [one('551d11', der(0x30, ...dnsNames.map((text) => der(0x82, Buffer.from(text)))))]),
    ...(issuerUrl === undefined
      ? []
      : [one('2b06010505070101', der(0x30, der(0x30, id('2b06010505073002'), der(0x86, Buffer.from(issuerUrl)))))]),
    ...more.map(([name, isCritical]) => one(name, der(0x30), isCritical)),
  ];
}

export interface SigningParts {
  readonly signer: Issued;
  /** What the bag holds; by default the signer's certificate alone, as in Azure's documents. */
  readonly bag?: readonly Buffer[];
  /** Whose name the signer bears, where it is not his own. */
  readonly named?: Issued;
  readonly key?: KeyObject;
  readonly content?: Buffer;
  readonly hasAttributes?: boolean;
  /** What the attributes are the digest of, where it is not the content. */
  readonly digested?: Buffer;
  readonly digestId?: string;
  readonly signatureId?: string;
  /** What stands in the document in place of what was signed. */
  readonly shown?: Buffer;
  readonly signers?: number;
}

export const content = (change: Record<string, unknown> = {}): Buffer =>
  Buffer.from(JSON.stringify(attestedContent('0123456789', change)));

export function signed(parts: SigningParts): Buffer {
  const { signer, bag = [signer.bytes], named = signer, content: text = content(), hasAttributes = false } = parts;
  const attributes = attributesOf(parts.digested ?? text);
  const signature = sign('sha256', hasAttributes ? der(0x31, attributes) : text, parts.key ?? signer.pair.privateKey);
  const version = der(0x02, Buffer.from([1]));
  // Azure names the kind of signature where the digest belongs.
  const digest = der(0x30, id(parts.digestId ?? '2a864886f70d01010b'), der(0x05));
  const info = der(
    0x30,
    version,
    der(0x30, named.issuer, named.serial),
    digest,
    hasAttributes ? der(0xa0, attributes) : Buffer.alloc(0),
    der(0x30, id(parts.signatureId ?? '2a864886f70d010101'), der(0x05)),
    der(0x04, signature),
  );
  const data = der(0x30, id('2a864886f70d010701'), der(0xa0, der(0x04, parts.shown ?? text)));
  const signers = der(0x31, ...Array.from({ length: parts.signers ?? 1 }, () => info));
  const whole = der(0x30, version, der(0x31, digest), data, der(0xa0, ...bag), signers);
  return der(0x30, id('2a864886f70d010702'), der(0xa0, whole));
}

function attributesOf(text: Buffer): Buffer {
  const digest = createHash('sha256').update(text).digest();
  return Buffer.concat([
    der(0x30, id('2a864886f70d010903'), der(0x31, id('2a864886f70d010701'))),
    der(0x30, id('2a864886f70d010904'), der(0x31, der(0x04, digest))),
  ]);
}

function nameOf(text: string): Buffer {
  return der(0x30, der(0x31, der(0x30, id('550403'), der(0x0c, Buffer.from(text)))));
}

function id(text: string): Buffer {
  return der(0x06, Buffer.from(text, 'hex'));
}
