// What one run was let in for ends with the run: seen over twice, and never on a guess.
import { describe, expect, it } from '@jest/globals';
import { admissionWrite, readAdmissions, type VersionAdmission } from '../../../service/image-records.ts';
import { CloudError } from '../../../service/problem.ts';
import { createMemoryStore } from '../../../service/store/memory-store.ts';
import { endAdmissionsOfRuns, type RunLooks } from '../../../service/validation/run-admissions.ts';
import { minute, now0, settings } from '../../builders.ts';

type Answer = { readonly isInProgress: boolean } | null | 'nobody answers';

async function scene(pool = 'linux', looks: RunLooks = new Map()) {
  const time = { now: now0, elapsed: 0 };
  const store = createMemoryStore({ now: () => time.now });
  await store.savePool(settings({ name: pool }), null, false);
  const lease = await store.acquireLease(pool, 'one', 3_600_000);
  if (lease === null) throw new Error('Somebody else holds the pool.');
  const asked: number[] = [];
  const admit = async (version: string, change: Partial<VersionAdmission> = {}): Promise<void> => {
    const base = {
      image: 'ubuntu',
      version,
      runId: 7,
      projectId: 'p1',
      until: now0 + 1440 * minute,
      by: 'x',
      reason: '',
    };
    await store.writeRecords([await admissionWrite(store, pool, { ...base, ...change }, time.now)]);
  };
  return {
    ...{ asked, admit },
    setBack: () => (time.now -= 180 * minute),
    look: async (answer: Answer, minutesLater = 0): Promise<readonly string[]> => {
      time.now += minutesLater * minute;
      time.elapsed += minutesLater * minute;
      await endAdmissionsOfRuns({
        ...{ pool, organization: 'https://dev.azure.com/fabrikam', lease, store, looks },
        clock: { now: () => time.now, elapsed: () => time.elapsed },
        readRun: (_organization, _project, run) => {
          asked.push(run);
          if (answer === 'nobody answers') return Promise.reject(new CloudError('unavailable', 'readRun', 'Nobody.'));
          return Promise.resolve(answer);
        },
      });
      return (await readAdmissions(store, pool)).map(({ value }) => value.version).toSorted();
    },
  };
}

describe('a version that was let in for a run', () => {
  it('stands while the run goes on, and is looked after every two minutes', async () => {
    const { look, admit, asked } = await scene();
    await admit('1.0.0');
    for (let pass = 0; pass < 10; pass += 1) expect(await look({ isInProgress: true }, 0.5)).toEqual(['1.0.0']);
    expect(asked).toEqual([7, 7, 7]);
  });

  it.each<[string, Answer]>([
    ['is over', { isInProgress: false }],
    ['is not there any more', null],
  ])('ends with all others of the run when the run %s at two looks', async (_what, answer) => {
    const { look, admit } = await scene();
    await admit('1.0.0');
    await admit('2.0.0');
    await admit('3.0.0', { runId: 8 });
    expect(await look(answer)).toEqual(['1.0.0', '2.0.0', '3.0.0']);
    expect(await look({ isInProgress: true }, 3)).toEqual(['1.0.0', '2.0.0', '3.0.0']);
    expect(await look(answer, 3)).toEqual(['1.0.0', '2.0.0', '3.0.0']);
    expect(await look(answer, 3)).toEqual([]);
  });

  it('ends as soon where the clock was set back between the looks', async () => {
    const { look, admit, setBack } = await scene();
    await admit('1.0.0');
    expect(await look({ isInProgress: false })).toEqual(['1.0.0']);
    setBack();
    expect(await look({ isInProgress: false }, 3)).toEqual([]);
  });

  it('stands while nobody tells, and where a person named the run', async () => {
    const { look, admit, asked } = await scene();
    await admit('1.0.0');
    await admit('2.0.0', { projectId: null });
    await look({ isInProgress: false });
    for (let pass = 0; pass < 3; pass += 1) expect(await look('nobody answers', 3)).toEqual(['1.0.0', '2.0.0']);
    expect(await look({ isInProgress: false }, 3)).toEqual(['2.0.0']);
    expect(new Set(asked)).toEqual(new Set([7]));
  });

  it('ends though another pool, with runs of its own, is looked after between its two looks', async () => {
    const looks: RunLooks = new Map();
    const [linux, windows] = [await scene('linux', looks), await scene('windows', looks)];
    await linux.admit('1.0.0');
    await windows.admit('5.0.0', { runId: 9 });
    expect(await linux.look({ isInProgress: false })).toEqual(['1.0.0']);
    await windows.look({ isInProgress: true });
    expect(await linux.look({ isInProgress: false }, 3)).toEqual([]);
    expect(await windows.look({ isInProgress: true }, 3)).toEqual(['5.0.0']);
  });
});
