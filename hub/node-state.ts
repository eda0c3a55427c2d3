// What the 23 states of a node mean to a person, and which of six groups each belongs to.

export type NodeGroup = 'busy' | 'idle' | 'starting' | 'leaving' | 'trouble' | 'kept';

export interface NodeStateWords {
  readonly words: string;
  readonly group: NodeGroup;
}

export function nodeStateWords(state: string): NodeStateWords {
  return states[state] ?? { words: humanise(state), group: 'trouble' };
}

/** The groups in the order in which a person wants to see them, each with its name after a count: "2 running a job". */
export const nodeGroups: readonly { readonly group: NodeGroup; readonly words: string }[] = [
  { group: 'busy', words: 'running a job' },
  { group: 'idle', words: 'idle' },
  { group: 'starting', words: 'starting' },
  { group: 'trouble', words: 'in trouble' },
  { group: 'kept', words: 'kept for investigation' },
  { group: 'leaving', words: 'leaving' },
];

/** "newStateName" becomes "New state name": a newer service may know words that this page does not. */
export function humanise(code: string): string {
  const spaced = code.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

const states: Readonly<Record<string, NodeStateWords>> = {
  none: { words: 'Not known yet', group: 'starting' },
  new: { words: 'Asked for', group: 'starting' },
  creatingCompute: { words: 'Booting', group: 'starting' },
  startingAgent: { words: 'Agent is starting', group: 'starting' },
  idle: { words: 'Idle', group: 'idle' },
  assigned: { words: 'Running a job', group: 'busy' },
  offline: { words: 'Agent is offline', group: 'trouble' },
  pendingReimage: { words: 'Will be reimaged', group: 'leaving' },
  pendingDelete: { words: 'Will be deleted', group: 'leaving' },
  saved: { words: 'Kept for investigation', group: 'kept' },
  deletingCompute: { words: 'Being deleted', group: 'leaving' },
  deleted: { words: 'Deleted', group: 'leaving' },
  lost: { words: 'Lost: the machine is gone', group: 'trouble' },
  reimagingCompute: { words: 'Being reimaged', group: 'starting' },
  restartingAgent: { words: 'Agent is restarting', group: 'starting' },
  failedToStartPendingDelete: { words: 'Did not start, will be deleted', group: 'trouble' },
  failedToRestartPendingDelete: { words: 'Did not restart, will be deleted', group: 'trouble' },
  failedVMPendingDelete: { words: 'Machine failed, will be deleted', group: 'trouble' },
  assignedPendingDelete: { words: 'Running its last job', group: 'busy' },
  retryDelete: { words: 'Azure did not delete it yet, asked again', group: 'leaving' },
  unhealthyVm: { words: 'Machine is unhealthy', group: 'trouble' },
  unhealthyVmPendingDelete: { words: 'Machine is unhealthy, will be deleted', group: 'trouble' },
  pendingReimageCandidate: { words: 'Idle, may be reimaged', group: 'idle' },
};
