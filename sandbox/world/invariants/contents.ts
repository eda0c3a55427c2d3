// I-7: what one job left on a machine is not there for the next one, in a pool that wipes after each use. I-3: a reimage
// reaches the life that it was meant for, never the next one of the same machine.
import { isByController, numberIn, textIn, type Checker } from './checker.ts';

export function contentsChecker(): Checker {
  let recycles = true;
  /** vmId → the agent under which a job ran since the machine was made or wiped. */
  const ran = new Map<string, number>();
  /** vmId → its registered agent. */
  const lives = new Map<string, number>();
  return (event, report) => {
    const [agent, vmId] = [numberIn(event, 'agent'), textIn(event, 'vmId')];
    if (event.kind === 'poolSettings') recycles = event.recycleAfterEachUse === true;
    if (event.kind === 'agentDeleted' && agent !== null)
      for (const [machine, life] of lives) if (life === agent) lives.delete(machine);
    if (vmId === null) return;
    if (event.kind === 'instanceReimaged') {
      const life = lives.get(vmId);
      if (isByController(event) && life !== undefined)
        report(event.t, `A reimage of ${vmId} reached the life of agent ${String(life)}.`, 'I-3');
      ran.delete(vmId);
    }
    if (agent === null) return;
    if (event.kind === 'agentRegistered') lives.set(vmId, agent);
    if (event.kind !== 'jobStarted') return;
    const earlier = ran.get(vmId);
    if (recycles && earlier !== undefined && earlier !== agent)
      report(event.t, `A job on ${vmId} found what one under agent ${String(earlier)} had left.`, 'I-7');
    ran.set(vmId, agent);
  };
}
