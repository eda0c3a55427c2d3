// Job requests that ended lately: a job that nobody could be found for fails before it is ever seen in the queue, and the
// verdict of why is still owed to its author. Those that ran are kept for what-ifs.
import type { JobRequest } from '../domain/job-request.ts';
import type { Observation } from '../domain/observation.ts';
import { pastJobOf } from '../domain/past-job.ts';
import { CloudError } from '../problem.ts';
import { isDueAgain, steadyNow } from '../steady.ts';
import type { PoolContext, Recollection } from './context.ts';

const everyMilliseconds = 30_000;
const mostRequests = 25;
const keptMilliseconds = 24 * 3_600_000;
/** As many as are asked for where all of the usual number were new: more may have ended in between, or before Weir came. */
const mostMissed = 1000;

/** What could not be read is as it was: nothing is decided by it. */
export async function withFinished(
  context: PoolContext,
  recollection: Recollection,
  observation: Observation,
): Promise<Observation> {
  const { now } = observation;
  const isDue = isDueAgain(recollection.finished?.readAt ?? null, everyMilliseconds, now);
  if (isDue && steadyNow(context.clock) >= recollection.restUntil.azureDevOps) {
    const known = recollection.finished?.requests ?? [];
    recollection.finished = { readAt: now, requests: await readFinished(context, known) };
  }
  const unfinished = new Set(observation.jobRequests.value.map((request) => request.requestId));
  const finishedRequests = (recollection.finished?.requests ?? []).filter(
    (one) => !unfinished.has(one.requestId) && now - (one.finishedAt ?? now) < keptMilliseconds,
  );
  return { ...observation, finishedRequests };
}

async function readFinished(context: PoolContext, known: readonly JobRequest[]): Promise<readonly JobRequest[]> {
  const { azureDevOps, settings } = context;
  try {
    const requests = await azureDevOps.listFinishedJobRequests(settings.poolId, mostRequests);
    const isFull = requests.length >= mostRequests;
    const isBehind = (await note(context, requests, known)) >= mostRequests && isFull;
    if (isBehind) await note(context, await azureDevOps.listFinishedJobRequests(settings.poolId, mostMissed), requests);
    return requests;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return known;
  }
}

/** Gives how many of them nobody knew. */
async function note(
  { store, lease }: PoolContext,
  requests: readonly JobRequest[],
  known: readonly JobRequest[],
): Promise<number> {
  const ids = new Set(known.map((request) => request.requestId));
  const fresh = requests.filter((request) => !ids.has(request.requestId));
  const jobs = fresh.flatMap((request) => pastJobOf(request) ?? []);
  if (jobs.length === 0) return fresh.length;
  // Those that never ran are not kept, so after a restart they count as new: a longer list is then read once in vain.
  return fresh.length - jobs.length + (await store.noteJobs(lease, jobs));
}
