// The machines boot, tell what they found, run the probe, are reimaged, and do it all once more.
import type { TrialMachine, TrialRecord, Validation } from '../domain/validation.ts';
import { liveChecks, saysAgentStands } from '../domain/validation-live-check.ts';
import { count } from '../domain/words.ts';
import { readTrials, trialWrite, type Kept } from '../image-records.ts';
import { CloudError } from '../problem.ts';
import { hasFailed, isReady, look, newTrial } from './look.ts';
import { mayBeUnlisted, neverConnectedOf, removeAgents } from './trial-agents.ts';
import { bootMsOf, ended, entered, told, type Step, type TrialParts } from './parts.ts';

/** A machine that is online has this long to tell what it found; a probe runs for at most ten minutes of it. */
const reportMs = 12 * 60_000;
/** A reimage of which Azure says nothing is given up after this long. */
const reimageMs = 30 * 60_000;

export const boot: Step = async (parts, validation) => {
  const seen = await look(parts, await followed(parts, validation));
  const now = parts.clock.now();
  if (seen.verdict !== null) return seen;
  const ready = seen.machines.filter(isReady);
  const settled = seen.machines.filter((machine) => isReady(machine) || hasFailed(machine) || isSkipped(machine));
  const isLate = now - seen.phaseSince > bootMsOf(parts.settings);
  if (!isLate && settled.length < seen.instanceCount) {
    return told(seen, now, `${ready.length} of ${count(seen.instanceCount, 'machine')} are online.`);
  }
  if (ready.length === 0) return judged(parts, seen, 'No machine came online');
  return entered(seen, 'probing', now, `${count(ready.length, 'machine')} came online; they tell what they found.`);
};

export const probe: Step = async (parts, validation) => {
  const seen = await look(parts, validation);
  const now = parts.clock.now();
  const waiting = seen.machines.filter((machine) => isReady(machine) && machine.first.reportedAt === null);
  if (waiting.length > 0 && now - seen.phaseSince <= reportMs) return seen;
  const checks = liveChecks({ ...seen, phase: 'cleaning' }, { bootMs: bootMsOf(parts.settings) });
  // A reimage shows nothing more about machines that have failed already, and costs minutes.
  if (checks.some((check) => check.status === 'error' && check.code !== 'reimage'))
    return judged(parts, seen, 'The machines were looked at');
  return entered(seen, 'reimaging', now, 'All is well so far; each machine is reimaged once.');
};

/** All of them side by side. */
export const reimage: Step = async (parts, validation) => {
  let next = await look(parts, validation);
  const pending = next.machines.filter(
    (one) => isReady(one) && (one.reimage?.problem ?? null) === null && one.reimage?.doneAt == null,
  );
  if (pending.length === 0) return entered(next, 'probingAgain', parts.clock.now(), 'The machines come up again.');
  for (const machine of pending)
    next =
      machine.reimage === null ? await askForReimage(parts, next, machine) : await followReimage(parts, next, machine);
  return next;
};

export const probeAgain: Step = async (parts, validation) => {
  const seen = await look(parts, validation);
  const now = parts.clock.now();
  const back = seen.machines.filter((machine) => machine.second !== null);
  const waiting = back.filter((machine) => machine.second?.onlineAt === null || machine.second?.reportedAt === null);
  if (waiting.length > 0 && now - seen.phaseSince <= bootMsOf(parts.settings) + reportMs) return seen;
  return judged(parts, seen, 'The machines were looked at twice');
};

/** The verdict of all checks, as they stand once nothing more is waited for. */
export function judged(parts: TrialParts, validation: Validation, before: string): Validation {
  const now = parts.clock.now();
  const attempt = validation.attempt ?? 1;
  if (attempt < mostAttempts && wasAway(parts, validation)) {
    const words = 'The service itself was away while the machines came up; the trial begins again.';
    return entered(validation, 'cleaning', now, words, { isToBeRepeated: true });
  }
  const checks = liveChecks({ ...validation, phase: 'cleaning' }, { bootMs: bootMsOf(parts.settings) });
  const errors = checks.filter((check) => check.status === 'error');
  if (errors.length === 0) return ended(validation, 'passed', now, `${before}: every check passed.`);
  const words = errors.map((check) => check.words).join(' ');
  return ended(validation, 'failed', now, `${before}: ${count(errors.length, 'check')} failed. ${words}`);
}

/** An image is not blamed for a service that did not answer. */
const mostAttempts = 3;

/** This process began while a machine, which has not done its part, was coming up: nobody may have answered it. */
function wasAway({ serviceStartedAt }: TrialParts, { machines }: Validation): boolean {
  return machines.some(({ first, second, createdAt, succeededAt, reimage }) => {
    const isFirstWhole = first.onlineAt !== null && first.reportedAt !== null && succeededAt !== null;
    if (!isFirstWhole) return serviceStartedAt > createdAt;
    const isSecondWhole = reimage === null || (second?.onlineAt != null && second.reportedAt !== null);
    return !isSecondWhole && serviceStartedAt > reimage.askedAt;
  });
}

