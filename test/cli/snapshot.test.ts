// `weir explain` and `weir decide` on files, as a process: the shapes that scripts depend on.
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { readKeptMemory } from '../../cli/snapshot-kept.ts';
import { translateScaleSet } from '../../service/azure/translate.ts';
import type { Memory } from '../../service/domain/memory.ts';
import { fieldsOf } from '../../service/wire.ts';
import { callWeir, runWeir, snapshotFile, withFile } from './run-weir.ts';

interface Verdicts {
  readonly verdicts: readonly Record<string, unknown>[];
}
interface Decisions {
  readonly decisions: readonly Record<string, unknown>[];
  readonly newNodes: number;
  readonly extraNodes: number;
}

const json = async <T>(...args: string[]): Promise<T> => {
  const { code, out, note } = await callWeir(...args, '--json');
  expect([code, note]).toEqual([0, '']);
  return JSON.parse(out) as T;
};
const explain = (snapshot: object): Promise<Verdicts> =>
  withFile(JSON.stringify(snapshot), (file) => json<Verdicts>('explain', file));
const decide = (snapshot: object): Promise<Decisions> =>
  withFile(JSON.stringify(snapshot), (file) => json<Decisions>('decide', file));

const id = '/subscriptions/x/resourceGroups/g/providers/Microsoft.Compute/virtualMachineScaleSets/a';
const set = { id, name: 'a', sku: { name: 'Standard_D2s_v5', capacity: 0 } };
/** As the service writes it: id, image, version, size and the digest of the model. */
const breakerKey = `${id} ::  standard_d2s_v5 ${translateScaleSet(set, 'set').modelDigest ?? ''}`.toLowerCase();
const lastAt = Date.parse('2026-11-22T09:58:00Z');
const breaker = {
  ...{ failures: 3, since: lastAt - 60_000, lastAt, openUntil: lastAt + 300_000, probes: 0 },
  ...{ counted: ['g1'], why: 'The extension failed' },
};
const refusalAt = (at: string) => ({
  ...{ at: Date.parse(at), what: 'scaleOut', code: 'SkuNotAvailable' },
  ...{ words: 'Azure does not offer the size here.', nextStep: 'Choose another size.' },
});

/** Every part of it, so that the compiler says which one is new. */
const wholeMemory: Required<Memory> = {
  version: 1,
  idleSince: { n: 1 },
  stateSince: { n: { state: 'idle', since: 2 } },
  claims: { 7: 'n' },
  boots: { create: [60, 70], reimage: [30], cancelled: [{ seconds: 9, after: 2 }], online: 4 },
  sampled: { lastSampleAt: 3, lastGrowAt: null, aboveStandbySince: 4 },
  restUntil: { [id]: 5 },
  capacityRefusals: { [id]: { code: null, words: 'no room', isQuota: false } },
  bumped: [8],
  unwell: { vm: 6 },
  triedAgents: { 'i 4.1': 7 },
  breakers: { key: breaker },
  reimagedAt: { vm: 8 },
  defaults: { ubuntu: { version: '1.0.0', former: null } },
  emptyLanes: { [id]: 9 },
  broughtVersions: { 'ubuntu 1.0.1': 10 },
  refusals: { [id.toLowerCase()]: { at: 11, what: 'createLane', code: null, words: 'No.', nextStep: null } },
  shortages: { [id]: { restUntil: 12, at: 13, going: ['n'], inVain: 1, machines: 2 } },
  spent: { month: '2026-11', milliseconds: 14, at: 15, machines: 3 },
  races: { ...{ at: 16, busy: 1, idle: 2, waiting: 3, minutes: 4, needed: 5, idled: 6 }, raced: [0, 1] },
  demand: {
    ...{ minute: 17, ends: [1, 2], peaks: [2, 2], waiting: 1 },
    seen: { all: { rising: { moments: 1, rose: [0, 1] } } },
    cost: {
      ...{ minutes: 1, needed: 2, paid: [3], machines: [4], times: [1.5], rises: 5, unmet: [4], missed: [0.8] },
      debt: { times: 1.45, minutes: -6, aim: 1.5 },
    },
    clock: { since: 288, rises: { 12: [2, 6, 3, 6] }, lately: [{ minute: 16, level: 1, top: 7, foretold: 6 }] },
  },
  paying: { machines: 2, times: 1.45 },
  phantom: { [id]: { since: 18, resent: 1, nextAt: 19 } },
};

