// Looks at pipelines through small ones: what is read, what is read again, and what happens where a right is missing.
import { beforeEach, describe, expect, it } from '@jest/globals';
import { createDiscovery } from '../../../service/discovery/discovery.ts';
import { discoveredDemands, nothingDiscovered, type DiscoveryState } from '../../../service/discovery/reading.ts';
import { missingRightsOf } from '../../../service/discovery/rights.ts';
import { scan } from '../../../service/discovery/scan.ts';
import type { JobRequest } from '../../../service/domain/job-request.ts';
import type { Pipeline, PipelinesPort, RecentRun } from '../../../service/pipelines-port.ts';
import { CloudError } from '../../../service/problem.ts';
import { createMemoryStore } from '../../../service/store/memory-store.ts';
import { fresh, hour, jobRequest, minute, now0, observation, second, settings } from '../../builders.ts';

const yamlOf = (demand: string) => `pool:\n  name: linux\n  demands: ${demand}\nsteps: []\n`;

class SmallPipelines implements PipelinesPort {
  readonly calls: string[] = [];
  fails: Readonly<Record<string, CloudError>> = {};
  isOpenToAll = true;
  permitted: readonly number[] = [];
  pipelines: Pipeline[] = [pipeline(1, 'web shop')];
  runs: RecentRun[] = [];
  yaml: Record<string, string> = { '1 refs/heads/main': yamlOf('WorkFolder -equals /mnt/a') };

  listProjects = () => this.#answer('listProjects', () => [{ projectId: 'p', name: 'Fabrikam' }]);
  listQueues = () => this.#answer('listQueues', () => [{ queueId: 5, name: 'linux' }]);
  readQueuePermissions = () =>
    this.#answer('readQueuePermissions', () => ({ isOpenToAll: this.isOpenToAll, pipelineIds: this.permitted }));
  listPipelines = () => this.#answer('listPipelines', () => this.pipelines);
  listRecentRuns = () => this.#answer('listRecentRuns', () => this.runs);
  listReleaseDefinitions = () => this.#answer('listReleaseDefinitions', () => []);
  preview = (_project: string, id: number, branch: string | null) =>
    this.#answer(`preview ${String(id)} ${branch ?? ''}`, () => this.yaml[`${String(id)} ${branch ?? ''}`] ?? '');

  async #answer<T>(call: string, answer: () => T): Promise<T> {
    await Promise.resolve();
    this.calls.push(call);
    const error = this.fails[call.split(' ')[0]!];
    if (error !== undefined) throw error;
    return answer();
  }

  get previews(): readonly string[] {
    return this.calls.filter((call) => call.startsWith('preview'));
  }
}

function pipeline(pipelineId: number, name: string, overrides: Partial<Pipeline> = {}): Pipeline {
  const usual = { file: 'azure-pipelines.yml', defaultBranch: 'refs/heads/main', defaultQueueId: null, definition: {} };
  return { pipelineId, name, revision: 1, kind: 'yaml', ...usual, ...overrides };
}

let pipelines: SmallPipelines;
let now: number;
/** Between the clock and what the process counts for itself. */
let setBack: number;
beforeEach(() => {
  pipelines = new SmallPipelines();
  now = now0;
  setBack = 0;
});

async function look(before: DiscoveryState = nothingDiscovered): Promise<DiscoveryState> {
  const running = scan({ pipelines, poolId: 7, before, now: () => now });
  for (;;) {
    const step = await running.next();
    if (step.done === true) return step.value;
  }
}

