// Carries the validations of a pool on, a step at a time, in each pass of whoever holds the pool's lease. What a step
// announces is written before it is done, so whoever comes after a crash finds it and goes on.
import { trialMachinesOf, type Validation, type ValidationPhase } from '../domain/validation.ts';
import { liveChecks } from '../domain/validation-live-check.ts';
import { readValidation, readValidations, runningEnd, validationWrite } from '../image-records.ts';
import { CloudError, UserProblem } from '../problem.ts';
import { boot, judged, probe, probeAgain, reimage } from './boot-steps.ts';
import { clean } from './cleaning.ts';
import { bootMsOf, ended, entered, type Step, type TrialParts } from './parts.ts';
import { checkStatically, reserve } from './static-step.ts';
import { create } from './trial-set.ts';

export interface TrialsNow {
  /** They count to the maximum of the pool. */
  readonly machines: number;
  /** Something is under way, so the next look is due soon. */
  readonly isMoving: boolean;
}

/** Within one pass; a step that only waits ends it. */
const mostSteps = 12;

export async function advanceValidations(parts: TrialParts): Promise<TrialsNow> {
  const open = await readValidations(parts.store, parts.pool, { isOpen: true });
  const inOrder = open.map(({ value }) => value).toSorted((a, b) => a.startedAt - b.startedAt);
  const after: Validation[] = [];
  for (const { validationId } of inOrder) {
    const last = await advanceOne(parts, validationId);
    if (last !== null) after.push(last);
  }
  return {
    machines: after.reduce((sum, one) => sum + trialMachinesOf(one), 0),
    isMoving: after.some((one) => one.phase !== 'finished'),
  };
}

async function advanceOne(parts: TrialParts, validationId: string): Promise<Validation | null> {
  let last: Validation | null = null;
  for (let steps = 0; steps < mostSteps; steps += 1) {
    const kept = await readValidation(parts.store, parts.pool, validationId);
    if (kept === null) return last;
    last = kept.value;
    const next = await guarded(parts, kept.value);
    if (next === null || next === kept.value) return last;
    const isFinished = next.phase === 'finished' && kept.value.phase !== 'finished';
    const marks = isFinished ? await runningEnd(parts.store, next) : [];
    const isWritten = await parts.store.writeRecords([validationWrite(kept.revision, next), ...marks], parts.lease);
    // Somebody asked to cancel in between: the step is done again from there.
    if (!isWritten) continue;
    last = next;
    // Looks at the world are one for each pass; a phase that was entered goes on at once.
    if (next.phase === kept.value.phase && !isAnnouncement(kept.value, next)) return last;
  }
  return last;
}

/** The clouds' failures are tried again in the next pass. */
async function guarded(parts: TrialParts, validation: Validation): Promise<Validation | null> {
  try {
    return await step(parts, validation);
  } catch (error) {
    if (!(error instanceof CloudError) && !(error instanceof UserProblem)) throw error;
    parts.line('warn', `The validation of ${validation.image} ${validation.version} waits: ${error.message}`);
    return null;
  }
}

async function step(parts: TrialParts, given: Validation): Promise<Validation> {
  const now = parts.clock.now();
  const validation = notAhead(given, now);
  const { phase, keptUntil, isCancelRequested, deadlineAt } = validation;
  if (phase === 'finished') {
    const isOver = keptUntil !== null && (isCancelRequested || now >= keptUntil);
    if (!isOver) return validation;
    return entered(validation, 'cleaning', now, 'The machines that were kept are being removed.', { keptUntil: null });
  }
  if (phase === 'cleaning') return await clean(parts, validation);
  if (isCancelRequested) return ended(validation, 'cancelled', now, 'It was cancelled.');
  if (now >= deadlineAt) return timedOut(parts, validation);
  return await steps[phase](parts, validation);
}

const steps: Readonly<Record<Exclude<ValidationPhase, 'cleaning' | 'finished'>, Step>> = {
  staticChecks: checkStatically,
  reserving: reserve,
  creating: create,
  booting: boot,
  probing: probe,
  reimaging: reimage,
  probingAgain: probeAgain,
};

/** Where the clock was set back since its phase began, what is left of its times stays as it was, and begins now. */
function notAhead(validation: Validation, now: number): Validation {
  const { phaseSince, deadlineAt, keptUntil, machines } = validation;
  const ahead = phaseSince - now;
  if (ahead <= 0) return validation;
  return {
    ...validation,
    ...{ phaseSince: now, deadlineAt: deadlineAt - ahead, keptUntil: keptUntil === null ? null : keptUntil - ahead },
    machines: machines.map((one) =>
      one.reimage === null ? one : { ...one, reimage: { ...one.reimage, askedAt: Math.min(one.reimage.askedAt, now) } },
    ),
  };
}

/** What was seen to be wrong until then is a verdict; nothing wrong and no end is none. */
function timedOut(parts: TrialParts, validation: Validation): Validation {
  const checks = liveChecks({ ...validation, phase: 'cleaning' }, { bootMs: bootMsOf(parts.settings) });
  if (validation.phase !== 'creating' && checks.some((check) => check.status === 'error'))
    return judged(parts, validation, 'Its time was over');
  return ended(
    validation,
    'broken',
    parts.clock.now(),
    `Its time was over while it was ${validation.phase}: no verdict.`,
  );
}

/** A reimage that was written down is asked for now. */
function isAnnouncement(before: Validation, after: Validation): boolean {
  const asked = (validation: Validation) => validation.machines.filter((machine) => machine.reimage !== null).length;
  return before.phase === 'reimaging' && asked(after) > asked(before);
}
