// A machine that has run its one job: wiped where a waiting request or the standby wants it, else given back.
import type { Decision, Reason } from './decision.ts';
import { bySeniority } from './claims.ts';
import { isHeldByPerson, type Node } from './node.ts';
import { decideNode, withDecisions, type Pass, type Plan } from './pass.ts';
import { say } from './words.ts';

export function recycle(pass: Pass, plan: Plan): Plan {
  if (!pass.trust.canDestroy) return plan;
  const used = usedNodes(pass, plan);
  const canWipe = (node: Node) => node.instance !== null && node.instance.provisioningState !== 'failed';
  const wiped = used.filter(canWipe).slice(0, plan.unmet + plan.standbyShort);
  const decisions = used.map((node): Decision => {
    const place = wiped.indexOf(node);
    if (place < 0) return decideNode('reclaim', node, unwanted(node));
    return decideNode('reimage', node, place < plan.unmet ? forRequest(node, pass, place) : forStandby(node, pass));
  });
  const forRequests = Math.min(wiped.length, plan.unmet);
  return {
    ...withDecisions(plan, decisions, used),
    unmet: plan.unmet - forRequests,
    standbyShort: plan.standbyShort - (wiped.length - forRequests),
  };
}

/** Longest used first, for their agents are surely free. */
export function usedNodes(pass: Pass, plan: Plan): readonly Node[] {
  return pass.nodes
    .filter((node) => node.state === 'pendingReimageCandidate' && !isHeldByPerson(node) && !plan.leaving.has(node.key))
    .sort(bySeniority);
}

function forRequest(node: Node, pass: Pass, place: number): Reason {
  const request = pass.claims.withoutNode[place];
  return say(
    'recycledForRequest',
    `${node.name} has run its job and is reimaged for job request ${request?.requestId ?? '?'}.`,
  );
}

function forStandby(node: Node, pass: Pass): Reason {
  const words = `${node.name} has run its job and is reimaged, for the pool keeps ${pass.settings.desiredIdle} idle.`;
  return say('recycledForStandby', words);
}

function unwanted(node: Node): Reason {
  return say('usedAndNotWanted', `${node.name} has run its job, and neither a job request nor the standby wants it.`);
}
