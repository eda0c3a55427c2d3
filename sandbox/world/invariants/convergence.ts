// I-8: when everything has come to rest, nothing is left over. I-11: every admissible job got an agent and ended. And a run
// that destroyed nothing or finished nothing proves nothing: then the draw is wrong.
import { isByController, numberIn, textIn, type Checker } from './checker.ts';

export function convergenceChecker(): Checker {
  let desiredIdle = 0;
  const waiting = new Set<number>();
  const machines = new Set<string>();
  /** The controller's agents that stand for a machine. */
  const agents = new Map<number, string>();
  const placeholders = new Set<number>();
  /** Weir has taken its own placeholders away, so that jobs that it could serve fail in the queue. */
  let isBared = false;
  let [destroyed, finished] = [0, 0];
  return (event, report) => {
    const [agent, vmId, request] = [numberIn(event, 'agent'), textIn(event, 'vmId'), numberIn(event, 'request')];
    switch (event.kind) {
      case 'poolSettings':
        desiredIdle = numberIn(event, 'desiredIdle') ?? 0;
        return;
      case 'jobQueued':
        if (request !== null && event.admissible === true) waiting.add(request);
        else if (isBared)
          report(event.t, `Job request ${String(request)} failed at once: no agent stood for it.`, 'I-11');
        return;
      case 'jobFinished':
        finished += 1;
        if (request !== null) waiting.delete(request);
        return;
      case 'jobLost':
        if (request !== null) waiting.delete(request);
        return;
      case 'instanceCreated':
        if (vmId !== null) machines.add(vmId);
        return;
      case 'instanceReimaged':
        if (isByController(event)) destroyed += 1;
        return;
      case 'instanceDeleted':
        if (isByController(event)) destroyed += 1;
        if (vmId !== null) machines.delete(vmId);
        return;
      case 'agentRegistered':
        if (agent !== null && vmId !== null && isByController(event)) agents.set(agent, vmId);
        if (agent !== null && event.placeholder === true) placeholders.add(agent);
        isBared = isBared && placeholders.size === 0;
        return;
      case 'agentDeleted':
        if (agent === null) return;
        agents.delete(agent);
        if (placeholders.delete(agent) && isByController(event)) isBared = placeholders.size === 0;
        return;
      case 'end':
        if (waiting.size > 0) report(event.t, `Job requests ${[...waiting].join(', ')} never ended.`, 'I-11');
        for (const [id, machine] of agents)
          if (!machines.has(machine)) report(event.t, `Agent ${String(id)} is left of a machine that is gone.`, 'I-8');
        for (const machine of machines)
          if (![...agents.values()].includes(machine)) report(event.t, `Machine ${machine} has no agent.`, 'I-8');
        if (machines.size > desiredIdle)
          report(event.t, `${String(machines.size)} machines are left, and ${String(desiredIdle)} are wanted.`, 'I-8');
        if (destroyed === 0) report(event.t, 'The draw is wrong: the run destroyed nothing.', 'draw');
        if (finished === 0) report(event.t, 'The draw is wrong: the run finished no job.', 'draw');
    }
  };
}
