// Reads the scale sets of a snapshot with their instances. A list that goes on elsewhere is half a list, and what was not
// captured is unknown: neither may make a machine go.
import { translateList } from '../service/azure-devops/translate.ts';
import { translateInstance, translateScaleSet } from '../service/azure/translate.ts';
import type { Instance } from '../service/domain/instance.ts';
import { laneKeyOf } from '../service/domain/lane.ts';
import type { Lane, Part } from '../service/domain/observation.ts';
import { CloudError } from '../service/problem.ts';
import { fieldsOf, type Fields } from '../service/wire.ts';

/** Null where the snapshot does not speak of scale sets at all. */
export function readLanes(snapshot: Fields, now: number): readonly Lane[] | null {
  const raw = snapshot.raw().scaleSets;
  if (raw === undefined || raw === null) return null;
  const lanes = wholeList(raw, 'scaleSets').map((item, index) => readLane(item, `scaleSets[${index}]`, now));
  const places = new Map<string, number>();
  for (const [index, { scaleSet }] of lanes.entries()) {
    const id = scaleSet.value.id.toLowerCase();
    const earlier = places.get(id);
    places.set(id, index);
    if (earlier === undefined) continue;
    const path = `scaleSets[${index}]`;
    throw new CloudError('unreadable', path, `${path} is the scale set of scaleSets[${earlier}] once more`);
  }
  return lanes;
}

function readLane(item: unknown, path: string, now: number): Lane {
  const entry = fieldsOf(item, path);
  const raw = entry.raw().scaleSet;
  const scaleSet = translateScaleSet(raw, `${path}.scaleSet`);
  const isCapacityTold = typeof fieldsOf(raw, path).object('sku')?.raw().capacity === 'number';
  const list = entry.raw().instances;
  const isListed = list !== undefined && list !== null;
  const instances = isListed ? readInstances(list, `${path}.instances`, scaleSet.id) : [];
  // Azure keeps the two alike; a wrong 0 would look like a capacity that may be raised to less than there is.
  const capacity = isCapacityTold ? scaleSet.capacity : instances.length;
  // An empty scale set has nothing to list.
  const isWhole = isListed || (isCapacityTold && capacity === 0);
  return {
    key: laneKeyOf(scaleSet.tags),
    scaleSet: fresh({ ...scaleSet, capacity }, now),
    instances: isWhole ? fresh(instances, now) : unread([], `${path}.instances`),
  };
}

/** Pages of a long list may show a machine twice. */
function readInstances(raw: unknown, path: string, scaleSetId: string): readonly Instance[] {
  const read = wholeList(raw, path).map((one, place) => translateInstance(scaleSetId, one, `${path}[${place}]`));
  return [...new Map(read.map((instance) => [instance.instanceId, instance])).values()];
}

/** Azure cuts a list into pages and names the next one; the last has null, an empty text or nothing there. */
export function wholeList(raw: unknown, path: string): readonly unknown[] {
  const list = translateList(raw, path);
  const next = Array.isArray(raw) ? null : fieldsOf(raw, path).text('nextLink');
  if ((next ?? '') === '') return list;
  throw new CloudError(
    'unreadable',
    path,
    `${path} is one page of several: nextLink names the next, whose value belongs here too`,
  );
}

export function fresh<T>(value: T, readAt: number): Part<T> {
  return { freshness: 'fresh', readAt, value, problem: null };
}

export function unread<T>(value: T, name: string): Part<T> {
  return { freshness: 'unknown', readAt: null, value, problem: `The snapshot has no ${name}.` };
}
