// Asks for exactly the instances that are missing: one for each request without a node, and the standby's.
import { allowanceOf } from './breaker.ts';
import { ask, capacityFor, extraWanted, growingLane, isSetTheLimit, roomIn, withWait } from './capacity-ask.ts';
import type { Reason } from './decision.ts';
import { machinesOf, type LaneCapacity } from './lane-capacity.ts';
import { scaleOutLanes } from './lane-scale-out.ts';
import type { Pass, Plan } from './pass.ts';
import { isRoomMadeFor } from './room-making.ts';
import { setLimitWords } from './scale-set-limit.ts';
import { sizingNumbers } from './sizing-presets.ts';
import { spareAdvice, spareCounts } from './spares.ts';
import { wantedStandby } from './standby.ts';
import { count, hourOfDay, say, span } from './words.ts';

export function scaleOut(pass: Pass, plan: Plan): Plan {
  return pass.claims.catalog.isOwnSet ? scaleOutOne(pass, plan) : scaleOutLanes(pass, plan);
}

/** The customer's own set alone. */
function scaleOutOne(pass: Pass, plan: Plan): Plan {
  const lane = growingLane(pass);
  if (lane === undefined || !pass.trust.canWriteCapacity) return plan;
  // The cores that are being freed are for the job that waits, and not for what only might be wanted.
  const isRoomMade = plan.unmet > 0 && isRoomMadeFor(lane.scaleSetId, pass.memory);
  const need = plan.unmet + (isRoomMade ? 0 : plan.standbyShort);
  const extra = isRoomMade ? 0 : extraWanted(pass, plan);
  if (need + extra === 0) return plan;
  const restsUntil = pass.memory.restUntil[lane.scaleSetId] ?? 0;
  if (restsUntil > pass.now) {
    const words = `${count(need + extra, 'instance')} would be asked for, but Azure had no capacity for ${lane.name}: it rests for another ${span(restsUntil - pass.now)}.`;
    return { ...withWait(plan, say('outOfCapacity', words), lane), dueAt: [...plan.dueAt, restsUntil] };
  }
  const allowance = allowanceOf(pass, lane);
  if (allowance.kind === 'none') return plan;
  const most = allowance.kind === 'one' ? 1 : Infinity;
  const room = Math.min(roomIn(pass, lane), most);
  const granted = Math.min(need, room);
  const extraGranted = Math.min(extra, room - granted);
  const after = {
    ...plan,
    unmet: Math.max(0, plan.unmet - granted),
    standbyShort: isRoomMade ? plan.standbyShort : need - granted - Math.max(0, plan.unmet - granted),
    // What is held back because boots keep failing says nothing of the maximum.
    isAtMaximum: granted < Math.min(need, most),
  };
  const total = granted + extraGranted;
  const asked =
    total === 0
      ? after
      : ask(pass, after, lane, total, neededReason(pass, plan, lane, total, extraGranted), extraGranted);
  if (allowance.kind === 'one') return asked;
  return after.unmet > 0 ? withWait(asked, maximumReached(pass, lane, after.unmet), lane) : asked;
}

function neededReason(pass: Pass, before: Plan, lane: LaneCapacity, granted: number, extra: number): Reason {
  const { claims } = pass;
  const to = capacityFor(lane, granted);
  if (granted === extra) {
    if (isForeseen(pass)) return foresight(pass, lane, extra, to);
    return claims.onBootingCount === 0 ? standbyRaced(pass, lane, extra, to) : raceJoined(pass, lane, extra, to);
  }
  const late = claims.lateCount === 0 ? '' : ` (not counted: ${count(claims.lateCount, 'late boot')})`;
  const forRequests = Math.min(granted - extra, before.unmet);
  const forStandby = granted - extra - forRequests;
  const capacity = `capacity ${lane.capacity} → ${to} of at most ${pass.settings.maxCapacity}`;
  if (forRequests === 0) {
    const isRace = extra > 0 && spareAdvice(pass).make <= wantedStandby(pass.settings);
    const racing = isRace ? `; ${extra} more race to be the first and are cancelled when it is there` : '';
    const words = `The pool keeps ${wantedStandby(pass.settings)} idle and lacks ${before.standbyShort}${late}${racing}: ${capacity}.`;
    return say('standbyBelowMinimum', words);
  }
  const standby = forStandby === 0 ? '' : ` and ${forStandby} for the standby`;
  const more = extra === 0 ? '' : `, and ${extra} beyond the need that are cancelled if nobody takes them`;
  const words =
    `${count(claims.queuedCount, 'job request')} queued, ${claims.onIdleCount} with an idle node, ${claims.onBootingCount} with a ` +
    `booting one${late}: ${forRequests} more for requests${standby}${more}, ${capacity}.`;
  return say('requestsWithoutNode', words);
}

/** Else the boots that somebody waits for have more to race with, because more wait for them or some of them are late. */
function isForeseen(pass: Pass): boolean {
  const { idle, booting } = spareCounts(pass);
  return spareAdvice(pass).make > idle + booting;
}

function raceJoined({ claims, settings }: Pass, lane: LaneCapacity, extra: number, to: number): Reason {
  const words =
    `${count(claims.onBootingCount, 'job request')} wait${claims.onBootingCount === 1 ? 's' : ''} for machines that boot: ${extra} more race ` +
    `with them and are cancelled if nobody takes them, capacity ${lane.capacity} → ${to} of at most ${settings.maxCapacity}.`;
  return say('requestsWithoutNode', words);
}

function standbyRaced({ settings }: Pass, lane: LaneCapacity, extra: number, to: number): Reason {
  const words =
    `The pool keeps ${wantedStandby(settings)} idle and none is there: ${extra} more race with those that boot and are cancelled ` +
    `when the first is there, capacity ${lane.capacity} → ${to} of at most ${settings.maxCapacity}.`;
  return say('standbyBelowMinimum', words);
}

function foresight(pass: Pass, lane: LaneCapacity, extra: number, to: number): Reason {
  const { rose, moments, keep, make, clock } = spareAdvice(pass);
  const { worth } = sizingNumbers(pass.settings, pass.memory);
  const known =
    clock === null
      ? `Demand rose by ${keep} or more within an hour in ${rose} of ${moments} similar minutes`
      : `On ${clock.rose} of the last ${clock.days} days demand rose by ${keep} or more within ${clock.within} minutes of ${hourOfDay(clock.at)} UTC`;
  const words =
    `${known}, so ${make} spares are worth a boot ` +
    `where a minute of waiting counts as ${worth.toFixed(1)} machine minutes: ${extra} more, capacity ${lane.capacity} → ${to} of at most ${pass.settings.maxCapacity}.`;
  return say('sparesForeseen', words);
}

function maximumReached(pass: Pass, lane: LaneCapacity, unmet: number): Reason {
  if (isSetTheLimit(pass, lane)) {
    const words = `${count(unmet, 'job request')} would need a node of ${unmet === 1 ? 'its' : 'their'} own, but ${setLimitWords(lane)}.`;
    return say('scaleSetFull', words);
  }
  const machines = pass.lanes.reduce((sum, one) => sum + machinesOf(one), 0);
  const deleting = lane.deleting === 0 ? '' : `, ${lane.deleting} of them being deleted`;
  const words =
    `${count(unmet, 'job request')} would need a node of ${unmet === 1 ? 'its' : 'their'} own, but the pool is at its maximum of ` +
    `${pass.settings.maxCapacity} (${count(machines, 'instance')}${deleting}).`;
  return say('poolAtMaximum', words);
}
