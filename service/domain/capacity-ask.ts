// Writes the capacity of one scale set: absolute, never lower, and again where Azure took it and made nothing.
import { bootShape } from './boot-time.ts';
import type { Decision, Reason } from './decision.ts';
import { machinesOf, type LaneCapacity } from './lane-capacity.ts';
import type { Pass, Plan } from './pass.ts';
import { roomInSet } from './scale-set-limit.ts';
import { sizingNumbers } from './sizing-presets.ts';
import { raceInRoom } from './race.ts';
import { extraBoots, type SpareCounts } from './sizing-rules.ts';
import { spareAdvice, spareCounts } from './spares.ts';
import { say, span } from './words.ts';

/** The set that the settings name; every other lane only counts. */
export function growingLane(pass: Pick<Pass, 'settings' | 'lanes'>): LaneCapacity | undefined {
  const named = pass.settings.scaleSet.toLowerCase();
  return pass.lanes.find((lane) => lane.scaleSetId.toLowerCase() === named) ?? pass.lanes[0];
}

/** Machines that the pool may have at all. Its own scale set may hold fewer than that; those that Weir makes are as many as it needs. */
export function mostMachines(pass: Pick<Pass, 'settings' | 'lanes' | 'claims'>): number {
  const own = pass.claims.catalog.isOwnSet ? growingLane(pass)?.mostMachines : undefined;
  return Math.min(pass.settings.maxCapacity, own ?? Infinity);
}

/** Machines that may still be asked for: below the maximum of the pool, and as many as the scale set can hold. */
export function roomIn(pass: Pass, lane: LaneCapacity): number {
  return Math.min(roomInPool(pass, lane), roomInSet(lane));
}

/** The scale set can hold fewer than the pool may have, so it is what keeps further machines away. */
export function isSetTheLimit(pass: Pass, lane: LaneCapacity): boolean {
  return roomInSet(lane) < roomInPool(pass, lane);
}

/** Deleting instances count until they are gone; unexplained capacity is reused. */
function roomInPool(pass: Pass, lane: LaneCapacity): number {
  const others = pass.lanes.filter((one) => one !== lane).reduce((sum, one) => sum + machinesOf(one), 0);
  return Math.max(0, pass.settings.maxCapacity - others - lane.deleting - lane.live - lane.promised);
}

/** Adds the capacity write; the capacity is never lowered, so it may already stand higher than what is needed. */
export function ask(pass: Pass, plan: Plan, lane: LaneCapacity, granted: number, reason: Reason, extra = 0): Plan {
  const to = capacityFor(lane, granted);
  if (to > pass.settings.maxCapacity) {
    const words = `${lane.name} asks for ${lane.capacity} instances, above the maximum of ${pass.settings.maxCapacity}, so its capacity is left alone.`;
    return withWait(plan, say('capacityAboveMaximum', words), lane);
  }
  if (to === lane.capacity) return askAgain(pass, plan, lane, granted);
  return {
    ...plan,
    decisions: [...plan.decisions, capacityWrite(lane, to, reason)],
    newNodes: plan.newNodes + granted - extra,
    extraNodes: plan.extraNodes + extra,
  };
}

export function capacityFor(lane: LaneCapacity, granted: number): number {
  return Math.max(lane.capacity, lane.live + lane.promised + granted);
}

/** Azure took the capacity and has not made the instances: it is reminded, less and less often (DESIGN fact 6). */
function askAgain(pass: Pass, plan: Plan, lane: LaneCapacity, granted: number): Plan {
  const known = pass.memory.phantom?.[lane.scaleSetId] ?? { since: pass.now, resent: 0, nextAt: pass.now + reminderMs };
  const missing = `${lane.name} asks for ${lane.capacity} instances and has ${lane.live}, and nothing under way explains the difference`;
  if (pass.now < known.nextAt) {
    const words = `${missing}; the same capacity is asked for again in ${span(known.nextAt - pass.now)}.`;
    return {
      ...withWait(remembering(plan, lane, known), say('phantomCapacity', words), lane),
      dueAt: [...plan.dueAt, known.nextAt],
    };
  }
  const pause = Math.min(longestReminderMs, reminderMs * 2 ** (known.resent + 1));
  const next = { since: known.since, resent: known.resent + 1, nextAt: pass.now + pause };
  const write = capacityWrite(
    lane,
    lane.capacity,
    say('phantomCapacity', `${missing}; the same capacity is asked for again.`),
  );
  return { ...remembering(plan, lane, next), decisions: [...plan.decisions, write], newNodes: plan.newNodes + granted };
}

const reminderMs = 60_000;
const longestReminderMs = 600_000;

function remembering(plan: Plan, lane: LaneCapacity, phantom: { since: number; resent: number; nextAt: number }): Plan {
  return { ...plan, remember: { ...plan.remember, phantom: { ...plan.remember.phantom, [lane.scaleSetId]: phantom } } };
}

function capacityWrite(lane: LaneCapacity, to: number, reason: Reason): Decision {
  const target = { scaleSetId: lane.scaleSetId, instanceId: null, vmId: null, generationId: null, agentId: null };
  return { kind: 'scaleOut', reason, scaleSet: lane.name, from: lane.capacity, to, target };
}

export function withWait(plan: Plan, reason: Reason, lane: LaneCapacity): Plan {
  return { ...plan, decisions: [...plan.decisions, { kind: 'wait', reason, scaleSet: lane.name }] };
}

/** Machines that this pass wipes for nobody in particular are spares in the making. */
function withWiped(spare: SpareCounts, { decisions }: Plan): SpareCounts {
  const wiped = decisions.filter(
    ({ reason }) => reason.code === 'recycledAsSpare' || reason.code === 'recycledForStandby',
  ).length;
  return { ...spare, booting: spare.booting + wiped };
}

/** What races in a lane serves nobody who needs another lane. A race that began goes on, whatever room there is later. */
function inRoom(pass: Pass, spare: SpareCounts, asked: number): SpareCounts {
  if (spare.racing <= spare.standby) return spare;
  const free = placesBeside(pass) - pass.claims.onBootingCount - asked;
  return { ...spare, racing: raceInRoom(spare.racing, spare.standby, free) };
}

/** Below the maximum, taken by nothing or by boots. On the customer's own set every machine serves every job, so all of them may race. */
function placesBeside({ lanes, claims, settings }: Pass): number {
  if (claims.catalog.isOwnSet) return Infinity;
  const booting = claims.onBootingCount + claims.spareBootingCount;
  return settings.maxCapacity - lanes.reduce((sum, lane) => sum + machinesOf(lane), 0) + booting;
}

/** Machines that race the boots, and spares that are worth a boot; `asked` is the number of requests that get a new machine. */
export function extraWanted(pass: Pass, plan: Plan, asked: number = plan.unmet): number {
  const { settings, memory } = pass;
  const { spread } = bootShape(memory, 'create');
  const { onBootingCount, spareBootingCount, catalog } = pass.claims;
  const booting = onBootingCount + spareBootingCount;
  // A race of several images has new machines for those alone who have none: nobody knows which boots the others wait for.
  const isOneRace = asked > 0 || catalog.isOwnSet;
  const free = placesBeside(pass) - plan.standbyShort;
  const need = { waiting: isOneRace ? onBootingCount + asked : 0, booting, free };
  const { worth } = sizingNumbers(settings, memory);
  const spare = inRoom(pass, withWiped(spareCounts(pass), plan), asked);
  return extraBoots(need, spare, spareAdvice(pass).make, spread, worth);
}
