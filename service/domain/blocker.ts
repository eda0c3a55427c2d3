// What keeps a new machine from coming for a request that needs one: the scale set, Azure, the image, or the maximum.
import type { Agent } from './agent.ts';
import { allowanceOf } from './breaker.ts';
import { budgetWords, isBudgetReached, startOfNextMonth } from './budget.ts';
import { contentionsIn } from './contention.ts';
import { blockedUntil } from './disruption-share.ts';
import { blockedWords } from './disruption.ts';
import { serves } from './image-catalog.ts';
import type { JobRequest } from './job-request.ts';
import { machinesOf, type LaneCapacity } from './lane-capacity.ts';
import { laneVerdict, targetOfWaiting } from './lane-verdict.ts';
import { goingSetWords, isGoing, isNotFound } from './missing-set.ts';
import { noCapacity } from './no-capacity.ts';
import { isHeldByPerson, type Node } from './node.ts';
import type { Lane } from './observation.ts';
import { placeOfNode } from './placed-class.ts';
import { usesPriorities } from './priority.ts';
import { refusalVerdict } from './refusal.ts';
import { fullSet } from './full-set.ts';
import { placesWithoutNode } from './serving-order.ts';
import { finding, type Evidence, type Finding } from './verdict.ts';
import { agentWord, oncePerPicture, oncePerWriting, type Asking, type Picture, type Waiting } from './waiting.ts';
import { count, minute } from './words.ts';

/** Null where nothing does. */
export function findBlocker(waiting: Waiting, matching: readonly Agent[], bootSeconds: number): Finding | null {
  return (
    scaleSetBlocker(waiting, matching) ??
    failingImage(waiting) ??
    overBudget(waiting) ??
    fullSet(waiting, roomBelowMaximum(waiting)) ??
    (isShort(waiting)
      ? atMaximum(waiting)
      : (laneVerdict(waiting, bootSeconds) ?? refusedMachines(waiting) ?? noCapacity(waiting, lanesFor(waiting))))
  );
}

function scaleSetBlocker(waiting: Waiting, matching: readonly Agent[]): Finding | null {
  const { observation } = waiting;
  if (observation.lanes.length === 0) {
    const isHeld = matching.length > 0 && matching.every((agent) => agentWord(agent, waiting) === 'disabled');
    return isHeld ? heldByPerson(matching.map((agent) => agent.name)) : withoutLane(waiting);
  }
  return unreadLanes(waiting) ?? contended(waiting);
}

const unreadLanes = oncePerPicture(({ observation }): Finding | null => {
  for (const lane of observation.lanes) {
    const found = unreadLane(lane);
    if (found !== null) return found;
  }
  return null;
});

function withoutLane({ observation, settings }: Waiting): Finding {
  const problem = observation.laneProblem ?? null;
  const evidence: readonly Evidence[] = [{ kind: 'reading', part: 'scale set', freshness: 'unknown', problem }];
  const isGone = problem === null ? observation.ownsEverything : isNotFound(problem);
  if (isGone) return missing(settings.scaleSet, evidence);
  return finding('azureUnknown', `Azure has not told anything of the scale set yet${because(problem)}.`, { evidence });
}

function unreadLane(lane: Lane): Finding | null {
  const { scaleSet, instances } = lane;
  if (isGoing(lane)) {
    const evidence: readonly Evidence[] = [{ kind: 'setting', of: scaleSet.value.name, field: 'provisioningState' }];
    return { ...missing(scaleSet.value.name, evidence), words: goingSetWords(scaleSet.value.name) };
  }
  for (const [part, reading] of [
    ['scale set', scaleSet],
    ['instances', instances],
  ] as const) {
    const { freshness, problem } = reading;
    if (freshness === 'fresh') continue;
    const evidence: readonly Evidence[] = [{ kind: 'reading', part, freshness, problem }];
    if (part === 'scale set' && problem !== null && isNotFound(problem)) return missing(scaleSet.value.name, evidence);
    const words = `Azure did not answer when the ${part} ${part === 'instances' ? 'were' : 'was'} read, so no machine is asked for${because(problem)}.`;
    return finding('azureUnknown', words, { evidence });
  }
  return null;
}

function missing(scaleSet: string, evidence: readonly Evidence[]): Finding {
  const name = scaleSet.slice(scaleSet.lastIndexOf('/') + 1);
  const words = `The scale set ${name === '' ? 'of the pool' : name} does not exist, so no machine can come.`;
  return finding('scaleSetMissing', words, {
    evidence,
    nextStep: 'Create it again, or name another one in the settings of the pool.',
  });
}

