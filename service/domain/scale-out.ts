// Asks for exactly the instances that are missing: one for each request without a node, and the standby's.
import type { Decision, Reason } from './decision.ts';
import { machinesOf, type LaneCapacity } from './lane-capacity.ts';
import type { Pass, Plan } from './pass.ts';
import { sizingNumbers } from './sizing-presets.ts';
import { spareAdvice } from './spares.ts';
import { wantedStandby } from './standby.ts';
import { count, say, span } from './words.ts';

export function scaleOut(pass: Pass, plan: Plan): Plan {
  const need = plan.unmet + plan.standbyShort;
  const extra = extraWanted(pass, plan);
  if (need + extra === 0 || !pass.trust.canWriteCapacity) return plan;
  const lane = growingLane(pass);
  if (lane === undefined) return plan;
  const restsUntil = pass.memory.restUntil[lane.scaleSetId] ?? 0;
  if (restsUntil > pass.now) {
    const words = `${count(need + extra, 'instance')} would be asked for, but Azure had no capacity for ${lane.name}: it rests for another ${span(restsUntil - pass.now)}.`;
    return { ...withWait(plan, say('outOfCapacity', words), lane), dueAt: [...plan.dueAt, restsUntil] };
  }
  const room = roomIn(pass, lane);
  const granted = Math.min(need, room);
  const extraGranted = Math.min(extra, room - granted);
  const after = {
    ...plan,
    unmet: Math.max(0, plan.unmet - granted),
    standbyShort: need - granted - Math.max(0, plan.unmet - granted),
    isAtMaximum: granted < need,
  };
  const total = granted + extraGranted;
  const asked = total === 0 ? after : ask(pass, after, lane, total, plan, undefined, extraGranted);
  return after.unmet > 0 ? withWait(asked, maximumReached(pass, lane, after.unmet), lane) : asked;
}

/** The set that the settings name; every other lane only counts. */
export function growingLane(pass: Pass): LaneCapacity | undefined {
  const named = pass.settings.scaleSet.toLowerCase();
  return pass.lanes.find((lane) => lane.scaleSetId.toLowerCase() === named) ?? pass.lanes[0];
}

/** Machines that may still be asked for. Deleting instances count until they are gone; unexplained capacity is reused. */
export function roomIn(pass: Pass, lane: LaneCapacity): number {
  const others = pass.lanes.filter((one) => one !== lane).reduce((sum, one) => sum + machinesOf(one), 0);
  return Math.max(0, pass.settings.maxCapacity - others - lane.deleting - lane.live - lane.promised);
}

/** Adds the capacity write; the capacity is never lowered, so it may already stand higher than what is needed. */
export function ask(
  pass: Pass,
  plan: Plan,
  lane: LaneCapacity,
  granted: number,
  before: Plan,
  because?: Reason,
  extra = 0,
): Plan {
  const to = Math.max(lane.capacity, lane.live + lane.promised + granted);
  if (to > pass.settings.maxCapacity) {
    const words = `${lane.name} asks for ${lane.capacity} instances, above the maximum of ${pass.settings.maxCapacity}, so its capacity is left alone.`;
    return withWait(plan, say('capacityAboveMaximum', words), lane);
  }
  if (to === lane.capacity) return askAgain(pass, plan, lane, granted);
  const reason = because ?? neededReason(pass, before, lane, granted, to, extra);
  return {
    ...plan,
    decisions: [...plan.decisions, capacityWrite(lane, to, reason)],
    newNodes: plan.newNodes + granted - extra,
    extraNodes: plan.extraNodes + extra,
  };
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

function withWait(plan: Plan, reason: Reason, lane: LaneCapacity): Plan {
  return { ...plan, decisions: [...plan.decisions, { kind: 'wait', reason, scaleSet: lane.name }] };
}

function neededReason(
  pass: Pass,
  before: Plan,
  lane: LaneCapacity,
  granted: number,
  to: number,
  extra: number,
): Reason {
  const { claims } = pass;
  if (granted === extra) return foresight(pass, lane, extra, to);
  const late = claims.lateCount === 0 ? '' : ` (not counted: ${count(claims.lateCount, 'late boot')})`;
  const forRequests = Math.min(granted - extra, before.unmet);
  const forStandby = granted - extra - forRequests;
  const capacity = `capacity ${lane.capacity} → ${to} of at most ${pass.settings.maxCapacity}`;
  if (forRequests === 0) {
    const words = `The pool keeps ${wantedStandby(pass.settings)} idle and lacks ${before.standbyShort}${late}: ${capacity}.`;
    return say('standbyBelowMinimum', words);
  }
  const standby = forStandby === 0 ? '' : ` and ${forStandby} for the standby`;
  const more = extra === 0 ? '' : `, and ${extra} beyond the need that are cancelled if nobody takes them`;
  const words =
    `${count(claims.queuedCount, 'job request')} queued, ${claims.onIdleCount} with an idle node, ${claims.onBootingCount} with a ` +
    `booting one${late}: ${forRequests} more for requests${standby}${more}, ${capacity}.`;
  return say('requestsWithoutNode', words);
}

/**
 * The share that races the boots, so that a slow one keeps nobody waiting, or the spares worth a boot, whichever is more:
 * one machine serves as both. One boot alone has no race, and only whole machines race, so a small pool does not double.
 */
function extraWanted(pass: Pass, plan: Plan): number {
  const race = Math.floor(sizingNumbers(pass.settings).race * Math.max(0, plan.unmet - 1));
  const spare = pass.claims.spareIdle.length + pass.claims.spareBootingCount;
  const foreseen = Math.max(0, spareAdvice(pass).make - Math.max(spare, wantedStandby(pass.settings)));
  return Math.max(race, foreseen);
}

function foresight(pass: Pass, lane: LaneCapacity, extra: number, to: number): Reason {
  const { rose, moments, keep, make } = spareAdvice(pass);
  const words =
    `Demand rose by ${keep} or more within an hour in ${rose} of ${moments} similar minutes, so ${make} spares are worth a boot: ` +
    `${extra} more, capacity ${lane.capacity} → ${to} of at most ${pass.settings.maxCapacity}.`;
  return say('sparesForeseen', words);
}

function maximumReached(pass: Pass, lane: LaneCapacity, unmet: number): Reason {
  const machines = pass.lanes.reduce((sum, one) => sum + machinesOf(one), 0);
  const deleting = lane.deleting === 0 ? '' : `, ${lane.deleting} of them being deleted`;
  const words =
    `${count(unmet, 'job request')} would need a node of ${unmet === 1 ? 'its' : 'their'} own, but the pool is at its maximum of ` +
    `${pass.settings.maxCapacity} (${count(machines, 'instance')}${deleting}).`;
  return say('poolAtMaximum', words);
}
