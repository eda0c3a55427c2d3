// A machine that is wiped after each job and used again: the real service against both emulators, in virtual time. Azure
// ends a reimage only after the extensions of the new life, and no claim may come before that end (decision 0004).
import { describe, expect, it } from '@jest/globals';
import type { AzureEvent } from '../../sandbox/azure/emulator.ts';
import type { AzureDevOpsEvent } from '../../sandbox/azure-devops/events.ts';
import type { MachineEvent } from '../../sandbox/machine/machine-event.ts';
import type { Arrival } from '../../sandbox/workload/arrivals.ts';
import type { World } from '../../sandbox/world/moving-world.ts';
import { createWorld } from '../../sandbox/world/world.ts';
import { createMemoryStore } from '../../service/store/memory-store.ts';
import { hour, now0 } from '../builders.ts';
import { fixedKeys } from './fixed-keys.ts';

interface Told {
  readonly world: World;
  readonly azure: readonly AzureEvent[];
  readonly azureDevOps: readonly AzureDevOpsEvent[];
  readonly machines: readonly MachineEvent[];
  /** Codes of the claims that were refused. */
  readonly refusals: readonly unknown[];
}

async function tell(jobs: number, settings: Record<string, unknown>, results: readonly 'failed'[] = []): Promise<Told> {
  const azure: AzureEvent[] = [];
  const azureDevOps: AzureDevOpsEvent[] = [];
  const machines: MachineEvent[] = [];
  const refusals: unknown[] = [];
  const world = await createWorld({
    seed: 5,
    startAt: now0,
    store: (now) => createMemoryStore({ now }),
    settings: { maxCapacity: 1, recycleAfterEachUse: true, ...settings },
    arrivals: Array.from({ length: jobs }, (_, index) => ({
      ...arrival(60 + index),
      ...(results[index] === undefined ? {} : { result: results[index] }),
    })),
    generateKeys: await fixedKeys(),
    onAzureEvent: (event) => azure.push(event),
    onAzureDevOpsEvent: (event) => azureDevOps.push(event),
    onMachineEvent: (event) => machines.push(event),
    line: (_level, _words, fields) => {
      const code = fields?.code;
      if (typeof code === 'string' && code.startsWith('CLAIM_')) refusals.push(code);
    },
  });
  return { world, azure, azureDevOps, machines, refusals };
}

function arrival(at: number): Arrival {
  const names = { label: '', jobName: 'build', definitionName: 'web shop', runName: 'run', runId: at };
  return { at, durationSeconds: 120, ...names };
}

const instants = (events: readonly { readonly kind: string; readonly at: number }[], kind: string) =>
  events.filter((event) => event.kind === kind).map((event) => event.at);
const served = ({ azureDevOps }: Told) => instants(azureDevOps, 'jobFinished').length;
const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

