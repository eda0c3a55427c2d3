// Whose a lane is: a tag names the agent pool that its machines serve, and its name follows from its key, so that a lane
// whose creation was never recorded is found again, and nobody else's scale set is ever taken for one.
import type { ScaleSet } from './instance.ts';
import { isLaneName, laneKeyOf, laneName, laneTagsOf, type LaneKey } from './lane.ts';
import type { PoolSettings } from './pool.ts';

type Owner = Pick<PoolSettings, 'name' | 'organization' | 'poolId' | 'laneResourceGroup'>;

/** The whole set of Weir's own tags on the scale set of a lane. */
export function tagsOfLane(settings: Owner, key: LaneKey): Readonly<Record<string, string>> {
  return { [ownerTag]: ownerOf(settings), [poolTag]: settings.name, ...laneTagsOf(key) };
}

/** ARM id; null where the settings name no resource group for lanes. */
export function laneIdOf(settings: Owner, key: LaneKey): string | null {
  return laneIdNamed(settings, laneName(settings, key));
}

/** Likewise of the lane that has or had this name; null where no lane of the pool can have it. */
export function laneIdNamed(settings: Owner, name: string): string | null {
  const group = settings.laneResourceGroup ?? null;
  if (group === null || !isLaneName(settings, name)) return null;
  return `${group}/providers/Microsoft.Compute/virtualMachineScaleSets/${name}`;
}

/**
 * The key of a scale set that is a lane of this pool: in the pool's resource group for lanes, with the pool's tags, under
 * the name that follows from its key. Null for every other, whatever single one of the three it has.
 */
export function keyOfLane(settings: Owner, scaleSet: Pick<ScaleSet, 'id' | 'tags'>): LaneKey | null {
  const tags = new Map(Object.entries(scaleSet.tags).map(([name, value]) => [name.toLowerCase(), value]));
  if (tags.get(ownerTag) !== ownerOf(settings) || tags.get(poolTag) !== settings.name) return null;
  const key = laneKeyOf(scaleSet.tags);
  const id = key === null ? null : laneIdOf(settings, key);
  return id?.toLowerCase() === scaleSet.id.toLowerCase() ? key : null;
}

/** True where the pool makes lanes; else the scale set of the settings is its only one. */
export function hasLanes(settings: Pick<PoolSettings, 'laneResourceGroup'>): boolean {
  return (settings.laneResourceGroup ?? null) !== null;
}

/** The tag by which a scale set tells that Weir made it, as a lane or for a trial, of whatever pool; null: it has none. */
export function weirTagOf(tags: ScaleSet['tags']): string | null {
  return Object.keys(tags).find((tag) => /^weir-(owner|trial)/i.test(tag)) ?? null;
}

const ownerTag = 'weir-owner';
const poolTag = 'weir-pool';

/** The agent pool: no two services may work the same one. */
function ownerOf(settings: Owner): string {
  return `${settings.organization.toLowerCase()} pool ${settings.poolId}`;
}
