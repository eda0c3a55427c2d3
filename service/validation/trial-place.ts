// Whether the pool's maximum has a place for the machines of a trial.
import type { Lane } from '../domain/observation.ts';
import { trialMachinesOf, type Validation } from '../domain/validation.ts';
import { readValidations } from '../image-records.ts';
import type { TrialParts } from './parts.ts';

/** Null: there is one. The picture is asked first, for it costs nothing; where it shows room, all are counted right now. */
export async function whyNoPlace(parts: TrialParts, validation: Validation): Promise<string | null> {
  const { maxCapacity } = parts.settings;
  const pictured = machinesInPicture(parts);
  if (pictured === null) return 'It waits until the machines of the pool are known.';
  const others = await otherTrialMachines(parts, validation);
  const isFull = (ofPool: number): boolean => ofPool + others + validation.instanceCount > maxCapacity;
  const ofPool = isFull(pictured) ? pictured : await parts.countPool();
  if (!isFull(ofPool)) return null;
  return `It waits for room: the pool has ${ofPool + others} of at most ${maxCapacity} machines, and the trial needs ${validation.instanceCount}.`;
}

/** Null where a list is not fresh: an unknown number leaves no room. */
function machinesInPicture({ observation }: TrialParts): number | null {
  const { lanes, operations } = observation;
  if (lanes.length === 0 || lanes.some((lane) => lane.instances.freshness !== 'fresh')) return null;
  const asked = (lane: Lane) =>
    Math.max(
      0,
      ...operations.filter((one) => one.scaleSetId === lane.scaleSet.value.id).map((one) => one.toCapacity ?? 0),
    );
  return lanes.reduce((sum, lane) => {
    const instances = lane.instances.value;
    const deleting = instances.filter((instance) => instance.provisioningState === 'deleting').length;
    return sum + deleting + Math.max(instances.length - deleting, lane.scaleSet.value.capacity, asked(lane));
  }, 0);
}

async function otherTrialMachines({ store, pool }: TrialParts, { validationId }: Validation): Promise<number> {
  const open = await readValidations(store, pool, { isOpen: true });
  const others = open.map(({ value }) => value).filter((one) => one.validationId !== validationId);
  return others.reduce((sum, one) => sum + trialMachinesOf(one), 0);
}
