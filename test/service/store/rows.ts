// Rows for tests of the store: pools, leases, operations, generations and what the log holds.
import type { Generation } from '../../../service/domain/observation.ts';
import type { PoolSettings } from '../../../service/domain/pool.ts';
import type { Lease, LogEntry, NewOperation, Sample, Store } from '../../../service/ports.ts';
import { UserProblem } from '../../../service/problem.ts';
import { settings } from '../../builders.ts';

export const minute = 60_000;
let names = 0;

export function newName(): string {
  names += 1;
  return `pool ${names}`;
}

export function settingsOf(name: string): PoolSettings {
  const scaleSet = `/subscriptions/1/resourceGroups/r/providers/Microsoft.Compute/virtualMachineScaleSets/${name}`;
  const images = [{ aliases: ['ubuntu-22.04'], source: { id: 'x' }, version: 'latest', standbyPercent: '*' as const }];
  return settings({ name, scaleSet, images });
}

export async function leaseOn(store: Store, pool = newName(), owner = 'first'): Promise<Lease> {
  const lease = await store.acquireLease(pool, owner, minute);
  if (lease === null) throw new Error(`The lease of ${pool} is taken.`);
  return lease;
}

/** A lease whose pool somebody else has taken since. */
export async function staleLease(store: Store): Promise<Lease> {
  const lease = await store.acquireLease(newName(), 'frozen', 0);
  if (lease === null) throw new Error('A new lease is free.');
  await leaseOn(store, lease.pool, 'second');
  return lease;
}

export function operationOf(generationId: string | null, more: Partial<NewOperation> = {}): NewOperation {
  return {
    kind: 'delete',
    phase: 'intended',
    scaleSetId: '/set',
    generationId,
    instanceId: '3',
    vmId: 'vm',
    agentId: 12,
    fromCapacity: null,
    toCapacity: null,
    operationUrl: null,
    startedAt: 1000.5,
    deadlineAt: null,
    reason: { code: 'idle', words: 'Idle for 30 minutes.' },
    ...more,
  };
}

export function generationOf(generationId: string, more: Partial<Generation> = {}): Generation {
  return {
    generationId,
    scaleSetId: '/set',
    instanceId: '3',
    vmId: `vm of ${generationId}`,
    startedAt: 1_700_000_000_000.25,
    startedBy: 'create',
    agentId: null,
    agentName: null,
    claimedAt: null,
    firstOnlineAt: null,
    isDisabledByWeir: true,
    isSaved: false,
    ...more,
  };
}

export function entryOf(at: number, words: string): LogEntry {
  return {
    at,
    level: 'info',
    decision: { kind: 'wait', reason: { code: 'quiet', words }, request: 4 },
    outcome: 'Nothing to do.',
  };
}

export function sampleOf(at: number, queued: number): Sample {
  return { at, queued, running: 1, agentsIdle: 2, agentsBusy: 3, agentsStarting: 4, instances: 5 };
}

export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof UserProblem) return error.code;
    throw error;
  }
  return 'nothing was thrown';
}
