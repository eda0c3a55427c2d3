// Agents that are alike in what demands look at and in what their machines are: a class with the place of its lane.
import { classesOf, type AgentClass } from './agent-class.ts';
import { capabilitiesOf, type Capabilities } from './agent.ts';
import { readCapability } from './demand.ts';
import { imageCalled, type ImageCatalog } from './image-catalog.ts';
import { nowhere, type Place } from './lane-place.ts';
import type { Node } from './node.ts';

export interface PlacedClass extends AgentClass {
  readonly place: Place;
  /** Value of ImageOverride that its agents carry. */
  readonly label: string | null;
}

/** On the customer's own set everything is one place. */
export function placedClasses(
  nodes: readonly Node[],
  names: readonly string[],
  catalog: ImageCatalog,
): readonly PlacedClass[] {
  return classesOf(nodes, names).flatMap((one) => {
    const label = readCapability(one.capabilities ?? {}, 'ImageOverride');
    if (catalog.isOwnSet) return [{ ...one, place: ownPlace, label }];
    return [...byLane(one.nodes)].map(([lane, alike]) => {
      const place = relabelled(catalog.places.get(lane) ?? nowhere, one.capabilities ?? {}, catalog);
      return { ...one, nodes: alike, place, label };
    });
  });
}

function byLane(nodes: readonly Node[]): ReadonlyMap<string, readonly Node[]> {
  const lanes = new Map<string, Node[]>();
  for (const node of nodes) {
    const lane = node.scaleSetId?.toLowerCase() ?? '';
    const own = lanes.get(lane);
    if (own === undefined) lanes.set(lane, [node]);
    else own.push(node);
  }
  return lanes;
}

export function placeOfNode(node: Node, catalog: ImageCatalog): Place {
  if (catalog.isOwnSet) return ownPlace;
  const place = catalog.places.get(node.scaleSetId?.toLowerCase() ?? '') ?? nowhere;
  return node.agent === null ? place : relabelled(place, capabilitiesOf(node.agent), catalog);
}

export const ownPlace: Place = { image: 0, version: null, isDraining: false, canGrow: true };

/** What an agent says of itself is what Azure DevOps goes by. */
function relabelled(place: Place, capabilities: Capabilities, catalog: ImageCatalog): Place {
  const label = readCapability(capabilities, 'ImageOverride');
  const version = readCapability(capabilities, 'ImageVersionOverride') ?? place.version;
  if (label === null) return version === place.version ? place : { ...place, version };
  const image = imageCalled(label, catalog)?.index ?? -1;
  return image === place.image && version === place.version ? place : { ...place, image, version };
}
