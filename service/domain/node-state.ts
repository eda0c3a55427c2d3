// Names the ElasticNodeState of one node from its facts, and says when Weir gives up waiting for the state to pass.
import type { Agent } from './agent.ts';
import type { Instance } from './instance.ts';
import type { Generation, OpenOperation } from './observation.ts';

/** The 23 names of Azure DevOps' ElasticNodeState (7.2). */
export type NodeState =
  | 'none'
  | 'new'
  | 'creatingCompute'
  | 'startingAgent'
  | 'idle'
  | 'assigned'
  | 'offline'
  | 'pendingReimage'
  | 'pendingDelete'
  | 'saved'
  | 'deletingCompute'
  | 'deleted'
  | 'lost'
  | 'reimagingCompute'
  | 'restartingAgent'
  | 'failedToStartPendingDelete'
  | 'failedToRestartPendingDelete'
  | 'failedVMPendingDelete'
  | 'assignedPendingDelete'
  | 'retryDelete'
  | 'unhealthyVm'
  | 'unhealthyVmPendingDelete'
  | 'pendingReimageCandidate';

/** From the create or the reimage until the agent is online. */
export const bootDeadlineMs = 20 * 60_000;
/** An agent may be offline for this long: updates and reboots are shorter. */
export const offlineDeadlineMs = 10 * 60_000;
/** Azure DevOps gives a job up when its lock has run out (renewed each minute); one more minute lets it say so. */
export const jobLockSlackMs = 60_000;

/** From the claim until the agent is online, with the slowest start that was seen. */
const lateSuccessMs = 2 * 60_000;

export interface NodeFacts {
  readonly now: number;
  readonly agent: Agent | null;
  readonly instance: Instance | null;
  readonly generation: Generation | null;
  /** The open delete or reimage of this node. */
  readonly operation: OpenOperation | null;
  readonly requestId: number | null;
  readonly lockedUntil: number | null;
  /** It has run a job and the pool's machines run one job only. */
  readonly isUsed: boolean;
  /** Its agent has been online in this life of the machine. */
  readonly wasOnline: boolean;
  readonly bootingSince: number;
  /** False where Weir has not yet written down that it saw this instance. */
  readonly isRecorded: boolean;
}

export interface StateFinding {
  readonly state: NodeState;
  /** Null where the picture does not tell: then the memory does. */
  readonly since: number | null;
  readonly deadlineAt: number | null;
}

export function findState(facts: NodeFacts): StateFinding {
  const { agent, instance, operation } = facts;
  if (operation !== null) return underOperation(facts, operation);
  if (instance?.provisioningState === 'deleting') return found('deletingCompute');
  // Of one whose machine is gone there is nothing to be looked at: its registration goes, and its place is free.
  const isThere = instance !== null || agent?.isOnline === true;
  if (facts.generation?.isSaved === true && isThere) return found('saved', null, facts.generation.savedUntil ?? null);
  if (facts.requestId !== null) return holdingJob(facts);
  // An agent that is online speaks for its machine, whatever Azure says of it: late success is not failure (I-10).
  if (agent?.isOnline === true) {
    return facts.isUsed ? found('pendingReimageCandidate', past(facts.now, agent.lastCompletedAt)) : simplyIdle;
  }
  if (instance === null) return found(agent === null ? 'deleted' : 'lost');
  if (facts.isUsed) return found('pendingReimageCandidate', past(facts.now, agent?.lastCompletedAt ?? null));
  return facts.wasOnline ? goneQuiet(facts, instance) : booting(facts, instance);
}

function underOperation(facts: NodeFacts, operation: OpenOperation): StateFinding {
  const { phaseSince, deadlineAt } = operation;
  if (operation.kind === 'reimage') {
    return found(operation.phase === 'requested' ? 'reimagingCompute' : 'pendingReimage', phaseSince, deadlineAt);
  }
  if (facts.instance?.provisioningState === 'deleting' || operation.phase === 'requested') {
    return found('deletingCompute', phaseSince, deadlineAt);
  }
  if (facts.requestId !== null) return found('assignedPendingDelete', phaseSince, deadlineAt);
  if (operation.phase === 'deregistered' && operation.attempts > 0) return found('retryDelete', phaseSince, deadlineAt);
  return found(pendingDeleteBecause(operation.reason.code, facts), phaseSince, deadlineAt);
}

