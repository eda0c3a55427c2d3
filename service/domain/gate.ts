// Azure DevOps picks the agent, and capabilities only exclude. So a node comes up disabled and is enabled only while each
// queued request that it could be given is one that it may serve.
import type { Decision } from './decision.ts';
import { classesOf, fits, mayServe } from './fit.ts';
import type { Node } from './node.ts';
import { decideNode, withDecisions, type Pass, type Plan } from './pass.ts';
import { count, say } from './words.ts';

export function gate(pass: Pass, plan: Plan): Plan {
  if (!pass.trust.canEnable) return plan;
  const decisions: Decision[] = [];
  let isBumping = false;
  for (const node of pass.nodes) {
    if (!isBehindGate(node) || plan.leaving.has(node.key)) continue;
    const wrong = requestsItMayNotServe(node, pass);
    if (wrong === 0) {
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
  return withDecisions(plan, decisions);
}

/** Online and disabled, and it was Weir that disabled it: a person's disable is never undone. */
export function isBehindGate(node: Node): boolean {
  return node.state === 'idle' && node.agent?.isEnabled === false && node.generation?.isDisabledByWeir === true;
}

function requestsItMayNotServe(node: Node, pass: Pass): number {
  const [own] = classesOf([node], pass.claims.names);
  if (own === undefined) return 0;
  const wrong = pass.claims.groups.filter((group) => fits(group, own) && !mayServe(group, own, pass.settings));
  return wrong.reduce((sum, group) => sum + group.requests.length, 0);
}

function enableReason(node: Node, pass: Pass) {
  const claimed = pass.claims.byNode.get(node.key);
  return claimed === undefined
    ? say(
        'readyForStandby',
        `${node.name} is online, and every queued request that it could be given is one it may serve.`,
      )
    : say('readyForRequest', `${node.name} is online for job request ${claimed.requestId}.`);
}

function closedReason(node: Node, wrong: number) {
  const words = `${node.name} stays disabled, for it could be given ${count(wrong, 'request')} for another image.`;
  return say('gateClosed', words);
}
