// Instances that stood in the scale set before Weir looked at it for the first time are not Weir's, whatever they run.
// While there are any the set is refused: nothing is created, changed or destroyed in it.
import type { Instance } from '../domain/instance.ts';
import type { Lane, Observation } from '../domain/observation.ts';

/**
 * The vmIds that were there at the first look; null where the list could not be read, so that this was no look. Those that
 * somebody agreed to have deleted (`adopted`) are Weir's from then on.
 */
export function strangersAtFirst(observation: Observation, adopted: readonly string[] = []): readonly string[] | null {
  const { lanes } = observation;
  if (lanes.length === 0 || lanes.some((lane) => lane.instances.freshness !== 'fresh')) return null;
  const ours = new Set([...observation.generations.map((generation) => generation.vmId), ...adopted]);
  const listed = lanes.flatMap((lane) => lane.instances.value);
  return listed.map((instance) => instance.vmId).filter((vmId) => !ours.has(vmId));
}

/** A picture with strangers in it is marked as not whole: decide then does nothing and says why. */
export function doubtStrangers(observation: Observation, strangers: readonly string[]): Observation {
  if (strangers.length === 0) return observation;
  return { ...observation, lanes: observation.lanes.map((lane) => doubtLane(lane, strangers)) };
}

/** For a pool that ends they are nothing at all: it has no machines of its own among them, and leaves them as they are. */
export function withoutStrangers(observation: Observation, strangers: readonly string[]): Observation {
  if (strangers.length === 0) return observation;
  const lanes = observation.lanes.map((lane) => {
    const value = lane.instances.value.filter((instance) => !strangers.includes(instance.vmId));
    // A set of Weir's own asks for them, too: what is left is what it asks for beside them.
    const gone =
      lane.key == null ? lane.instances.value.filter((one) => !value.includes(one) && isLiving(one)).length : 0;
    const capacity = Math.max(0, lane.scaleSet.value.capacity - gone);
    const scaleSet = { ...lane.scaleSet, value: { ...lane.scaleSet.value, capacity } };
    return { ...lane, scaleSet, instances: { ...lane.instances, value } };
  });
  return { ...observation, lanes };
}

/** A machine that is being deleted has left the capacity. */
function isLiving({ provisioningState }: Instance): boolean {
  return provisioningState !== 'deleting';
}

function doubtLane(lane: Lane, strangers: readonly string[]): Lane {
  const found = lane.instances.value.filter((instance) => strangers.includes(instance.vmId));
  if (found.length === 0) return lane;
  const names = found.slice(0, 5).map((instance) => instance.name);
  const problem = `The scale set had ${found.length} ${found.length === 1 ? 'machine' : 'machines'} before Weir came (${names.join(', ')}). Delete ${found.length === 1 ? 'it' : 'them'} in Azure; until then Weir changes nothing here.`;
  return { ...lane, instances: { ...lane.instances, freshness: 'stale', problem } };
}
