// Nothing of a trial stays: registrations, machines, the scale set and the records of its machines. Cleaning has no
// deadline; it goes on until the world shows nothing any more, whoever crashed in between.
import type { KnownMachine, TrialRecord, Validation } from '../domain/validation.ts';
import { readTrials, readValidations, trialEnd, trialWrite, type Kept } from '../image-records.ts';
import type { Instance } from '../domain/instance.ts';
import type { NonEmpty } from '../ports.ts';
import { CloudError } from '../problem.ts';
import { hasFailed } from './look.ts';
import { entered, outcomeWords, type Step, type TrialParts } from './parts.ts';
import { standingMachines } from './standing.ts';
import { mayBeUnlisted, neverConnected, removeAgents } from './trial-agents.ts';
import { isOurs, readTrialSet } from './trial-set.ts';

/** A registration that is under way may end after this long, and then says itself whose it is. */
const claimMs = 2 * 60_000;
/** A creation that Azure has taken may be invisible for a moment: absence is believed when it lasts. */
const absentMs = 60_000;
/** Failed machines that are kept for investigation go by themselves. */
const keptMs = 48 * 3_600_000;

export const clean: Step = async (parts, validation) => {
  const trials = await closeTrials(parts, validation);
  const named = neverConnected(parts, validation);
  // By their ids, too: the list may be from before a claim ended.
  const areAgentsGone = named !== null && (await removeAgents(parts, trials, named));
  const now = parts.clock.now();
  // The machine of an agent must not go first (I-1), and nobody may forget that there may be one.
  const mayHaveAgent = (trial: TrialRecord): boolean =>
    mayBeUnlisted(trial, validation, now) || isClaiming(trial, validation, now);
  const mayGo = areAgentsGone && !trials.some(({ value }) => mayHaveAgent(value));
  const kept = await keptMachines(parts, validation);
  if (validation.scaleSetId !== null) {
    const left = await removeMachines(parts, validation, trials, mayGo ? kept : null);
    if (left !== null) return withStanding(validation, left, now);
  }
  if (!mayGo) return validation;
  if (kept.size > 0) {
    const machines = validation.machines.map((one) => ({ ...one, isKept: kept.has(one.vmId) }));
    const words = `${outcomeWords(validation)} ${kept.size} of the machines stay for investigation.`;
    return entered(validation, 'finished', now, words, { machines, finishedAt: now, keptUntil: now + keptMs });
  }
  if (validation.scaleSetId !== null && now - validation.phaseSince < absentMs) return validation;
  await forgetTrials(parts, trials);
  if (validation.isToBeRepeated === true) return afterRepeat(validation, now);
  const finishedAt = validation.finishedAt ?? now;
  const change = {
    finishedAt,
    keptUntil: null,
    machines: validation.machines.map((one) => ({ ...one, isKept: false })),
  };
  return entered(validation, 'finished', now, outcomeWords(validation), change);
};

/** Under another name, for Azure may not have forgotten the first set. */
function afterRepeat(validation: Validation, now: number): Validation {
  const { isCancelRequested, deadlineAt, attempt = 1 } = validation;
  const fresh = {
    machines: [],
    standing: [],
    emptySince: null,
    scaleSetId: null,
    operationUrl: null,
    isToBeRepeated: false,
  };
  if (isCancelRequested || now >= deadlineAt) {
    const verdict = isCancelRequested ? ('cancelled' as const) : ('broken' as const);
    const words = isCancelRequested ? 'It was cancelled.' : 'Its time was over before the trial could begin again.';
    return entered(validation, 'finished', now, words, { ...fresh, verdict, finishedAt: now });
  }
  return entered(validation, 'reserving', now, 'The trial begins again.', { ...fresh, attempt: attempt + 1 });
}

/** From here on no machine of the trial may claim anything. */
async function closeTrials(parts: TrialParts, validation: Validation): Promise<readonly Kept<TrialRecord>[]> {
  const trials = await readTrials(parts.store, validation);
  const open = trials.filter(({ value }) => value.state !== 'closed');
  for (const trial of open)
    await parts.store.writeRecords([trialWrite(trial.revision, { ...trial.value, state: 'closed' })], parts.lease);
  return open.length === 0 ? trials : await readTrials(parts.store, validation);
}

