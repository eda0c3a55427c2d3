// At the maximum an idle node that no waiting request fits gives its place to the oldest request that waits.
import { decideNode, withDecisions, type Pass, type Plan } from './pass.ts';
import { isLeavingState } from './scale-in.ts';
import { say } from './words.ts';

export function displace(pass: Pass, plan: Plan): Plan {
  if (!pass.trust.canDestroy || !plan.isAtMaximum || plan.unmet === 0) return plan;
  const reclaimed = plan.decisions.filter((decision) => decision.kind === 'reclaim').length;
  const onTheirWay = pass.nodes.filter((node) => isLeavingState(node.state)).length + reclaimed;
  const wanted = Math.max(0, plan.unmet - onTheirWay);
  // The matching is as large as it can be, so what it left idle fits none of the requests that it left waiting.
  const victims = pass.claims.spareIdle.filter((node) => !plan.leaving.has(node.key)).slice(0, wanted);
  const oldest = pass.claims.withoutNode[pass.claims.withoutNode.length - plan.unmet];
  const decisions = victims.map((node) =>
    decideNode(
      'reclaim',
      node,
      say(
        'displaced',
        `${node.name} is idle, no waiting request fits it, and the pool is at its maximum of ${pass.settings.maxCapacity}: its place goes to job request ${oldest?.requestId ?? '?'}.`,
      ),
    ),
  );
  return withDecisions(plan, decisions, victims);
}
