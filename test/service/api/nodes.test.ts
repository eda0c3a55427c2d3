// Asking something of a node, and reading what a pool's past adds up to.
import { beforeEach, describe, expect, it } from '@jest/globals';
import { nodeActions } from '../../../contract/nodes.ts';
import { readOpenWishes, wishWrite } from '../../../service/node-wishes.ts';
import { busyMachine, generation, machine, minute, now0, runningRequest, scene } from '../../builders.ts';
import { apiFixture, type Fixture } from './api-fixture.ts';
import { detailOf } from './pool-scene.ts';

let fixture: Fixture;
let woken: string[];

beforeEach(async () => {
  woken = [];
  fixture = await apiFixture({ onImagesChanged: (pool) => woken.push(pool) });
  const { store, lease } = fixture;
  for (const id of ['1', '2'])
    await store.startGeneration(
      lease,
      generation({ instanceId: id, generationId: `g-${id}`, vmId: `vm-${id}`, firstOnlineAt: now0 }),
    );
  const detail = detailOf(scene({ machines: [machine(1), busyMachine(2, 40)], requests: [runningRequest(40, 2)] }));
  await store.writeView(lease, { at: now0, document: JSON.stringify(detail) });
});

let keys = 0;
const ask = (path: string, more: { token?: string; key?: string; payload?: object } = {}) =>
  fixture.ask(`/v1/pools/linux/nodes/${path}`, {
    ...{ method: 'POST', payload: more.payload ?? {}, token: more.token ?? 'manager' },
    headers: { 'idempotency-key': more.key ?? `key-of-test-${(keys += 1)}` },
  });
const codeOf = (answer: { body: unknown }) => (answer.body as { code: string }).code;

describe('asking something of a node', () => {
  it('is written down with who asked and why, and hurries the next pass', async () => {
    const answer = await ask('g-2/drain', { payload: { reason: ' slow disk ' } });
    expect([answer.status, answer.body]).toEqual([
      202,
      { node: 'agents_2', action: 'drain', words: 'agents_2 finishes its job and takes no other; then it is deleted.' },
    ]);
    expect((await readOpenWishes(fixture.store, 'linux')).map((one) => one.value)).toEqual([
      {
        ...{ action: 'drain', generationId: 'g-2', node: 'agents_2', by: 'manager', reason: 'slow disk', at: now0 },
        outcome: null,
      },
    ]);
    expect(woken).toEqual(['linux']);
  });

  it('counts once for each key, also where it is repeated at the same moment', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => ask('g-1/delete', { key: 'the-same-key' })));
    expect(answers.map((one) => one.status)).toEqual([202, 202, 202]);
    expect(await readOpenWishes(fixture.store, 'linux')).toHaveLength(1);
    expect(codeOf(await ask('g-1/save', { key: 'the-same-key' }))).toBe('IDEMPOTENCY_MISMATCH');
  });

  it('is told what can be done with a node where there is no such thing to do', async () => {
    expect((await ask('g-1/explode')).body).toMatchObject({
      message: `action must be one of ${nodeActions.join(', ')}.`,
      ...{ field: 'action', value: 'explode' },
    });
  });

  it.each([
    ['a job runs there', 'g-2/delete', 'manager', 409, 'NODE_BUSY'],
    ['it is not there', 'g-9/delete', 'manager', 404, 'NODE_NOT_FOUND'],
    ['there is no such thing to do', 'g-1/explode', 'manager', 400, 'FIELD_INVALID'],
    ['whoever asks may only look', 'g-1/delete', 'reader', 403, 'NEED_POOL_MANAGE'],
    ['whoever asks may not even look', 'g-1/delete', 'stranger', 404, 'POOL_NOT_FOUND'],
  ])('is refused where %s', async (_why, path, token, status, code) => {
    const answer = await ask(path, { token });
    expect([answer.status, codeOf(answer)]).toEqual([status, code]);
    expect(await readOpenWishes(fixture.store, 'linux')).toEqual([]);
  });

  it('is refused while something else is under way there, or was asked for a moment ago', async () => {
    await ask('g-1/delete');
    expect(codeOf(await ask('g-1/reimage'))).toBe('NODE_LEAVING');
    const { instanceId, scaleSetId, vmId } = generation({ instanceId: '2', vmId: 'vm-2' });
    await fixture.store.openOperation(fixture.lease, {
      ...{ kind: 'reimage', phase: 'requested', scaleSetId, instanceId, vmId, generationId: 'g-2', agentId: 2 },
      ...{ fromCapacity: null, toCapacity: null, operationUrl: null, startedAt: now0, deadlineAt: null },
      reason: { code: 'recycledAsSpare', words: 'It has run its job.' },
    });
    expect(codeOf(await ask('g-2/drain'))).toBe('NODE_LEAVING');
  });

  it('is not refused because Weir waits to keep the node by itself', async () => {
    const own = { code: 'savedForFailedJob', request: 39 };
    const wish = { action: 'save', generationId: 'g-2', node: 'agents_2', by: 'Weir', reason: 'It failed.' } as const;
    await fixture.store.writeRecords([wishWrite('linux', 'own', { ...wish, at: now0, outcome: null, own })]);
    expect((await ask('g-2/drain')).status).toBe(202);
  });

  it('needs a key', async () => {
    const answer = await fixture.ask('/v1/pools/linux/nodes/g-1/delete', { method: 'POST', payload: {} });
    expect([answer.status, codeOf(answer)]).toEqual([428, 'IDEMPOTENCY_REQUIRED']);
  });
});

