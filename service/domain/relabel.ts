// An idle node whose labels keep it from the request that it is to serve gets others: that takes seconds, and a machine of
// its own for that request would take minutes.
import { capabilitiesOf, type Agent, type Capabilities } from './agent.ts';
import type { Decision, Reason } from './decision.ts';
import { readCapability } from './demand.ts';
import type { JobRequest } from './job-request.ts';
import { isGated } from './gate.ts';
import { isLabelDemand, missingLabels, withLabels, type Labels } from './labels.ts';
import type { Node } from './node.ts';
import { nodesIn } from './nodes-by-state.ts';
import { decideNode, withDecisions, type Pass, type Plan } from './pass.ts';
import { priorityLabel } from './priority.ts';
import {
  asksForPriorities,
  batchEndsAt,
  batching,
  first,
  firstOn,
  lastServedFirst,
  noRival,
  rivals,
} from './run-next.ts';
import { tagLabel, tagWaitsEndAt } from './tags.ts';
import { say } from './words.ts';

/** Relabels idle nodes for the requests that they are to serve, and new ones for whatever comes first. */
export function relabel(pass: Pass, plan: Plan): Plan {
  if (!pass.trust.canEnable) return plan;
  const find = rivals(pass, plan);
  let after: Plan = { ...plan, dueAt: [...plan.dueAt, ...tagWaitsEndAt(pass.claims.groups, pass.settings)] };
  // Where no job asks for a label and nobody takes what is for another, no node has to be looked at.
  if (find === noRival && !asksForLabels(pass)) return after;
  const isPrioritised = asksForPriorities(pass.claims);
  for (const node of lastServedFirst(idleNodes(pass, plan), pass)) {
    const request = pass.claims.byNode.get(node.key);
    const labels = request === undefined ? spareLabels(node, isPrioritised) : labelsFor(request, node.agent, pass);
    if (Object.keys(labels).length === 0) {
      // The gate sees to those that are closed; one that stands open is given away in seconds.
      if (node.agent.isEnabled) after = withDecisions(after, firstOn(node, pass, find));
      continue;
    }
    const until = batchEndsAt(pass, request);
    if (until !== null) {
      const held = relabelled(after, node, [batching(node, request, until - pass.now)]);
      after = { ...held, dueAt: [...after.dueAt, until] };
      continue;
    }
    const reason = request === undefined ? spareReason(node) : reasonFor(node, request, labels);
    after = relabelled(after, node, [
      ...first(request, node, find, { ...capabilitiesOf(node.agent), ...labels }),
      relabelDecision(node, withLabels(node.agent, labels), reason, request),
      ...(isGated(node, pass) ? [] : [openedAfter(node)]),
    ]);
  }
  return after;
}

function asksForLabels({ claims, settings }: Pass): boolean {
  return claims.groups.some(({ demands }) => demands?.some((demand) => isLabelDemand(demand, settings)) === true);
}

/** Where it is not opened here, the gate does it in the next pass, if it may. */
function openedAfter(node: Node): Decision {
  return decideNode('enable', node, say('relabelled', `${node.name} has its labels and may take jobs.`));
}

export type AgentNode = Node & { readonly agent: Agent };

export function hasAgent(node: Node): node is AgentNode {
  return node.agent !== null;
}

export function relabelDecision(
  node: AgentNode,
  userCapabilities: Capabilities,
  reason: Reason,
  request: JobRequest | undefined,
): Decision {
  const target = {
    scaleSetId: node.scaleSetId,
    instanceId: node.instance?.instanceId ?? null,
    vmId: node.instance?.vmId ?? null,
    generationId: node.generation?.generationId ?? null,
    agentId: node.agent.agentId,
    userCapabilities,
  };
  const decision: Decision = { kind: 'relabel', reason, node: node.name, target };
  return request === undefined ? decision : { ...decision, request: request.requestId };
}

/** The gate leaves these nodes alone: they are opened here, or stay closed. */
export function relabelled(plan: Plan, node: Node, decisions: readonly Decision[]): Plan {
  return { ...withDecisions(plan, decisions), relabelled: new Set([...(plan.relabelled ?? []), node.key]) };
}

function labelsFor(request: JobRequest, agent: Agent, { settings }: Pass): Labels {
  const missing = missingLabels(request, agent, settings);
  return Object.keys(missing).length > 0 && isBlank(agent) ? {} : missing;
}

/** A picture without capabilities does not tell what labels there are. */
function isBlank(agent: Agent): boolean {
  return isEmpty(agent.systemCapabilities) && isEmpty(agent.userCapabilities);
}

function isEmpty(capabilities: Capabilities): boolean {
  // Agents have a hundred names, and to list them costs more than to meet the first.
  for (const name in capabilities) if (Object.hasOwn(capabilities, name)) return false;
  return true;
}

/** Free, and not kept away by a person. */
function idleNodes(pass: Pass, plan: Plan): readonly AgentNode[] {
  return nodesIn(pass.nodes, 'idle')
    .filter((node) => !plan.leaving.has(node.key) && plan.relabelled?.has(node.key) !== true)
    .filter(hasAgent)
    .filter((node) => node.agent.isEnabled || node.generation?.isDisabledByWeir === true);
}

/**
 * Where jobs ask for priorities a node that waits for nobody in particular is labelled High before it is first opened: such
 * a job is never kept waiting by a label, and the others have the time.
 */
function spareLabels(node: AgentNode, isPrioritised: boolean): Labels {
  const isNew = !node.agent.isEnabled && readCapability(capabilitiesOf(node.agent), priorityLabel) === null;
  return isNew && isPrioritised ? { [priorityLabel]: 'High' } : {};
}

function spareReason(node: Node): Reason {
  return say(
    'labelledForHigh',
    `${node.name} is labelled High before it is opened, for jobs of this pool ask for priorities.`,
  );
}

function reasonFor(node: Node, request: JobRequest, labels: Labels): Reason {
  const names = Object.entries(labels).map(([name, value]) => `${name} = ${value}`);
  const code = labels[tagLabel] === undefined ? 'relabelledForRequest' : 'taggedForRequest';
  return say(
    code,
    `${node.name} is given ${names.join(' and ')} for job request ${request.requestId}, which needs it.`,
  );
}
