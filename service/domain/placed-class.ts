// Agents that are alike in what demands look at and in what their machines are: a class with the place of its lane.
import { capabilityOf, classesOf, type AgentClass } from './agent-class.ts';
import { readCapability } from './demand.ts';
import { imageCalled, type ImageCatalog } from './image-catalog.ts';
import { laneOf, nodesByLane } from './lane-of-node.ts';
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
    const version = readCapability(one.capabilities ?? {}, 'ImageVersionOverride');
    return [...nodesByLane(one.nodes)].map(([lane, alike]) => {
      const place = relabelled(catalog.places.get(lane) ?? nowhere, label, version, catalog);
      return { ...one, nodes: alike, place, label };
    });
  });
}

export function placeOfNode(node: Node, catalog: ImageCatalog): Place {
  if (catalog.isOwnSet) return ownPlace;
  const place = catalog.places.get(laneOf(node)) ?? nowhere;
  if (node.agent === null) return place;
  const label = capabilityOf(node.agent, 'ImageOverride');
  return relabelled(place, label, capabilityOf(node.agent, 'ImageVersionOverride'), catalog);
}

/** Of what its scale set makes. */
export function placeOfLane(scaleSetId: string, catalog: ImageCatalog): Place {
  return catalog.isOwnSet ? ownPlace : (catalog.places.get(scaleSetId.toLowerCase()) ?? nowhere);
}

export const ownPlace: Place = { image: 0, version: null, isDraining: false, canGrow: true };

/** What an agent says of itself is what Azure DevOps goes by. */
function relabelled(place: Place, label: string | null, named: string | null, catalog: ImageCatalog): Place {
  const version = named ?? place.version;
  if (label === null) return version === place.version ? place : { ...place, version };
  const image = imageCalled(label, catalog)?.index ?? -1;
  return image === place.image && version === place.version ? place : { ...place, image, version };
}
