// Which machines a pool has at one moment, by size, image and what they do: what they cost follows from the size, and
// people think in images.
import type { Lane } from './observation.ts';
import type { Node } from './node.ts';

/** States of a node, by what its machine is paid for. */
export const busyStates: readonly string[] = ['assigned', 'assignedPendingDelete'];
export const idleStates: readonly string[] = ['idle'];
export const bootingStates: readonly string[] = [
  'new',
  'creatingCompute',
  'startingAgent',
  'restartingAgent',
  'reimagingCompute',
];

/** Machines of one size and one image. Those that are neither busy, idle nor booting leave, have failed or are kept. */
export interface MachineCount {
  /** As Azure names it; null: not known. */
  readonly size: string | null;
  /** The first alias of its image; empty where the pool declares none, null where it is not known. */
  readonly image: string | null;
  readonly machines: number;
  readonly busy: number;
  readonly idle: number;
  readonly booting: number;
}

/** The same over time: machines times milliseconds. */
export interface MachineUse {
  readonly size: string | null;
  readonly image: string | null;
  readonly machineMs: number;
  readonly busyMs: number;
  readonly idleMs: number;
  readonly bootingMs: number;
}

/** Every instance of the lanes once, in an order that is the same for the same machines. */
export function countMachines(
  lanes: readonly Lane[],
  nodes: readonly Node[],
  usualImage: string,
): readonly MachineCount[] {
  const byMachine = new Map(nodes.flatMap((node) => (node.instance === null ? [] : [[node.instance.vmId, node]])));
  const counts = new Map<string, MachineCount>();
  for (const { scaleSet, instances, key } of lanes) {
    for (const instance of instances.value) {
      const node = byMachine.get(instance.vmId);
      // A set whose size was changed keeps its old machines until they are made anew.
      const size = named(instance.size ?? scaleSet.value.sku.name);
      const image = node?.generation?.image ?? key?.image ?? usualImage;
      const state = node?.state ?? '';
      const before = counts.get(keyOf({ size, image })) ?? { size, image, machines: 0, busy: 0, idle: 0, booting: 0 };
      counts.set(keyOf({ size, image }), {
        ...before,
        machines: before.machines + 1,
        busy: before.busy + Number(busyStates.includes(state)),
        idle: before.idle + Number(idleStates.includes(state)),
        booting: before.booting + Number(bootingStates.includes(state)),
      });
    }
  }
  return [...counts.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, value]) => value);
}

/** What counts that lasted for a time add up to; the most machine time first, and no row without any. */
export function addUp(
  spans: Iterable<{ readonly counts: readonly MachineCount[]; readonly ms: number }>,
): readonly MachineUse[] {
  const uses = new Map<string, MachineUse>();
  for (const { counts, ms } of spans)
    for (const { size, image, ...count } of counts) {
      const key = keyOf({ size, image });
      const before = uses.get(key) ?? { size, image, machineMs: 0, busyMs: 0, idleMs: 0, bootingMs: 0 };
      uses.set(key, {
        ...before,
        machineMs: before.machineMs + count.machines * ms,
        busyMs: before.busyMs + count.busy * ms,
        idleMs: before.idleMs + count.idle * ms,
        bootingMs: before.bootingMs + count.booting * ms,
      });
    }
  return [...uses.entries()]
    .filter(([, use]) => use.machineMs > 0)
    .sort(([oneKey, one], [otherKey, other]) => other.machineMs - one.machineMs || (oneKey < otherKey ? -1 : 1))
    .map(([, use]) => use);
}

function named(size: string): string | null {
  return size === '' ? null : size;
}

function keyOf({ size, image }: Pick<MachineCount, 'size' | 'image'>): string {
  return JSON.stringify([size, image]);
}
