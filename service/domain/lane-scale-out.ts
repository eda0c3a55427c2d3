// Asks for machines lane by lane: whoever is served first gets the room that there is, whatever his image; then the standby.
import { ask, extraWanted, withWait } from './capacity-ask.ts';
import { allowanceOf } from './breaker.ts';
import type { Decision, DecisionTarget, Reason } from './decision.ts';
import { wantedKey, type Target } from './image-catalog.ts';
import { machinesOf, type LaneCapacity } from './lane-capacity.ts';
import { laneIdOf } from './lane-owner.ts';
import { lanesThatMayGo } from './lane-rest.ts';
import {
  broughtKey,
  fullReason,
  isBrought,
  isRefused,
  laneCount,
  laneRoom,
  laneWord,
  type LaneRoom,
} from './lane-room.ts';
import { laneName } from './lane.ts';
import { isRoomMadeFor } from './room-making.ts';
import { targetKey, type Need } from './needs.ts';
import { withNeeds, type Pass, type Plan } from './pass.ts';
import { roomInSet } from './scale-set-limit.ts';
import { count, say } from './words.ts';

/** How many machines beyond the need are wanted, races and forecast spares, where machines are asked for `granted` requests. */
type ExtraFor = (granted: number) => number;

export function scaleOutLanes(
  pass: Pass,
  plan: Plan,
  extraFor: ExtraFor = (granted) => extraWanted(pass, plan, granted),
): Plan {
  if (!pass.trust.canWriteCapacity) return plan;
  if (plan.unmet + plan.standbyShort === 0 && extraFor(0) === 0) return plan;
  const grants = grantAll(pass, plan.needs, extraFor);
  let after: Plan = withNeeds(
    { ...plan, isAtMaximum: grants.isAtMaximum, laneShort: grants.laneShort },
    grants.rooms.map((room) => room.left),
  );
  for (const room of grants.rooms) after = carryOut(pass, after, room);
  if (!grants.isAtMaximum || after.unmet === 0) return after;
  return { ...after, decisions: [...after.decisions, { kind: 'wait', reason: maximumReached(pass, grants.missed) }] };
}

interface Granted {
  readonly need: Need;
  readonly room: LaneRoom;
  requests: number;
  /** Of its requests, in their order, those that found no room. */
  missed: number;
  standby: number;
  extra: number;
  /** More were wanted than the scale set can hold. */
  isSetFull: boolean;
  /** One machine is asked for, to be tried, and more are not, for its boots keep failing. */
  isTried: boolean;
  /** Azure refuses it: it gets what nobody else wants, and a scale set that is empty at first. */
  readonly isRefused: boolean;
  isAskedAgain: boolean;
  left: Need;
}

interface Grants {
  readonly rooms: readonly Granted[];
  readonly isAtMaximum: boolean;
  readonly laneShort: Target | null;
  readonly missed: number;
}

/** Everything there is counts against the maximum; capacity that nothing explains is used before more is asked for. */
function grantAll(pass: Pass, needs: readonly Need[], extraFor: ExtraFor): Grants {
  let budget = pass.settings.maxCapacity - pass.lanes.reduce((sum, lane) => sum + machinesOf(lane), 0);
  let planned = 0;
  const rooms = needs.map((need): Granted => {
    const room = roomFor(pass, need.target, planned);
    const refused = isRefused(need.target, pass);
    if (room.kind === 'missing' && !refused) planned += 1;
    const nothing = { requests: 0, missed: 0, standby: 0, extra: 0, isSetFull: false, isTried: false, left: need };
    return { need, room, ...nothing, isRefused: refused, isAskedAgain: false };
  });
  const isLaneShort = ({ room, need, isRefused: refused }: Granted) =>
    room.kind === 'limited' && room.limit === 'lanes' && need.requests.length > 0 && !refused;
  const laneShort = rooms.find(isLaneShort)?.need.target ?? null;
  const phantoms = new Map(rooms.map(({ room }) => [room, room.kind === 'lane' ? room.lane.phantom : 0]));
  let unexplained = [...phantoms.values()].reduce((sum, phantom) => sum + phantom, 0);
  const probes = new Set(rooms.map(({ room }) => room).filter((room) => isProbe(pass, room)));
  const take = (one: Granted): boolean => {
    const { room } = one;
    const taken = one.requests + one.standby + one.extra;
    one.isTried ||= probes.has(room) && taken >= 1;
    if (one.isTried) return false;
    one.isSetFull ||= room.kind === 'lane' && taken >= roomInSet(room.lane);
    if (one.isSetFull) return false;
    const phantom = phantoms.get(room) ?? 0;
    if (phantom === 0 && budget <= 0) return false;
    if (phantom > 0) {
      phantoms.set(room, phantom - 1);
      unexplained -= 1;
    } else budget -= 1;
    return true;
  };
  const isSpent = () => budget <= 0 && unexplained === 0;
  const missed = grantRequests(pass, rooms, take, isSpent);
  let isShort = missed > 0;
  // The cores, or the lane, that are being freed are for the job that waits, and not for what only might be wanted.
  const goingLane = laneShort === null ? null : (lanesThatMayGo(pass)[0]?.scaleSetId ?? null);
  const stays = ({ room }: Granted): boolean => room.kind !== 'lane' || room.lane.scaleSetId !== goingLane;
  const open = isRoomMade(pass, rooms) ? [] : rooms.filter((one) => isFree(one) && stays(one));
  for (const one of open) {
    while (one.standby < one.need.standbyShort && take(one)) one.standby += 1;
    isShort ||= one.standby < one.need.standbyShort && !isHeld(one);
  }
  // Whoever's lane rests or is being made has no machine that could come first, so he is in no race.
  const extra = extraFor(rooms.reduce((sum, { requests }) => sum + requests, 0));
  const widest = open.toSorted((a, b) => b.requests - a.requests)[0];
  while (widest !== undefined && widest.extra < extra && take(widest)) widest.extra += 1;
  askAgain(pass, rooms, take, planned);
  for (const one of rooms) {
    const { need, room } = one;
    // Machines of a lane that is being created are as good as asked for; nobody is displaced for them.
    const isComing = room.kind === 'creating';
    const requests = isComing ? [] : need.requests.slice(one.requests);
    one.left = { ...need, requests, standbyShort: isComing ? 0 : need.standbyShort - one.standby };
  }
  return { rooms, isAtMaximum: isShort, laneShort, missed };
}

