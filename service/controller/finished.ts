// Job requests that ended lately: a job that nobody could be found for fails before it is ever seen in the queue, and the
// verdict of why is still owed to its author.
import type { Observation } from '../domain/observation.ts';
import { CloudError } from '../problem.ts';
import type { PoolContext, Recollection } from './context.ts';

const everyMilliseconds = 30_000;
const mostRequests = 25;
const keptMilliseconds = 24 * 3_600_000;

/** What could not be read is as it was: nothing is decided by it. */
export async function withFinished(
  context: PoolContext,
  recollection: Recollection,
  observation: Observation,
): Promise<Observation> {
  const { now } = observation;
  const isDue = recollection.finished === null || now - recollection.finished.readAt >= everyMilliseconds;
  if (isDue && now >= recollection.restUntil.azureDevOps) {
    try {
      const requests = await context.azureDevOps.listFinishedJobRequests(context.settings.poolId, mostRequests);
      recollection.finished = { readAt: now, requests };
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      recollection.finished = { readAt: now, requests: recollection.finished?.requests ?? [] };
    }
  }
  const unfinished = new Set(observation.jobRequests.value.map((request) => request.requestId));
  const finishedRequests = (recollection.finished?.requests ?? []).filter(
    (one) => !unfinished.has(one.requestId) && now - (one.finishedAt ?? now) < keptMilliseconds,
  );
  return { ...observation, finishedRequests };
}
