// The fact on which all placeholders rest, in both variants (docs/unverified.md, line 1): a waiting job is matched again when an
// agent registers later, or only ever with the agents that were there when it was queued. More jobs than machines, each machine
// for one job, and all of them run.
import { describe, expect, it } from '@jest/globals';
import type { AzureDevOpsEvent } from '../../sandbox/azure-devops/events.ts';
import { createWorld } from '../../sandbox/world/world.ts';
import { createMemoryStore } from '../../service/store/memory-store.ts';
import { now0 } from '../builders.ts';
import { fixedKeys } from './fixed-keys.ts';

const hour = 3_600_000;

async function burst(matching: 'live' | 'atQueueTime', setting: 'live' | 'atQueueTime', isStateless = true, hours = 3) {
  const events: AzureDevOpsEvent[] = [];
  const world = await createWorld({
    seed: 5,
    startAt: now0,
    matching,
    store: (now) => createMemoryStore({ now }),
    settings: {
      maxCapacity: 2,
      desiredIdle: 0,
      recycleAfterEachUse: isStateless,
      timeToLiveMinutes: 5,
      demands: { matching: setting },
      ...(isStateless ? {} : { profile: { kind: 'stateful', gracePeriodMinutes: 0 } }),
    },
    arrivals: Array.from({ length: 5 }, (_, index) => ({
      ...{ at: 120 + index, durationSeconds: 60, label: '', jobName: 'build', definitionName: 'web shop' },
      ...{ runName: 'run 1', runId: 1 },
    })),
    generateKeys: await fixedKeys(),
    onAzureDevOpsEvent: (event) => events.push(event),
  });
  const finished = () => events.filter((event) => event.kind === 'jobFinished');
  await world.run(now0 + hours * hour, () => finished().length === 5);
  const results = finished().map((event) => event.result);
  // A placeholder that is told anew what it promises keeps its name.
  const replaced = events.filter(
    (event) => event.kind === 'agentReplaced' && !event.agentName.startsWith('weir-placeholder-default'),
  );
  const lost = events.filter((event) => event.kind === 'jobLost');
  if (results.length > 0) await world.run(world.clock.now() + hour);
  return { world, results, replaced, lost };
}

describe('where a waiting job is matched again when an agent registers', () => {
  it('machines register anew and every job runs', async () => {
    const { world, results, replaced } = await burst('live', 'live');
    expect(results).toEqual(Array.from({ length: 5 }, () => 'succeeded'));
    expect(replaced).toEqual([]);
    expect(world.clouds.azureDevOps.agents()).toHaveLength(3);
  }, 120_000);
});

describe('where a waiting job only gets an agent that was there when it was queued', () => {
  it.each([
    ['one job each', true],
    ['many jobs', false],
  ])(
    'machines for %s take over placeholders, and every job runs',
    async (_name, isStateless) => {
      const { world, results, replaced, lost } = await burst('atQueueTime', 'atQueueTime', isStateless);
      expect(results).toEqual(Array.from({ length: 5 }, () => 'succeeded'));
      expect(lost).toEqual([]);
      // A job that the registration ran on another machine is none of the machine that took it over.
      const log = await world.store.listLog('linux', 400, null);
      expect(log.filter((entry) => entry.decision.kind === 'reimage').length).toBeLessThanOrEqual(isStateless ? 5 : 0);
      expect(replaced.length).toBeGreaterThanOrEqual(isStateless ? 5 : 1);
      // Nothing is left but the placeholders, two for each priority.
      expect(world.clouds.azure.instances()).toEqual([]);
      const names = world.clouds.azureDevOps.agents().map((agent) => agent.name);
      expect(names.toSorted()).toEqual(
        ['', '-High', '-High~2', '-Low', '-Low~2', '~2'].map((end) => `weir-placeholder-default${end}`).toSorted(),
      );
    },
    120_000,
  );

  it('a pool that does not know it starts nothing that was queued before its machines, and says so', async () => {
    const { world, results } = await burst('atQueueTime', 'live', true, 0.5);
    expect(results).toEqual([]);
    const log = await world.store.listLog('linux', 200, null);
    expect(log.map((entry) => entry.decision.reason.code)).toContain('matchesAtQueueTime');
  }, 120_000);
});
