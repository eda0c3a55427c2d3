// At the maximum a boot that no waiting request needs, and then an idle node that none fits, gives its place to the one that waits and
// is served first, and so does an idle node of a lane that holds all it can; where the pool has as many lanes as it may, a lane that nobody needs now gives its own.
import { mostOfLane } from './breaker.ts';
import { growingLane, isSetTheLimit } from './capacity-ask.ts';
import { takeTurns, type Passed } from './busy-turn.ts';
import { isUnclaimedBoot } from './cancel-boots.ts';
import { bySeniority } from './claims.ts';
import type { Decision } from './decision.ts';
import { ownTarget, serves, type Target } from './image-catalog.ts';
import type { JobRequest } from './job-request.ts';
import type { LaneCapacity } from './lane-capacity.ts';
import { lanesThatMayGo } from './lane-rest.ts';
import { isRefused, laneRoom, laneWord } from './lane-room.ts';
import { byWorth } from './lifetime.ts';
import type { Need } from './needs.ts';
import type { Node } from './node.ts';
import { countIn, nodesInAny } from './nodes-by-state.ts';
import { decideNode, withDecisions, type Pass, type Plan } from './pass.ts';
import { placeOfNode } from './placed-class.ts';
import { inServiceOrder } from './priority.ts';
import { leavingStates } from './scale-in.ts';
import { setLimitWords } from './scale-set-limit.ts';
import { jobWord, say } from './words.ts';

export function displace(pass: Pass, plan: Plan): Plan {
  if (!pass.trust.canDestroy) return plan;
  const below = plan.isAtMaximum && plan.unmet > 0 ? displaceNodes(pass, plan) : plan;
  const after = pass.claims.catalog.isOwnSet ? below : displaceInFullLanes(pass, below);
  return after.laneShort === null ? after : displaceLane(pass, after, after.laneShort);
}

function displaceNodes(pass: Pass, plan: Plan): Plan {
  const reclaimed = plan.decisions.filter((decision) => decision.kind === 'reclaim').length;
  const onTheirWay = countIn(pass.nodes, leavingStates) + reclaimed;
  const wanted = Math.max(0, helped(pass, plan) - onTheirWay);
  const first = firstUnmet(pass, plan);
  const whom = first === undefined ? 'the job that waits' : jobWord(first);
  const boots = unneededBoots(pass, plan).slice(0, wanted);
  // The matching is as large as it can be, so what it left idle fits none of the requests that it left waiting.
  const spare = pass.claims.spareIdle.filter((node) => !plan.leaving.has(node.key));
  const victims = spare.toSorted(byWorth(pass.settings, pass.now)).slice(0, wanted - boots.length);
  const own = pass.claims.catalog.isOwnSet ? growingLane(pass) : undefined;
  const limit =
    own !== undefined && isSetTheLimit(pass, own)
      ? setLimitWords(own)
      : `the pool is at its maximum of ${pass.settings.maxCapacity}`;
  const decisions = victims.map((node) => {
    const words = `${node.name} is idle, no waiting request fits it, and ${limit}: its place goes to ${whom}.`;
    return decideNode('reclaim', node, say('displaced', words));
  });
  const cancelled = boots.map((node) => {
    const words = `${node.name} boots, no waiting request needs it, and ${limit}: its boot is cancelled, and its place goes to ${whom}.`;
    return decideNode('reclaim', node, say('bootCancelled', words));
  });
  const after = withDecisions(plan, [...cancelled, ...decisions], [...boots, ...victims]);
  const coming = onTheirWay + boots.length + victims.length;
  return coming < helped(pass, plan) ? takeTurns(pass, after, unmetInTurn(pass, plan).slice(coming), limit) : after;
}

/**
 * Those that would lose the race, and spares in the making, the youngest first. In lanes alone: on the customer's own set a boot serves
 * everybody. One that is late is no supply, and may still serve whoever waits for its like.
 */
function unneededBoots({ nodes, claims }: Pass, plan: Plan): readonly Node[] {
  const { catalog, groups, left, byNode } = claims;
  if (catalog.isOwnSet) return [];
  const targets = groups.flatMap(({ target }, index) => (target === null || !left[index]?.length ? [] : [target]));
  const isUnneeded = (node: Node): boolean => {
    if (!isUnclaimedBoot(node) || byNode.has(node.key) || plan.leaving.has(node.key)) return false;
    return !targets.some((target) => serves(placeOfNode(node, catalog), target, catalog));
  };
  return nodes.filter(isUnneeded).sort((a, b) => bySeniority(b, a));
}