function pendingDeleteBecause(code: string, facts: NodeFacts): NodeState {
  switch (code) {
    case 'bootDeadlinePassed':
      return facts.generation?.startedBy === 'reimage' ? 'failedToRestartPendingDelete' : 'failedToStartPendingDelete';
    case 'provisioningFailed':
    case 'extensionFailed':
      return 'failedVMPendingDelete';
    case 'instanceUnhealthy':
      return 'unhealthyVmPendingDelete';
    default:
      return 'pendingDelete';
  }
}

/** An agent that went offline with a job keeps it until Azure DevOps gives the job up; only then is it lost. */
function holdingJob(facts: NodeFacts): StateFinding {
  const { agent, now } = facts;
  if (agent?.isOnline === true) return simplyAssigned;
  const offlineSince = past(now, agent?.statusChangedAt ?? null);
  if (offlineSince === null) return found('assigned');
  const lock = facts.lockedUntil === null ? 0 : facts.lockedUntil + jobLockSlackMs;
  const deadlineAt = Math.max(offlineSince + offlineDeadlineMs, lock);
  return now >= deadlineAt ? found('lost', deadlineAt) : found('assigned', null, deadlineAt);
}

function goneQuiet(facts: NodeFacts, instance: Instance): StateFinding {
  if (facts.agent === null) return found('lost');
  const since = past(facts.now, facts.agent.statusChangedAt);
  const deadlineAt = since === null ? null : since + offlineDeadlineMs;
  const isOver = deadlineAt !== null && facts.now >= deadlineAt;
  const stopped = ['stopping', 'stopped', 'deallocating', 'deallocated'].includes(instance.powerState);
  if (instance.provisioningState === 'failed' || stopped) {
    return found(isOver ? 'unhealthyVmPendingDelete' : 'unhealthyVm', since, deadlineAt);
  }
  return found(isOver ? 'lost' : 'offline', since, deadlineAt);
}

function booting(facts: NodeFacts, instance: Instance): StateFinding {
  const since = facts.bootingSince;
  const deadlineAt = since + bootDeadlineMs;
  const isWiped = facts.generation === null && instance.provisioningState === 'updating';
  const isRestart = isWiped || facts.generation?.startedBy === 'reimage';
  if (instance.provisioningState === 'failed') {
    // Its agent has just been given its configuration, and comes online in seconds whatever Azure says (I-10).
    const comesAt = (facts.generation?.claimedAt ?? Number.NEGATIVE_INFINITY) + lateSuccessMs;
    if (facts.now >= comesAt) return found('failedVMPendingDelete', null, deadlineAt);
    return found(isRestart ? 'restartingAgent' : 'startingAgent', null, comesAt);
  }
  if (facts.now >= deadlineAt) {
    return found(isRestart ? 'failedToRestartPendingDelete' : 'failedToStartPendingDelete', deadlineAt, deadlineAt);
  }
  if (!facts.isRecorded) return found('new', since, deadlineAt);
  const isProvisioning = instance.provisioningState === 'creating' || instance.provisioningState === 'updating';
  if (isProvisioning) return found(isRestart ? 'reimagingCompute' : 'creatingCompute', since, deadlineAt);
  return found(isRestart ? 'restartingAgent' : 'startingAgent', null, deadlineAt);
}

/** What most nodes of a large pool are found to be. */
const simplyAssigned = found('assigned');
const simplyIdle = found('idle');

function found(state: NodeState, since: number | null = null, deadlineAt: number | null = null): StateFinding {
  return { state, since, deadlineAt };
}

/** Clocks of two clouds differ, so an instant that has not come yet tells nothing. */
export function past(now: number, instant: number | null): number | null {
  return instant !== null && instant <= now ? instant : null;
}
