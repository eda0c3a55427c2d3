// Carries out what people asked of single nodes, and what Weir could not keep at once, through the same ledger and the same
// protocol as everything else. A wish stays open until it is written down what became of it, so neither a crash nor a lost
// lease loses one.
import { askedWords, releaseOf, type NodeAction } from '../domain/node-action.ts';
import type { DecisionKind } from '../domain/decision.ts';
import { isDestroying, type Generation, type Observation } from '../domain/observation.ts';
import { isAskedFor, isStoppable, mostSaved, savedUntil } from '../domain/saved-nodes.ts';
import { CloudError } from '../problem.ts';
import { readOpenWishes, wishEnd, type KeptWish, type NodeWish } from '../node-wishes.ts';
import type { PoolContext } from './context.ts';

export interface Outcome {
  /** Null: it waits for the next pass. */
  readonly words: string | null;
  /** From now on, be it that the wish still waits. */
  readonly isKept: boolean;
}

const gone: Outcome = { words: 'It is gone already.', isKept: false };
/** What Weir wanted by itself gives way. */
const overruled = { words: 'A person asked for something else.', isKept: false } satisfies Outcome;

/** The picture with what is kept from now on, so that the same pass decides nothing about it. */
export async function obeyPeople(context: PoolContext, observation: Observation): Promise<Observation> {
  let picture = observation;
  const wishes = await readOpenWishes(context.store, context.pool);
  const asked = new Set(wishes.flatMap(({ value }) => (value.own === undefined ? [value.generationId] : [])));
  for (const wish of wishes) {
    if (wish.value.own !== undefined && asked.has(wish.value.generationId)) {
      const life = picture.generations.find((one) => one.generationId === wish.value.generationId);
      await note(context, wish, life, overruled.words);
      continue;
    }
    const generation = picture.generations.find((one) => one.generationId === wish.value.generationId);
    if (wish.value.own !== undefined && generation !== undefined && !hasPlace(context, picture, generation)) {
      await note(context, wish, generation, 'As many machines are kept as the settings allow.');
      continue;
    }
    const { words, isKept } = generation === undefined ? gone : await obey(context, picture, wish, generation);
    if (isKept && generation !== undefined) picture = withKept(picture, generation, words !== null);
    if (words !== null) await note(context, wish, generation, words);
  }
  return picture;
}

/** While a wish of Weir waited, somebody may have changed how many machines are kept, or kept others. */
function hasPlace({ settings }: PoolContext, { generations }: Observation, generation: Generation): boolean {
  const others = generations.filter((one) => one.isSaved && one.generationId !== generation.generationId);
  return generation.isSaved || others.length < mostSaved(settings);
}

/** What waits to be kept counts as kept, and nothing that would end it goes on. */
function withKept(picture: Observation, generation: Generation, isDone: boolean): Observation {
  const kept = { ...generation, isSaved: true, isDisabledByWeir: isDone || generation.isDisabledByWeir };
  return {
    ...picture,
    generations: picture.generations.map((one) => (one === generation ? kept : one)),
    operations: picture.operations.filter((one) => !isDestroying(one, generation)),
  };
}

async function obey(
  context: PoolContext,
  observation: Observation,
  { value }: KeptWish,
  generation: Generation,
): Promise<Outcome> {
  // An agent that a person disabled would look like one that is enabled, and the cordon would give the wish up.
  if (value.action !== 'save' && observation.agents.freshness !== 'fresh') return { words: null, isKept: false };
  const agent = observation.agents.value.find((one) => one.agentId === generation.agentId);
  // Whoever asks for it takes the node out of the hands of whoever disabled its agent (I-16).
  if (agent?.isEnabled === false && !generation.isDisabledByWeir)
    await context.store.changeGeneration(context.lease, generation.generationId, { isDisabledByWeir: true });
  if (value.action === 'save') return await keep(context, generation, value);
  const words = wordsOf(value);
  const kind = endOf(value.action, generation, context);
  if (kind !== 'asItIs')
    return { words: await openReclaim(context, value.action, kind, words, generation), isKept: false };
  // The next pass finds an idle node, and its gate enables the agent.
  await context.store.changeGeneration(context.lease, generation.generationId, {
    ...{ isSaved: false, savedUntil: null, savedBecause: null },
    // Whoever gives it back says that its last job is no reason to keep it.
    savedFor: agent?.lastCompletedRequestId ?? generation.savedFor ?? null,
  });
  return { words: 'Weir looks after it again.', isKept: false };
}

function endOf(action: NodeAction, { firstOnlineAt }: Generation, { settings }: PoolContext) {
  if (action === 'release')
    return releaseOf({ isStarting: firstOnlineAt === null, isRecycled: settings.recycleAfterEachUse });
  return action === 'reimage' ? 'reimage' : 'delete';
}

