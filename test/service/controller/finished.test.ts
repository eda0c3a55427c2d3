// Jobs that ended are kept for what-ifs: each once, and where more may have ended than a short list holds, a long one is read.
import { beforeEach, describe, expect, it } from '@jest/globals';
import { freshRecollection, type Recollection } from '../../../service/controller/context.ts';
import { withFinished } from '../../../service/controller/finished.ts';
import type { JobRequest } from '../../../service/domain/job-request.ts';
import { CloudError } from '../../../service/problem.ts';
import type { Lease, Store } from '../../../service/ports.ts';
import { createMemoryStore } from '../../../service/store/memory-store.ts';
import { fresh, jobRequest, minute, now0, scaleSet } from '../../builders.ts';
import { passContext } from './pass-context.ts';
import { smallClouds, type SmallClouds } from './small-clouds.ts';

let store: Store;
let lease: Lease;
let clouds: SmallClouds;
let recollection: Recollection;
let asked: number[];
let now: number;
let ended: JobRequest[];

beforeEach(async () => {
  store = createMemoryStore({ now: () => 0 });
  lease = (await store.acquireLease('linux', 'test', 60_000))!;
  clouds = smallClouds(scaleSet());
  recollection = freshRecollection();
  [asked, now, ended] = [[], now0, []];
});

const finished = (requestId: number, more: Partial<JobRequest> = {}): JobRequest =>
  jobRequest({
    requestId,
    queuedAt: now0 - requestId * minute,
    receivedAt: now0 - requestId * minute + 5000,
    finishedAt: now0 - requestId * minute + 65_000,
    result: 'succeeded',
    ...more,
  });

async function look(): Promise<void> {
  const azureDevOps = {
    ...clouds.azureDevOps,
    listFinishedJobRequests: (_pool: number, count: number) => {
      asked.push(count);
      return Promise.resolve(ended.slice(0, count));
    },
  };
  const context = passContext({ store, lease, clouds, now: () => now }, { azureDevOps });
  const nothing = { now, jobRequests: fresh([]), agents: fresh([]), lanes: [], generations: [], operations: [] };
  await withFinished(context, recollection, { ...nothing, placeholders: [], ownsEverything: false });
  now += minute;
}

const kept = async () => (await store.listJobs('linux', 0, Infinity, 5000)).map((job) => job.requestId);

describe('jobs that ended', () => {
  it('are kept with their times and their image, and those that no agent ever began are not', async () => {
    ended = [
      finished(1, { demands: ['ImageOverride -equals Ubuntu-22.04', 'Priority -equals High'] }),
      finished(2, { receivedAt: null, result: 'canceled' }),
    ];
    await look();
    const [job, ...others] = await store.listJobs('linux', 0, now0, 10);
    expect(job).toEqual({
      requestId: 1,
      queuedAt: now0 - minute,
      startedAt: now0 - minute + 5000,
      finishedAt: now0 + 5000,
      image: 'Ubuntu-22.04',
    });
    expect(others).toEqual([]);
  });

  it.each([
    { told: 'a few', from: 3, asks: [25] },
    { told: 'more than a list holds', from: 60, asks: [25, 1000] },
  ])('are read once where there are $told, and after that only the newest', async ({ from, asks }) => {
    ended = Array.from({ length: from }, (_, index) => finished(index + 1));
    await look();
    expect(asked).toEqual(asks);
    expect(await kept()).toHaveLength(from);
    ended = [finished(900), ...ended];
    await look();
    expect(asked).toEqual([...asks, 25]);
    expect(await kept()).toHaveLength(from + 1);
  });

  it('are known after a restart, so nothing long is read again', async () => {
    ended = Array.from({ length: 30 }, (_, index) => finished(index + 1));
    await look();
    recollection = freshRecollection();
    await look();
    expect(asked).toEqual([25, 1000, 25]);
  });

  it('are read at once where the clock was set back since the last look', async () => {
    await look();
    now -= 3 * 60 * minute;
    await look();
    expect(asked).toEqual([25, 25]);
  });

  it('wait for the next look where Azure DevOps does not answer', async () => {
    ended = [finished(1)];
    await look();
    const silent = new CloudError('unavailable', 'listFinishedJobRequests', 'no answer');
    const azureDevOps = { ...clouds.azureDevOps, listFinishedJobRequests: () => Promise.reject(silent) };
    const context = passContext({ store, lease, clouds, now: () => now }, { azureDevOps });
    const nothing = { now, jobRequests: fresh([]), agents: fresh([]), lanes: [], generations: [], operations: [] };
    const seen = await withFinished(context, recollection, { ...nothing, placeholders: [], ownsEverything: false });
    expect(seen.finishedRequests?.map((one) => one.requestId)).toEqual([1]);
    expect(await kept()).toEqual([1]);
  });
});
