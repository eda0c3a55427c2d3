// Azure DevOps picks the agent, and capabilities only exclude. So a node comes up disabled and is enabled only while each
// queued request that it could be given is one that it may serve.
import type { Decision } from './decision.ts';
import { fits, mayServe } from './fit.ts';
import { serves, type Target } from './image-catalog.ts';
import type { JobRequest } from './job-request.ts';
import type { Node, NodeState } from './node.ts';
import { nodesIn, nodesInAny } from './nodes-by-state.ts';
import { decideNode, withDecisions, type Pass, type Plan } from './pass.ts';
import { placedClasses, placeOfNode } from './placed-class.ts';
import { batchEndsAt, batching, bumpedAfter, bumpsFirst, firstOn, queueOrder, rivals } from './run-next.ts';
import { count, jobWord, say, sentence } from './words.ts';

export function gate(pass: Pass, plan: Plan): Plan {
  if (!pass.trust.canEnable) return plan;
  const decisions: Decision[] = [];
  const dueAt: number[] = [];
  const find = rivals(pass, plan);
  let isBumping = false;
  const drained = new Set(plan.decisions.flatMap(({ kind, node }) => (kind === 'drain' ? [node] : [])));
  const isStaying = (node: Node): boolean => plan.leaving.size === 0 || !plan.leaving.has(node.key);
  const waiting = nodesIn(pass.nodes, 'idle').filter(
    (node) => isBehindGate(node) && isStaying(node) && plan.relabelled?.has(node.key) !== true,
  );
  const open = openNodes(pass).filter((node) => isStaying(node) && !drained.has(node.name));
  const wrongByNode = wrongRequests([...waiting, ...open], pass);
  const inQueue = queueOrder(bumpedAfter(pass, plan));
  for (const node of waiting) {
    const wrong = wrongByNode.get(node.key)?.length ?? 0;
    const claimed = pass.claims.byNode.get(node.key);
    if (wrong === 0 && claimed === undefined && isApart(node, pass)) {
      decisions.push({ kind: 'wait', reason: standsBy(node), node: node.name });
      continue;
    }
    const until = wrong === 0 ? batchEndsAt(pass, pass.claims.byNode.get(node.key)) : null;
    if (until !== null) {
      decisions.push(batching(node, pass.claims.byNode.get(node.key), until - pass.now));
      dueAt.push(until);
      continue;
    }
    if (wrong === 0) {
      decisions.push(...firstOn(node, pass, find));
      decisions.push(decideNode('enable', node, enableReason(node, pass)));
      continue;
    }
    // One at a time: only the last bumped request is surely first in the queue.
    if (claimed === undefined || isBumping) {
      decisions.push({ kind: 'wait', reason: closedReason(node, wrong), node: node.name });
      continue;
    }
    isBumping = true;
    const words = `${sentence(jobWord(claimed))} goes first, for ${node.name} is its node and could be given ${count(wrong, 'other request')} that it may not serve.`;
    decisions.push({ kind: 'bump', reason: say('claimedFirst', words), request: claimed.requestId, node: node.name });
    decisions.push(decideNode('enable', node, enableReason(node, pass)));
  }
  for (const node of open) {
    const wrong = wrongByNode.get(node.key) ?? [];
    if (!isSafeOpen(node, wrong, pass, inQueue)) decisions.push(decideNode('drain', node, closingReason(node, wrong)));
  }
  const after = dueAt.length === 0 ? plan : { ...plan, dueAt: [...plan.dueAt, ...dueAt] };
  return withDecisions(after, bumpsFirst(decisions, pass));
}

/**
 * Enabled and free: whatever is first in the queue may be given to it. One that runs a job and takes another after it is
 * given that one in the same moment, so it counts, too; its agent ends the job that it has, disabled or not.
 */
function openNodes({ nodes, claims, settings }: Pass): readonly Node[] {
  if (claims.catalog.isOwnSet) return [];
  const taking = nodesInAny(nodes, settings.recycleAfterEachUse ? idle : idleOrAssigned);
  return taking.filter(({ agent }) => agent?.isEnabled === true);
}

