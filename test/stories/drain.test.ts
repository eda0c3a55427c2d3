// Somebody drains a machine in the middle of its job: the job comes to its end, and only then the machine goes.
import { expect, it } from '@jest/globals';
import type { AzureDevOpsEvent } from '../../sandbox/azure-devops/events.ts';
import { createWorld } from '../../sandbox/world/world.ts';
import { readOpenWishes, wishWrite } from '../../service/node-wishes.ts';
import { createMemoryStore } from '../../service/store/memory-store.ts';
import { now0 } from '../builders.ts';
import { fixedKeys } from './fixed-keys.ts';

const names = { jobName: 'build', definitionName: 'web shop', runName: 'run 1', runId: 1 };

it('drains a busy machine without hurting its job, and leaves its whole story for charts', async () => {
  const events: AzureDevOpsEvent[] = [];
  const world = await createWorld({
    ...{ seed: 1, startAt: now0, store: (now) => createMemoryStore({ now }) },
    settings: { desiredIdle: 0, maxCapacity: 4, recycleAfterEachUse: false, timeToLiveMinutes: 600 },
    arrivals: [{ at: 60, durationSeconds: 1800, label: '', ...names }],
    generateKeys: await fixedKeys(),
    onAzureDevOpsEvent: (event) => events.push(event),
  });
  const happened = (kind: string) => events.find((event) => event.kind === kind);
  await world.run(now0 + 2 * 3_600_000, () => happened('jobStarted') !== undefined);
  await world.run(world.clock.now() + 60_000);
  const [life] = await world.store.listGenerations('linux');
  const asked = { action: 'drain' as const, generationId: life!.generationId, node: 'agents_0', by: 'Mary' };
  const wish = { ...asked, reason: 'disk is full', at: world.clock.now(), outcome: null };
  await world.store.writeRecords([wishWrite('linux', 'w1', wish)]);
  await world.run(now0 + 3 * 3_600_000);
  expect(world.failed).toEqual([]);
  expect(happened('jobFinished')).toMatchObject({ result: 'succeeded' });
  expect(world.clouds.azure.instances()).toEqual([]);
  expect(await readOpenWishes(world.store, 'linux')).toEqual([]);
  const finishedAt = happened('jobFinished')!.at;
  const spans = (await world.store.listNodeSpans('linux', now0, world.clock.now(), 100)).toReversed();
  const states = spans.map((one) => one.state);
  expect(states.filter((state) => state === 'assignedPendingDelete')).toHaveLength(1);
  const deleting = spans.find((one) => one.state === 'deletingCompute');
  expect(deleting!.from).toBeGreaterThan(finishedAt);
  expect(spans.every((one) => one.to !== null)).toBe(true);
  const log = await world.store.listLog('linux', 100, null);
  expect(log.some((entry) => entry.decision.reason.words === 'Mary asked to drain agents_0: disk is full.')).toBe(true);
  expect(await world.store.readWaits('linux', now0, world.clock.now())).toMatchObject({ jobs: 1 });
  const [boot] = await world.store.readBoots('linux', now0, world.clock.now());
  expect(boot).toMatchObject({ boots: 1, startedBy: 'create' });
  expect(boot!.p50).toBeGreaterThan(30);
});
