// A pool on its way out: no new machines, free ones given back, busy ones left to end their job, and behind the last of
// them the placeholders and the lanes. What a person disabled or kept goes too, for whoever deletes the pool means all of it.
import type { Decision } from './decision.ts';
import { isHeldByPerson, type Node } from './node.ts';
import type { Lane, Observation } from './observation.ts';
import { decideNode, withDecisions, type Pass, type Plan } from './pass.ts';
import { absenceMs } from './upkeep.ts';
import { say } from './words.ts';

export function endPool(pass: Pass, plan: Plan): Plan {
  if (!pass.trust.canDestroy) return plan;
  const destroyed = new Set(
    pass.observation.operations.filter((one) => isDestroying(one.kind)).map((one) => one.generationId),
  );
  const staying = pass.nodes.filter((node) => !isGoing(node, pass, destroyed));
  if (pass.nodes.length > 0) return withDecisions(plan, staying.flatMap(sendAway), staying);
  return withDecisions(plan, [
    ...pass.observation.placeholders.map(removePlaceholder),
    ...pass.observation.lanes.filter((lane) => isEmptyLane(lane, pass.observation)).map(removeLane),
  ]);
}

/** What is on its way, or gone but for a list that lags behind; a registration is only left behind when that has passed. */
function isGoing(node: Node, { now }: Pass, destroyed: ReadonlySet<string | null>): boolean {
  const id = node.generation?.generationId;
  if (id === undefined || node.state === 'deletingCompute' || node.state === 'deleted') return true;
  if (destroyed.has(id)) return true;
  return node.instance === null && (node.agent === null || now - node.stateSince < absenceMs);
}

function isDestroying(kind: string): boolean {
  return kind === 'delete' || kind === 'reimage';
}

/** A reclaim is given up before an agent that a person disabled, so that one is taken over first (I-16 ends with the pool). */
function sendAway(node: Node): readonly Decision[] {
  if (isHeldByPerson(node)) return [drain(node, 'its agent is disabled and stays so')];
  if (node.requestId === null) return [decideNode('reclaim', node, reason(node, 'it is given back'))];
  return node.agent?.isEnabled === true ? [drain(node, 'it ends its job and takes no other')] : [];
}

function drain(node: Node, what: string): Decision {
  return decideNode('drain', node, reason(node, what));
}

function reason(node: Node, what: string) {
  return say('poolEnds', `The pool is being deleted, so ${node.name} is not needed any more: ${what}.`);
}

function removePlaceholder({ agentId, name }: Observation['placeholders'][number]): Decision {
  return {
    kind: 'removePlaceholder',
    reason: say('poolEnds', `The pool is being deleted, and with it the placeholder ${name}.`),
    placeholder: name,
    target: { scaleSetId: null, instanceId: null, vmId: null, generationId: null, agentId },
  };
}

function isEmptyLane({ key, scaleSet, instances }: Lane, { operations }: Observation): boolean {
  const id = scaleSet.value.id.toLowerCase();
  const isBusy = operations.some((one) => one.scaleSetId?.toLowerCase() === id);
  return key != null && !isBusy && scaleSet.value.capacity === 0 && instances.value.length === 0;
}

function removeLane({ key, scaleSet }: Lane): Decision {
  const { id, name } = scaleSet.value;
  const nothing = { instanceId: null, vmId: null, generationId: null, agentId: null };
  return {
    kind: 'removeLane',
    reason: say('poolEnds', `The pool is being deleted, and with it the scale set ${name} that Weir made for it.`),
    scaleSet: name,
    target: { scaleSetId: id, ...nothing, ...(key == null ? {} : { lane: key }) },
  };
}
