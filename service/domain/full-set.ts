// The verdict where the scale set holds as many machines as it can, though the pool may have more.
import { growingLane } from './capacity-ask.ts';
import type { LaneCapacity } from './lane-capacity.ts';
import { roomOf } from './lane-verdict.ts';
import { targetKey, targetsByRequest } from './needs.ts';
import { roomInSet, setLimitWords } from './scale-set-limit.ts';
import { partsOfId } from './set-commands.ts';
import { finding, type Finding } from './verdict.ts';
import { oncePerPicture, type Waiting } from './waiting.ts';

/** `roomInPool` is what is left below the maximum. Null where the scale set has a machine for it, or the pool is the limit. */
export function fullSet(waiting: Waiting, roomInPool: number): Finding | null {
  const lane = laneFor(waiting);
  const place = placesInSets(waiting).get(waiting.request.requestId);
  if (lane === null || place === undefined) return null;
  const room = roomInSet(lane);
  if (room >= roomInPool || place < room) return null;
  const words = `It starts when a machine is free, for ${setLimitWords(lane)}.`;
  const { group, name } = partsOfId(lane.scaleSetId);
  const command = `az vmss update --resource-group ${group} --name ${name} --set singlePlacementGroup=false`;
  const nextStep = `Wait, or turn it off once, which Azure does not turn back: ${command}`;
  // The list of verdicts is closed, so this is the maximum that Azure sets.
  return finding('poolAtMaximum', words, {
    nextStep,
    evidence: [{ kind: 'setting', of: lane.name, field: 'singlePlacementGroup' }],
  });
}

/** The scale set that would make a machine for it. */
function laneFor(waiting: Waiting): LaneCapacity | null {
  if (waiting.claims.catalog.isOwnSet) return growingLane(waiting) ?? null;
  const room = roomOf(waiting);
  return room?.kind === 'lane' || room?.kind === 'full' ? room.lane : null;
}

/** Request id → how many wait before it for machines of the same image and version. */
const placesInSets = oncePerPicture(({ order, claims }): ReadonlyMap<number, number> => {
  const targets = targetsByRequest(claims);
  const ahead = new Map<string, number>();
  const places = new Map<number, number>();
  for (const request of order.withoutNode) {
    const target = targets.get(request);
    if (target === undefined) continue;
    const key = targetKey(target);
    const place = ahead.get(key) ?? 0;
    places.set(request.requestId, place);
    ahead.set(key, place + 1);
  }
  return places;
});
