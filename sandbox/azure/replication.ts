// How a gallery image version comes into its target regions: each on its own, over time, and deployable there as soon as that one region
// is completed (azure-wire.md 2, Gallery version).
import { invalidParameter } from './arm-error.ts';
import { draw, schedule } from './cloud.ts';
import type { Cloud } from './cloud.ts';
import { listAt, stringAt } from './json.ts';
import type { JsonObject } from './json.ts';
import { resourcePartSettled } from './operations.ts';
import { locationName } from './resource-ids.ts';
import type { AzureState, Happening, ImageResource, Replication } from './state.ts';

/** Starts what the target regions ask for and is not there, forgets what they no longer name. Answers the regions to wait for. */
export function replicate(cloud: Cloud, version: ImageResource): string[] {
  const { now } = cloud.state;
  const wanted = targetRegions(version);
  for (const region of Object.keys(version.replication))
    if (!wanted.has(region)) Reflect.deleteProperty(version.replication, region);
  for (const [region, target] of wanted) {
    const before = version.replication[region];
    if (before && before.state !== 'Failed') continue;
    const endsAt = now + draw(cloud, cloud.timings.replicate);
    version.replication[region] = {
      region: stringAt(target, 'name') ?? region,
      state: 'Replicating',
      startedAt: now,
      endsAt,
      failsWith: null,
    };
    schedule(cloud, endsAt, { kind: 'replicated', resource: version.key, region, startedAt: now });
  }
  return Object.entries(version.replication).flatMap(([region, one]) => (one.state === 'Replicating' ? region : []));
}

export function replicationEnds(cloud: Cloud, event: Extract<Happening, { kind: 'replicated' }>): void {
  const version = cloud.state.imageResources[event.resource];
  const one = version?.replication[event.region];
  // The region was dropped, or the version deleted and made again: this copy belongs to the one before.
  if (one?.startedAt !== event.startedAt || one.state !== 'Replicating') return;
  one.state = one.failsWith === null ? 'Completed' : 'Failed';
  // No fact names the code of a copy that failed: the operation says InternalServerError, the details say what happened.
  const failure = one.failsWith === null ? null : { code: 'InternalServerError', message: one.failsWith };
  resourcePartSettled(cloud, event.resource, event.region, failure);
}

export function willFail(state: AzureState, versionId: string, region: string, details: string): void {
  const one = state.imageResources[versionId.toLowerCase()]?.replication[locationName(region)];
  if (one?.state !== 'Replicating') throw new Error(`${versionId} is not being replicated to ${region}.`);
  one.failsWith = details;
}

export function isReplicatedTo(version: ImageResource, location: string): boolean {
  return version.provisioningState !== 'Deleting' && version.replication[location]?.state === 'Completed';
}

/** Excluded from latest everywhere, or in this region. */
export function isExcludedIn(version: ImageResource, location: string): boolean {
  const everywhere = version.properties.publishingProfile;
  const here = targetRegions(version).get(location);
  return [everywhere, here].some((one) => one !== undefined && isTrue(one as JsonObject, 'excludeFromLatest'));
}

/** The view that `$expand=ReplicationStatus` adds. */
export function replicationStatus(version: ImageResource, now: number): JsonObject {
  const all = Object.values(version.replication);
  return {
    aggregatedState: aggregated(all),
    summary: all.map((one) => ({
      region: one.region,
      state: one.state,
      details: one.state === 'Failed' ? (one.failsWith ?? '') : '',
      progress: progress(one, now),
    })),
  };
}

/** The target regions by their plain names. */
function targetRegions(version: ImageResource): Map<string, JsonObject> {
  const regions = new Map<string, JsonObject>();
  for (const target of listAt(version.properties, 'publishingProfile', 'targetRegions')) {
    const name = stringAt(target, 'name');
    if (name === undefined) throw invalidParameter('targetRegions', 'A target region has no name.');
    regions.set(locationName(name), target as JsonObject);
  }
  return regions;
}

function aggregated(all: readonly Replication[]): string {
  if (all.some((one) => one.state === 'Replicating')) return 'InProgress';
  if (all.some((one) => one.state === 'Failed')) return 'Failed';
  return 'Completed';
}

/** Percent; a copy is never at 100 before it has arrived, and one that failed stays where it was. */
function progress(one: Replication, now: number): number {
  if (one.state === 'Completed') return 100;
  const share = (Math.min(now, one.endsAt) - one.startedAt) / Math.max(1, one.endsAt - one.startedAt);
  return Math.min(99, Math.floor(share * 100));
}

function isTrue(object: JsonObject, key: string): boolean {
  return object[key] === true;
}
