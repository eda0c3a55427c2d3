// Reads the attested document of the instance metadata service (agent-enrolment.md 11): shape and content. Who signed it
// is for verify-signature.ts.
import { isUtf8 } from 'node:buffer';
import { ClaimRefused } from './claim-refused.ts';
import { MalformedDer } from './der.ts';
import { readSignedData } from './signed-data.ts';

/** As the metadata service answers it. */
export interface AttestedDocument {
  readonly encoding: string;
  readonly signature: string;
}

export interface AttestedContent {
  /** In lower case. */
  readonly vmId: string;
  readonly subscriptionId: string | null;
  readonly nonce: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** Real ones have about 3 KB of base64; a certificate chain could make it a few times that. */
export const maximumSignatureLength = 32_768;

/** Throws `ClaimRefused` CLAIM_SIGNATURE for everything that is not such a document. */
export function readAttestedDocument(document: AttestedDocument): AttestedContent {
  return contentOf(signedText(documentBytes(document)));
}

/** Its DER; throws as above. */
export function documentBytes(document: AttestedDocument): Uint8Array {
  if (document.encoding !== 'pkcs7') throw refusal('another encoding');
  const { signature } = document;
  if (signature.length === 0 || signature.length > maximumSignatureLength) throw refusal('its size');
  // Buffer.from forgives what is not base64, so the text is checked first; the service writes it padded, without breaks.
  if (signature.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(signature)) throw refusal('not base64');
  return Buffer.from(signature, 'base64');
}

function signedText(bytes: Uint8Array): string {
  try {
    const { content } = readSignedData(bytes);
    if (!isUtf8(content)) throw refusal('its content is not UTF-8');
    return Buffer.from(content).toString('utf8');
  } catch (error) {
    if (error instanceof MalformedDer) throw refusal(error.message);
    throw error;
  }
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function contentOf(text: string): AttestedContent {
  const content = record(parsed(text));
  const { vmId, nonce, subscriptionId } = content;
  if (typeof vmId !== 'string' || !uuid.test(vmId)) throw refusal('no vmId');
  if (typeof nonce !== 'string') throw refusal('no nonce');
  const stamp = record(content.timeStamp);
  const createdAt = instantOf(stamp.createdOn);
  const expiresAt = instantOf(stamp.expiresOn);
  if (expiresAt <= createdAt) throw refusal('it expires before it was made');
  return {
    vmId: vmId.toLowerCase(),
    subscriptionId: typeof subscriptionId === 'string' ? subscriptionId.toLowerCase() : null,
    nonce,
    createdAt,
    expiresAt,
  };
}

/** `MM/DD/YY HH:MM:SS -0000`. */
function instantOf(value: unknown): number {
  const parts = typeof value === 'string' ? /^(\d\d)\/(\d\d)\/(\d\d) (\d\d):(\d\d):(\d\d) [+-]0000$/.exec(value) : null;
  if (parts === null) throw refusal('no time stamp');
  const [month, day, year, hour, minute, second] = parts.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const instant = Date.UTC(2000 + year, month - 1, day, hour, minute, second);
  // Date.UTC rolls a 31st of February over into March.
  if (new Date(instant).getUTCMonth() !== month - 1 || hour > 23 || minute > 59 || second > 59)
    throw refusal('no such time');
  return instant;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw refusal('its content is not JSON');
    throw error;
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw refusal('its content has another shape');
  return value as Readonly<Record<string, unknown>>;
}

function refusal(why: string): ClaimRefused {
  return new ClaimRefused('CLAIM_SIGNATURE', `The attested document is refused: ${why}.`);
}
