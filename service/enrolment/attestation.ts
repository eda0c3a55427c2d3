// Whose machines may enrol: the clouds whose signature is trusted, and the subscriptions that Weir works in.
import type { AttestedContent, AttestedDocument } from './attested-document.ts';
import { readAttestedDocument } from './attested-document.ts';
import type { Certificate } from './certificate.ts';
import { platformRoots } from './chain.ts';
import { ClaimRefused } from './claim-refused.ts';
import { createIssuers, type IssuerOptions } from './issuers.ts';
import { createVerifier, metadataNames, type VerifySignature } from './verify-signature.ts';

export type AzureCloud = keyof typeof metadataNames;

export interface Attestation {
  readonly verifySignature: VerifySignature;
  /** Ids, in lower case. */
  readonly subscriptions: readonly string[];
  /** How far the document's date may be from now, either way, on the clock that dates it. */
  readonly windowMilliseconds: number;
}

export interface AttestationOptions extends IssuerOptions {
  readonly cloud: AzureCloud;
  /** Trusted beside the roots that this version knows: Azure changes them without a word (agent-enrolment.md 11). */
  readonly extraRoots: readonly Certificate[];
  readonly subscriptions: readonly string[];
  readonly windowMilliseconds?: number;
}

/** Documents have been seen that are valid for six hours; one that a machine has just asked for is a few seconds old. */
const windowMilliseconds = 300_000;

export function createAttestation(options: AttestationOptions): Attestation {
  const verifySignature = createVerifier({
    roots: [...platformRoots(), ...options.extraRoots],
    names: [metadataNames[options.cloud]],
    wallClock: options.clock,
    issuers: createIssuers(options),
  });
  return {
    verifySignature,
    subscriptions: options.subscriptions.map((id) => id.toLowerCase()),
    windowMilliseconds: options.windowMilliseconds ?? windowMilliseconds,
  };
}

/** The content of a document that Azure signed for this nonce just now. Throws `ClaimRefused`. */
export async function provenContent(
  attestation: Attestation,
  document: AttestedDocument,
  nonce: string,
  now: number,
): Promise<AttestedContent> {
  const content = readAttestedDocument(document);
  if (content.nonce !== nonce) throw new ClaimRefused('CLAIM_EXPIRED', 'The document was made for another nonce.');
  await attestation.verifySignature(document);
  const { windowMilliseconds: window } = attestation;
  if (now > content.expiresAt + window) throw new ClaimRefused('CLAIM_EXPIRED', 'The document has expired.');
  if (content.createdAt > now + window) throw new ClaimRefused('CLAIM_EXPIRED', 'The document is dated in the future.');
  if (content.createdAt < now - window) throw new ClaimRefused('CLAIM_EXPIRED', 'The document is old.');
  const { subscriptionId } = content;
  if (subscriptionId === null || !attestation.subscriptions.includes(subscriptionId.toLowerCase()))
    throw new ClaimRefused('CLAIM_VM', `The machine ${content.vmId} is in a subscription that Weir does not work in.`);
  return content;
}
