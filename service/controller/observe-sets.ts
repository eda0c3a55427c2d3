// The scale sets of a pool in the picture: the customer's own set alone, or the template and every lane that was made
// from it, each with its instances.
import type { Instance, ScaleSet } from '../domain/instance.ts';
import { hasLanes, keyOfLane } from '../domain/lane-owner.ts';
import type { Lane, LaneTemplate, Observation, Part } from '../domain/observation.ts';
import { CloudError } from '../problem.ts';
import { isDueAgain, steadyNow } from '../steady.ts';
import type { PoolContext, Recollection } from './context.ts';
import { isInLaneGroup, withoutGoneGroup } from './gone-group.ts';
import { readAzure, type Reading } from './reading.ts';

export interface SetsSeen {
  readonly lanes: readonly Lane[];
  readonly template: Part<LaneTemplate | null> | null;
  readonly laneProblem: string | null;
  /** Every part by its name for people; null where it was read. */
  readonly errors: Readonly<Record<string, CloudError | null>>;
}

export async function observeSets(
  context: PoolContext,
  recollection: Recollection,
  isEnding: boolean,
): Promise<SetsSeen> {
  return hasLanes(context.settings)
    ? await observeLanes(context, recollection, isEnding)
    : await observeOwnSet(context, recollection);
}

async function observeOwnSet(context: PoolContext, recollection: Recollection): Promise<SetsSeen> {
  const { azure, settings, clock } = context;
  const last = recollection.lastObservation?.lanes[0];
  const [scaleSet, instances] = await Promise.all([
    readAzure<ScaleSet | null>(
      context,
      recollection,
      () => azure.readScaleSet(settings.scaleSet),
      last?.scaleSet,
      null,
    ),
    readAzure(context, recollection, () => azure.listInstances(settings.scaleSet), last?.instances, noInstances),
  ]);
  const { value } = scaleSet.part;
  const lane =
    value === null
      ? null
      : { scaleSet: { ...scaleSet.part, value }, instances: believed(value, instances.part, last, clock.now()) };
  return {
    lanes: lane === null ? [] : [lane],
    template: null,
    laneProblem: value === null ? scaleSet.part.problem : null,
    errors: { 'scale set': scaleSet.error, instances: instances.error },
  };
}

/**
 * The template is the first lane: it should hold no machines, but what it holds counts. One list of the resource group
 * tells all lanes; where it cannot be read nothing is known of machines that may be there, and the picture is not whole.
 */
async function observeLanes(context: PoolContext, recollection: Recollection, isEnding: boolean): Promise<SetsSeen> {
  const { azure, settings } = context;
  const last = recollection.lastObservation;
  const [template, listed] = await Promise.all([
    readTemplate(context, recollection, last),
    readAzure(
      context,
      recollection,
      () => azure.listScaleSets(settings.laneResourceGroup ?? ''),
      recollection.laneSets,
      noSets,
    ),
  ]);
  const { value } = template.part;
  const believable = isEnding ? withoutGoneGroup(context, recollection, listed, template) : listed;
  const found = await withUnlisted(context, believable, believable !== listed);
  recollection.laneSets = found.part;
  const ours = found.part.value.filter((one) => keyOfLane(settings, one) !== null);
  const sets = [
    ...(value === null ? [] : [{ ...template.part, value }]),
    ...ours.map((one) => ({ ...found.part, value: one })),
  ];
  const seen = await Promise.all(sets.map((part) => withInstances(context, recollection, part)));
  const lanes = seen.map((one) => one.lane);
  return {
    lanes: found.part.freshness === 'fresh' ? lanes : lanes.map((lane) => doubted(lane, found.part)),
    template: templatePart(template.part),
    laneProblem: value === null ? template.part.problem : null,
    errors: {
      'scale set': template.error,
      'list of lanes': found.error,
      ...Object.fromEntries(seen.map(({ lane, error }) => [`list of instances of ${lane.scaleSet.value.name}`, error])),
    },
  };
}

/** A template changes rarely, and every pass that asks for it spends what scaling out could use. */
const templateMilliseconds = 30_000;

async function readTemplate(
  context: PoolContext,
  recollection: Recollection,
  last: Observation | null,
): Promise<Reading<ScaleSet | null>> {
  const known = last?.lanes.find((lane) => (lane.key ?? null) === null)?.scaleSet;
  const isDue = isDueAgain(known?.readAt ?? null, templateMilliseconds, context.clock.now());
  // While it holds machines its capacity counts, so it is read like a lane.
  if (known?.freshness === 'fresh' && !isDue && known.value.capacity === 0) return { part: known, error: null };
  const { azure, settings } = context;
  return readAzure<ScaleSet | null>(context, recollection, () => azure.readScaleSet(settings.scaleSet), known, null);
}

function templatePart(part: Part<ScaleSet | null>): Part<LaneTemplate | null> {
  const { value } = part;
  return { ...part, value: value === null ? null : { digest: value.modelDigest ?? '', scaleSet: value } };
}

/**
 * A list may lag behind: a lane of the records that it lacks is asked for by its id, and forgotten only when it is gone,
 * by itself or with its resource group.
 */
