// What one scale set counts: instances that live, that are being deleted, that are promised, and capacity nothing explains.
import { lateAfterMs } from './boot-time.ts';
import type { Memory } from './memory.ts';
import type { Observation, OpenOperation } from './observation.ts';
import { setLimit } from './scale-set-limit.ts';

export interface LaneCapacity {
  readonly scaleSetId: string;
  readonly name: string;
  /** `sku.capacity` as it was read. */
  readonly capacity: number;
  readonly live: number;
  readonly deleting: number;
  /** Asked for by an open scale-out that is not late, and not listed yet: as good as booting. */
  readonly promised: number;
  readonly promisedLateAt: number | null;
  /** Capacity above the instances with nothing that explains it. */
  readonly phantom: number;
  /** What the scale set can hold at all; absent where no limit is known. */
  readonly mostMachines?: number;
}

export function laneCapacities(observation: Observation, memory: Memory): readonly LaneCapacity[] {
  return observation.lanes.map((lane) => {
    const { id, name, capacity, provisioningState } = lane.scaleSet.value;
    const instances = lane.instances.value;
    const deleting = instances.filter((instance) => instance.provisioningState === 'deleting').length;
    const live = instances.length - deleting;
    const operation = newestScaleOut(observation.operations, id);
    const lateAt = operation === null ? null : operation.startedAt + lateAfterMs(memory, 'create');
    // A picture without records has no operations either; there the set itself says that it is being changed.
    const isUpdating = observation.ownsEverything && provisioningState === 'updating';
    const isExplained = isUpdating || (lateAt !== null && observation.now < lateAt);
    const asked = operation !== null && isExplained ? askedFor(operation, capacity, observation) : capacity;
    const beyond = Math.max(0, asked - live);
    return {
      scaleSetId: id,
      name,
      capacity,
      live,
      deleting,
      promised: isExplained ? beyond : 0,
      promisedLateAt: isExplained && beyond > 0 ? lateAt : null,
      phantom: isExplained ? 0 : beyond,
      ...setLimit(lane.scaleSet.value),
    };
  });
}

/** What the pool's maximum has to bear: every instance there is or that is being deleted, and what was asked for beyond. */
export function machinesOf(lane: LaneCapacity): number {
  return Math.max(lane.capacity, lane.live + lane.promised) + lane.deleting;
}

/**
 * Azure took the PATCH where the operation has an address: then its own number is right, deletes lower it by themselves
 * (azure-wire.md 3). Before, and for a moment after, the number we asked for stands, less the machines whose delete Azure took since:
 * one that was leaving when more were asked for is none that is still to come.
 */
function askedFor(operation: OpenOperation, capacity: number, { operations, now }: Observation): number {
  const { operationUrl, phaseSince, scaleSetId, toCapacity } = operation;
  if (operationUrl !== null && now - phaseSince >= settleMs) return capacity;
  // ARM may write the id in other letters than the settings, which is where an instance has it from.
  const id = scaleSetId?.toLowerCase();
  const isGoneSince = (one: OpenOperation): boolean =>
    one.kind === 'delete' &&
    one.phase === 'requested' &&
    one.scaleSetId?.toLowerCase() === id &&
    one.phaseSince > phaseSince;
  const gone = operationUrl === null ? 0 : operations.filter(isGoneSince).length;
  return Math.max(capacity, (toCapacity ?? 0) - gone);
}

/** For how long a read may still show the capacity from before the PATCH. */
const settleMs = 30_000;

function newestScaleOut(operations: readonly OpenOperation[], scaleSetId: string): OpenOperation | null {
  let newest: OpenOperation | null = null;
  for (const operation of operations) {
    if (operation.kind !== 'scaleOut' || operation.scaleSetId !== scaleSetId) continue;
    if (newest === null || operation.startedAt > newest.startedAt) newest = operation;
  }
  return newest;
}
