// A machine that has run its one job: wiped where a waiting request or the standby wants it, or to be a spare for as long
// as the idle delay; else given back. A spare is then idle like any other and goes after the same time.
import { usualBootMs } from './boot-time.ts';
import type { Decision, Reason } from './decision.ts';
import { bySeniority } from './claims.ts';
import { isHeldByPerson, type Node } from './node.ts';
import { decideNode, withDecisions, type Pass, type Plan } from './pass.ts';
import { idleTimeoutMs } from './scale-in.ts';
import { say, span } from './words.ts';

export function recycle(pass: Pass, plan: Plan): Plan {
  if (!pass.trust.canDestroy) return plan;
  const used = usedNodes(pass, plan);
  const wanted = plan.unmet + plan.standbyShort;
  const wiped = used.filter(canWipe).slice(0, isWorthKeeping(pass) ? used.length : wanted);
  const places = new Map(wiped.map((node, place) => [node.key, place]));
  const decisions = used.map((node): Decision => {
    const place = places.get(node.key);
    if (place === undefined) return decideNode('reclaim', node, unwanted(node));
    if (place < plan.unmet) return decideNode('reimage', node, forRequest(node, pass, place));
    return decideNode('reimage', node, place < wanted ? forStandby(node, pass) : asSpare(node, pass));
  });
  const forRequests = Math.min(wiped.length, plan.unmet);
  return {
    ...withDecisions(plan, decisions, used),
    unmet: plan.unmet - forRequests,
    standbyShort: Math.max(0, plan.standbyShort - (wiped.length - forRequests)),
  };
}

/**
 * Jobs come in bursts, so a machine that is wiped right away and then stays for the idle delay serves the next one for
 * less than a new machine costs. Where the delay is shorter than the wiping itself it would be gone before it is back.
 */
function isWorthKeeping(pass: Pass): boolean {
  return idleTimeoutMs(pass.settings, pass.memory) >= usualBootMs(pass.memory, 'reimage') && !isAboveMaximum(pass);
}

function isAboveMaximum(pass: Pass): boolean {
  return pass.lanes.reduce((sum, lane) => sum + lane.live, 0) > pass.settings.maxCapacity;
}

function canWipe(node: Node): boolean {
  return node.instance !== null && node.instance.provisioningState !== 'failed';
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

function asSpare(node: Node, pass: Pass): Reason {
  const delay = span(idleTimeoutMs(pass.settings, pass.memory));
  return say('recycledAsSpare', `${node.name} has run its job and is reimaged: it waits ${delay} for another.`);
}

function unwanted(node: Node): Reason {
  return say('usedAndNotWanted', `${node.name} has run its job, and neither a job request nor the standby wants it.`);
}
