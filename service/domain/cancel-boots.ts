// Boots that nobody waits for any more are given back before they cost a whole boot: the losers of a race, and machines whose
// request was cancelled or found another.
import { bySeniority, isStarting } from './claims.ts';
import { lateAt } from './boot-time.ts';
import type { LaneCapacity } from './lane-capacity.ts';
import type { Node } from './node.ts';
import { decideNode, withDecisions, type Pass, type Plan } from './pass.ts';
import { placeOfLane, placeOfNode } from './placed-class.ts';
import { surplusBoots } from './sizing-rules.ts';
import { spareAdvice, spareCounts } from './spares.ts';
import { standbyShelves } from './standby-shelf.ts';
import { wantedStandby } from './standby.ts';
import { count, say, span } from './words.ts';

export function cancelBoots(pass: Pass, plan: Plan): Plan {
  // While anybody waits whom a new machine helps every boot is in the race, whoever claimed it.
  const isAwaited = pass.claims.groups.some(({ fitsNew }) => fitsNew);
  if (!pass.trust.canDestroy || isAwaited) return plan;
  const boots = pass.nodes.filter((node) => isUnclaimedBoot(node) && !plan.leaving.has(node.key));
  if (boots.length === 0) return plan;
  const { keep } = spareAdvice(pass);
  const wanted = Math.max(wantedStandby(pass.settings), keep);
  const isLate = (node: Node): boolean => (lateAt(node, pass.memory, pass.now) ?? Infinity) <= pass.now;
  // Nobody waits for what is late, and it is no spare. Of the others the youngest have the longest way to go.
  const young = boots.filter((node) => !isLate(node)).sort((a, b) => bySeniority(b, a));
  const counts = spareCounts(pass);
  const inDoubt = pass.lanes.reduce((sum, lane) => sum + promisesInDoubt(lane), 0);
  const most = surplusBoots({ ...counts, booting: counts.booting - inDoubt }, keep);
  const victims = [...boots.filter(isLate), ...beyondTheirShelf(young, pass).slice(0, most)];
  return withDecisions(
    plan,
    victims.map((node) => decideNode('reclaim', node, cancelled(node, pass, wanted))),
    victims,
  );
}

/**
 * Nobody has proved when a delete lowers the capacity. Where only its end does, what was asked for seems to come for as long as a
 * machine is being deleted: a boot that made room for it would be cancelled, its delete would do the same to the next, for ever.
 */
function promisesInDoubt({ promised, deleting }: LaneCapacity): number {
  return Math.min(promised, deleting);
}

/**
 * In the order in which they were given. What another image has too much of makes no boot one too many that its own image lacks:
 * it would be asked for again in the next pass, and cancelled again, for ever.
 */
function beyondTheirShelf(young: readonly Node[], pass: Pass): readonly Node[] {
  const { catalog, spareIdle, boots } = pass.claims;
  const shelves = standbyShelves(pass).map(({ holds, standby, keep }) => {
    const idle = spareIdle.filter((node) => holds(placeOfNode(node, catalog))).length;
    const booting = boots.filter(({ place }) => holds(place)).reduce((sum, { spare }) => sum + spare, 0);
    const inDoubt = pass.lanes
      .filter(({ scaleSetId }) => holds(placeOfLane(scaleSetId, catalog)))
      .reduce((sum, lane) => sum + promisesInDoubt(lane), 0);
    return { holds, left: surplusBoots({ idle, booting: booting - inDoubt, standby, racing: standby }, keep) };
  });
  return young.filter((node) => {
    const place = placeOfNode(node, catalog);
    const shelf = shelves.find(({ holds }) => holds(place));
    if (shelf === undefined) return true;
    shelf.left -= 1;
    return shelf.left >= 0;
  });
}

/** Nothing runs on it and no agent is registered for it. */
export function isUnclaimedBoot(node: Node): boolean {
  const { generation, instance, agent } = node;
  if (!isStarting(node) || agent !== null || instance === null || generation?.startedBy !== 'create') return false;
  return generation.agentId === null && generation.claimedAt === null;
}

function whoWaits({ claims }: Pass): string {
  return claims.queuedCount === 0 ? 'No job request waits' : 'No job request waits that a new machine could serve';
}

function cancelled(node: Node, pass: Pass, wanted: number) {
  const age = span(pass.now - (node.generation?.startedAt ?? pass.now));
  const words = `${whoWaits(pass)}, and ${node.name} has been booting for ${age}, beyond the ${count(wanted, 'spare')} that the pool wants: its boot is cancelled.`;
  return say('bootCancelled', words);
}
