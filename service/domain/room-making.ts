// Where Azure's quota is fuller than the pool, the pool is full in truth and not by its maximum. Idle machines of other images,
// or on the customer's own scale set those with another folder or tag, give their cores to a job whose lane rests for want of
// capacity, and nobody's standby takes them before its machine is asked for.
import { allowanceOf } from './breaker.ts';
import { takeTurns } from './busy-turn.ts';
import { growingLane } from './capacity-ask.ts';
import { hasMachine, isThere, shortageNow, shortagesWithoutNeed } from './known-shortages.ts';
import type { LaneCapacity } from './lane-capacity.ts';
import { laneRoom, laneWord } from './lane-room.ts';
import { byWorth } from './lifetime.ts';
import type { Memory } from './memory.ts';
import { needsOf, type Need } from './needs.ts';
import type { Node } from './node.ts';
import { decideNode, withDecisions, type Pass, type Plan } from './pass.ts';
import { isLeavingState } from './scale-in.ts';
import type { Shortage } from './shortage.ts';
import { jobWord, say } from './words.ts';

/** Larger machines need the cores of several. Where even these bring nothing, the cores are not what is missing. */
const mostInVain = 8;

/** The rest of a lane is over as soon as the machines that made room for it are gone. */
export function withEndedRests(memory: Memory, nodes: readonly Node[]): Memory {
  const shortages = Object.entries(memory.shortages ?? {});
  if (shortages.length === 0) return memory;
  const there = new Set(nodes.filter(hasMachine).map((node) => node.key));
  // A refusal since has made it a rest of its own.
  const ended = shortages.filter(
    ([id, { going, restUntil }]) =>
      restUntil === memory.restUntil[id] && going.length > 0 && !going.some((key) => there.has(key)),
  );
  const over = new Set(ended.map(([scaleSetId]) => scaleSetId));
  return { ...memory, restUntil: Object.fromEntries(Object.entries(memory.restUntil).filter(([id]) => !over.has(id))) };
}

/** True while a place is being made for a job that waits for machines of this scale set. */
export function isRoomMadeFor(scaleSetId: string, { shortages }: Pick<Memory, 'shortages'>): boolean {
  return (shortages?.[scaleSetId]?.going.length ?? 0) > 0;
}

/** One idle machine for each request that waits, less those that go anyway. */
export function makeRoom(pass: Pass, plan: Plan): Plan {
  const known = pass.memory.shortages ?? {};
  const rests = Object.values(pass.memory.restUntil).some((until) => until > pass.now);
  if (!pass.trust.canDestroy) return plan;
  if (!rests && Object.keys(known).length === 0) return plan;
  const needs = pass.claims.catalog.isOwnSet ? ownNeeds(pass) : laneNeeds(pass);
  const needed = new Set(needs.map(({ lane }) => lane.scaleSetId));
  const shortages: Record<string, Shortage> = { ...shortagesWithoutNeed(pass, needed) };
  const going = goingNodes(pass, plan);
  const spoken = new Set(Object.entries(known).flatMap(([id, shortage]) => (needed.has(id) ? shortage.going : [])));
  const free = [...going].filter((key) => !spoken.has(key));
  const spare = pass.claims.spareIdle
    .filter((node) => !plan.leaving.has(node.key))
    .toSorted(byWorth(pass.settings, pass.now));
  let after = plan;
  for (const { need, lane, isResting } of needs) {
    const before = shortageNow(pass, lane, known[lane.scaleSetId]);
    const still = before.going.filter((key) => going.has(key) || !isThere(pass, key));
    const lacking = isResting ? lackingFor(pass, need, lane, { ...before, going: still }) : 0;
    const others = free.splice(0, lacking);
    const victims = spare.splice(0, lacking - others.length);
    const all = [...still, ...others, ...victims.map((node) => node.key)];
    const at = all.length > still.length ? pass.now : before.at;
    if (all.length + before.inVain > 0) shortages[lane.scaleSetId] = { ...before, at, going: all };
    after = withDecisions(
      after,
      victims.map((node) => decideNode('reclaim', node, reasonFor(pass, node, need))),
      victims,
    );
    const passed = need.requests
      .slice(others.length + victims.length, lacking)
      .map((request) => ({ request, target: need.target }));
    after = takeTurns(
      pass,
      after,
      passed,
      `Azure has no capacity for more machines of ${laneWord(need.target, pass.claims.catalog)}`,
    );
  }
  return { ...after, remember: { ...after.remember, shortages } };
}

interface LaneNeed {
  readonly need: Need;
  readonly lane: LaneCapacity;
  readonly isResting: boolean;
}

function laneNeeds(pass: Pass): readonly LaneNeed[] {
  return needsOf(pass.claims, pass.settings).flatMap((need): LaneNeed[] => {
    const room = laneRoom(need.target, pass, 0);
    if (need.requests.length === 0 || (room.kind !== 'lane' && room.kind !== 'resting')) return [];
    return [{ need, lane: room.lane, isResting: room.kind === 'resting' }];
  });
}

/** All its machines are of one image, and a job may ask for a folder or a tag that none of the idle ones has. */
function ownNeeds(pass: Pass): readonly LaneNeed[] {
  const lane = growingLane(pass);
  const need = needsOf(pass.claims, pass.settings).find(({ requests }) => requests.length > 0);
  if (lane === undefined || need === undefined) return [];
  return [{ need, lane, isResting: (pass.memory.restUntil[lane.scaleSetId] ?? 0) > pass.now }];
}

/** Machines that would have to go for these requests beyond those that go already. */
export function lackingPlaces(pass: Pass, plan: Plan, need: Need, lane: LaneCapacity): number {
  const going = goingNodes(pass, plan);
  const before = shortageNow(pass, lane, pass.memory.shortages?.[lane.scaleSetId]);
  const still = before.going.filter((key) => going.has(key) || !isThere(pass, key));
  return lackingFor(pass, need, lane, { ...before, going: still });
}

function lackingFor(pass: Pass, { requests }: Need, lane: LaneCapacity, { going, inVain }: Shortage): number {
  const allowance = allowanceOf(pass, lane).kind;
  if (allowance === 'none') return 0;
  return Math.max(0, Math.min(allowance === 'one' ? 1 : requests.length, mostInVain - inVain) - going.length);
}

function goingNodes(pass: Pass, { decisions, leaving }: Plan): ReadonlySet<string> {
  const reclaimed = new Set(decisions.filter(({ kind }) => kind === 'reclaim').map(({ node }) => node));
  const nodes = pass.nodes.filter(
    (node) => isLeavingState(node.state) || (leaving.has(node.key) && reclaimed.has(node.name)),
  );
  return new Set(nodes.map((node) => node.key));
}

function reasonFor({ claims }: Pass, node: Node, { target, requests }: Need) {
  const [first] = requests;
  const whom = first === undefined ? 'the job that waits' : jobWord(first);
  const what = laneWord(target, claims.catalog);
  const words = `${node.name} is idle, no waiting request fits it, and Azure has no capacity for more machines of ${what}: its cores go to ${whom}.`;
  return say('displaced', words);
}