describe('weir explain', () => {
  it('gives one verdict for each job request, in the shape that scripts depend on', async () => {
    const { verdicts } = await json<Verdicts>('explain', snapshotFile('living-pool'));
    expect(verdicts.map((one) => [one.requestId, one.verdict])).toEqual([
      [901, 'running'],
      [902, 'nodeBooting'],
      [903, 'starting'],
      [904, 'noAgentMatches'],
      [905, 'demandSyntax'],
      // It failed at once, for the demand that no agent meets.
      [890, 'noAgentMatches'],
    ]);
    for (const one of verdicts) {
      expect(Object.keys(one).sort()).toEqual([
        'estimatedStartSeconds',
        'evidence',
        'nextStep',
        'position',
        'requestId',
        'resolvesItself',
        'verdict',
        'words',
      ]);
    }
    expect(verdicts[3]).toMatchObject({
      resolvesItself: false,
      position: 3,
      evidence: [{ kind: 'nearMiss', name: 'agents000000', fails: [{ demand: 'java -equals 21', has: '17' }] }],
    });
  });

  it('tells who is next at the maximum, and that a scale set is missing', async () => {
    const busy = await json<Verdicts>('explain', snapshotFile('two-of-two-busy'));
    expect(busy.verdicts.map((one) => one.verdict)).toEqual(['running', 'running', 'poolAtMaximum', 'queuedBehind']);
    const gone = await json<Verdicts>('explain', snapshotFile('no-scale-set'));
    expect(gone.verdicts[0]).toMatchObject({ verdict: 'scaleSetMissing', resolvesItself: false });
  });

  it('reads well, too, and shows nothing that could move a cursor', async () => {
    const { out } = await runWeir('explain', snapshotFile('living-pool'));
    expect(out).toContain('904 installer / package: noAgentMatches, needs somebody, number 3 in the queue\n');
    const hostile = { now: '2026-11-22T10:00:00Z', jobRequests: [{ requestId: 1, jobName: '\u001b[2Jgone\u202e' }] };
    await withFile(JSON.stringify(hostile), async (file) => {
      const shown = await callWeir('explain', file);
      expect(shown.out).toContain('\ufffd[2Jgone\ufffd');
      expect(shown.out).not.toContain('\u001b');
    });
  });

  it('names the quota that is used up, where the memory has it', async () => {
    const refusal = { code: 'OperationNotAllowed', words: 'The quota "Dsv3 Cores" allows 4', isQuota: true };
    const snapshot = {
      now: '2026-11-22T10:00:00Z',
      jobRequests: [{ requestId: 1, queueTime: '2026-11-22T09:59:50Z', demands: [] }],
      scaleSets: [{ scaleSet: { id, name: 'a', sku: { capacity: 0 } }, instances: [] }],
      memory: {
        restUntil: { [id]: Date.parse('2026-11-22T10:01:00Z') },
        capacityRefusals: { [id]: refusal },
      },
    };
    expect((await explain(snapshot)).verdicts[0]).toMatchObject({
      ...{ verdict: 'noCapacity', resolvesItself: false, nextStep: 'Ask for more quota in the subscription.' },
      words: expect.stringContaining('The quota "Dsv3 Cores" allows 4'),
    });
  });

  it.each<[string, object, object]>([
    [
      'what Azure refuses for good',
      { refusals: { [id]: refusalAt('2026-11-22T09:55:00Z') } },
      { verdict: 'noCapacity', resolvesItself: false, nextStep: 'Choose another size.' },
    ],
    // A pass of the service believes a refusal for a quarter of an hour.
    [
      'nothing of a refusal of yesterday',
      { refusals: { [id]: refusalAt('2026-11-21T10:00:00Z') } },
      { verdict: 'starting' },
    ],
    [
      'that machines fail in a row',
      { breakers: { [breakerKey]: breaker } },
      {
        verdict: 'imageFailing',
        words: expect.stringContaining('3 machines in a row did not come up in the scale set "a"'),
      },
    ],
    ['nothing of what another release wrote', { version: 7, restUntil: { [id]: 2e12 } }, { verdict: 'starting' }],
  ])('knows from the memory %s', async (_what, memory, verdict) => {
    const snapshot = {
      ...{ now: '2026-11-22T10:00:00Z', settings: {}, agents: [], memory },
      jobRequests: [{ requestId: 1, queueTime: '2026-11-22T09:59:50Z', demands: [] }],
      scaleSets: [{ scaleSet: set, instances: [] }],
    };
    expect((await explain(snapshot)).verdicts[0]).toMatchObject(verdict);
  });

  it('reads every part of a memory as the service wrote it', () => {
    const kept = fieldsOf(JSON.parse(JSON.stringify(wholeMemory)) as unknown, 'snapshot.memory');
    expect(readKeptMemory(kept)).toEqual(wholeMemory);
  });

  it('says what is guessed, beside the answer in JSON and before it in text', async () => {
    const bare = { now: '2026-11-22T10:00:00Z', jobRequests: [], scaleSets: [{ scaleSet: { id }, instances: [] }] };
    const { warnings } = (await explain(bare)) as unknown as {
      readonly warnings: readonly { readonly code: string }[];
    };
    expect(warnings.map(({ code }) => code)).toEqual(['SETTINGS_MISSING', 'AGENTS_MISSING', 'CAPACITY_MISSING']);
    const above = { ...bare, settings: { desiredIdle: 12 }, agents: [], memory: { version: 3 } };
    const { note } = await withFile(JSON.stringify(above), (file) => callWeir('decide', file));
    expect(note).toContain('desiredIdle 12 is above maxCapacity 10, and 10 is taken for it. (STANDBY_GT_MAX)');
    expect(note).toContain('(MEMORY_VERSION)\n  where: memory.version\n');
  });

  it('answers with as little as an instant', async () => {
    expect(await explain({ now: '2026-11-22T10:00:00Z', settings: {}, agents: [] })).toEqual({ verdicts: [] });
    const { verdicts } = await explain({ now: '2026-11-22T10:00:00Z', jobRequests: { value: [{ requestId: 5 }] } });
    expect(verdicts[0]).toMatchObject({ requestId: 5, verdict: 'azureUnknown', position: 1 });
  });

  it.each(['', null])('reads a list as whole whose nextLink is %j', async (nextLink) => {
    const jobRequests = { value: [{ requestId: 5 }], nextLink };
    expect((await explain({ now: '2026-11-22T10:00:00Z', jobRequests })).verdicts).toHaveLength(1);
  });

  it('finds an agent by its name where it has no capabilities, whatever the case', async () => {
    const text = await readFile(snapshotFile('two-of-two-busy'), 'utf8');
    const { verdicts } = await explain(
      JSON.parse(text.replace('"small000001", "enabled"', '"SMALL000001", "enabled"')) as object,
    );
    expect(verdicts.map((one) => one.verdict)).toEqual(['running', 'running', 'poolAtMaximum', 'queuedBehind']);
  });
});

