// Does what was decided: one idempotent call for each decision, after one more look at what it is about to change.
import type { Decision } from '../domain/decision.ts';
import type { Observation } from '../domain/observation.ts';
import { CloudError } from '../problem.ts';
import type { LogEntry } from '../ports.ts';
import type { PoolContext, Recollection } from './context.ts';
import { registerPlaceholder, removePlaceholder } from './placeholder.ts';
import { scaleOut } from './scale-out.ts';

export interface Acted {
  readonly entries: readonly LogEntry[];
  /** Azure refused for want of capacity or quota while being asked. */
  readonly refusedScaleSets: readonly string[];
}

export async function act(
  context: PoolContext,
  observation: Observation,
  decisions: readonly Decision[],
  recollection: Recollection,
): Promise<Acted> {
  const entries: LogEntry[] = [];
  const refusedScaleSets: string[] = [];
  const said = new Set<string>();
  for (const decision of decisions) {
    if (isOnlyWords(decision)) {
      const key = `${decision.kind} ${decision.reason.code} ${decision.node ?? ''} ${decision.request ?? ''}`;
      said.add(key);
      if (!recollection.lastSaid.has(key))
        entries.push(entry(context, decision, decision.kind === 'alarm' ? 'warning' : 'info', ''));
      continue;
    }
    const outcome = await perform(context, observation, decision, refusedScaleSets);
    entries.push(entry(context, decision, outcome.failed ? 'warning' : 'info', outcome.words));
  }
  recollection.lastSaid = said;
  return { entries, refusedScaleSets };
}

function isOnlyWords(decision: Decision): boolean {
  return decision.kind === 'wait' || decision.kind === 'alarm';
}

function entry(context: PoolContext, decision: Decision, level: LogEntry['level'], outcome: string): LogEntry {
  return { at: context.clock.now(), level, decision, outcome };
}

async function perform(
  context: PoolContext,
  observation: Observation,
  decision: Decision,
  refusedScaleSets: string[],
): Promise<{ readonly failed: boolean; readonly words: string }> {
  try {
    return { failed: false, words: await dispatch(context, observation, decision) };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    if (error.kind === 'outOfCapacity' && decision.target?.scaleSetId != null)
      refusedScaleSets.push(decision.target.scaleSetId);
    context.line('warn', `${decision.kind} was not done: ${error.message}`, {
      kind: error.kind,
      operation: error.operation,
    });
    return { failed: true, words: `Not done: ${error.message}` };
  }
}

async function dispatch(context: PoolContext, observation: Observation, decision: Decision): Promise<string> {
  switch (decision.kind) {
    case 'scaleOut':
      return await scaleOut(context, observation, decision);
    case 'reclaim':
      return await openReclaim(context, decision, 'delete');
    case 'reimage':
      return await openReclaim(context, decision, 'reimage');
    case 'enable':
      return await enable(context, decision);
    case 'bump':
      if (decision.request === undefined) return 'The decision names no job request.';
      await context.azureDevOps.bumpJobRequest(context.settings.poolId, decision.request);
      return 'Moved to the front of the queue.';
    case 'registerPlaceholder':
      return await registerPlaceholder(context, observation, decision);
    case 'removePlaceholder':
      return await removePlaceholder(context, decision);
    case 'save':
      if (decision.target?.generationId == null) return 'The node has no record to save.';
      await context.store.changeGeneration(context.lease, decision.target.generationId, { isSaved: true });
      return 'Kept for investigation.';
    case 'drain':
    case 'relabel':
    case 'createLane':
    case 'removeLane':
      return 'Not done: this Weir serves one image from one scale set.';
    case 'wait':
    case 'alarm':
      return '';
  }
}

/** The protocol itself runs in reclaim.ts, from the ledger row that is written here. */
async function openReclaim(context: PoolContext, decision: Decision, kind: 'delete' | 'reimage'): Promise<string> {
  const target = decision.target;
  if (target === undefined) return 'The decision names no node.';
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
  return operation === null
    ? 'Already under way.'
    : 'The agent is disabled first; the instance follows when it is sure to be free.';
}

async function enable(context: PoolContext, decision: Decision): Promise<string> {
  const { agentId, generationId } = decision.target ?? {};
  if (agentId == null || generationId == null) return 'The decision names no agent.';
  const agent = await context.azureDevOps.readAgent(context.settings.poolId, agentId);
  if (agent === null) return 'The agent is gone.';
  // The mark goes first: a crash in between leaves an agent that looks disabled by a person, which nobody destroys.
  await context.store.changeGeneration(context.lease, generationId, { isDisabledByWeir: false });
  if (!agent.isEnabled) await context.azureDevOps.setAgentEnabled(context.settings.poolId, agentId, true);
  return 'The agent may take jobs now.';
}
