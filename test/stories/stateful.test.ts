// Agents that keep what jobs leave behind: work folders and tags, with the real service against both emulators, and with an end
// of the service between two jobs.
import { describe, expect, it } from '@jest/globals';
import type { MachineEvent } from '../../sandbox/machine/machine-event.ts';
import type { CrashPoint } from '../../sandbox/world/life.ts';
import type { Arrival } from '../../sandbox/workload/arrivals.ts';
import { createWorld, type World } from '../../sandbox/world/world.ts';
import { createMemoryStore } from '../../service/store/memory-store.ts';
import { hour, imageAlias, now0 } from '../builders.ts';
import { fixedKeys } from './fixed-keys.ts';

type Started = Extract<MachineEvent, { kind: 'jobStarted' }>;

interface Told {
  readonly world: World;
  readonly started: readonly Started[];
}

async function tell(
  arrivals: readonly Arrival[],
  settings: Record<string, unknown>,
  crashAt?: (call: string) => CrashPoint | null,
): Promise<Told> {
  const started: Started[] = [];
  const world = await createWorld({
    seed: 5,
    startAt: now0,
    store: (now) => createMemoryStore({ now }),
    settings: {
      maxCapacity: 4,
      profile: { kind: 'stateful' },
      demands: { workFolders: ['/mnt/a', '/mnt/b'], customCapabilities: ['repo', 'docs'] },
      ...settings,
    },
    arrivals,
    generateKeys: await fixedKeys(),
    onMachineEvent: (event) => {
      if (event.kind === 'jobStarted') started.push(event);
    },
    ...(crashAt === undefined ? {} : { crashAt }),
  });
  await world.run(now0 + 2 * hour, () => started.length === arrivals.length);
  expect(world.failed).toEqual([]);
  return { world, started };
}

function job(at: number, durationSeconds: number, ...demands: readonly string[]): Arrival {
  const name = `job at ${at}`;
  return { at, durationSeconds, label: '', demands, jobName: name, definitionName: name, runName: name, runId: at };
}

/** The machine on which each job ran, as small numbers in the order in which machines came. */
function machinesOf({ started }: Told): readonly number[] {
  const byRequest = [...started].sort((a, b) => a.requestId - b.requestId).map((event) => event.vmId);
  const known = [...new Set(byRequest)];
  return byRequest.map((vmId) => known.indexOf(vmId));
}

describe('WorkFolder', () => {
  const folderOf = ({ started }: Told) => started.map((event) => event.workFolder);

  it('in a stateful pool: the running agent that has the folder, and a new one for another', async () => {
    const told = await tell(
      [
        job(60, 60, 'WorkFolder -equals /mnt/a'),
        job(900, 60, 'WorkFolder -equals /mnt/a'),
        job(1500, 60, 'WorkFolder -equals /mnt/b'),
      ],
      {},
    );
    expect(folderOf(told)).toEqual(['/mnt/a', '/mnt/a', '/mnt/b']);
    expect(machinesOf(told)).toEqual([0, 0, 1]);
  }, 600_000);

  it('in a stateless pool: each job has a machine with its folder, also one that was wiped for it', async () => {
    const told = await tell(
      [job(60, 60, 'WorkFolder -equals /mnt/a'), job(61, 60), job(62, 60, 'WorkFolder -equals /mnt/b')],
      { profile: { kind: 'stateless' }, maxCapacity: 1, demands: { workFolders: ['/mnt/a', '/mnt/b'] } },
    );
    const byRequest = [...told.started].sort((a, b) => a.requestId - b.requestId);
    expect(byRequest.map((event) => event.workFolder)).toEqual(['/mnt/a', '/mnt/_work', '/mnt/b']);
  }, 600_000);

  it('of a demand beats the pool’s, which every other job gets', async () => {
    const told = await tell([job(60, 60), job(900, 60, 'WorkFolder -equals /mnt/b')], { workFolder: '/mnt/pool' });
    expect(folderOf(told)).toEqual(['/mnt/pool', '/mnt/b']);
  }, 600_000);
});

describe('CustomCapabilities', () => {
  const repo = 'CustomCapabilities -equals repo';
  const docs = 'CustomCapabilities -equals docs';

  it('brings the second job of a tag to the agent of the first, and another tag to another agent', async () => {
    const told = await tell([job(60, 60, repo), job(62, 60, docs), job(900, 60, docs), job(902, 60, repo)], {});
    const [first, second, third, fourth] = machinesOf(told);
    expect(first).not.toBe(second);
    expect([third, fourth]).toEqual([second, first]);
    const tags = (await told.world.store.listGenerations('linux')).map((one) => one.tag);
    expect([...tags].sort()).toEqual(['docs', 'repo']);
  }, 600_000);

  it('lets a job wait for the busy agent of its tag, and has another agent tagged after the wait', async () => {
    const patient = await tell([job(60, 900, repo), job(400, 60, repo)], {});
    expect(machinesOf(patient)).toEqual([0, 0]);
    const hasty = await tell([job(60, 1800, repo), job(400, 60, repo)], {
      demands: { customCapabilities: ['repo'], tagWaitMinutes: 2 },
    });
    expect(machinesOf(hasty)).toEqual([0, 1]);
  }, 600_000);

  it('finds its agent again after the service has ended and begun anew', async () => {
    let calls = 0;
    const endsOnce = (call: string): CrashPoint | null => {
      // The process ends right after the labels were written, before it could say so.
      if (call !== 'azureDevOps.putUserCapabilities') return null;
      calls += 1;
      return calls === 1 ? 'after' : null;
    };
    const told = await tell([job(60, 60, repo), job(1200, 60, repo)], {}, endsOnce);
    expect(calls).toBeGreaterThan(0);
    expect(machinesOf(told)).toEqual([0, 0]);
    expect((await told.world.store.listOpenOperations('linux')).filter((one) => one.kind === 'relabel')).toEqual([]);
  }, 600_000);
});

describe('all demands on one job', () => {
  it('gets an agent with the image, the folder, the priority and the tag, and the next such job the same agent', async () => {
    const all = [
      `ImageOverride -equals ${imageAlias}`,
      'WorkFolder -equals /mnt/b',
      'Priority -equals High',
      'CustomCapabilities -equals repo',
    ];
    const source = { publisher: 'Canonical', offer: '0001-com-ubuntu-server-jammy', sku: '22_04-lts-gen2' };
    const told = await tell([job(120, 60, ...all), job(900, 60, ...all)], {
      images: [{ aliases: [imageAlias], source }],
    });
    expect(machinesOf(told)).toEqual([0, 0]);
    expect(told.started.map((event) => event.workFolder)).toEqual(['/mnt/b', '/mnt/b']);
    const [agent] = told.world.clouds.azureDevOps.agents().filter((one) => one.status === 'online');
    expect(agent?.userCapabilities).toEqual({ Priority: 'High', CustomCapabilities: 'repo' });
    expect(agent?.systemCapabilities).toMatchObject({ ImageOverride: imageAlias, WorkFolder: '/mnt/b' });
  }, 600_000);
});