describe('a snapshot without memory', () => {
  const now = '2026-11-22T10:00:00Z';
  const scaleSets = [{ scaleSet: { id, name: 'a', sku: { capacity: 0 } }, instances: [] }];
  const jobRequests = [{ requestId: 1, queueTime: '2026-11-22T09:59:50Z', demands: ['java'] }];
  const agent = (more: object, systemCapabilities: object) => ({ id: 5, name: 'a1', ...more, systemCapabilities });
  it.each<[string, object[], string, number]>([
    ['no agents: Azure DevOps let the job wait, so a machine is tried', [], 'starting', 1],
    [
      'an offline agent with the capability, as a placeholder is',
      [agent({ status: 'offline' }, { java: '17' })],
      'starting',
      1,
    ],
    ['agents, and none has the capability', [agent({ status: 'online' }, { maven: '3' })], 'noAgentMatches', 0],
    ['an idle agent with the capability', [agent({ status: 'online' }, { Java: '17' })], 'starting', 1],
  ])('%s', async (_what, agents, verdict, newNodes) => {
    const snapshot = { now, jobRequests, agents, scaleSets };
    expect((await explain(snapshot)).verdicts.map((one) => one.verdict)).toEqual([verdict]);
    expect((await decide(snapshot)).newNodes).toBe(newNodes);
  });
});

describe('weir decide', () => {
  it('asks for the machines that are missing, with the reason, and prints no ids that only the service needs', async () => {
    const { decisions, newNodes, extraNodes } = await json<Decisions>('decide', snapshotFile('living-pool'));
    expect([newNodes, extraNodes]).toEqual([1, 0]);
    const { reason, ...first } = decisions[0] ?? {};
    expect(first).toEqual({ kind: 'scaleOut', scaleSet: 'agents', from: 2, to: 3 });
    expect(reason).toMatchObject({ code: 'requestsWithoutNode' });
    expect(JSON.stringify(reason)).toContain('capacity 2 → 3');
    for (const decision of decisions) expect(decision).not.toHaveProperty('target');
    const { out } = await callWeir('decide', snapshotFile('living-pool'));
    expect(out).toContain('scaleOut agents 2 → 3 (requestsWithoutNode)\n');
    expect(out).toContain('1 machine asked for.\n');
  });

  it('asks for nothing at the maximum', async () => {
    const { decisions, newNodes } = await json<Decisions>('decide', snapshotFile('two-of-two-busy'));
    expect(newNodes).toBe(0);
    expect(decisions.filter((decision) => decision.kind !== 'wait')).toEqual([]);
  });

  it('obeys the settings and the memory of the snapshot', async () => {
    const snapshot = JSON.parse(await readFile(snapshotFile('living-pool'), 'utf8')) as { settings: object };
    const paused = await decide({ ...snapshot, settings: { ...snapshot.settings, paused: true } });
    expect(paused.newNodes).toBe(0);
    const foreign = await decide({ ...snapshot, memory: { generations: [] } });
    expect(foreign.decisions.map((decision) => decision.kind)).not.toContain('reclaim');
  });
});

describe('as processes', () => {
  it('both verbs print one JSON document and end with 0', async () => {
    for (const verb of ['explain', 'decide']) {
      const { code, out, note } = await runWeir(verb, snapshotFile('living-pool'), '--json');
      expect([code, note]).toEqual([0, '']);
      expect(JSON.parse(out)).toHaveProperty(verb === 'explain' ? 'verdicts' : 'decisions');
    }
  });

  it('a broken file ends with 1 and no stack', async () => {
    const { code, out, note } = await withFile('{', (file) => runWeir('explain', file));
    expect([code, out]).toEqual([1, '']);
    expect(note).toMatch(/^weir: .*is not JSON: .*\(SNAPSHOT_JSON\)\n/);
    expect(note).not.toMatch(/\n\s+at /);
  });
});