async function withUnlisted(
  context: PoolContext,
  listed: Reading<readonly ScaleSet[]>,
  isGroupGone: boolean,
): Promise<Reading<readonly ScaleSet[]>> {
  if (listed.part.freshness !== 'fresh') return listed;
  const known = new Set(listed.part.value.map((one) => one.id.toLowerCase()));
  const records = await context.store.listLanes(context.pool);
  const missing = records.filter((one) => !known.has(one.scaleSetId.toLowerCase()));
  const found: ScaleSet[] = [];
  try {
    for (const { scaleSetId } of missing) {
      const isGoneToo = isGroupGone && isInLaneGroup(context, scaleSetId);
      const scaleSet = isGoneToo ? null : await readOrGone(context, scaleSetId);
      if (scaleSet === null) await context.store.forgetLane(context.lease, scaleSetId);
      else found.push(scaleSet);
    }
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return { part: { ...listed.part, freshness: 'stale', problem: error.message }, error };
  }
  return { ...listed, part: { ...listed.part, value: [...listed.part.value, ...found] } };
}

/**
 * Null only where Azure says it of this very scale set. That its group is not found contradicts the list that was read of
 * that group, and one answer is no ground to forget what may hold machines (ending.ts asks for minutes).
 */
export async function readOrGone(context: PoolContext, scaleSetId: string): Promise<ScaleSet | null> {
  try {
    return await context.azure.readScaleSet(scaleSetId);
  } catch (error) {
    if (error instanceof CloudError && error.kind === 'notFound' && error.code === 'ResourceNotFound') return null;
    throw error;
  }
}

async function withInstances(
  context: PoolContext,
  recollection: Recollection,
  scaleSet: Part<ScaleSet>,
): Promise<{ readonly lane: Lane; readonly error: CloudError | null }> {
  const { value } = scaleSet;
  const key = keyOfLane(context.settings, value);
  const last = recollection.lastObservation?.lanes.find((lane) => isSame(lane, value));
  const reading: Reading<readonly Instance[]> =
    last !== undefined && isAtRest(context, recollection, value, last)
      ? { part: { ...last.instances, readAt: context.clock.now() }, error: null }
      : await readAzure(
          context,
          recollection,
          () => context.azure.listInstances(value.id),
          last?.instances,
          noInstances,
        );
  noteEmpty(context, recollection, value, reading.part);
  const instances = believed(value, reading.part, last, context.clock.now());
  return { lane: { scaleSet, instances, key }, error: reading.error };
}

/** One list may be empty by mistake (A22), most of all one of a machine on its way out, so looks must find none for so long. */
const emptyMilliseconds = 60_000;

/** Capacity 0, no instance in the looks of a minute and nothing written since: nothing can have appeared, and no list is asked for. */
function isAtRest(
  { clock }: PoolContext,
  { emptySince }: Recollection,
  { id, etag, capacity }: ScaleSet,
  { instances: { value, freshness } }: Lane,
): boolean {
  const empty = emptySince.get(id.toLowerCase());
  const isUntouched = empty !== undefined && etag !== null && etag === empty.etag;
  const isEmpty = capacity === 0 && freshness === 'fresh' && value.length === 0;
  return isEmpty && isUntouched && steadyNow(clock) - empty.since >= emptyMilliseconds;
}

function noteEmpty(
  { clock }: PoolContext,
  { emptySince }: Recollection,
  { id, etag, capacity }: ScaleSet,
  { freshness, value }: Part<readonly Instance[]>,
): void {
  if (freshness !== 'fresh') return;
  const name = id.toLowerCase();
  if (capacity > 0 || value.length > 0 || etag === null) emptySince.delete(name);
  else if (emptySince.get(name)?.etag !== etag) emptySince.set(name, { etag, since: steadyNow(clock) });
}

function isSame(lane: Lane, scaleSet: ScaleSet): boolean {
  return lane.scaleSet.value.id.toLowerCase() === scaleSet.id.toLowerCase();
}

function doubted(lane: Lane, list: Part<unknown>): Lane {
  const problem = `The lanes could not be listed: ${list.problem ?? ''}`;
  return { ...lane, instances: { ...lane.instances, freshness: list.readAt === null ? 'unknown' : 'stale', problem } };
}

const noInstances: readonly Instance[] = [];
const noSets: readonly ScaleSet[] = [];

/**
 * A list that says nothing while the scale set asks for machines and the last list had some is not believed: caches of
 * Azure have answered so (reliability-security.md A22), and "no instances" would let everything be registered anew. A
 * cache does not stand for ever, but capacity without instances may: then the doubt would stop the pool for good.
 */
const doubtMilliseconds = 10 * 60_000;

function believed(
  scaleSet: ScaleSet,
  instances: Part<readonly Instance[]>,
  last: Lane | undefined,
  now: number,
): Part<readonly Instance[]> {
  const vanished =
    instances.freshness === 'fresh' &&
    instances.value.length === 0 &&
    scaleSet.capacity > 0 &&
    (last?.instances.value.length ?? 0) > 1 &&
    now - (last?.instances.readAt ?? 0) < doubtMilliseconds;
  if (!vanished || last === undefined) return instances;
  const problem = 'Azure listed no instances, but the scale set asks for some.';
  // The time of the last look may lie ahead, for the clock was set back since: the doubt is no longer for that.
  return { ...last.instances, readAt: Math.min(last.instances.readAt ?? now, now), freshness: 'stale', problem };
}