/** Below the maximum of the pool, too: no other lane makes these machines, so a place in this one is all that helps. */
function displaceInFullLanes(pass: Pass, plan: Plan): Plan {
  const waiting = new Map<LaneCapacity, readonly JobRequest[]>();
  for (const { target, requests } of plan.needs) {
    const room = requests.length === 0 ? null : laneRoom(target, pass, 0);
    if (room?.kind === 'full') waiting.set(room.lane, [...(waiting.get(room.lane) ?? []), ...requests]);
  }
  return [...waiting].reduce((after, [lane, requests]) => displaceIn(pass, after, lane, requests), plan);
}

function displaceIn(pass: Pass, plan: Plan, lane: LaneCapacity, requests: readonly JobRequest[]): Plan {
  const isHere = (scaleSetId: string | null | undefined) => scaleSetId?.toLowerCase() === lane.scaleSetId.toLowerCase();
  const leaving = nodesInAny(pass.nodes, leavingStates).filter((node) => isHere(node.scaleSetId)).length;
  const reclaimed = plan.decisions.filter(
    ({ kind, target }) => kind === 'reclaim' && isHere(target?.scaleSetId),
  ).length;
  const victims = pass.claims.spareIdle
    .filter((node) => isHere(node.scaleSetId) && !plan.leaving.has(node.key))
    .toSorted(byWorth(pass.settings, pass.now))
    .slice(0, Math.max(0, Math.min(requests.length, mostOfLane(pass, plan, lane)) - leaving - reclaimed));
  const [first] = requests;
  const whom = first === undefined ? 'the job that waits' : jobWord(first);
  const decisions = victims.map((node) => {
    const words = `${node.name} is idle, no waiting request fits it, and ${setLimitWords(lane)}: its place goes to ${whom}.`;
    return decideNode('reclaim', node, say('displaced', words));
  });
  return withDecisions(plan, decisions, victims);
}

/** Requests that a free place would help: not those whose lane cannot be made, or whom Azure refuses or has no capacity for. */
function helped(pass: Pass, plan: Plan): number {
  const own = growingLane(pass);
  if (pass.claims.catalog.isOwnSet)
    return own === undefined ? plan.unmet : Math.min(plan.unmet, mostOfLane(pass, plan, own));
  return plan.needs.reduce((sum, need) => sum + helpedOf(pass, plan, need), 0);
}

function helpedOf(pass: Pass, plan: Plan, { target, requests }: Need): number {
  const room = requests.length === 0 || isRefused(target, pass) ? null : laneRoom(target, pass, 0);
  if (room?.kind === 'missing') return requests.length;
  return room?.kind === 'lane' ? Math.min(requests.length, mostOfLane(pass, plan, room.lane)) : 0;
}

/** Requests that a free place would help, in the order of service. */
function unmetInTurn(pass: Pass, plan: Plan): readonly Passed[] {
  const { catalog, withoutNode } = pass.claims;
  if (catalog.isOwnSet) {
    const unmet = withoutNode.slice(withoutNode.length - plan.unmet).slice(0, helped(pass, plan));
    return unmet.map((request) => ({ request, target: ownTarget }));
  }
  const targets = new Map<JobRequest, Target>();
  for (const need of plan.needs)
    for (const request of need.requests.slice(0, helpedOf(pass, plan, need))) targets.set(request, need.target);
  return inServiceOrder([...targets.keys()], pass.settings).flatMap((request) => {
    const target = targets.get(request);
    return target === undefined ? [] : [{ request, target }];
  });
}

function firstUnmet(pass: Pass, plan: Plan): JobRequest | undefined {
  const { claims } = pass;
  if (claims.catalog.isOwnSet) return claims.withoutNode[claims.withoutNode.length - plan.unmet];
  const open = plan.needs.filter((need) => helpedOf(pass, plan, need) > 0);
  const firsts = new Set(open.flatMap((need) => need.requests.slice(0, 1)));
  return claims.withoutNode.find((request) => firsts.has(request));
}

/** One lane at a time, and only one that holds no job and that no job needs: its idle nodes go first. */
function displaceLane(pass: Pass, plan: Plan, target: Target): Plan {
  const isGoing = pass.observation.operations.some((one) => one.kind === 'removeLane');
  const [free] = lanesThatMayGo(pass);
  if (free === undefined || isGoing) return plan;
  const what = laneWord(target, pass.claims.catalog);
  const isIdle = (node: Node): boolean => pass.claims.spareIdle.includes(node);
  const victims = free.nodes.filter((node) => (isIdle(node) || isUnclaimedBoot(node)) && !plan.leaving.has(node.key));
  const decisions = victims.map((node): Decision => {
    const isBoot = !isIdle(node);
    const does = isBoot ? 'boots, and nobody waits for it' : 'is idle';
    const words = `${node.name} ${does}, and the pool has all the ${pass.settings.maxLanes} scale sets that it may: this one goes, so that one for ${what} can be made.`;
    return decideNode('reclaim', node, say(isBoot ? 'bootCancelled' : 'laneDisplaced', words));
  });
  return withDecisions(plan, decisions, victims);
}
