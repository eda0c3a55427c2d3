// Takes away lanes that nothing needs any more: empty, asked for by nobody, and that for a while, for a lane costs minutes
// to make and nothing to keep. Where the pool has as many lanes as it may, the while is cut short.
import type { Decision } from './decision.ts';
import { hasStandby, lanesThatMayGo, makesFor } from './lane-rest.ts';
import { laneKeyWord, laneRoom } from './lane-room.ts';
import { nowhere, type Place } from './lane-place.ts';
import type { Memory } from './memory.ts';
import { standsFor, usualTarget } from './needs.ts';
import type { Lane } from './observation.ts';
import { withDecisions, type Pass, type Plan } from './pass.ts';
import { count, say, span } from './words.ts';

export function tendLanes(pass: Pass, plan: Plan): Plan {
  if (pass.claims.catalog.isOwnSet) return plan;
  const empty = pass.observation.lanes.filter((lane) => isEmpty(lane, pass, plan));
  const emptyLanes: NonNullable<Memory['emptyLanes']> = Object.fromEntries(
    empty.map((lane) => [lane.scaleSet.value.id, sinceOf(lane, pass)]),
  );
  const kept = { ...plan, remember: { ...plan.remember, emptyLanes } };
  if (!pass.trust.canDestroy) return kept;
  const unasked = empty.filter((lane) => placeOf(lane, pass).isDraining || !isAdmitted(placeOf(lane, pass), pass));
  const overdue = unasked.filter((lane) => !isUsual(lane, pass) && pass.now - sinceOf(lane, pass) >= restMs);
  const going = overdue.length > 0 ? overdue : instead([...new Set([...unasked, ...empty])], pass, plan);
  const due = empty.map((lane) => sinceOf(lane, pass) + restMs).filter((at) => at > pass.now);
  const after = withDecisions(
    kept,
    going.map((lane) => remove(lane, pass)),
  );
  return due.length === 0 ? after : { ...after, dueAt: [...after.dueAt, Math.min(...due)] };
}

/** Longer than a developer's coffee between two runs of a version that only he asks for. */
const restMs = 30 * 60_000;

/**
 * A lane that only might be wanted again makes room for one that is wanted now, one at a time: for a job any in which nothing
 * stands by, or where there is none the one that gave up its standby; for the standby one of a version that no usual job gets.
 */
function instead(empty: readonly Lane[], pass: Pass, plan: Plan): readonly Lane[] {
  if (pass.observation.operations.some((one) => one.kind === 'removeLane')) return [];
  if (plan.laneShort === null && !lacksStandbyLane(pass, plan)) return [];
  const going = plan.laneShort === null ? null : (lanesThatMayGo(pass)[0]?.scaleSetId ?? null);
  const isFree = (lane: Lane): boolean =>
    lane.scaleSet.value.id === going ||
    (!hasStandby(placeOf(lane, pass), pass) && (plan.laneShort !== null || !isUsual(lane, pass)));
  const isSettled = (lane: Lane): boolean =>
    lane.scaleSet.value.capacity === 0 || pass.now - sinceOf(lane, pass) >= restMs;
  return empty.filter((lane) => isFree(lane) && isSettled(lane)).slice(0, 1);
}

function lacksStandbyLane(pass: Pass, plan: Plan): boolean {
  return plan.needs.some(({ target, standbyShort }) => {
    if (standbyShort === 0) return false;
    const room = laneRoom(target, pass, 0);
    return room.kind === 'limited' && room.limit === 'lanes';
  });
}

/**
 * Nothing is in it, nothing is under way there, and no waiting request asks for it. Capacity that Azure took and made nothing
 * of (DESIGN, fact 6) would hold the lane and its places in the pool for ever.
 */
function isEmpty(lane: Lane, pass: Pass, plan: Plan): boolean {
  const { id } = lane.scaleSet.value;
  if ((lane.key ?? null) === null || lane.instances.value.length > 0 || mayHaveMachines(lane, pass)) return false;
  const isThis = (other: string | null | undefined): boolean => other?.toLowerCase() === id.toLowerCase();
  if (pass.observation.operations.some((one) => isThis(one.scaleSetId))) return false;
  if (plan.decisions.some((one) => one.kind === 'scaleOut' && isThis(one.target?.scaleSetId))) return false;
  const place = placeOf(lane, pass);
  if (place.isDraining) return true;
  const { catalog, groups } = pass.claims;
  return !groups.some(({ target }) => target !== null && makesFor(place, target, catalog));
}

function mayHaveMachines({ scaleSet }: Lane, { lanes, observation }: Pass): boolean {
  const { id, capacity } = scaleSet.value;
  if (capacity === 0) return false;
  const neverMade = lanes.find(({ scaleSetId }) => scaleSetId === id)?.phantom ?? 0;
  return capacity > neverMade || observation.generations.some(({ scaleSetId }) => scaleSetId === id);
}

function placeOf(lane: Lane, { claims }: Pass): Place {
  return claims.catalog.places.get(lane.scaleSet.value.id.toLowerCase()) ?? nowhere;
}

/** A version that somebody validated or pinned is about to be asked for; of a former template nothing more is made. */
function isAdmitted({ image, version }: Place, { claims }: Pass): boolean {
  const admitted = claims.catalog.images[image]?.rules.admitted ?? [];
  return admitted.some((one) => one.version === version);
}

/** What every job gets that names only the image: its lane stays. */
function isUsual(lane: Lane, pass: Pass): boolean {
  const place = placeOf(lane, pass);
  const { catalog } = pass.claims;
  return place.image >= 0 && standsFor(place, usualTarget(place.image, catalog), catalog);
}

function sinceOf(lane: Lane, { memory, now }: Pass): number {
  return memory.emptyLanes?.[lane.scaleSet.value.id] ?? now;
}

function remove(lane: Lane, pass: Pass): Decision {
  const { id, name, capacity } = lane.scaleSet.value;
  const key = lane.key ?? undefined;
  const since = pass.now - sinceOf(lane, pass);
  const never = capacity === 0 ? '' : ` but for ${count(capacity, 'machine')} that Azure never made`;
  const words = `${name} (${laneKeyWord(key)}) is empty${never} and asked for by nobody, since ${span(since)}: the scale set is deleted.`;
  const nothing = { instanceId: null, vmId: null, generationId: null, agentId: null };
  const target = { scaleSetId: id, ...nothing, ...(key === undefined ? {} : { lane: key }) };
  const given = capacity === 0 ? {} : { from: capacity, to: 0 };
  return { kind: 'removeLane', reason: say('laneNotNeeded', words), scaleSet: name, ...given, target };
}