async function openReclaim(
  context: PoolContext,
  action: NodeAction,
  kind: 'delete' | 'reimage',
  words: string,
  generation: Generation,
): Promise<string> {
  const { scaleSetId, generationId, instanceId, vmId, agentId } = generation;
  const operation = await context.store.openOperation(context.lease, {
    ...{ kind, scaleSetId, generationId, instanceId, vmId, agentId },
    phase: 'intended',
    fromCapacity: null,
    toCapacity: null,
    operationUrl: null,
    startedAt: context.clock.now(),
    deadlineAt: null,
    reason: { code: codes[action], words },
  });
  // The process may have ended between the ledger and the note: then what is under way is this very wish.
  const open =
    operation ?? (await context.store.listOpenOperations(context.pool)).find((one) => isDestroying(one, generation));
  const isThis = open?.kind === kind && open.reason.code === codes[action] && open.reason.words === words;
  return isThis
    ? 'The agent is disabled first; the machine follows once no job can reach it.'
    : 'Something is under way with it already.';
}

const lateWords = {
  delete: 'It is too late to keep it: its machine is being deleted already.',
  reimage: 'It is too late to keep it: its machine is being reimaged already.',
};

const waiting: Outcome = { words: null, isKept: true };

function wordsOf({ own, action, node, by, reason }: NodeWish): string {
  return own === undefined ? askedWords(action, node, by, reason) : reason;
}

/** Kept only when it runs no job: a saved node counts for nothing, and its job would not be seen any more. */
export async function keep(context: PoolContext, generation: Generation, wish: NodeWish): Promise<Outcome> {
  const { agentId, generationId } = generation;
  // Another wish of this pass may have begun it, so the picture is not asked.
  const open = (await context.store.listOpenOperations(context.pool)).find((one) => isDestroying(one, generation));
  if (open !== undefined) {
    if (wish.own !== undefined && isAskedFor(open)) return overruled;
    if (!isStoppable(open)) return { words: lateWords[open.kind === 'reimage' ? 'reimage' : 'delete'], isKept: false };
    await context.store.changeOperation(context.lease, open.operationId, context.clock.now(), {
      phase: 'cancelled',
      lastProblem: wish.own === undefined ? 'A person asked to keep the node.' : 'The node is kept instead.',
    });
  }
  try {
    if (agentId !== null) {
      await context.store.changeGeneration(context.lease, generationId, { isDisabledByWeir: true });
      const agent = await context.azureDevOps.readAgent(context.settings.poolId, agentId);
      if (agent?.isEnabled === true) await context.azureDevOps.setAgentEnabled(context.settings.poolId, agentId, false);
      // Read after the agent was disabled: between an earlier look and now a job may have come.
      const closed = agent === null ? null : await context.azureDevOps.readAgent(context.settings.poolId, agentId);
      if (closed !== null && (closed.isEnabled || closed.assignedRequestId !== null)) return waiting;
    }
    const mark = agentId === null ? {} : { isDisabledByWeir: true, isKnownShut: true };
    const until = wish.own === undefined ? null : savedUntil(context.settings, context.clock.now());
    const saved = {
      isSaved: true,
      savedUntil: until,
      savedBecause: wordsOf(wish),
      savedFor: wish.own?.request ?? null,
    };
    await context.store.changeGeneration(context.lease, generationId, { ...saved, ...mark });
    return { words: until === null ? 'Kept until somebody deletes it.' : 'Kept for investigation.', isKept: true };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    context.line('warn', `A node could not be kept yet: ${error.message}`, { operation: error.operation });
    return waiting;
  }
}

async function note(
  context: PoolContext,
  wish: KeptWish,
  generation: Generation | undefined,
  outcome: string,
): Promise<void> {
  const { action, node, own } = wish.value;
  const { scaleSetId = null, generationId = null, instanceId = null, vmId = null, agentId = null } = generation ?? {};
  const words = wordsOf(wish.value);
  const decision = {
    ...{ kind: kinds[action], node, reason: { code: own?.code ?? codes[action], words } },
    target: { scaleSetId, instanceId, vmId, generationId, agentId },
  };
  await context.store.appendLog(context.lease, [{ at: context.clock.now(), level: 'info', decision, outcome }]);
  await context.store.writeRecords([wishEnd(context.pool, wish, outcome)], context.lease);
}

const kinds: Readonly<Record<NodeAction, DecisionKind>> = {
  drain: 'drain',
  delete: 'reclaim',
  save: 'save',
  reimage: 'reimage',
  release: 'enable',
};

const codes: Readonly<Record<NodeAction, string>> = {
  drain: 'drainedByPerson',
  delete: 'deletedByPerson',
  save: 'savedByPerson',
  reimage: 'reimagedByPerson',
  release: 'releasedByPerson',
};
