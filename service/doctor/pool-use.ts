// What the checks of a scale set need to know of its use: the settings of the pool, and what Weir has seen there already.
import { hasLanes } from '../domain/lane-owner.ts';
import { sourceOf } from '../domain/lane-image.ts';
import type { PoolSettings } from '../domain/pool.ts';
import type { RightScene } from '../domain/right-check.ts';
import { namingDays } from '../domain/set-check-images.ts';
import type { SetFacts, SetUse } from '../domain/set-facts.ts';
import { liveChecks } from '../domain/validation-live-check.ts';
import { readValidations } from '../image-records.ts';
import { readModel } from '../model-records.ts';
import type { Store } from '../ports.ts';

const day = 86_400_000;
const looked = 200;
const mostJobs = 1000;

/** Of a scale set that no pool has yet. */
export async function useOfNobody(store: Store, scaleSetId: string, publicUrl: string | null): Promise<SetUse> {
  return {
    ...{ maxCapacity: null, hasLanes: false, laneResourceGroup: null, publicUrl, refusals: [], hasWritten: false },
    ...{ preinstalled: null, model: null, otherPools: await othersOn(store, scaleSetId, null) },
  };
}

export async function useOfPool(
  store: Store,
  settings: PoolSettings,
  publicUrl: string | null,
  now: number,
): Promise<SetUse> {
  const { name } = settings;
  const [log, lanes, otherPools, preinstalled, model, naming] = await Promise.all([
    store.listLog(name, looked, null),
    store.listLanes(name),
    othersOn(store, settings.scaleSet, name),
    preinstalledIn(store, settings),
    readModel(store, name, settings.scaleSet),
    namingIn(store, settings, now),
  ]);
  return {
    maxCapacity: settings.maxCapacity,
    hasLanes: hasLanes(settings),
    laneResourceGroup: settings.laneResourceGroup ?? null,
    publicUrl,
    otherPools,
    refusals: log
      .filter((one) => now - one.at < day)
      .map((one) => one.outcome.replace(/^Not done: \w+: /, ''))
      .filter(isRefusal),
    hasWritten: lanes.length > 0,
    preinstalled,
    model: model === null ? null : { seen: model.value, now },
    ...(naming === null ? {} : { naming }),
  };
}

/** Null: with one image no job has to name it. */
async function namingIn(
  store: Pick<Store, 'listJobs'>,
  { name, images }: PoolSettings,
  now: number,
): Promise<SetUse['naming'] | null> {
  const usual = images[0]?.aliases[0];
  if (usual === undefined || images.length < 2) return null;
  const jobs = await store.listJobs(name, now - namingDays * day, now, mostJobs);
  return { usual, images: images.length, jobs: jobs.length, unnamed: jobs.filter(({ image }) => image === '').length };
}

function isRefusal(outcome: string): boolean {
  return /RequestDisallowedByPolicy|ScopeLocked/i.test(outcome);
}

async function othersOn(store: Store, scaleSetId: string, pool: string | null): Promise<readonly string[]> {
  const wanted = scaleSetId.toLowerCase();
  const records = await store.listPools();
  return records
    .filter((one) => one.pool !== pool && one.settings.scaleSet.toLowerCase() === wanted)
    .map((one) => one.pool);
}

/** A machine that claimed its configuration had no agent of its own; else the newest live validation has looked. */
async function preinstalledIn(store: Store, settings: PoolSettings): Promise<SetUse['preinstalled']> {
  const generations = await store.listGenerations(settings.name);
  if (generations.some((one) => one.claimedAt !== null))
    return { status: 'ok', words: 'Machines of it have joined the pool with the agent that Weir gave them.' };
  const bootMs = settings.sizing.stepMinutes * 60_000;
  for (const { value } of await readValidations(store, settings.name, { limit: 20 })) {
    if (value.staticOnly) continue;
    const check = liveChecks(value, { bootMs }).find((one) => one.code === 'noAgentPreinstalled');
    if (check?.status === 'ok' || check?.status === 'error') return { status: check.status, words: check.words };
  }
  return null;
}

/** What the identity of the service has to reach: for lanes also the network and the images that they are made of. */
export function sceneOf(settings: PoolSettings, facts: SetFacts | null): RightScene {
  const laneResourceGroup = settings.laneResourceGroup ?? null;
  const images =
    facts === null
      ? []
      : settings.images.length === 0
        ? [facts.scaleSet.image]
        : settings.images.map((image) => sourceOf(image, facts.scaleSet));
  const ids = images.map((image) => image.id).filter((id) => id !== null);
  return {
    scaleSetId: settings.scaleSet,
    laneResourceGroup,
    sources: [...(facts?.model.subnets ?? []), ...ids.filter((id) => id.toLowerCase().startsWith('/subscriptions/'))],
    usesMarketplace: images.some((image) => image.publisher !== null),
  };
}
