// Boots that nobody waits for any more are given back before they cost a whole boot: the losers of a race, and machines whose
// request was cancelled or found another.
import { bySeniority, isStarting } from './claims.ts';
import { lateAt } from './boot-time.ts';
import type { Node } from './node.ts';
import { decideNode, withDecisions, type Pass, type Plan } from './pass.ts';
import { sizingNumbers } from './sizing-presets.ts';
import { spareAdvice } from './spares.ts';
import { wantedStandby } from './standby.ts';
import { count, say, span } from './words.ts';

export function cancelBoots(pass: Pass, plan: Plan): Plan {
  const { claims, settings, trust } = pass;
  // While anybody waits every boot is in the race, whoever claimed it.
  if (!trust.canDestroy || claims.queuedCount > 0 || sizingNumbers(settings).race === 0) return plan;
  const wanted = Math.max(wantedStandby(settings), spareAdvice(pass).keep);
  const surplus = claims.spareIdle.length + claims.spareBootingCount - wanted;
  if (surplus <= 0) return plan;
  // The youngest have the longest way to go.
  const victims = pass.nodes
    .filter((node) => isUnclaimedBoot(node, pass) && !plan.leaving.has(node.key))
    .sort((a, b) => bySeniority(b, a))
    .slice(0, surplus);
  return withDecisions(
    plan,
    victims.map((node) => decideNode('reclaim', node, cancelled(node, pass, wanted))),
    victims,
  );
}

/** Nothing runs on it and no agent is registered for it. What is late is not counted as a spare, so it is none too many. */
function isUnclaimedBoot(node: Node, pass: Pass): boolean {
  const { generation, instance, agent } = node;
  if (!isStarting(node) || agent !== null || instance === null || generation?.startedBy !== 'create') return false;
  if (generation.agentId !== null || generation.claimedAt !== null) return false;
  return (lateAt(node, pass.memory, pass.now) ?? Infinity) > pass.now;
}

function cancelled(node: Node, pass: Pass, wanted: number) {
  const age = span(pass.now - (node.generation?.startedAt ?? pass.now));
  const words = `No job request waits, and ${node.name} has been booting for ${age}, beyond the ${count(wanted, 'spare')} that the pool wants: its boot is cancelled.`;
  return say('bootCancelled', words);
}