function isFree({ room, isRefused: refused }: Granted): boolean {
  return isOpen(room) && !refused;
}

/** What Azure refuses is tried with one machine, or with a scale set where the pool may have one more, after everybody else. */
function askAgain(pass: Pass, rooms: readonly Granted[], take: (one: Granted) => boolean, planned: number): void {
  let lanes = laneCount(pass) + planned;
  for (const one of rooms) {
    const { room, need } = one;
    if (!one.isRefused || need.requests.length + need.standbyShort === 0) continue;
    if (room.kind === 'missing' && lanes < pass.settings.maxLanes) {
      one.isAskedAgain = true;
      lanes += 1;
    }
    if (room.kind !== 'lane' || !take(one)) continue;
    if (need.requests.length > 0) one.requests += 1;
    else one.standby += 1;
  }
}

function isRoomMade({ memory }: Pass, rooms: readonly Granted[]): boolean {
  return rooms.some(({ need, room }) => {
    const lane = room.kind === 'lane' || room.kind === 'resting' ? room.lane : null;
    return lane !== null && need.requests.length > 0 && isRoomMadeFor(lane.scaleSetId, memory);
  });
}

/** In the order of service across all images; returns how many found no room below the maximum. */
function grantRequests(
  pass: Pass,
  rooms: readonly Granted[],
  take: (one: Granted) => boolean,
  isSpent: () => boolean,
): number {
  const open = rooms.filter(isFree);
  let waiting = open.reduce((sum, { need }) => sum + need.requests.length, 0);
  const roomOf = roomByGroup(pass, open);
  const { requests, groupAt } = pass.claims.queue;
  for (let turn = 0; waiting > 0 && turn < requests.length; turn += 1) {
    const one = roomOf[groupAt(turn)];
    // Others have a node, or have found a place since: then they are not in the need any more.
    if (one === undefined || one.need.requests[one.requests + one.missed] !== requests[turn]) continue;
    waiting -= 1;
    if (take(one)) {
      one.requests += 1;
      continue;
    }
    one.missed += 1;
    if (!isSpent()) continue;
    // Nobody finds room any more, and each is asked once what it says to all that are left.
    for (const other of open) if (left(other) > 0 && !take(other)) other.missed += left(other);
    break;
  }
  return open.reduce((sum, one) => sum + (isHeld(one) ? 0 : one.missed), 0);
}

/** Whatever it lacks, it is not for the maximum of the pool. */
function isHeld({ isSetFull, isTried }: Granted): boolean {
  return isSetFull || isTried;
}

function left({ need, requests, missed }: Granted): number {
  return need.requests.length - requests - missed;
}

/** For each group of requests, in whose need it is. */
function roomByGroup({ claims }: Pass, rooms: readonly Granted[]): readonly (Granted | undefined)[] {
  const byTarget = new Map(rooms.map((one) => [targetKey(one.need.target), one]));
  return claims.groups.map(({ target }) => (target === null ? undefined : byTarget.get(targetKey(target))));
}

/** A lane whose boots keep failing rests, and then one machine of it is tried. `planned`: lanes that are made for others. */
export function roomFor(pass: Pass, target: Target, planned: number): LaneRoom {
  const room = laneRoom(target, pass, planned);
  if (room.kind !== 'lane') return room;
  const allowance = allowanceOf(pass, room.lane);
  if (allowance.kind !== 'none') return room;
  const until = allowance.until ?? pass.now + tryingMs;
  return { kind: 'resting', reason: say('imageFailing', `${allowance.words}.`), until, lane: room.lane };
}

/** The one that is being tried is looked at again after this long. */
const tryingMs = 60_000;