/** Somebody else may have made some of them (A20): they count to the maximum, also where the next list lacks them (A22). */
function withStanding(validation: Validation, left: readonly KnownMachine[], now: number): Validation {
  const standing = left.map(({ vmId, instanceId }) => ({ vmId, instanceId }));
  const emptySince = left.length === 0 ? sinceEmpty(validation, now) : null;
  const isSame =
    JSON.stringify(standing) === JSON.stringify(validation.standing ?? []) &&
    emptySince === (validation.emptySince ?? null);
  return isSame ? validation : { ...validation, standing, emptySince };
}

/** A clock that was set back since begins anew. */
function sinceEmpty({ emptySince }: Validation, now: number): number {
  return Math.min(emptySince ?? now, now);
}

/**
 * Machines go by their ids, and the set when a fresh look shows it empty (DESIGN fact 5). What still stands, those that go
 * included; null when nothing is left to do. Without `kept` none goes yet, and they are counted all the same.
 */
async function removeMachines(
  parts: TrialParts,
  validation: Validation,
  trials: readonly Kept<TrialRecord>[],
  kept: ReadonlySet<string> | null,
): Promise<readonly KnownMachine[] | null> {
  const { azure, clock } = parts;
  const { standing = [] } = validation;
  const set = await readTrialSet(parts, validation.scaleSetId ?? '');
  if (set === null || !isOurs(set, validation)) return null;
  if (set.provisioningState === 'deleting') return standing;
  const own = trials.map(({ value }) => value).filter((one) => one.scaleSetId.toLowerCase() === set.id.toLowerCase());
  const others = standing.filter(({ vmId }) => !own.some((one) => one.vmId === vmId));
  const instances = await standingMachines(azure, set.id, [...own, ...others]);
  if (kept === null) return instances;
  const going = instances.filter((one) => !kept.has(one.vmId));
  const ids = going.filter((one) => one.provisioningState !== 'deleting').map((one) => one.instanceId);
  if (isNonEmpty(ids)) {
    await parts.keepLease();
    try {
      await azure.deleteInstances(set.id, ids);
    } catch (error) {
      // What was seen counts all the same.
      if (!(error instanceof CloudError)) throw error;
      parts.line('warn', `Machines of the trial of ${validation.image} ${validation.version} stay: ${error.message}`);
    }
    return instances;
  }
  if (going.length > 0) return instances;
  if (kept.size > 0) return null;
  // Machines that were asked for may still come, and a list may be empty by mistake (A22): what Azure counts and does not name goes
  // when no look named it for a while, however long the looks before had no answer.
  if (set.capacity > 0 && clock.now() - sinceEmpty(validation, clock.now()) < absentMs) return instances;
  await parts.keepLease();
  await azure.deleteScaleSet(set.id);
  return instances;
}

/** Of a failed trial, as many failed machines as the settings want kept, over all trials of the pool. */
async function keptMachines(parts: TrialParts, validation: Validation): Promise<ReadonlySet<string>> {
  const { verdict, isCancelRequested, finishedAt, machines } = validation;
  if (validation.isToBeRepeated === true || verdict !== 'failed' || isCancelRequested || finishedAt !== null)
    return new Set();
  const open = await readValidations(parts.store, parts.pool, { isOpen: true });
  const already = open.reduce((sum, { value }) => sum + value.machines.filter((one) => one.isKept).length, 0);
  const room = Math.max(0, parts.settings.maxSavedNodeCount - already);
  const failed = machines.filter((one) => hasFailed(one) && one.provisioningState !== null);
  return new Set(failed.slice(0, room).map((one) => one.vmId));
}

/** With the tokens of machines that never reported. */
async function forgetTrials(parts: TrialParts, trials: readonly Kept<TrialRecord>[]): Promise<void> {
  const digests = new Set(trials.map(({ value }) => value.reportDigest));
  const tokens = (await parts.store.listRecords('trialToken', parts.pool)).filter((row) => digests.has(row.key));
  const gone = tokens.map(({ key, revision }) => ({ key, expected: revision, document: null, at: 0, isOpen: false }));
  const writes = gone.map((one) => ({ ...one, kind: 'trialToken', pool: parts.pool }));
  await parts.store.writeRecords([...trials.map(trialEnd), ...writes], parts.lease);
}

/** None begins once the trials are closed, whatever a clock that was set back since wrote. */
function isClaiming({ claimedAt, agentId }: TrialRecord, { phaseSince }: Validation, now: number): boolean {
  return claimedAt !== null && agentId === null && now - Math.min(claimedAt, phaseSince) < claimMs;
}

function isNonEmpty(ids: readonly Instance['instanceId'][]): ids is NonEmpty<string> {
  return ids.length > 0;
}