/** The handler did nothing because an agent stood there already: this machine will never come online. */
function isSkipped(machine: TrialMachine): boolean {
  return machine.extensions.some(saysAgentStands) && machine.first.claimedAt === null;
}

/** What Azure says of the request for the machines; failures of single machines are seen on the machines. */
async function followed(parts: TrialParts, validation: Validation): Promise<Validation> {
  if (validation.operationUrl === null) return validation;
  const status = await parts.azure.followOperation(validation.operationUrl, validation.scaleSetId ?? undefined);
  if (status.status === 'running') return validation;
  const now = parts.clock.now();
  if (status.status === 'failed' && status.isOutOfCapacity)
    return ended(validation, 'broken', now, `Azure has no room for the trial machines: ${status.message}`);
  return { ...validation, operationUrl: null };
}

/**
 * The life is closed and the registrations go first, as for every machine that is wiped: nothing claims the machine before
 * the wipe is proven (reliability-security.md I-3). The reimage is written down before it is asked for.
 */
async function askForReimage(parts: TrialParts, validation: Validation, machine: TrialMachine): Promise<Validation> {
  const { clock } = parts;
  const trial = await trialOf(parts, validation, machine, 1);
  if (trial?.value.state === 'open') {
    const closed = trialWrite(trial.revision, { ...trial.value, state: 'reimaging' });
    if (!(await parts.store.writeRecords([closed], parts.lease))) return validation;
  }
  if (trial !== null) {
    // A registration whose answer was lost stands under another id.
    const lost = neverConnectedOf(parts, validation, trial.value);
    if (lost === null || mayBeUnlisted(trial.value, validation, clock.now())) return validation;
    // Its revision is another one since its life was closed above.
    const latest = (await trialOf(parts, validation, machine, 1)) ?? trial;
    if (!(await removeAgents(parts, [latest], lost)))
      return told(validation, clock.now(), `The agent of ${machine.name} holds a job, or somebody had enabled it.`);
  }
  const asked = { askedAt: clock.now(), operationUrl: null, doneAt: null, problem: null };
  return withMachine(validation, { ...machine, reimage: asked });
}

async function followReimage(parts: TrialParts, validation: Validation, machine: TrialMachine): Promise<Validation> {
  const { azure, clock } = parts;
  const { reimage } = machine;
  if (reimage === null || validation.scaleSetId === null) return validation;
  const now = clock.now();
  const change = (next: Partial<NonNullable<TrialMachine['reimage']>>) =>
    withMachine(validation, { ...machine, reimage: { ...reimage, ...next } });
  if (reimage.operationUrl === null) {
    try {
      await parts.keepLease();
      const { operationUrl } = await azure.reimageInstance(validation.scaleSetId, machine.instanceId);
      return change({ operationUrl: operationUrl ?? 'none' });
    } catch (error) {
      const isFinal = error instanceof CloudError && (error.kind === 'invalid' || error.kind === 'denied');
      if (!isFinal) throw error;
      return change({ problem: error.message });
    }
  }
  if (now - reimage.askedAt > reimageMs) return change({ problem: 'Azure did not finish it in time.' });
  if (reimage.operationUrl !== 'none') {
    const status = await azure.followOperation(reimage.operationUrl, validation.scaleSetId);
    if (status.status === 'running') return validation;
    if (status.status === 'failed') return change({ problem: status.message });
  }
  const instance = await azure.readInstance(validation.scaleSetId, machine.instanceId);
  if (instance?.vmId !== machine.vmId) return change({ problem: 'The machine is gone.' });
  if (instance.provisioningState === 'failed') return change({ problem: 'The machine failed.' });
  if (instance.provisioningState !== 'succeeded') return validation;
  if ((await trialOf(parts, validation, machine, 2)) === null) {
    const trial = newTrial(validation, instance, now, 2);
    await parts.store.writeRecords([trialWrite(null, trial)], parts.lease);
  }
  return change({ doneAt: now });
}

async function trialOf(
  parts: TrialParts,
  validation: Validation,
  machine: TrialMachine,
  life: 1 | 2,
): Promise<Kept<TrialRecord> | null> {
  const trials = await readTrials(parts.store, validation);
  return trials.find(({ value }) => value.vmId === machine.vmId && value.life === life) ?? null;
}

function withMachine(validation: Validation, machine: TrialMachine): Validation {
  const machines = validation.machines.map((one) => (one.vmId === machine.vmId ? machine : one));
  return { ...validation, machines };
}
