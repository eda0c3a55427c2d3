// What Azure refuses to make, for a reason that does not pass by itself: it is asked again every few minutes all the same,
// and until then whoever waits is told the reason, and not that a machine is on its way.
import { shorten } from './demand-faults.ts';
import { finding, type Finding } from './verdict.ts';

export interface Refusal {
  readonly at: number;
  readonly what: 'createLane' | 'scaleOut';
  readonly code: string | null;
  /** A whole sentence. */
  readonly words: string;
  readonly nextStep: string | null;
}

/** By id of the scale set, in lower case. */
export type Refusals = Readonly<Record<string, Refusal>>;

/** Longer than Weir lets pass between two tries. */
const believedMs = 15 * 60_000;

/** The part of the memory that is meant here. */
interface Remembering {
  readonly refusals?: Refusals;
}

/** After one pass: `taken` are scale sets for which Azure did what it was asked. */
export function withRefusals<M extends Remembering>(
  memory: M,
  refused: Refusals,
  taken: readonly string[],
  now: number,
): M {
  const gone = new Set(taken.map((id) => id.toLowerCase()));
  const kept = Object.entries({ ...memory.refusals, ...refused }).filter(
    ([id, { at }]) => !gone.has(id) && now - at < believedMs,
  );
  if (kept.length === 0 && memory.refusals === undefined) return memory;
  return { ...memory, refusals: Object.fromEntries(kept) };
}

/** `thing` is what Azure was asked for, such as "a scale set for image x". Null where nothing was refused. */
export function refusalVerdict({ refusals }: Remembering, scaleSetId: string | null, thing: string): Finding | null {
  const refusal = scaleSetId === null ? undefined : refusals?.[scaleSetId.toLowerCase()];
  if (refusal === undefined) return null;
  const { what, code, words, nextStep } = refusal;
  const verdict = ofImage.test(code ?? '') ? 'imageFailing' : what === 'createLane' ? 'scaleSetMissing' : 'noCapacity';
  return finding(verdict, `Azure does not make ${thing}. ${shorten(words)} Weir asks again every few minutes.`, {
    nextStep: nextStep ?? 'Mend what Azure names.',
    resolvesItself: false,
  });
}

/** Codes by which an image is refused; any other stands against the place where its machines would be (azure/purchase-plan.ts). */
const ofImage = /^(MarketplaceTermsNotAccepted|VMMarketplaceInvalidInput|GalleryImageNotFound|PlatformImageNotFound)$/i;