describe('a machine that is wiped after each job', () => {
  it('serves three jobs in three lives, is never deleted, and is asked to wait but never refused', async () => {
    const told = await tell(3, { desiredIdle: 1 });
    const { world } = told;
    await world.run(now0 + 2 * hour, () => served(told) === 3);
    expect(instants(told.azureDevOps, 'jobFinished')).toHaveLength(3);
    const lives: string[] = [];
    const jobsOfLives: number[][] = [];
    for (const event of told.machines) {
      if (event.kind === 'booted') jobsOfLives[lives.push(event.reason) - 1] = [];
      if (event.kind === 'jobStarted') jobsOfLives.at(-1)!.push(event.requestId);
    }
    expect(lives).toEqual(['create', 'reimage', 'reimage']);
    expect(jobsOfLives).toEqual([[1], [2], [3]]);
    expect(new Set(told.machines.map((event) => event.vmId)).size).toBe(1);
    // The used machine becomes the standby again, and still nothing was deleted and nothing but the wait refused.
    await world.run(world.clock.now() + hour);
    expect(told.azure.filter((event) => event.kind === 'instanceDeleted')).toEqual([]);
    expect(instants(told.azure, 'instanceCreated')).toHaveLength(1);
    expect(told.refusals).toEqual(['CLAIM_NOT_YET', 'CLAIM_NOT_YET', 'CLAIM_NOT_YET']);
    expect(told.machines.flatMap((event) => (event.kind === 'extensionFinished' ? [event.exitCode] : []))).toEqual([
      0, 0, 0, 0,
    ]);
    expect(world.clouds.azureDevOps.agents().filter((agent) => agent.status === 'online')).toHaveLength(1);
  }, 600_000);

  it('is kept when its job fails, while the next job gets another, and deleted when its time is over', async () => {
    const settings = {
      ...{ maxCapacity: 2, timeToLiveMinutes: 5 },
      ...{ maxSavedNodeCount: 1, preserveAgentOnJobFailure: true, savedNodeHours: 1 },
    };
    const told = await tell(2, settings, ['failed', 'failed']);
    const { world } = told;
    await world.run(now0 + 0.5 * hour);
    const [failed, second] = told.azureDevOps.filter((event) => event.kind === 'jobFinished');
    expect([failed, second]).toMatchObject([{ result: 'failed' }, { result: 'failed' }]);
    const [life, ...others] = await world.store.listGenerations('linux');
    expect(others).toEqual([]);
    expect(life).toMatchObject({ isSaved: true, savedBecause: expect.stringContaining('failed. It is kept') });
    // No more than one: the machine of the other job was wiped, waited for the next one in vain, and went.
    expect(world.clouds.azure.instances().map(({ vmId }) => vmId)).toEqual([life!.vmId]);
    expect(told.azure.filter((event) => event.kind === 'instanceReimaged' && event.vmId === life!.vmId)).toEqual([]);
    await world.run(now0 + 1.5 * hour, () => world.clouds.azure.instances().length === 0);
    expect(world.clouds.azure.instances()).toEqual([]);
  }, 600_000);

  it('is back clearly sooner than one that is deleted and made anew', async () => {
    const recycled = await tell(3, { desiredIdle: 1 });
    await recycled.world.run(now0 + 2 * hour, () => served(recycled) === 3);
    const replaced = await tell(1, { desiredIdle: 0, timeToLiveMinutes: 1 });
    await replaced.world.run(now0 + 2 * hour, () => instants(replaced.azure, 'instanceDeleted').length === 1);
    const [finishedAt] = instants(replaced.azureDevOps, 'jobFinished');
    const [createdAt] = instants(replaced.azure, 'instanceCreated');
    const [deletedAt] = instants(replaced.azure, 'instanceDeleted');
    // What the extension draws for its own work is the same in both, so it is left out of both.
    const replacement = sum([
      deletedAt! - finishedAt!,
      bootsOf(replaced)[0]!.at - createdAt!,
      afterExtension(replaced)[0]!,
    ]);
    const finished = instants(recycled.azureDevOps, 'jobFinished');
    const boots = bootsOf(recycled);
    const after = afterExtension(recycled);
    for (const life of [1, 2]) {
      const recycle = boots[life]!.at - finished[life - 1]! + after[life]!;
      expect(recycle).toBeLessThan(0.85 * replacement);
    }
  }, 600_000);
});

function bootsOf({ machines }: Told) {
  return machines.filter((event) => event.kind === 'booted');
}

/** From the end of the extension to the agent online, life by life: the wait for the end of the reimage is in here. */
function afterExtension({ machines }: Told): readonly number[] {
  const ended = instants(machines, 'extensionFinished');
  return instants(machines, 'agentOnline').map((at, life) => at - ended[life]!);
}

describe('whoever claims for a machine whose reimage is open', () => {
  it('gets no agent, neither on the old disk nor on the new one, and the machine gets its own after the end', async () => {
    const told = await tell(2, { desiredIdle: 1 });
    const { world } = told;
    const seen: {
      readonly phase: string;
      readonly isWiped: boolean;
      readonly status: number;
      readonly body: string;
    }[] = [];
    while (served(told) < 2 && world.clock.now() < now0 + 2 * hour) {
      await world.run(world.clock.now() + 2_000);
      const open = (await world.store.listOpenOperations('linux')).find((one) => one.kind === 'reimage');
      if (open === undefined) continue;
      const isWiped = told.azure.some((event) => event.kind === 'instanceReimaged' && event.at >= open.startedAt);
      seen.push({ phase: open.phase, isWiped, ...(await claimAs(world, open.vmId!)) });
    }
    expect(served(told)).toBe(2);
    expect(new Set(seen.map((one) => one.phase))).toEqual(new Set(['intended', 'settling', 'requested']));
    expect(seen.filter((one) => one.phase === 'requested' && !one.isWiped).length).toBeGreaterThan(0);
    expect(seen.filter((one) => one.isWiped).length).toBeGreaterThan(10);
    expect(seen.filter((one) => one.status !== 425 || one.body.includes('rsaparams'))).toEqual([]);
    expect(instants(told.azureDevOps, 'agentRegistered')).toHaveLength(3 + 2);
  }, 600_000);
});

/** As a process with root on the machine could: it is answered by the machine's own metadata service. */
async function claimAs(world: World, vmId: string): Promise<{ readonly status: number; readonly body: string }> {
  const { app } = world.service;
  const issued = await app.inject({ method: 'POST', url: '/v1/enrolment/nonce', payload: {} });
  const { nonce } = issued.json<{ nonce: string }>();
  const document: unknown = JSON.parse(world.clouds.azure.attestedDocument(vmId, nonce));
  const answer = await app.inject({
    method: 'POST',
    url: '/v1/enrolment/claims',
    payload: { document, nonce, reported: { forbiddenVariables: [], workFolderVariable: null } },
  });
  return { status: answer.statusCode, body: answer.body };
}
