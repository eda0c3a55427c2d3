// I-18: while Azure DevOps does not answer, nothing is destroyed but what had lost its registration before.
import { isByController, numberIn, textIn, type Checker } from './checker.ts';

/** A delete that Azure took before the outage may end this much later. */
const graceSeconds = 240;
/** Two clean readings are not worth anything any more after this long. */
const readingSeconds = 600;
/** While it lasts, every pass meets it: a longer break is its end. */
const breakSeconds = 90;

export function outageChecker(): Checker {
  let since: number | null = null;
  let last = 0;
  const registered = new Map<number, string>();
  const isFree = new Set<string>();
  return (event, report) => {
    const [agent, vmId] = [numberIn(event, 'agent'), textIn(event, 'vmId')];
    if (since !== null && event.t > last + breakSeconds) since = null;
    if (event.kind === 'fault' && event.id === 'D4') {
      since ??= event.t;
      last = event.t;
    }
    if (event.kind === 'agentRegistered' && agent !== null && vmId !== null) registered.set(agent, vmId);
    if (event.kind === 'agentDeleted' && agent !== null) {
      if (since !== null && event.t > since + readingSeconds && isByController(event))
        report(event.t, `Agent ${String(agent)} was deleted during the outage.`, 'I-18');
      isFree.add(registered.get(agent) ?? '');
    }
    if (event.kind !== 'instanceDeleted' || vmId === null || !isByController(event)) return;
    if (since !== null && event.t > since + graceSeconds && !isFree.has(vmId))
      report(event.t, `Machine ${vmId} was deleted during the outage.`, 'I-18');
  };
}
