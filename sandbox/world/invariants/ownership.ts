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
/** By then it was asked for again, or Weir has seen that it came to nothing. */
const doubtSeconds = 600;

/**
 * Nor is who disables it after Weir asked for something and had no answer: the agent is then what it would be if the call had been
 * lost, or had had its effect. After an enable that is so until Weir has looked at it (docs/decisions/0029).
 */
class Unanswered {
  /** Agent → whether it was to be enabled, and when no answer had come. */
  readonly #asked = new Map<number, { readonly enabled: boolean; readonly at: number }>();

  /** True where a person who disabled the agent then is not told apart any more. */
  see(event: JournalEvent, agent: number, since: number | undefined): boolean {
    const status = numberIn(event, 'status');
    const isAnswered = status !== null && status < 300 && event.isWhole !== false;
    const before = this.#asked.get(agent);
    if (event.call === 'readAgent') {
      if (isAnswered && before?.enabled === true) this.#asked.delete(agent);
      return false;
    }
    if (event.enabled === false && since !== undefined && event.t - since < momentSeconds) return true;
    const asked = numberIn(event, 'asked') ?? Infinity;
    if (isAnswered) this.#asked.delete(agent);
    else this.#asked.set(agent, { enabled: event.enabled === true, at: event.t });
    return !isAnswered && event.enabled === true && since !== undefined && asked <= since;
  }

  has(agent: number, now: number): boolean {
    const asked = this.#asked.get(agent);
    return asked !== undefined && now - asked.at < doubtSeconds;
  }
}

export function manualStateChecker(): Checker {
  /** Agent → when a person disabled it. */
  const heldByPerson = new Map<number, number>();
  const unanswered = new Unanswered();
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
      if (unanswered.see(event, agent, heldByPerson.get(agent))) heldByPerson.delete(agent);
      return;
    }
    if (event.kind === 'agentRegistered') machineOf.set(agent, textIn(event, 'vmId') ?? '');
    const isHeld = event.kind === 'agentDisabled' && event.by === 'person' && !unanswered.has(agent, event.t);
    if (isHeld) heldByPerson.set(agent, event.t);
    if (event.kind !== 'agentEnabled' && event.kind !== 'agentDeleted') return;
    const isLeft = event.kind === 'agentDeleted' && gone.has(machineOf.get(agent) ?? '');
    if (isByController(event) && heldByPerson.has(agent) && !isLeft) broken(event, agent, report);
    heldByPerson.delete(agent);
  };
}

function broken(event: JournalEvent, agent: number, report: Report): void {
  report(event.t, `${event.kind}: a person had disabled agent ${String(agent)}.`, 'I-16');
}