/** Two sizers of one set fight, whoever the other one is. */
const contended = oncePerPicture(({ observation }): Finding | null => {
  const [first] = contentionsIn(observation.lanes);
  return first === undefined ? null : finding('scaleSetContended', first.words, { nextStep: first.nextStep });
});

/** Machines that fail one after the other say that the next one will, too. */
const failingImage = oncePerWriting((asking): Finding | null => openBreaker(asking) ?? failingNow(asking));

function openBreaker(waiting: Asking): Finding | null {
  for (const lane of lanesFor(waiting)) {
    const allowance = allowanceOf(waiting, lane);
    if (allowance.kind === 'all') continue;
    return finding('imageFailing', `${allowance.words}.`, { nextStep: mendImage });
  }
  return null;
}

const mendImage = 'Mend the image or its extensions; the log of the machine tells more.';

function failingNow(waiting: Asking): Finding | null {
  const { catalog } = waiting.claims;
  const target = targetOfWaiting(waiting);
  const isMeant = (node: Node) => target === null || serves(placeOfNode(node, catalog), target, catalog);
  const failed = failedNodes(waiting).filter(isMeant);
  if (failed.length < 2 || waiting.nodes.some((node) => node.agent?.isOnline === true && isMeant(node))) return null;
  const evidence = failed.slice(0, 10).flatMap(failuresOf);
  const [first] = evidence;
  const why = first?.kind === 'failure' ? `: ${first.source} says "${first.message}"` : '';
  const words = `${count(failed.length, 'machine')} of this image did not come up and none did${why}.`;
  return finding('imageFailing', words, {
    evidence,
    nextStep: mendImage,
  });
}

const failedNodes = oncePerPicture(({ nodes }) => nodes.filter((node) => failedStates.has(node.state)));

const failedStates: ReadonlySet<string> = new Set([
  'failedToStartPendingDelete',
  'failedToRestartPendingDelete',
  'failedVMPendingDelete',
]);

function failuresOf(node: Node): readonly Evidence[] {
  const failures = node.instance?.failures ?? [];
  return failures.map(({ source, code, message }) => ({
    kind: 'failure' as const,
    node: node.name,
    source,
    code,
    message,
  }));
}

/** Those whose machines the request could run on. */
const lanesFor = oncePerWriting((asking): readonly LaneCapacity[] => {
  const { catalog } = asking.claims;
  const target = targetOfWaiting(asking);
  return asking.lanes.filter((lane) => {
    const place = catalog.places.get(lane.scaleSetId.toLowerCase());
    return target === null || place === undefined || serves(place, target, catalog);
  });
});

const refusedMachines = oncePerWriting((asking): Finding | null => {
  const found = lanesFor(asking).map(({ scaleSetId, name }) =>
    refusalVerdict(asking.memory, scaleSetId, `machines of scale set ${name}`),
  );
  return found.find((one) => one !== null) ?? null;
});

function overBudget({ settings, memory, observation }: Waiting): Finding | null {
  const { now } = observation;
  if (!isBudgetReached(settings, memory, now)) return null;
  const estimatedStartSeconds = Math.ceil((startOfNextMonth(now) - now) / 1000);
  return finding('budgetReached', budgetWords(settings, memory, now), {
    estimatedStartSeconds,
    nextStep: 'Wait, or raise "Machine-hours in a month" (budget.monthlyVmHours) in the settings of the pool.',
  });
}

/** True where the room below the maximum is gone to requests ahead of this one. */
function isShort(waiting: Waiting): boolean {
  return placeBeyondMaximum(waiting) >= 0;
}

function placeBeyondMaximum(waiting: Waiting): number {
  const index = placesWithoutNode(waiting.order).get(waiting.request.requestId) ?? -1;
  return index < 0 ? -1 : index - roomBelowMaximum(waiting);
}

const roomBelowMaximum = oncePerPicture(({ lanes, settings }): number => {
  const machines = lanes.reduce((sum, lane) => sum + machinesOf(lane), 0);
  return Math.max(0, settings.maxCapacity - machines);
});

/** As the form of the settings names it. */
const maximumLabel = '"Maximum number of virtual machines in the scale set" (maxCapacity)';