describe('a look at the pipelines', () => {
  it('finds demands with project, pipeline, file, branch and line', async () => {
    const { sets, notCovered } = discoveredDemands(await look(), now);
    expect(sets).toEqual([
      {
        demands: ['WorkFolder -equals /mnt/a'],
        source: 'Fabrikam/web shop (azure-pipelines.yml on main), final YAML line 3',
      },
    ]);
    expect(notCovered).toHaveLength(2);
  });

  it('reads the default branch and the branches in use, but no merges of pull requests', async () => {
    pipelines.runs = ['refs/heads/next', 'refs/heads/next', 'refs/pull/7/merge'].map((branch) => ({
      pipelineId: 1,
      branch,
      commit: 'c1',
    }));
    await look();
    expect(pipelines.previews).toEqual(['preview 1 refs/heads/main', 'preview 1 refs/heads/next']);
  });

  it('reads again only what changed, and everything after six hours', async () => {
    const first = await look();
    now += hour;
    const second = await look(first);
    expect(pipelines.previews).toHaveLength(1);
    pipelines.pipelines = [pipeline(1, 'web shop', { revision: 2 })];
    const third = await look(second);
    pipelines.runs = [{ pipelineId: 1, branch: 'refs/heads/main', commit: 'pushed' }];
    const fourth = await look(third);
    expect(pipelines.previews).toHaveLength(3);
    now += 7 * hour;
    const fifth = await look(fourth);
    expect(pipelines.previews).toHaveLength(4);
    now -= 24 * hour;
    await look(fifth);
    expect(pipelines.previews).toHaveLength(5);
  });

  it('leaves out pipelines that may not use the queue, and forgets those that are gone', async () => {
    pipelines.isOpenToAll = false;
    expect((await look()).readings).toEqual([]);
    pipelines.permitted = [1];
    const found = await look();
    expect(found.readings).toHaveLength(1);
    pipelines.pipelines = [];
    expect((await look(found)).readings).toEqual([]);
  });

  it('keeps what a pipeline asked for while it cannot be expanded, and says so', async () => {
    const before = await look();
    pipelines.pipelines = [pipeline(1, 'web shop', { revision: 2 })];
    const words = 'preview: Azure DevOps answered 400 /a.yml (Line: 7, Col: 3): Unexpected value';
    pipelines.fails = { preview: new CloudError('invalid', 'preview', words) };
    const { sets, notCovered } = discoveredDemands(await look(before), now);
    expect(sets).toHaveLength(1);
    expect(notCovered[0]).toContain('Line: 7');
  });

  it.each(['listProjects', 'listQueues', 'readQueuePermissions', 'listPipelines', 'listReleaseDefinitions', 'preview'])(
    'names the right that %s needs and keeps what was known',
    async (call) => {
      const before = await look();
      now += 7 * hour;
      pipelines.fails = { [call]: new CloudError('denied', call, 'TF401444: no') };
      const after = await look(before);
      expect(after.missingRights).toEqual([expect.stringContaining('TF401444: no')]);
      expect(discoveredDemands(after, now).sets).toHaveLength(1);
    },
  );

  it('for the rights alone asks about few pipelines, and names each right that lacks', async () => {
    pipelines.pipelines = [1, 2, 3, 4, 5].map((id) => pipeline(id, `p${String(id)}`));
    await expect(missingRightsOf(pipelines, 7, () => now)).resolves.toEqual([]);
    expect(pipelines.previews).toHaveLength(3);
    pipelines.fails = { preview: new CloudError('denied', 'preview', 'TF401444: no') };
    const missing = await missingRightsOf(pipelines, 7, () => now);
    expect([...new Set(missing)]).toHaveLength(missing.length);
    expect(missing[0]).toContain('TF401444: no');
  });

  it('is given up where Azure DevOps wants a rest', async () => {
    pipelines.fails = { preview: new CloudError('throttled', 'preview', 'slowly', { retryAfterMs: 30_000 }) };
    await expect(look()).rejects.toThrow('slowly');
  });
});

describe('discovery', () => {
  const on = settings({ demands: { ...settings().demands, discovery: true } });

  async function started(port: PipelinesPort | null = pipelines) {
    const store = createMemoryStore({ now: () => now });
    await store.savePool(on, null, false);
    const lease = (await store.acquireLease('linux', 'me', 24 * hour))!;
    const clock = { now: () => now, elapsed: () => now + setBack };
    const begin = () => createDiscovery({ store, clock, pipelinesFor: () => port });
    return { begin, lease };
  }

  it('goes a few reads further in each pass, and is kept in the store', async () => {
    const { begin, lease } = await started();
    const discovery = begin();
    const first = await discovery.look(on, lease, observation());
    expect([first.discovered?.sets.length, pipelines.calls.length]).toEqual([0, 5]);
    const second = await discovery.look(on, lease, observation());
    expect(second.discovered?.sets).toHaveLength(1);
    pipelines.fails = { listProjects: new CloudError('unavailable', 'listProjects', 'silent') };
    const again = await begin().look(on, lease, observation());
    expect(again.discovered?.sets).toHaveLength(1);
    expect(again.discovered?.notCovered[0]).toContain('silent');
  });

  it('looks again after ten minutes, or when a job failed for want of an agent', async () => {
    const { begin, lease } = await started();
    const discovery = begin();
    const pass = () => discovery.look(on, lease, observation({ now, finishedRequests: refused }));
    let refused = [jobRequest({ result: 'failed', finishedAt: now - minute })];
    const looks = () => pipelines.calls.filter((call) => call === 'listProjects').length;
    for (let count = 0; count < 5; count += 1) await pass();
    expect(looks()).toBe(1);
    now += 2 * minute;
    refused = [jobRequest({ result: 'failed', finishedAt: now - second })];
    await pass();
    expect(looks()).toBe(2);
    for (let count = 0; count < 5; count += 1) await pass();
    now += 11 * minute;
    await pass();
    expect(looks()).toBe(3);
  });

  it('looks again as soon where the clock was set back by hours', async () => {
    const { begin, lease } = await started();
    const discovery = begin();
    const looks = () => pipelines.calls.filter((call) => call === 'listProjects').length;
    const passes = async (finishedRequests: readonly JobRequest[] = []) => {
      for (let count = 0; count < 5; count += 1)
        await discovery.look(on, lease, observation({ now, finishedRequests }));
    };
    await passes();
    [now, setBack] = [now - 3 * hour, 3 * hour];
    await passes();
    expect(looks()).toBe(1);
    now += 2 * minute;
    await passes([jobRequest({ result: 'failed', finishedAt: now - second })]);
    expect(looks()).toBe(2);
    now += 11 * minute;
    await passes();
    expect(looks()).toBe(3);
  });

  it('is nothing where the pool does not want it, and says what is missing where nobody may read', async () => {
    const { begin, lease } = await started(null);
    expect(await begin().look(settings(), lease, observation())).toEqual(observation());
    const picture = await begin().look(on, lease, observation({ agents: fresh([]) }));
    expect(picture.discovered?.missingRights).toEqual([expect.stringContaining('names no identity')]);
  });
});
