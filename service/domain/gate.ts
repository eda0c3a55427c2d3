// Azure DevOps picks the agent, and capabilities only exclude. So a node comes up disabled and is enabled only while each
// queued request that it could be given is one that it may serve.
import type { Decision } from './decision.ts';
import { fits, mayServe } from './fit.ts';
import { isHeldByPerson, type Node } from './node.ts';
import { decideNode, withDecisions, type Pass, type Plan } from './pass.ts';
import { placedClasses, placeOfNode } from './placed-class.ts';
import { batchEndsAt, batching, bumpsFirst, firstOn, rivals } from './run-next.ts';
import { count, say } from './words.ts';

export function gate(pass: Pass, plan: Plan): Plan {
  if (!pass.trust.canEnable) return plan;
  const decisions: Decision[] = [];
  const dueAt: number[] = [];
  const find = rivals(pass);
  let isBumping = false;
  const staying = pass.nodes.filter((node) => !plan.leaving.has(node.key) && plan.relabelled?.has(node.key) !== true);
  const waiting = staying.filter(isBehindGate);
  const wrongByNode = wrongRequests(waiting, pass);
  for (const node of waiting) {
    const wrong = wrongByNode.get(node.key) ?? 0;
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
    const claimed = pass.claims.byNode.get(node.key);
    // One at a time: only the last bumped request is surely first in the queue.
    if (claimed === undefined || isBumping) {
      decisions.push({ kind: 'wait', reason: closedReason(node, wrong), node: node.name });
      continue;
    }
    isBumping = true;
    const words = `Job request ${claimed.requestId} goes first, for ${node.name} is its node and could be given ${count(wrong, 'other request')} that it may not serve.`;
    decisions.push({ kind: 'bump', reason: say('claimedFirst', words), request: claimed.requestId, node: node.name });
    decisions.push(decideNode('enable', node, enableReason(node, pass)));
  }
  const after = dueAt.length === 0 ? plan : { ...plan, dueAt: [...plan.dueAt, ...dueAt] };
  return withDecisions(after, bumpsFirst(decisions, pass));
}

/** Online and disabled, and it was Weir that disabled it: a person's disable is never undone. */
export function isBehindGate(node: Node): boolean {
  return node.state === 'idle' && node.agent?.isEnabled === false && node.generation?.isDisabledByWeir === true;
}

/** Node key → how many queued requests it could be given that it may not serve. */
function wrongRequests(nodes: readonly Node[], pass: Pass): ReadonlyMap<string, number> {
  const { groups, names, catalog } = pass.claims;
  return new Map(
    placedClasses(nodes, names, catalog).flatMap((own) => {
      const wrong = groups.filter((group) => fits(group, own) && !mayServe(group, own, catalog));
      const number = wrong.reduce((sum, group) => sum + group.requests.length, 0);
      return own.nodes.map((node): [string, number] => [node.key, number]);
    }),
  );
}

function enableReason(node: Node, pass: Pass) {
  const claimed = pass.claims.byNode.get(node.key);
  return claimed === undefined
    ? say('readyForStandby', `${node.name} is online and ready for the next job.`)
    : say('readyForRequest', `${node.name} is online for job request ${claimed.requestId}.`);
}

function closedReason(node: Node, wrong: number) {
  const words = `${node.name} stays disabled, for it could be given ${count(wrong, 'request')} for another image.`;
  return say('gateClosed', words);
}
