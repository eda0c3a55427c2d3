// I-1: no machine is destroyed, and no registration deleted, whose agent has a job or may still get one. I-2: what is
// destroyed is the very machine whose agent was taken away, never its successor under the same instance id. A successor
// that never had an agent may be given up for reasons of its own (its boot was cancelled, it failed), so a mistake only
// shows where the successor has one.
import type { JournalEvent } from '../journal.ts';
import { isByController, numberIn, textIn, type Checker, type Report } from './checker.ts';

interface Known {
  readonly registered: Map<number, string>;
  readonly holds: Map<number, number>;
  /** Instance → the last machine in it whose agent the controller took away, and that the controller did not destroy. */
  readonly doomed: Map<string, string>;
}

export function destroyChecker(): Checker {
  const known: Known = { registered: new Map(), holds: new Map(), doomed: new Map() };
  const instanceOf = new Map<string, string>();
  return (event, report) => {
    const [agent, vmId, request] = [numberIn(event, 'agent'), textIn(event, 'vmId'), numberIn(event, 'request')];
    switch (event.kind) {
      case 'instanceCreated':
        if (vmId === null) return;
        instanceOf.set(vmId, `${textIn(event, 'scaleSet') ?? ''} ${textIn(event, 'instance') ?? ''}`);
        return;
      case 'agentRegistered':
        if (agent !== null && vmId !== null) known.registered.set(agent, vmId);
        return;
      case 'jobAssigned':
        if (agent !== null && request !== null) known.holds.set(agent, request);
        return;
      case 'jobFinished':
      case 'jobLost':
        lost(event, report);
        if (agent !== null && known.holds.get(agent) === request) known.holds.delete(agent);
        return;
      case 'agentDeleted':
        if (agent !== null) deregistered(event, agent, known, instanceOf, report);
        return;
      case 'instanceDeleted':
      case 'instanceReimaged':
        if (vmId !== null) destroyed(event, vmId, known, report);
    }
  };
}

function lost(event: JournalEvent, report: Report): void {
  const cause = textIn(event, 'cause');
  if (event.kind !== 'jobLost' || (cause !== 'controllerDestroyed' && cause !== 'controllerDeregistered')) return;
  report(event.t, `Job request ${String(event.request)} was lost: ${cause}.`, 'I-1');
}

function deregistered(
  event: JournalEvent,
  agent: number,
  known: Known,
  instanceOf: ReadonlyMap<string, string>,
  report: Report,
): void {
  const request = known.holds.get(agent);
  if (isByController(event) && request !== undefined)
    report(event.t, `Agent ${String(agent)} was deleted while it held job request ${String(request)}.`, 'I-1');
  const vmId = known.registered.get(agent);
  known.registered.delete(agent);
  if (vmId !== undefined && isByController(event)) known.doomed.set(instanceOf.get(vmId) ?? '', vmId);
}

function destroyed(event: JournalEvent, vmId: string, known: Known, report: Report): void {
  if (!isByController(event)) return;
  const place = `${textIn(event, 'scaleSet') ?? ''} ${textIn(event, 'instance') ?? ''}`;
  const meant = known.doomed.get(place);
  known.doomed.delete(place);
  for (const [agent, machine] of known.registered) {
    if (machine !== vmId) continue;
    const request = known.holds.get(agent);
    const may = request === undefined ? 'may still get a job' : `holds job request ${String(request)}`;
    const what = `Instance ${String(event.instance)} was destroyed`;
    report(event.t, `${what} while its agent ${String(agent)} ${may}.`, 'I-1');
    if (meant !== undefined && meant !== vmId)
      report(event.t, `${what}, and another machine was meant that had been the same instance.`, 'I-2');
  }
}
