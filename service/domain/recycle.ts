// A machine that has run its one job: wiped where a waiting request or the standby wants it, or to be a spare for as long
// as the idle delay; else given back. A spare is then idle like any other and goes after the same time.
import { usualBootMs } from './boot-time.ts';
import type { Decision, Reason } from './decision.ts';
import { bySeniority } from './claims.ts';
import { serves, type Target } from './image-catalog.ts';
import type { JobRequest } from './job-request.ts';
import { placesInTurn } from './in-turn.ts';
import { machinesOf } from './lane-capacity.ts';
import { standsFor, usualTarget } from './needs.ts';
import { isHeldByPerson, type Node } from './node.ts';
import { nodesIn } from './nodes-by-state.ts';
import { decideNode, withDecisions, withNeeds, type Pass, type Plan } from './pass.ts';
import { placeOfNode } from './placed-class.ts';
import { giveBackForAgent, usedWithOldAgent } from './renew-agents.ts';
import { idleTimeoutMs } from './sizing-presets.ts';
import { spareAdvice, spareCounts } from './spares.ts';
import { jobWord, say, span } from './words.ts';

export function recycle(pass: Pass, plan: Plan): Plan {
  if (!pass.trust.canDestroy) return plan;
  const all = usedNodes(pass, plan);
  const inTurn = placesInTurn(pass, plan, all.filter(canWipe));
  const used = inTurn.size === 0 ? all : all.filter((node) => !inTurn.has(node));
  const old = new Set(usedWithOldAgent(used, pass));
  const uses = new Map<Node, Reason>();
  const canWait = isWorthKeeping(pass);
  const needs = plan.needs.map((need) => {
    const fitting = used.filter(
      (node) => canWipe(node) && !old.has(node) && !uses.has(node) && comesBackFor(node, need.target, pass),
    );
    const forRequests = fitting.slice(0, need.requests.length);
    forRequests.forEach((node, place) => uses.set(node, forRequest(node, need.requests[place])));
    const forStandby = fitting
      .slice(forRequests.length)
      .filter((node) => standsFor(placeOfNode(node, pass.claims.catalog), need.target, pass.claims.catalog))
      .slice(0, need.standbyShort);
    for (const node of forStandby) uses.set(node, standbyReason(node, pass));
    const requests = need.requests.slice(forRequests.length);
    return { ...need, requests, standbyShort: need.standbyShort - forStandby.length };
  });
  const after = withNeeds(plan, needs);
  // Where others wait for a place below the maximum, a machine that only might be wanted gives its own.
  const isCrowded = after.unmet > roomLeft(pass);
  let foreseen = foreseenShort(pass, plan, after);
  const decisions = used.map((node): Decision => {
    const reason = uses.get(node);
    if (reason !== undefined) return decideNode('reimage', node, reason);
    if (old.has(node)) return giveBackForAgent(node, pass);
    const isSpare = (canWait || foreseen > 0) && canWipe(node) && !isCrowded && isOfUse(node, pass);
    if (!isSpare) return decideNode('reclaim', node, unwanted(node));
    foreseen -= 1;
    return decideNode('reimage', node, asSpare(node, pass));
  });
  const given = [...inTurn].map(([node, request]) => decideNode('reclaim', node, forOneBefore(node, request)));
  return withDecisions(after, [...given, ...decisions], all);
}

/** Spares that are worth their idling and are not there: wiping takes less time than a new boot. */
function foreseenShort(pass: Pass, before: Plan, after: Plan): number {
  if (isAboveMaximum(pass)) return 0;
  const { idle, booting } = spareCounts(pass);
  return spareAdvice(pass).keep - idle - booting - (before.standbyShort - after.standbyShort);
}

/** A reimage makes the same machine again, so it helps those that the machine served before. */
function comesBackFor(node: Node, target: Target, pass: Pass): boolean {
  const { catalog } = pass.claims;
  return serves(placeOfNode(node, catalog), target, catalog);
}

/** Beyond the first place of an image nothing stands by: another version goes when its job is done. */
function isOfUse(node: Node, pass: Pass): boolean {
  const { catalog } = pass.claims;
  const place = placeOfNode(node, catalog);
  return place.image >= 0 && standsFor(place, usualTarget(place.image, catalog), catalog);
}

function roomLeft(pass: Pass): number {
  if (pass.claims.catalog.isOwnSet) return Infinity;
  return pass.settings.maxCapacity - pass.lanes.reduce((sum, lane) => sum + machinesOf(lane), 0);
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

export function canWipe(node: Node): boolean {
  return node.instance !== null && node.instance.provisioningState !== 'failed';
}

/** It has run its one job, and nobody keeps it. */
export function isUsedUp(node: Node): boolean {
  return node.state === 'pendingReimageCandidate' && !isHeldByPerson(node);
}

/** Longest used first, for their agents are surely free. */
export function usedNodes(pass: Pass, plan: Plan): readonly Node[] {
  return nodesIn(pass.nodes, 'pendingReimageCandidate')
    .filter((node) => isUsedUp(node) && !plan.leaving.has(node.key))
    .sort(bySeniority);
}

function forRequest(node: Node, request: JobRequest | undefined): Reason {
  const what = request === undefined ? 'a job that waits' : jobWord(request);
  return say('recycledForRequest', `${node.name} has run its job and is reimaged for ${what}.`);
}

function forOneBefore(node: Node, request: JobRequest): Reason {
  const words = `${node.name} has run its job, and ${jobWord(request)} waits for a machine of another image for longer than the jobs that it fits: its place goes to that one.`;
  return say('placeInTurn', words);
}

function standbyReason(node: Node, pass: Pass): Reason {
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
