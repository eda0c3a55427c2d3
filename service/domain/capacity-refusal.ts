// What Azure said when it had no capacity or quota for a scale set. Its row in the ledger is closed by then, and whoever
// waits is told for as long as the scale set rests.
import { shorten } from './demand-faults.ts';

/** As Azure answered, of any length. */
export interface CapacityRefused {
  readonly scaleSetId: string;
  readonly code: string | null;
  readonly words: string;
}

/** What is remembered of it: at most one for each scale set that rests. */
export interface CapacityRefusal {
  readonly code: string | null;
  /** No sentence of its own, and at most 200 characters. */
  readonly words: string;
  /** More of it has to be asked for; else the rest may be enough. */
  readonly isQuota: boolean;
}

/** By id of the scale set, as `restUntil`. */
export type CapacityRefusals = Readonly<Record<string, CapacityRefusal>>;

/** How long a scale set rests after Azure had no capacity or quota for it. */
const restMs = 5 * 60_000;

/** The part of the memory that is meant here. */
interface Resting {
  readonly restUntil: Readonly<Record<string, number>>;
  readonly capacityRefusals?: CapacityRefusals;
}

/** The same memory where nothing was refused. */
export function withRests<M extends Resting>(memory: M, refused: readonly CapacityRefused[], now: number): M {
  if (refused.length === 0) return memory;
  const until = Object.fromEntries(refused.map(({ scaleSetId }) => [scaleSetId, now + restMs]));
  const told = Object.fromEntries(refused.map((one) => [one.scaleSetId, refusalOf(one)]));
  return {
    ...memory,
    restUntil: { ...memory.restUntil, ...until },
    capacityRefusals: { ...memory.capacityRefusals, ...told },
  };
}

/** Of scale sets that rest no more nothing is kept. */
export function refusalsOf(
  { capacityRefusals }: Pick<Resting, 'capacityRefusals'>,
  restUntil: Resting['restUntil'],
): Pick<Resting, 'capacityRefusals'> {
  const kept = Object.entries(capacityRefusals ?? {}).filter(([id]) => restUntil[id] !== undefined);
  return kept.length === 0 ? {} : { capacityRefusals: Object.fromEntries(kept) };
}

function refusalOf({ code, words }: CapacityRefused): CapacityRefusal {
  const said = words.replace(/^\w+: Azure answered \d+ /, '');
  return {
    code: code === null ? null : shorten(code),
    words: shorten(quotaWords(said) ?? said),
    isQuota: /quota/i.test(`${code ?? ''} ${said}`),
  };
}

/** The numbers stand at the end of a sentence that is longer than what is kept; both forms are in azure-wire.md 3. */
function quotaWords(said: string): string | null {
  const limit = numberAfter(said, /(?:Current Limit|Maximum allowed): (\d+)/i);
  const used = numberAfter(said, /(?:Current Usage|Current in use): (\d+)/i);
  const more = numberAfter(said, /(?:Additional Required|Additional requested): (\d+)/i);
  if (limit === null || used === null || more === null) return null;
  const name = /exceeding (?:approved (.{1,60}?) quota|quota limit of (\w{1,60}))/i.exec(said);
  const region = /Location: ([\w -]{1,40}),/.exec(said)?.[1];
  const of = name === null ? 'The quota' : `The quota "${name[1] ?? name[2] ?? ''}"`;
  const where = region === undefined ? '' : ` in ${region}`;
  return `${of}${where} allows ${limit}, with ${used} in use and ${more} more needed: ${Number(used) + Number(more)} in all`;
}

function numberAfter(said: string, pattern: RegExp): string | null {
  return pattern.exec(said)?.[1] ?? null;
}
