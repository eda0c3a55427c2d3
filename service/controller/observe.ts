// Asks both clouds once and makes one dated picture of them. What could not be read is marked, never taken for empty.
import type { Agent } from '../domain/agent.ts';
import type { JobRequest } from '../domain/job-request.ts';
import { hasLanes } from '../domain/lane-owner.ts';
import type { Observation, Part } from '../domain/observation.ts';
import type { CloudError } from '../problem.ts';
import { steadyNow } from '../steady.ts';
import type { PoolContext, Recollection } from './context.ts';
import { observeImages, versionsAsked, type ImagesSeen } from './observe-images.ts';
import { observeSets, type SetsSeen } from './observe-sets.ts';
import { readPart, resting, type Reading } from './reading.ts';
import { tellUnread } from './unread.ts';

/** `isEnding`: somebody deletes the pool. */
export async function observe(
  context: PoolContext,
  recollection: Recollection,
  isEnding = false,
): Promise<Observation> {
  const { azureDevOps, settings, store, clock } = context;
  const last = recollection.lastObservation;
  const [jobRequests, agents, sets] = await Promise.all([
    ofAzureDevOps(
      context,
      recollection,
      () => azureDevOps.listJobRequests(settings.poolId),
      last?.jobRequests,
      noRequests,
    ),
    ofAzureDevOps(context, recollection, () => azureDevOps.listAgents(settings.poolId), last?.agents, noAgents),
    observeSets(context, recollection, isEnding),
  ]);
  const images = hasLanes(settings) ? await imagesOf(context, recollection, jobRequests.part.value, sets) : null;
  const ofAzure = { ...sets.errors, ...images?.errors };
  rememberRests(recollection, steadyNow(clock), [jobRequests.error, agents.error], Object.values(ofAzure));
  tellUnread(context, recollection, { 'job requests': jobRequests.error, agents: agents.error, ...ofAzure });
  const [generations, operations, placeholders] = await Promise.all([
    store.listGenerations(context.pool),
    store.listOpenOperations(context.pool),
    store.listPlaceholders(context.pool),
  ]);
  const observation: Observation = {
    now: clock.now(),
    jobRequests: jobRequests.part,
    agents: agents.part,
    lanes: sets.lanes,
    generations,
    operations,
    placeholders,
    ownsEverything: false,
    laneProblem: sets.laneProblem,
    ...(sets.template === null ? {} : { template: sets.template }),
    ...(images === null ? {} : { images: images.part }),
  };
  recollection.lastObservation = observation;
  return observation;
}

const noRequests: readonly JobRequest[] = [];
const noAgents: readonly Agent[] = [];

function ofAzureDevOps<T>(
  context: PoolContext,
  recollection: Recollection,
  read: () => Promise<T>,
  last: Part<T> | undefined,
  empty: T,
): Promise<Reading<T>> {
  const { clock } = context;
  const once = () => resting(steadyNow(clock), recollection.restUntil.azureDevOps, read);
  return readPart(() => clock.now(), once, last, empty);
}

function imagesOf(
  context: PoolContext,
  recollection: Recollection,
  requests: readonly JobRequest[],
  sets: SetsSeen,
): Promise<ImagesSeen> {
  const asked = versionsAsked(context.settings, requests, sets.lanes, context.admitted ?? []);
  return observeImages(context, recollection, sets.template?.value?.scaleSet ?? null, asked);
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
