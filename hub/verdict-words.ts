// Short names for the service's verdicts and results; the sentence beside them comes from the service.
import { humanise } from './node-state.ts';

/** `waits` resolves itself, `needsSomebody` does not: the difference a person looks for first. */
export type VerdictTone = 'waits' | 'needsSomebody' | 'runs' | 'succeeded' | 'failed' | 'canceled';

export interface VerdictWords {
  readonly label: string;
  readonly tone: VerdictTone;
}

export function verdictWords(verdict: string, result: string | null): VerdictWords {
  if (verdict === 'finished')
    return results[result ?? ''] ?? { label: humanise(result ?? 'finished'), tone: 'canceled' };
  return verdicts[verdict] ?? { label: humanise(verdict), tone: 'waits' };
}

/** A newer service may have others. */
export function isVerdict(verdict: string): boolean {
  return verdict === 'finished' || Object.hasOwn(verdicts, verdict);
}

const waits = (label: string): VerdictWords => ({ label, tone: 'waits' });
const needs = (label: string): VerdictWords => ({ label, tone: 'needsSomebody' });

const results: Readonly<Record<string, VerdictWords>> = {
  succeeded: { label: 'Succeeded', tone: 'succeeded' },
  succeededWithIssues: { label: 'Succeeded with issues', tone: 'succeeded' },
  failed: { label: 'Failed', tone: 'failed' },
  abandoned: { label: 'Abandoned', tone: 'failed' },
  canceled: { label: 'Canceled', tone: 'canceled' },
  skipped: { label: 'Skipped', tone: 'canceled' },
};

const verdicts: Readonly<Record<string, VerdictWords>> = {
  assigned: { label: 'Assigned', tone: 'runs' },
  running: { label: 'Running', tone: 'runs' },
  starting: waits('Starting'),
  nodeBooting: waits('Machine boots'),
  nodeReimaging: waits('Machine is reimaged'),
  laneCreating: waits('Scale set is made'),
  agentUpdating: waits('Agent updates itself'),
  queuedBehind: waits('In the queue'),
  poolAtMaximum: waits('Pool at its maximum'),
  budgetReached: waits('Budget reached'),
  disruptionBlocked: waits('Machines may not be taken now'),
  taggedAgentBusy: waits('Its agent is busy'),
  parallelJobLimit: waits('Parallel job limit'),
  noCapacity: waits('Azure has no capacity'),
  azureUnknown: waits('Azure does not answer'),
  azureDevOpsUnknown: waits('Azure DevOps does not answer'),
  versionNotReplicated: waits('Image version not here yet'),
  noAgentMatches: needs('No agent matches'),
  notAdmitted: needs('Demands not admitted'),
  aliasUnknown: needs('Image unknown'),
  versionUnknown: needs('Image version unknown'),
  versionNotAllowed: needs('Image version not allowed'),
  laneLimit: needs('Too many scale sets'),
  demandSyntax: needs('Demand cannot be read'),
  demandConflict: needs('Demands contradict'),
  tagNeedsStatefulPool: needs('Tag needs a stateful pool'),
  workFolderInvalid: needs('Work folder invalid'),
  agentsDisabled: needs('Agents are disabled'),
  imageFailing: needs('Image fails'),
  scaleSetContended: needs('Somebody else resizes the scale set'),
  scaleSetMissing: needs('Scale set is missing'),
  panicStopped: needs('Stopped for safety'),
  serviceDisagrees: needs('Azure DevOps does not assign'),
  paused: needs('Pool is paused'),
};
