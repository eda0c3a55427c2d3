// What the machines of a scale set would be made of next: the truth for checkers, never what a client may see.
import type { Cloud } from './cloud.ts';
import { objectAt } from './json.ts';
import type { JsonObject } from './json.ts';
import { scaleSetId } from './resource-ids.ts';
import { profileOf } from './scale-set-model.ts';

/** Null where there is no scale set of this id. */
export function imageOfModel(cloud: Cloud, id: string): JsonObject | null {
  const set = Object.values(cloud.state.scaleSets).find((one) => scaleSetId(one).toLowerCase() === id.toLowerCase());
  return set === undefined ? null : (objectAt(profileOf(set.model), 'storageProfile', 'imageReference') ?? {});
}
