// Which lanes could go at once, were their place needed by a job: no job runs or is meant to run there, and no waiting request is
// for their machines. Where none is left that nothing keeps, one that only stands by goes: a job comes before the standby.
import { isUnclaimedBoot } from './cancel-boots.ts';
import type { Claims } from './claims.ts';
import { serves, type ImageCatalog, type Target } from './image-catalog.ts';
import { nowhere, type Place } from './lane-place.ts';
import { standsFor, usualTarget } from './needs.ts';
import { compareText, type Node } from './node.ts';
import { nodesByLane } from './lane-of-node.ts';
import type { Lane, Observation } from './observation.ts';
import type { PoolSettings } from './pool.ts';
import { isLeavingState } from './scale-in.ts';
import { standbyShares } from './standby.ts';

export interface RestingLane {
  readonly scaleSetId: string;
  readonly name: string;
  readonly nodes: readonly Node[];
  /** The standby is for its machines, which waits for as long as the job has the place. */
  readonly isStandby: boolean;
}

export interface LanesAsked {
  readonly observation: Observation;
  readonly settings: PoolSettings;
  readonly claims: Claims;
  readonly nodes: readonly Node[];
}

/**
 * Those that nobody needs, the emptiest first; where there are none, those that stand by. Only lanes that Weir made: nobody
 * else's scale set is ever in its way.
 */
export function lanesThatMayGo(asked: LanesAsked): readonly RestingLane[] {
  const { observation, claims } = asked;
  const waiting = claims.groups.filter((_, place) => (claims.left[place]?.length ?? 0) > 0);
  const targets = waiting.map(({ target }) => target).filter((target) => target !== null);
  const byLane = nodesByLane(asked.nodes);
  const found = observation.lanes.flatMap((lane): readonly RestingLane[] => {
    const { id, name } = lane.scaleSet.value;
    const place = claims.catalog.places.get(id.toLowerCase()) ?? nowhere;
    // One whose machine is gone keeps the place of nobody.
    const nodes = (byLane.get(id.toLowerCase()) ?? []).filter(({ state }) => state !== 'deleted');
    // The machines of a former version serve; where there is none, nobody makes one, and whoever waits for it waits in vain.
    const helps = nodes.length > 0 ? serves : makesFor;
    const isNeeded = targets.some((target) => helps(place, target, claims.catalog)) || hasPromise(lane);
    const isFree = (lane.key ?? null) !== null && !isNeeded && nodes.every((node) => isAtRest(node, claims));
    return isFree ? [{ scaleSetId: id, name, nodes, isStandby: hasStandby(place, asked) }] : [];
  });
  const unneeded = found.filter(({ isStandby }) => !isStandby);
  return (unneeded.length > 0 ? unneeded : found).sort(
    (a, b) => a.nodes.length - b.nodes.length || compareText(a.scaleSetId, b.scaleSetId),
  );
}

/** New machines of the lane are what the target asks for, and not only its former version. */
export function makesFor(place: Place, target: Target, catalog: ImageCatalog): boolean {
  return serves(place, target, catalog) && (place.version ?? target.version) === target.version;
}

export function hasStandby(place: Place, { settings, claims }: Pick<LanesAsked, 'settings' | 'claims'>): boolean {
  if (place.image < 0 || (standbyShares(settings)[place.image] ?? 0) === 0) return false;
  return standsFor(place, usualTarget(place.image, claims.catalog), claims.catalog);
}

/** Machines were asked for that are not listed yet. */
function hasPromise({ scaleSet, instances }: Lane): boolean {
  return scaleSet.value.capacity > instances.value.length;
}

function isAtRest(node: Node, claims: Claims): boolean {
  if (claims.byNode.has(node.key) || node.requestId !== null) return false;
  return isLeavingState(node.state) || claims.spareIdle.includes(node) || isUnclaimedBoot(node);
}
