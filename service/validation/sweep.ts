// What stands of a trial long after its end, because Azure made it late or somebody restored the store: a scale set is taken up again by
// the validation that made it, whose cleaning survives every crash. Nothing is removed on the word of a tag alone. An agent that came through
// after its trial had ended is removed.
import { readValidation, validationWrite } from '../image-records.ts';
import type { ScaleSet } from '../domain/instance.ts';
import { trialCapability } from '../domain/validation.ts';
import { CloudError } from '../problem.ts';
import { removeNeverConnected, type FreeSince } from '../never-connected.ts';
import { steadyNow } from '../steady.ts';
import { entered, type TrialParts } from './parts.ts';
import { trialPoolOf, trialSetId, trialTag } from './trial-set.ts';

/** What this process knows of left-overs; losing it costs one list, telling once more, and half a minute. */
export interface Sweeps {
  /** The last sweep by pool, by `steadyNow`, and what a person was told of by then. */
  readonly sets: Map<string, { readonly at: number; readonly told: ReadonlySet<string> }>;
  readonly freeSince: FreeSince;
}

export function freshSweeps(): Sweeps {
  return { sets: new Map(), freeSince: new Map() };
}

const sweepEveryMs = 10 * 60_000;
/** More attempts than a trial has. */
const attempts = [1, 2, 3, 4];

export async function sweepTrialSets(parts: TrialParts, { sets: sweeps }: Sweeps): Promise<void> {
  const group = parts.settings.laneResourceGroup ?? null;
  const now = parts.clock.now();
  const last = sweeps.get(parts.pool);
  const looked = steadyNow(parts.clock);
  if (group === null || (last !== undefined && looked - last.at < sweepEveryMs)) return;
  try {
    const sets = await parts.azure.listScaleSets(group);
    const told = new Set<string>();
    for (const set of sets.filter((one) => isExpiredTrial(parts, one, now))) {
      if (await takeUp(parts, set, now)) continue;
      told.add(set.id);
      if (last?.told.has(set.id) !== true) parts.line('warn', strangeWords(set));
    }
    sweeps.set(parts.pool, { at: looked, told });
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    parts.line('warn', `Left-over trials are looked for later: ${error.message}`);
  }
}

/** Until then the cleaning itself, or the claim that comes too late, removes it. */
const leftAfterMs = 10 * 60_000;

/**
 * Agents that were registered for a trial which has ended: their registration came through after everybody had forgotten it. One that has
 * connected does not say so any more; and of a trial that this service knows nothing of nothing is removed.
 */
export async function sweepTrialAgents(parts: TrialParts): Promise<void> {
  const { observation, store, pool, settings, clock } = parts;
  const { agents } = observation;
  if (agents.freshness !== 'fresh') return;
  for (const { agentId, name, createdAt, isOnline, systemCapabilities } of agents.value) {
    const validationId = systemCapabilities[trialCapability];
    const isOld = clock.now() - (createdAt ?? clock.now()) > leftAfterMs;
    if (validationId === undefined || isOnline || !isOld) continue;
    const kept = await readValidation(store, pool, validationId);
    if (kept?.value.phase !== 'finished') continue;
    try {
      if ((await removeNeverConnected(parts, settings.poolId, agentId, trialCapability, parts.freeSince)) === 'deleted')
        parts.line('info', `Agent ${name} was registered for a trial that has ended; it is removed.`);
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      parts.line('warn', `Agent ${name} of a trial that has ended is removed later: ${error.message}`);
    }
  }
}

function isExpiredTrial({ settings }: TrialParts, set: ScaleSet, now: number): boolean {
  // What is no date never expires.
  const expires = Date.parse(trialTag(set, 'expires') ?? '');
  return trialTag(set, 'pool') === trialPoolOf(settings) && expires <= now && set.provisioningState !== 'deleting';
}

function strangeWords({ name }: ScaleSet): string {
  return `Scale set ${name} says that it is a trial of this pool, and Weir knows of none. Look at it, and delete it in the Azure portal.`;
}

/** Resource group, name, tags and ledger agree; false where they do not, and a person must look. */
async function takeUp(parts: TrialParts, set: ScaleSet, now: number): Promise<boolean> {
  const kept = await readValidation(parts.store, parts.pool, trialTag(set, 'validation') ?? '');
  const ids = attempts.map((attempt) =>
    kept === null ? null : trialSetId(parts.settings, { ...kept.value, attempt }),
  );
  if (kept === null || !ids.some((id) => id?.toLowerCase() === set.id.toLowerCase())) return false;
  const { phase, keptUntil } = kept.value;
  if (phase !== 'finished' || keptUntil !== null) return true;
  const words = `Its scale set ${set.name} stands though its time is over; it is removed.`;
  const again = entered(kept.value, 'cleaning', now, words, { scaleSetId: set.id });
  await parts.store.writeRecords([validationWrite(kept.revision, again)], parts.lease);
  return true;
}
