// Which instance each recorded life of a machine belongs to. Both clouds have thousands of them, so a life is looked for where its record
// says that it is, in its scale set under its number, and only where another machine stands there by its `vmId` among all.
import type { Instance } from './instance.ts';
import type { Generation, Lane } from './observation.ts';

export interface Machines {
  /** Each machine once; of one that is listed twice the later entry, in the place of the earlier. */
  readonly instances: readonly Instance[];
  /** For each life the place of its machine; -1 where that is gone. */
  readonly placeOf: Int32Array;
  /** For each machine the place of its newest life; -1 where it has none. */
  readonly newest: Int32Array;
}

export function machinesOf(lanes: readonly Lane[], generations: readonly Generation[]): Machines {
  const counted = generations.length === 0 ? null : numbered(lanes);
  const joined = counted === null ? null : join(counted, generations);
  // A machine without a life may be one that is listed under two numbers.
  return joined?.newest.includes(-1) === false ? joined : join(byVmId(lanes), generations);
}

function join({ instances, find }: Listed, generations: readonly Generation[]): Machines {
  const placeOf = new Int32Array(generations.length);
  const newest = new Int32Array(instances.length).fill(-1);
  let life = 0;
  for (const generation of generations) {
    const place = find(generation);
    placeOf[life] = place;
    if (place >= 0) {
      // To look for the entry -1 of a list takes longer than all the rest.
      const known = newest[place] ?? -1;
      const other = known < 0 ? undefined : generations[known];
      if (other === undefined || isNewer(generation, other)) newest[place] = life;
    }
    life += 1;
  }
  return { instances, placeOf, newest };
}

interface Listed {
  readonly instances: readonly Instance[];
  readonly find: (generation: Generation) => number;
}

function byVmId(lanes: readonly Lane[]): Listed {
  const machines = new Map<string, Instance>();
  for (const lane of lanes) for (const instance of lane.instances.value) machines.set(instance.vmId, instance);
  const places = new Map<string, number>();
  for (const vmId of machines.keys()) places.set(vmId, places.size);
  return { instances: [...machines.values()], find: ({ vmId }) => places.get(vmId) ?? -1 };
}

/** Azure gives no two machines one `vmId`. Null where some machine is listed twice, or where the numbers of a scale set are no such numbers as Azure counts with. */
function numbered(lanes: readonly Lane[]): Listed | null {
  const instances: Instance[] = [];
  const sets = new Map<string, Int32Array>();
  for (const { scaleSet, instances: listed } of lanes) {
    const { id } = scaleSet.value;
    const places = sets.has(id) ? null : placesByNumber(listed.value, instances);
    if (places === null) return null;
    sets.set(id, places);
  }
  let known: ReadonlyMap<string, number> | null = null;
  const find = (generation: Generation): number => {
    const { vmId, scaleSetId, instanceId } = generation;
    const number = numberIn(instanceId);
    const places = number < 0 ? undefined : sets.get(scaleSetId);
    const place = places !== undefined && number < places.length ? (places[number] ?? -1) : -1;
    if (place >= 0 && instances[place]?.vmId === vmId) return place;
    known ??= new Map(instances.map((instance, at) => [instance.vmId, at]));
    return known.get(vmId) ?? -1;
  };
  return { instances, find };
}

/** Adds the listed to all machines, and tells by the number of an instance its place among those; -1 under a number that is free. */
function placesByNumber(listed: readonly Instance[], all: Instance[]): Int32Array | null {
  const numbers = new Int32Array(listed.length);
  const before = all.length;
  let most = 0;
  for (const instance of listed) {
    const number = numberIn(instance.instanceId);
    if (number < 0) return null;
    if (number > most) most = number;
    numbers[all.length - before] = number;
    all.push(instance);
  }
  // Numbers are never used again soon, so those of an old set are high; what is no number of a machine any more is a hole.
  if (most > 64 * listed.length + 4096) return null;
  const places = new Int32Array(most + 1).fill(-1);
  for (let place = 0; place < numbers.length; place += 1) {
    const number = numbers[place] ?? 0;
    if ((places[number] ?? 0) >= 0) return null;
    places[number] = before + place;
  }
  return places;
}

const zero = 48;
const longestNumber = 8;

/** -1 for what is no whole number as Azure writes it. */
function numberIn(text: string): number {
  const { length } = text;
  if (length === 0 || length > longestNumber) return -1;
  let number = 0;
  for (let place = 0; place < length; place += 1) {
    const digit = text.charCodeAt(place) - zero;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}

function isNewer(one: Generation, other: Generation): boolean {
  if (one.startedAt !== other.startedAt) return one.startedAt > other.startedAt;
  return one.generationId > other.generationId;
}
