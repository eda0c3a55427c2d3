// I-17: of machines that go by the pool's own choice (too old, an old agent, an old image) one goes at a time, or a tenth of
// the pool. Whose choice it was the journal does not say; it is the pool's where nothing else asks for it: the machine is
// enabled, no more machines stand than are wanted, no job has come or gone lately, and nothing went wrong for half an hour.
import type { JournalEvent } from '../journal.ts';
import { standingFaults } from '../standing-faults.ts';
import { isByController, numberIn, textIn, type Checker, type Report } from './checker.ts';

const mostPercent = 10;
/** What may make a machine go, and for how many seconds after it: trouble, and jobs. */
const restless: Readonly<Record<string, number>> = {
  ...{ fault: 1800, poolSettings: 1800, serviceCrash: 1800 },
  ...{ jobQueued: 120, jobAssigned: 120, jobFinished: 120, jobLost: 1800 },
};

interface Pool {
  desiredIdle: number;
  /** Until when a machine may have to go for something that happened. */
  restlessUntil: number;
  controllers: number;
  readonly machines: Set<string>;
  readonly machineOf: Map<number, string>;
  /** Agents that may take jobs. */
  readonly enabled: Set<number>;
  /** Machines on which a job failed, in a pool that keeps such for somebody to look at (decision 0021): they are closed, and stay. */
  readonly failed: Set<string>;
  keepsFailed: boolean;
  /** Machines that go by choice and are not gone yet. */
  readonly going: Set<string>;
}

export function disruptionChecker(): Checker {
  const pool: Pool = {
    ...{ desiredIdle: 0, restlessUntil: 0, controllers: 0 },
    ...{ machines: new Set(), machineOf: new Map(), enabled: new Set(), going: new Set() },
    ...{ failed: new Set(), keepsFailed: false },
  };
  return (event, report) => {
    const [agent, vmId] = [numberIn(event, 'agent'), textIn(event, 'vmId')];
    const isStanding = event.kind === 'fault' && standingFaults.has(event.id);
    if (!isStanding) pool.restlessUntil = Math.max(pool.restlessUntil, event.t + (restless[event.kind] ?? 0));
    switch (event.kind) {
      case 'poolSettings':
        pool.desiredIdle = numberIn(event, 'desiredIdle') ?? 0;
        pool.keepsFailed = (numberIn(event, 'maxSavedNodeCount') ?? 0) > 0;
        return;
      case 'jobFinished':
        if (vmId !== null && event.result === 'failed' && pool.keepsFailed) pool.failed.add(vmId);
        return;
      case 'serviceStart':
        pool.controllers = Math.max(pool.controllers, numberIn(event, 'controller') ?? 1);
        return;
      case 'instanceCreated':
        if (vmId !== null) pool.machines.add(vmId);
        return;
      case 'instanceDeleted':
      case 'instanceReimaged':
        if (vmId !== null) gone(pool, event, vmId);
        return;
      case 'agentRegistered':
        if (agent !== null && vmId !== null) pool.machineOf.set(agent, vmId);
        return;
      case 'agentEnabled':
        if (agent !== null) enabled(pool, agent);
        return;
      case 'agentDisabled':
        if (agent !== null) disabled(pool, event, agent, report);
    }
  };
}

function gone(pool: Pool, event: JournalEvent, vmId: string): void {
  pool.going.delete(vmId);
  pool.failed.delete(vmId);
  if (event.kind === 'instanceDeleted') pool.machines.delete(vmId);
}

function enabled(pool: Pool, agent: number): void {
  pool.enabled.add(agent);
  pool.going.delete(pool.machineOf.get(agent) ?? '');
}

function disabled(pool: Pool, event: JournalEvent, agent: number, report: Report): void {
  const vmId = pool.machineOf.get(agent);
  const wasEnabled = pool.enabled.delete(agent);
  const isQuiet = pool.controllers === 1 && event.t >= pool.restlessUntil;
  const isWanted = pool.machines.size <= pool.desiredIdle;
  if (vmId === undefined || pool.failed.has(vmId) || !wasEnabled || !isByController(event) || !isQuiet || !isWanted)
    return;
  pool.going.add(vmId);
  const most = Math.max(1, Math.floor((pool.machines.size * mostPercent) / 100));
  const count = `${String(pool.going.size)} of ${String(pool.machines.size)} machines go by choice`;
  if (pool.going.size > most) report(event.t, `${count} at a time; ${String(most)} may.`, 'I-17');
}