describe('the past of a pool', () => {
  const at = (minutes: number) => new Date(now0 + minutes * minute).toISOString();

  it('is a timeline in columns that point into lists of nodes and states', async () => {
    const { store, lease } = fixture;
    const node = (name: string, state: string) => ({ node: name, name: `agents_${name}`, state, since: now0 });
    await store.noteNodes(lease, now0, [node('a', 'creatingCompute'), node('b', 'idle')]);
    await store.noteNodes(lease, now0 + minute, [node('a', 'idle')]);
    const { body } = await fixture.ask(`/v1/pools/linux/timeline?from=${at(-5)}&to=${at(5)}`);
    expect(body).toEqual({
      ...{ now: at(0), from: at(-5), to: at(5), isCut: false },
      nodes: [
        { key: 'a', name: 'agents_a' },
        { key: 'b', name: 'agents_b' },
      ],
      states: ['idle', 'creatingCompute'],
      ...{ node: [0, 0, 1], state: [0, 1, 0], start: [at(1), at(0), at(0)], end: [null, at(1), at(1)] },
    });
  });

  it('adds up to waits, machine hours and boot times', async () => {
    const { store, lease } = fixture;
    await store.noteStarts(lease, [{ requestId: 1, queuedAt: now0 - 90_000, startedAt: now0 - 60_000 }]);
    const boot = { life: 'x', image: 'ubuntu', version: '1.0.0', startedBy: 'create' as const };
    await store.noteBoots(lease, [{ ...boot, at: now0, seconds: 120 }]);
    for (const minutes of [-4, -2, 0]) {
      const sample = { queued: 0, running: 0, agentsIdle: 0, agentsBusy: 15, agentsStarting: 0, instances: 30 };
      const counted = [{ size: 'Standard_D2_v3', image: 'ubuntu', machines: 30, busy: 15, idle: 0, booting: 6 }];
      // The first is from before sizes were counted.
      const machines = minutes === -4 ? {} : { machines: counted };
      await store.appendSample(lease, { at: now0 + minutes * minute, ...sample, ...machines });
    }
    const { body } = await fixture.ask('/v1/pools/linux/statistics', { token: 'reader' });
    expect(body).toEqual({
      ...{ now: at(0), from: at(-1440), to: at(0) },
      waits: { jobs: 1, p50Seconds: 30, p95Seconds: 30 },
      ...{ machineHours: 2, busyHours: 1, knownHours: 4 / 60, gapHours: 0 },
      machines: [
        { size: 'Standard_D2_v3', image: 'ubuntu', machineHours: 1, busyHours: 0.5, idleHours: 0, bootingHours: 0.2 },
        { size: null, image: null, machineHours: 1, busyHours: 0.5, idleHours: 0, bootingHours: 0 },
      ],
      boots: [
        {
          ...{ image: 'ubuntu', version: '1.0.0', startedBy: 'create', boots: 1, newestAt: at(0) },
          ...{ p50Seconds: 120, p90Seconds: 120, p95Seconds: 120, slowestSeconds: 120 },
        },
      ],
    });
  });

  it('is not worked out anew for everybody who looks at a month', async () => {
    const { store, lease, time } = fixture;
    const month = () => {
      const iso = (ms: number) => new Date(ms).toISOString();
      return `/v1/pools/linux/statistics?from=${iso(time.sandbox - 720 * 60 * minute)}&to=${iso(time.sandbox)}`;
    };
    const jobs = async () => ((await fixture.ask(month())).body as { waits: { jobs: number } }).waits.jobs;
    expect(await jobs()).toBe(0);
    await store.noteStarts(lease, [{ requestId: 1, queuedAt: now0 - 90_000, startedAt: now0 - 60_000 }]);
    time.sandbox += 10 * minute;
    expect(await jobs()).toBe(0);
    time.sandbox += 40 * minute;
    expect(await jobs()).toBe(1);
  });

  it('does not take a day that lies ahead for the last one', async () => {
    const { store, lease } = fixture;
    await store.noteStarts(lease, [{ requestId: 1, queuedAt: now0 - 90_000, startedAt: now0 - 60_000 }]);
    const jobs = async (from: number, to: number) =>
      (
        (await fixture.ask(`/v1/pools/linux/statistics?from=${at(from)}&to=${at(to)}`)).body as {
          waits: { jobs: number };
        }
      ).waits.jobs;
    expect(await jobs(1440, 2880)).toBe(0);
    expect(await jobs(-1440, 0)).toBe(1);
  });

  it.each(['timeline', 'statistics'])('refuses a span of time of the %s that ends before it begins', async (part) => {
    const answer = await fixture.ask(`/v1/pools/linux/${part}?from=${at(5)}&to=${at(0)}`);
    expect([answer.status, codeOf(answer)]).toEqual([400, 'RANGE_INVALID']);
  });
});
