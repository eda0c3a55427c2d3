// A pool on its way out: no new machines, free ones given back, busy ones left to end their job, and behind the last of
// them the placeholders and the lanes. What a person disabled or kept goes too, for whoever deletes the pool means all of it.
import type { Decision } from './decision.ts';
import { isHeldByPerson, type Node } from './node.ts';
import type { Lane, Observation } from './observation.ts';
import { decideNode, withDecisions, type Pass, type Plan } from './pass.ts';
import { commandLine } from './set-commands.ts';
import { absenceMs } from './upkeep.ts';
import { count, say, span } from './words.ts';

export function endPool(pass: Pass, plan: Plan): Plan {
  if (!pass.trust.canDestroy) return plan;
  const destroyed = new Set(
    pass.observation.operations.filter((one) => isDestroying(one.kind)).map((one) => one.generationId),
  );
  const staying = pass.nodes.filter((node) => !isGoing(node, pass, destroyed));
  const leftovers = leftoversOf(pass);
  const after = remembering(plan, leftovers, pass);
  if (pass.nodes.length > 0) return withDecisions(after, staying.flatMap(sendAway), staying);
  const removable = pass.observation.lanes.filter((lane) => isEmptyLane(lane, pass, leftovers));
  const own = pass.claims.catalog.isOwnSet ? leftovers.filter(({ lane }) => lane.key == null) : [];
  return withDecisions(after, [
    ...pass.observation.placeholders.map(removePlaceholder),
    ...removable.map(removeLane),
    ...own.map((one) => sayLeftover(one, pass)),
  ]);
}

/** Capacity above an empty list of instances with nothing under way that explains it. */
interface Leftover {
  readonly lane: Lane;
  readonly machines: number;
  readonly since: number;
}

/** Azure may still make what it took so lately. */
const leftoverMs = 20 * 60_000;

function leftoversOf(pass: Pass): readonly Leftover[] {
  return pass.observation.lanes.flatMap((lane) => {
    const { id } = lane.scaleSet.value;
    const machines = pass.lanes.find((one) => one.scaleSetId === id)?.phantom ?? 0;
    if (machines === 0) return [];
    const isQuiet = pass.nodes.length === 0 && lane.instances.value.length === 0 && !isBusy(lane, pass.observation);
    // Machines that go take their share of the capacity with them, so the time begins when the last of them is gone.
    const since = isQuiet ? (pass.memory.phantom?.[id]?.since ?? pass.now) : pass.now;
    return [{ lane, machines, since }];
  });
}

function remembering(plan: Plan, leftovers: readonly Leftover[], { now }: Pass): Plan {
  const phantom = Object.fromEntries(
    leftovers.map(({ lane, since }) => [lane.scaleSet.value.id, { since, resent: 0, nextAt: since + leftoverMs }]),
  );
  const due = leftovers.map(({ since }) => since + leftoverMs).filter((at) => at > now);
  const remember = { ...plan.remember, phantom: { ...plan.remember.phantom, ...phantom } };
  return { ...plan, remember, dueAt: [...plan.dueAt, ...due] };
}

/** The set is not Weir's to delete, and Weir never lowers a capacity: machines that come after all would belong to nobody. */
function sayLeftover({ lane, machines, since }: Leftover, { now }: Pass): Decision {
  const { id, name } = lane.scaleSet.value;
  const command = commandLine(['az', 'vmss', 'scale', '--ids', id, '--new-capacity', '0'])?.bash;
  const words =
    `The pool is being deleted, and the scale set ${name} still asks for ${count(machines, 'machine')} that Azure has not ` +
    `made, for ${span(now - since)}; the pool goes when its capacity is 0.${command === undefined ? '' : ` Run: ${command}`}`;
  const kind = now - since >= leftoverMs ? 'alarm' : 'wait';
  return { kind, reason: say('capacityLeftOver', words), scaleSet: name };
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

function isEmptyLane(lane: Lane, { observation, now }: Pass, leftovers: readonly Leftover[]): boolean {
  const { key, scaleSet, instances } = lane;
  if (key == null || isBusy(lane, observation) || instances.value.length > 0) return false;
  const isLeft = leftovers.some((one) => one.lane === lane && now - one.since >= leftoverMs);
  return scaleSet.value.capacity === 0 || isLeft;
}

function isBusy({ scaleSet }: Lane, { operations }: Observation): boolean {
  const id = scaleSet.value.id.toLowerCase();
  return operations.some((one) => one.scaleSetId?.toLowerCase() === id);
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
