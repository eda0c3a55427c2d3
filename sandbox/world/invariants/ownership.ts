// I-6: a machine that is wiped after each use runs one job in each of its lives. I-9: only what is Weir's own is touched.
// I-16: an agent that a person disabled is neither enabled nor taken away while its machine is there.
import type { JournalEvent } from '../journal.ts';
import { isByController, numberIn, textIn, type Checker, type Report } from './checker.ts';

export function singleUseChecker(): Checker {
  let recycles = true;
  const ran = new Map<string, number>();
  return (event, report) => {
    const [vmId, request] = [textIn(event, 'vmId'), numberIn(event, 'request')];
    if (event.kind === 'poolSettings') recycles = event.recycleAfterEachUse === true;
    if (vmId === null) return;
    if (event.kind === 'instanceReimaged' || event.kind === 'instanceCreated') ran.delete(vmId);
    if (event.kind !== 'jobStarted' || request === null) return;
    const earlier = ran.get(vmId);
    if (recycles && earlier !== undefined && earlier !== request)
      report(event.t, `Machine ${vmId} ran job request ${String(request)} after ${String(earlier)}.`, 'I-6');
    ran.set(vmId, request);
  };
}

export function ownershipChecker(): Checker {
  const strangers = new Set<number>();
  return (event, report) => {
    const agent = numberIn(event, 'agent');
    if (agent === null) return;
    if (event.kind === 'agentRegistered' && !isByController(event)) strangers.add(agent);
    const isTouch = ['agentDeleted', 'agentEnabled', 'agentDisabled'].includes(event.kind);
    if (isTouch && isByController(event) && strangers.has(agent))
      report(event.t, `${event.kind}: agent ${String(agent)} is somebody else's.`, 'I-9');
  };
}

/** Who disables an agent in the very moment in which Weir does is not told apart by anybody. */
const momentSeconds = 60;

/**
 * Nor is who disables it while Weir enables it, where no answer to that comes: the agent is then what it would be if the enable had
 * been lost before its effect (docs/decisions/0029).
 */
function isNotToldApart(event: JournalEvent, since: number): boolean {
  if (event.enabled === false) return event.t - since < momentSeconds;
  const status = numberIn(event, 'status');
  const isAnswered = status !== null && status < 300;
  return event.enabled === true && !isAnswered && (numberIn(event, 'asked') ?? Infinity) <= since;
}

export function manualStateChecker(): Checker {
  /** Agent → when a person disabled it. */
  const heldByPerson = new Map<number, number>();
  const machineOf = new Map<number, string>();
  /** Nothing runs on these any more, and nobody can look at them: what is left of them goes (I-8). */
  const gone = new Set<string>();
  return (event, report) => {
    const agent = numberIn(event, 'agent');
    if (event.kind === 'instanceDeleted' || event.kind === 'instanceReimaged') {
      for (const held of heldByPerson.keys())
        if (isByController(event) && machineOf.get(held) === event.vmId) broken(event, held, report);
    }
    const vmId = textIn(event, 'vmId');
    if (event.kind === 'instanceDeleted' && vmId !== null) gone.add(vmId);
    if (agent === null) return;
    if (event.kind === 'wire') {
      const since = heldByPerson.get(agent);
      if (since !== undefined && isNotToldApart(event, since)) heldByPerson.delete(agent);
      return;
    }
    if (event.kind === 'agentRegistered') machineOf.set(agent, textIn(event, 'vmId') ?? '');
    if (event.kind === 'agentDisabled' && event.by === 'person') heldByPerson.set(agent, event.t);
    if (event.kind !== 'agentEnabled' && event.kind !== 'agentDeleted') return;
    const isLeft = event.kind === 'agentDeleted' && gone.has(machineOf.get(agent) ?? '');
    if (isByController(event) && heldByPerson.has(agent) && !isLeft) broken(event, agent, report);
    heldByPerson.delete(agent);
  };
}

function broken(event: JournalEvent, agent: number, report: Report): void {
  report(event.t, `${event.kind}: a person had disabled agent ${String(agent)}.`, 'I-16');
}
