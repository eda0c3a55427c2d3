// Asks both clouds once and makes one dated picture of them. What could not be read is marked, never taken for empty.
import type { Agent } from '../domain/agent.ts';
import type { Instance, ScaleSet } from '../domain/instance.ts';
import type { JobRequest } from '../domain/job-request.ts';
import type { Lane, Observation, Part } from '../domain/observation.ts';
import { CloudError } from '../problem.ts';
import type { PoolContext, Recollection } from './context.ts';
import { tellUnread } from './unread.ts';

export async function observe(context: PoolContext, recollection: Recollection): Promise<Observation> {
  const { azure, azureDevOps, settings, store, clock } = context;
  const last = recollection.lastObservation;
  const lastLane = last?.lanes[0];
  const [jobRequests, agents, scaleSet, instances] = await Promise.all([
    readPart(
      () => clock.now(),
      () =>
        resting(clock.now(), recollection.restUntil.azureDevOps, () => azureDevOps.listJobRequests(settings.poolId)),
      last?.jobRequests,
      noRequests,
    ),
    readPart(
      () => clock.now(),
      () => resting(clock.now(), recollection.restUntil.azureDevOps, () => azureDevOps.listAgents(settings.poolId)),
      last?.agents,
      noAgents,
    ),
    readPart(
      () => clock.now(),
      () => resting(clock.now(), recollection.restUntil.azure, () => azure.readScaleSet(settings.scaleSet)),
      lastLane?.scaleSet,
      null,
    ),
    readPart(
      () => clock.now(),
      () => resting(clock.now(), recollection.restUntil.azure, () => azure.listInstances(settings.scaleSet)),
      lastLane?.instances,
      noInstances,
    ),
  ]);
  rememberRests(recollection, clock.now(), [jobRequests.error, agents.error], [scaleSet.error, instances.error]);
  tellUnread(context, recollection, {
    'job requests': jobRequests.error,
    agents: agents.error,
    'scale set': scaleSet.error,
    instances: instances.error,
  });
  const [generations, operations, placeholders] = await Promise.all([
    store.listGenerations(context.pool),
    store.listOpenOperations(context.pool),
    store.listPlaceholders(context.pool),
  ]);
  const observation: Observation = {
    now: clock.now(),
    jobRequests: jobRequests.part,
    agents: agents.part,
    lanes: lanesOf(scaleSet.part, instances.part, lastLane, clock.now()),
    generations,
    operations,
    placeholders,
    ownsEverything: false,
    laneProblem: scaleSet.part.value === null ? scaleSet.part.problem : null,
  };
  recollection.lastObservation = observation;
  return observation;
}

const noRequests: readonly JobRequest[] = [];
const noAgents: readonly Agent[] = [];
const noInstances: readonly Instance[] = [];

interface Reading<T> {
  readonly part: Part<T>;
  readonly error: CloudError | null;
}

async function readPart<T>(
  now: () => number,
  read: () => Promise<T>,
  last: Part<T> | undefined,
  empty: T,
): Promise<Reading<T>>;
async function readPart<T>(
  now: () => number,
  read: () => Promise<T>,
  last: Part<T> | undefined,
  empty: null,
): Promise<Reading<T | null>>;
async function readPart<T>(
  now: () => number,
  read: () => Promise<T>,
  last: Part<T> | undefined,
  empty: T | null,
): Promise<Reading<T | null>> {
  try {
    const value = await read();
    return { part: { freshness: 'fresh', readAt: now(), value, problem: null }, error: null };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    const known = last !== undefined && last.readAt !== null;
    return {
      part: {
        freshness: known ? 'stale' : 'unknown',
        readAt: last?.readAt ?? null,
        value: known ? last.value : empty,
        problem: error.message,
      },
      error,
    };
  }
}

/** A cloud that asked us to rest is not asked again before the time it named. */
function resting<T>(now: number, until: number, read: () => Promise<T>): Promise<T> {
  if (now >= until) return read();
  const seconds = Math.ceil((until - now) / 1000);
  return Promise.reject(
    new CloudError('throttled', 'rest', `The cloud asked to be left alone for another ${seconds} s.`),
  );
}

function rememberRests(
  recollection: Recollection,
  now: number,
  azureDevOps: readonly (CloudError | null)[],
  azure: readonly (CloudError | null)[],
): void {
  const longest = (errors: readonly (CloudError | null)[]) =>
    Math.max(0, ...errors.map((error) => error?.retryAfterMs ?? 0));
  const rest = { azureDevOps: longest(azureDevOps), azure: longest(azure) };
  if (rest.azureDevOps > 0) recollection.restUntil.azureDevOps = now + rest.azureDevOps;
  if (rest.azure > 0) recollection.restUntil.azure = now + rest.azure;
}

/**
 * A list that says nothing while the scale set asks for machines and the last list had some is not believed: caches of
 * Azure have answered so (reliability-security.md A22), and "no instances" would let everything be registered anew. A
 * cache does not stand for ever, but capacity without instances may: then the doubt would stop the pool for good.
 */
const doubtMilliseconds = 10 * 60_000;

function lanesOf(
  scaleSet: Part<ScaleSet | null>,
  instances: Part<readonly Instance[]>,
  last: Lane | undefined,
  now: number,
): readonly Lane[] {
  if (scaleSet.value === null) return [];
  const known: Part<ScaleSet> = { ...scaleSet, value: scaleSet.value };
  const vanished =
    instances.freshness === 'fresh' &&
    instances.value.length === 0 &&
    scaleSet.value.capacity > 0 &&
    (last?.instances.value.length ?? 0) > 1 &&
    now - (last?.instances.readAt ?? 0) < doubtMilliseconds;
  if (!vanished || last === undefined) return [{ scaleSet: known, instances }];
  const doubted = {
    ...last.instances,
    freshness: 'stale' as const,
    problem: 'Azure listed no instances, but the scale set asks for some.',
  };
  return [{ scaleSet: known, instances: doubted }];
}
