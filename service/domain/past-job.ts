// Jobs that ran on the pool and are over: what a what-if replays.
import { equalsIgnoringCase, parseDemand } from './demand.ts';
import type { JobRequest } from './job-request.ts';

/** Log, samples and jobs are kept for as long as this: charts and what-ifs look back five weeks. */
export const keptDays = 35;

/** Instants are milliseconds since the epoch. */
export interface PastJob {
  readonly requestId: number;
  readonly queuedAt: number;
  readonly startedAt: number;
  readonly finishedAt: number;
  /** Value of its `ImageOverride` demand; empty where it named none. */
  readonly image: string;
}

/** Null for a request that is not over, or that no agent ever began: it held no machine. */
export function pastJobOf(request: JobRequest): PastJob | null {
  const { requestId, queuedAt, receivedAt: startedAt, finishedAt } = request;
  if (startedAt === null || finishedAt === null) return null;
  // The clocks of agent and server may differ by a little; time never runs backwards in a replay.
  return { requestId, queuedAt, startedAt, finishedAt: Math.max(startedAt, finishedAt), image: imageIn(request) };
}

function imageIn({ demands }: JobRequest): string {
  const images = demands.map(parseDemand).flatMap((demand) => {
    return demand.kind === 'equals' && equalsIgnoringCase(demand.name, 'ImageOverride') ? [demand.value] : [];
  });
  return images[0] ?? '';
}