function atMaximum(waiting: Waiting): Finding {
  const { settings, trust } = waiting;
  const panic = trust.because.find((decision) => decision.reason.code === 'panicStopped');
  if (panic !== undefined) {
    const words = `The pool is at its maximum of ${settings.maxCapacity}, and ${panic.reason.words}`;
    return finding('panicStopped', words, {
      nextStep: 'Look at the machines that look unhealthy; delete those that are.',
    });
  }
  const held = whollyHeld(waiting) ?? heldByHours(waiting);
  if (held !== null) return held;
  const limit = `the pool is at its maximum of ${count(settings.maxCapacity, 'machine')}`;
  const nextStep = `Wait, or raise ${maximumLabel} in the settings of the pool.`;
  const beyond = placeBeyondMaximum(waiting);
  if (beyond === 0) {
    const words = `It is next, but ${limit}: it starts when one is free.`;
    return finding('poolAtMaximum', words, { nextStep });
  }
  const requestIds = lastAhead(waiting).map((one) => one.requestId);
  const isLonger = `that ${beyond === 1 ? 'waits' : 'wait'} longer`;
  const who = namesPriorities(waiting) ? 'before it by priority and age' : isLonger;
  const words = `${count(beyond, 'job')} ${who} ${beyond === 1 ? 'is' : 'are'} served first, and ${limit}.`;
  return finding('queuedBehind', words, { nextStep, evidence: [{ kind: 'ahead', requestIds }] });
}

/** Of those without a node, the last that are served before it: both lists are in the order of service. */
function lastAhead({ order, request }: Waiting): readonly JobRequest[] {
  const index = placesWithoutNode(order).get(request.requestId) ?? 0;
  return order.withoutNode.slice(Math.max(0, index - mostAhead), index);
}

const mostAhead = 20;

const namesPriorities = oncePerPicture(({ queue }) => usesPriorities(queue));

/** An idle machine could give its place, but not at this hour. */
function heldByHours({ settings, observation, claims }: Waiting): Finding | null {
  const until = blockedUntil(settings, observation.now);
  if (until === null || claims.spareIdle.length === 0) return null;
  const words = `The pool is at its maximum of ${count(settings.maxCapacity, 'machine')}, and ${blockedWords(settings)}, so no idle one of another kind gives its place.`;
  return finding('disruptionBlocked', words, {
    estimatedStartSeconds: Math.ceil((until - observation.now) / 1000),
    nextStep: `Wait, or raise ${maximumLabel} or change "Hours in which no machine goes by choice" (disruption.blocked) in the settings of the pool.`,
  });
}

/** The whole pool is in somebody's hands: no place below the maximum becomes free by itself, or only when kept time is over. */
export const whollyHeld = oncePerPicture(({ nodes, settings, observation }: Picture): Finding | null => {
  // One whose time is over is deleted in this pass, and one whose machine is gone gives its place back.
  const isKept = ({ state, generation }: Node) =>
    state === 'saved' && observation.now < (generation?.savedUntil ?? Infinity);
  const held = nodes.filter((node) => (isHeldByPerson(node) || isKept(node)) && node.requestId === null);
  if (held.length < settings.maxCapacity || held.length < nodes.length) return null;
  const kept = held.filter(isKept);
  return kept.length === 0 ? heldByPerson(held.map((node) => node.name)) : keptForSomebody(kept);
});

/** Days may pass until the first of them is deleted, so somebody has to give one back. */
function keptForSomebody(kept: readonly Node[]): Finding {
  const some = kept.slice(0, 5);
  const untilOf = ({ generation }: Node): string => {
    const until = generation?.savedUntil ?? null;
    return until === null ? 'until somebody gives it back' : `until ${minute(until)}`;
  };
  const names = some.map((node) => `${node.name} (${untilOf(node)})`).join(', ');
  const words = `Machines that are kept so that somebody can look at them hold the places of the pool: ${names}.`;
  const evidence = kept
    .slice(0, 20)
    .map((node) => ({ kind: 'agent' as const, agent: node.agent?.name ?? node.name, state: 'kept' }));
  const them = some.map((node) => node.name).join(', ');
  return finding('agentsDisabled', words, {
    evidence,
    nextStep: `Give back or delete ${them}, or raise ${maximumLabel} in the settings of the pool.`,
  });
}

function heldByPerson(names: readonly string[]): Finding {
  const some = names.slice(0, 5).join(', ');
  const words = `Every agent that could run it is disabled by a person: ${some}.`;
  const evidence = names.slice(0, 20).map((agent) => ({ kind: 'agent' as const, agent, state: 'disabled' }));
  return finding('agentsDisabled', words, {
    evidence,
    nextStep: `Enable ${some} in the pool, or delete what is not needed.`,
  });
}

function because(problem: string | null): string {
  return problem === null ? '' : ` (${problem})`;
}