function isProbe(pass: Pass, room: LaneRoom): boolean {
  return room.kind === 'lane' && allowanceOf(pass, room.lane).kind === 'one';
}

export function isOpen(room: LaneRoom): boolean {
  return room.kind === 'lane' || room.kind === 'missing';
}

function carryOut(pass: Pass, plan: Plan, one: Granted): Plan {
  const { room, need } = one;
  const granted = one.requests + one.standby + one.extra;
  if (room.kind === 'lane') {
    if (granted === 0) return plan;
    const asked = ask(pass, plan, room.lane, granted, reasonFor(pass, one, room.lane), one.extra);
    if (!one.isSetFull || granted - one.extra === need.requests.length + need.standbyShort) return asked;
    return withWait(asked, fullReason(room.lane, laneWord(need.target, pass.claims.catalog)), room.lane);
  }
  if (room.kind === 'missing') return granted > 0 || one.isAskedAgain ? create(pass, plan, one, granted) : plan;
  const asked = need.requests.length + need.standbyShort;
  if (asked === 0) return plan;
  const decision: Decision = { kind: 'wait', reason: room.reason };
  const dueAt = room.kind === 'resting' ? [...plan.dueAt, room.until] : plan.dueAt;
  return { ...plan, decisions: [...plan.decisions, decision], dueAt };
}

/** In a snapshot nothing is created, so both halves are told at once; the service grows the lane when it is there. */
function create(pass: Pass, plan: Plan, one: Granted, granted: number): Plan {
  const { settings, observation, claims } = pass;
  const key = wantedKey(one.need.target, claims.catalog);
  const name = laneName(settings, key);
  const target: DecisionTarget = {
    ...{ scaleSetId: laneIdOf(settings, key), instanceId: null, vmId: null, generationId: null, agentId: null },
    lane: key,
  };
  const what = laneWord(one.need.target, claims.catalog);
  const words = `No scale set of this pool makes machines of ${what}, which ${whoWants(one)}: ${name} is made, empty at first.`;
  const decisions: Decision[] = [{ kind: 'createLane', reason: say('laneMissing', words), scaleSet: name, target }];
  const brought = isBrought(one.need.target, claims)
    ? { broughtVersions: { ...plan.remember.broughtVersions, [broughtKey(one.need.target, claims)]: pass.now } }
    : {};
  const after = { ...plan, remember: { ...plan.remember, ...brought } };
  if (!observation.ownsEverything) return { ...after, decisions: [...plan.decisions, ...decisions] };
  const empty = { capacity: 0, live: 0, deleting: 0, promised: 0, promisedLateAt: null, phantom: 0 };
  const reason = reasonFor(pass, one, { ...empty, scaleSetId: '', name });
  decisions.push({ kind: 'scaleOut', reason, scaleSet: name, from: 0, to: granted, target });
  return {
    ...after,
    decisions: [...plan.decisions, ...decisions],
    newNodes: plan.newNodes + granted - one.extra,
    extraNodes: plan.extraNodes + one.extra,
  };
}

function whoWants(one: Granted): string {
  const requests = one.isAskedAgain ? one.need.requests.length : one.requests;
  if (requests === 0) return `the standby wants ${one.isAskedAgain ? one.need.standbyShort : one.standby} of`;
  return requests === 1 ? 'one job request waits for' : `${requests} job requests wait for`;
}

function reasonFor(pass: Pass, one: Granted, lane: LaneCapacity): Reason {
  const { settings, claims } = pass;
  const what = laneWord(one.need.target, claims.catalog);
  const granted = one.requests + one.standby + one.extra;
  const to = Math.max(lane.capacity, lane.live + lane.promised + granted);
  const capacity = `${lane.name} ${lane.capacity} → ${to}, with at most ${settings.maxCapacity} in the pool`;
  const extra = one.extra === 0 ? '' : `, and ${one.extra} beyond the need that are cancelled if nobody takes them`;
  if (one.requests === 0) {
    const words = `The standby of ${what} lacks ${one.need.standbyShort}: ${one.standby} more${extra}, ${capacity}.`;
    return say('standbyBelowMinimum', words);
  }
  const standby = one.standby === 0 ? '' : ` and ${one.standby} for the standby`;
  const words = `${count(one.need.requests.length, 'job request')} without a node for ${what}: ${one.requests} more${standby}${extra}, ${capacity}.`;
  return say('requestsWithoutNode', words);
}

function maximumReached(pass: Pass, missed: number): Reason {
  const machines = pass.lanes.reduce((sum, lane) => sum + machinesOf(lane), 0);
  const deleting = pass.lanes.reduce((sum, lane) => sum + lane.deleting, 0);
  const going = deleting === 0 ? '' : `, ${deleting} of them being deleted`;
  const words =
    `${count(missed, 'job request')} would need a node of ${missed === 1 ? 'its' : 'their'} own, but the pool is at its maximum of ` +
    `${pass.settings.maxCapacity} (${count(machines, 'instance')}${going}).`;
  return say('poolAtMaximum', words);
}