const idle: ReadonlySet<NodeState> = new Set<NodeState>(['idle']);
const idleOrAssigned: ReadonlySet<NodeState> = new Set<NodeState>(['idle', 'assigned']);

/** Opened behind a bump it stays open, for its own request is first until somebody else's is bumped. */
function isSafeOpen(
  node: Node,
  wrong: readonly JobRequest[],
  pass: Pass,
  inQueue: (a: JobRequest, b: JobRequest) => number,
): boolean {
  const claimed = pass.claims.byNode.get(node.key);
  if (claimed === undefined) return wrong.length === 0 && !isApart(node, pass);
  return wrong.every((other) => inQueue(claimed, other) < 0);
}

/** A job that names no image fits every node, so only machines that serve such a job may stand by with the gate open. */
function isApart(node: Node, pass: Pass): boolean {
  const { catalog } = pass.claims;
  if (catalog.isOwnSet) return false;
  const usual: Target = { image: 0, version: catalog.images[0]?.current ?? null, isDefault: true };
  return !serves(placeOfNode(node, catalog), usual, catalog);
}

/**
 * True where only the gate may open the node, whatever other labels it is given: it is no usual machine, or a request waits
 * that it may not serve and that nothing but such a label would keep from it.
 */
export function isGated(node: Node, pass: Pass): boolean {
  const { groups, names, catalog } = pass.claims;
  if (catalog.isOwnSet) return false;
  if (isApart(node, pass)) return true;
  const ofImage = /^image(version)?override$/i;
  return placedClasses([node], names, catalog).some((own) =>
    groups.some(({ demands, ...group }) => {
      const lasting = demands?.filter(({ name }) => ofImage.test(name)) ?? null;
      return !mayServe({ ...group, demands }, own, catalog) && fits({ ...group, demands: lasting }, own);
    }),
  );
}

/** Online and disabled, and it was Weir that disabled it: a person's disable is never undone. */
function isBehindGate(node: Node): boolean {
  return node.state === 'idle' && node.agent?.isEnabled === false && node.generation?.isDisabledByWeir === true;
}

/** Node key → the queued requests that it could be given and may not serve; nothing where there are none. */
function wrongRequests(nodes: readonly Node[], pass: Pass): ReadonlyMap<string, readonly JobRequest[]> {
  const { groups, names, catalog } = pass.claims;
  const found = new Map<string, readonly JobRequest[]>();
  for (const own of placedClasses(nodes, names, catalog)) {
    const wrong = groups
      .filter((group) => !mayServe(group, own, catalog) && fits(group, own))
      .flatMap((group) => group.requests);
    if (wrong.length > 0) for (const node of own.nodes) found.set(node.key, wrong);
  }
  return found;
}

function enableReason(node: Node, pass: Pass) {
  const claimed = pass.claims.byNode.get(node.key);
  return claimed === undefined
    ? say('readyForStandby', `${node.name} is online and ready for the next job.`)
    : say('readyForRequest', `${node.name} is online for ${jobWord(claimed)}.`);
}

function standsBy(node: Node) {
  const words = `${node.name} stands by disabled until a job names its image or version, for a job that names none would be given to it.`;
  return say('gateKeptClosed', words);
}

function closingReason(node: Node, wrong: readonly JobRequest[]) {
  const why =
    wrong.length > 0 ? `${count(wrong.length, 'request')} that it may not serve` : 'a job that names no image';
  const when = node.requestId === null ? 'it' : 'after its job it';
  const words = `${node.name} is disabled until a job names its image or version: ${when} could be given ${why}.`;
  return say('gateCloses', words);
}

function closedReason(node: Node, wrong: number) {
  const words = `${node.name} stays disabled, for it could be given ${count(wrong, 'request')} for another image.`;
  return say('gateClosed', words);
}
