// Does what was decided: one idempotent call for each decision, after one more look at what it is about to change.
import type { CapacityRefused } from '../domain/capacity-refusal.ts';
import type { Decision } from '../domain/decision.ts';
import type { Instance } from '../domain/instance.ts';
import { lostPlaceholders } from '../domain/lost-placeholder.ts';
import type { Observation } from '../domain/observation.ts';
import type { Refusal, Refusals } from '../domain/refusal.ts';
import { CloudError } from '../problem.ts';
import { steadyNow } from '../steady.ts';
import type { LogEntry } from '../ports.ts';
import type { Answer } from './answer.ts';
import type { PoolContext, Recollection } from './context.ts';
import { closeGate, openGate } from './gate-mark.ts';
import { createLane, removeLane } from './lanes.ts';
import { registerPlaceholder, removePlaceholder } from './placeholder.ts';
import { isNewRefusal } from './refused-again.ts';
import { relabel } from './relabel.ts';
import { saveNode } from './save-node.ts';
import { scaleOut } from './scale-out.ts';
import { tagAtChoice, type TagsAtChoice } from './wanted-tag.ts';

export interface Acted {
  readonly entries: readonly LogEntry[];
  /** Azure refused for want of capacity or quota while being asked. */
  readonly refusedScaleSets: readonly CapacityRefused[];
  /** What else Azure refused to make, and the scale sets for which it did what it was asked. */
  readonly refusals: Refusals;
  readonly taken: readonly string[];
}

interface Answers {
  readonly refusedScaleSets: CapacityRefused[];
  readonly refusals: Record<string, Refusal>;
  readonly taken: string[];
}

export async function act(
  given: PoolContext,
  observation: Observation,
  decisions: readonly Decision[],
  recollection: Recollection,
): Promise<Acted> {
  const unrecordedPlaceholders = new Set(lostPlaceholders(observation, given.pool).map((agent) => agent.name));
  const context = { ...given, told: new Map<string, Instance | null>(), unrecordedPlaceholders };
  const entries: LogEntry[] = [];
  const answers: Answers = { refusedScaleSets: [], refusals: {}, taken: [] };
  const said = new Set<string>();
  // Nodes whose request was not bumped, or that did not get their labels.
  const unready = new Set<string>();
  let isTriedInVain = false;
  const say = (decision: Decision, level: LogEntry['level'], words: string, isNews = true) => {
    const key = `${keyOf(decision)} ${words}`;
    // What is refused in every pass is said once, like a decision that only says something.
    if (isNews && !said.has(key) && !recollection.lastSaid.has(key))
      entries.push(entry(context, decision, level, words));
    said.add(key);
  };
  for (const decision of decisions) {
    if (isOnlyWords(decision)) {
      say(decision, decision.kind === 'alarm' ? 'warning' : 'info', '');
      continue;
    }
    // The gate opens for this node only behind the request that was to go first (I-23), and only with the labels it needs.
    if ((decision.kind === 'enable' || decision.kind === 'relabel') && unready.has(decision.node ?? '')) continue;
    const outcome = await perform(context, observation, decision, recollection, answers);
    const isBefore = decision.kind === 'bump' || decision.kind === 'relabel';
    if (outcome.failed && isBefore && decision.node !== undefined) unready.add(decision.node);
    isTriedInVain ||= outcome.isNews === false;
    say(decision, outcome.failed ? 'warning' : 'info', outcome.words, outcome.isNews);
  }
  // One more try in vain between two waits changes nothing, so what was said before it still stands.
  recollection.lastSaid = isTriedInVain ? new Set([...recollection.lastSaid, ...said]) : said;
  return { entries, ...answers };
}

function keyOf(decision: Decision): string {
  const { kind, reason, node, request, scaleSet } = decision;
  return [kind, reason.code, node, request, scaleSet].map((part) => part ?? '').join(' ');
}

function isOnlyWords(decision: Decision): boolean {
  return decision.kind === 'wait' || decision.kind === 'alarm';
}

function entry(context: PoolContext, decision: Decision, level: LogEntry['level'], outcome: string): LogEntry {
  return { at: context.clock.now(), level, decision, outcome };
}

interface Outcome {
  readonly failed: boolean;
  readonly words: string;
  /** False where the last try was refused with the same words; absent: it is said like any other. */
  readonly isNews?: boolean;
}

async function perform(
  context: PoolContext,
  observation: Observation,
  decision: Decision,
  recollection: Recollection,
  answers: Answers,
): Promise<Outcome> {
  const key = keyOf(decision);
  const before = recollection.refused.get(key);
  if (before !== undefined && steadyNow(context.clock) < before.until) return { failed: true, words: before.words };
  try {
    const answer = await dispatch(context, observation, decision, recollection);
    const { words, isAsked } = typeof answer === 'string' ? { words: answer, isAsked: true } : answer;
    if (isAsked) recollection.refused.delete(key);
    if (isAsked && decision.target?.scaleSetId != null && makesSomething(decision.kind))
      answers.taken.push(decision.target.scaleSetId);
    return { failed: false, words };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    const words = [`Not done: ${error.message}`, ...(error.nextStep === null ? [] : [error.nextStep])].join(' ');
    // A scale set without capacity rests by the memory, which also knows when its rest is over.
    const isResting = error.kind === 'outOfCapacity' && decision.kind === 'scaleOut';
    const tries = isResting ? 1 : (before?.tries ?? 0) + 1;
    const isNews = isNewRefusal(before, words, context.clock);
    const at = steadyNow(context.clock);
    recollection.refused.set(key, { tries, until: at + restAfter(error, tries), words, at });
    noteRefusal(answers, decision, error, context.clock.now());
    if (isNews)
      context.line('warn', `${decision.kind} was not done: ${error.message}`, {
        kind: error.kind,
        operation: error.operation,
      });
    return { failed: true, words, isNews };
  }
}

