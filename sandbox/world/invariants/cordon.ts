// The order of the reclaim protocol as the world sees it: an agent that could take jobs is disabled first, and its
// registration goes after two readings that are some time apart. I-10: also one that came late, or is held to be broken.
import type { JournalEvent } from '../journal.ts';
import { isByController, numberIn, type Checker, type Report } from './checker.ts';

/** A little less than R4's, for lines are written when the answer is there. */
const settleSeconds = 25;
/** A person may enable it in the very moment between the last reading and the call: then the refusal must hold. */
const momentSeconds = 180;

interface Cordon {
  readonly enabledAt: number;
  readonly disabledAt: number | null;
}

export function cordonChecker(): Checker {
  /** Agents that were enabled or took jobs: the others are registered and disabled at once, and nobody can reach them. */
  const open = new Map<number, Cordon>();
  /** Since when an agent that was never enabled is disabled: a job may still arrive that was on its way before (D12). */
  const shut = new Map<number, number>();
  return (event, report) => {
    const agent = numberIn(event, 'agent');
    if (agent === null) return;
    const known = open.get(agent);
    if (event.kind === 'agentEnabled') open.set(agent, { enabledAt: event.t, disabledAt: null });
    if (event.kind === 'jobAssigned' && known === undefined)
      open.set(agent, { enabledAt: event.t, disabledAt: shut.get(agent) ?? null });
    if (event.kind === 'agentDisabled') {
      if (known === undefined) shut.set(agent, shut.get(agent) ?? event.t);
      else open.set(agent, { ...known, disabledAt: known.disabledAt ?? event.t });
    }
    if (event.kind === 'agentDeleted' && known !== undefined && isByController(event)) deleted(event, known, report);
  };
}

function deleted(event: JournalEvent, known: Cordon, report: Report): void {
  const name = `Agent ${String(event.agent)}`;
  if (known.disabledAt === null) {
    if (event.t - known.enabledAt > momentSeconds) report(event.t, `${name} was deleted while it was enabled.`, 'I-10');
    return;
  }
  if (event.t - known.disabledAt < settleSeconds)
    report(event.t, `${name} was deleted right after it had been disabled.`, 'I-10');
}