function noteRefusal(answers: Answers, { kind, target }: Decision, error: CloudError, at: number): void {
  const id = target?.scaleSetId ?? null;
  if (id === null) return;
  if (error.kind === 'outOfCapacity')
    answers.refusedScaleSets.push({ scaleSetId: id, code: error.code, words: error.message });
  const isLasting = error.kind === 'invalid' || error.kind === 'denied' || error.kind === 'notFound';
  if (!isLasting || !makesSomething(kind)) return;
  const { code, nextStep } = error;
  const words =
    nextStep === null ? `It says: ${error.message.replace(/^\w+: Azure answered \d+ /, '')}` : error.message;
  answers.refusals[id.toLowerCase()] = { at, what: kind, code, words, nextStep };
}

function makesSomething(kind: Decision['kind']): kind is Refusal['what'] {
  return kind === 'createLane' || kind === 'scaleOut';
}

/**
 * What the cloud asked for, else longer with each refusal: the first again in the next pass, at most five minutes. An etag that
 * was old is no failure: the next try reads what stands now (reliability-security.md, A2), as often as a scale set may be written.
 */
function restAfter(error: CloudError, tries: number): number {
  const longest = error.status === 412 ? 15_000 : 300_000;
  return Math.max(error.retryAfterMs ?? 0, tries === 1 ? 0 : Math.min(longest, 5_000 * 2 ** Math.min(tries, 6)));
}

/** In words alone where nothing is made. */
async function dispatch(
  context: PoolContext,
  observation: Observation,
  decision: Decision,
  { chosenTags }: Recollection,
): Promise<string | Answer> {
  switch (decision.kind) {
    case 'scaleOut':
      return await scaleOut(context, observation, decision);
    case 'reclaim':
      return await openReclaim(context, observation, decision, 'delete', chosenTags);
    case 'reimage':
      return await openReclaim(context, observation, decision, 'reimage', chosenTags);
    case 'enable':
      return await enable(context, observation, decision);
    case 'bump':
      if (decision.request === undefined) return 'The decision names no job request.';
      await context.azureDevOps.bumpJobRequest(context.settings.poolId, decision.request);
      return 'Moved to the front of the queue.';
    case 'registerPlaceholder':
      return await registerPlaceholder(context, observation, decision);
    case 'removePlaceholder':
      return await removePlaceholder(context, decision);
    case 'save':
      return await saveNode(context, observation, decision);
    case 'createLane':
      return await createLane(context, observation, decision);
    case 'removeLane':
      return await removeLane(context, observation, decision);
    case 'drain':
      return await drain(context, decision);
    case 'relabel':
      return await relabel(context, observation, decision);
    case 'wait':
    case 'alarm':
      return '';
  }
}

/** The protocol itself runs in reclaim.ts, from the ledger row that is written here. */
async function openReclaim(
  context: PoolContext,
  observation: Observation,
  decision: Decision,
  kind: 'delete' | 'reimage',
  chosenTags: TagsAtChoice,
): Promise<string> {
  const target = decision.target;
  if (target === undefined) return 'The decision names no node.';
  if (target.instanceId === null && (await isKeptThere(context, observation, target.generationId)))
    return 'Its machine is there after all, and stays kept.';
  const now = context.clock.now();
  const operation = await context.store.openOperation(context.lease, {
    kind,
    phase: 'intended',
    scaleSetId: target.scaleSetId,
    generationId: target.generationId,
    instanceId: target.instanceId,
    vmId: target.vmId,
    agentId: target.agentId,
    fromCapacity: null,
    toCapacity: null,
    operationUrl: null,
    startedAt: now,
    deadlineAt: null,
    reason: decision.reason,
  });
  const chosen = observation.agents.value.find(({ agentId }) => agentId === target.agentId);
  if (operation !== null) chosenTags.set(operation.operationId, tagAtChoice(observation, chosen));
  return operation === null
    ? 'Already under way.'
    : 'The agent is disabled first; the machine follows once no job can reach it.';
}

/** A list may lack a machine (A22), and somebody wants to look at this one: it is asked for by its id. */
async function isKeptThere(
  context: PoolContext,
  { generations }: Observation,
  generationId: string | null,
): Promise<boolean> {
  const life = generations.find((one) => one.generationId === generationId);
  if (life?.isSaved !== true) return false;
  return (await context.azure.readInstance(life.scaleSetId, life.instanceId))?.vmId === life.vmId;
}

/** By its record: Azure may not tell of its instance at this moment, and the gate asks nothing of Azure. */
async function enable(context: PoolContext, observation: Observation, decision: Decision): Promise<string> {
  const { agentId, generationId } = decision.target ?? {};
  const generation = observation.generations.find((one) => one.generationId === generationId);
  if (agentId == null || generation === undefined) return 'The decision names no agent.';
  return gateWords[await openGate(context, generation, agentId)];
}

const gateWords = {
  open: 'The agent may take jobs now.',
  looksOpen: 'Azure DevOps shows the agent as enabled already. Weir looks again in the next pass.',
  isOthers: 'A person has disabled the agent meanwhile; it stays disabled.',
  gone: 'The agent is gone.',
} as const;

/** The gate closes again. */
async function drain(context: PoolContext, decision: Decision): Promise<string> {
  const { agentId, generationId, vmId } = decision.target ?? {};
  if (agentId == null || generationId == null || vmId == null) return 'The decision names no agent.';
  return drainWords[await closeGate(context, { generationId, vmId }, agentId)];
}

const drainWords = {
  closed: 'The agent takes no further job.',
  isOthers: gateWords.isOthers,
  gone: gateWords.gone,
} as const;
