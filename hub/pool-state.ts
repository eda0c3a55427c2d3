// What the states of a pool and the kinds of a decision are called on the page.
import type { LogEntryView, PoolState } from '../contract/api.ts';
import { humanise } from './node-state.ts';

export function poolStateWords(state: PoolState): string {
  switch (state) {
    case 'healthy':
      return 'Healthy';
    case 'degraded':
      return 'Needs attention';
    case 'atMaximum':
      return 'At its maximum';
    case 'paused':
      return 'Paused';
    case 'starting':
      return 'Starting';
    case 'deleting':
      return 'Being deleted';
  }
}

export const poolStates: readonly PoolState[] = ['healthy', 'degraded', 'atMaximum', 'paused', 'starting', 'deleting'];

export function isPoolState(value: string): value is PoolState {
  return poolStates.some((one) => one === value);
}

export function decisionKindWords(kind: string): string {
  return decisionKinds[kind] ?? humanise(kind);
}

/** A newer service may have others. */
export function isDecisionKind(kind: string): boolean {
  return Object.hasOwn(decisionKinds, kind);
}

/** What only says something carries nothing out, so it does not end as "done". */
export function outcomeWords({ kind, outcome }: Pick<LogEntryView, 'kind' | 'outcome'>): string | null {
  return (kind === 'alarm' || kind === 'wait') && outcome === 'done' ? null : outcome;
}

export function policyWords(policy: string): string {
  return policies[policy] ?? humanise(policy);
}

const policies: Readonly<Record<string, string>> = {
  eventDriven: 'sized as jobs arrive',
  sampled: 'sized every few minutes',
};

const decisionKinds: Readonly<Record<string, string>> = {
  scaleOut: 'Scale out',
  createLane: 'Create scale set',
  removeLane: 'Remove scale set',
  drain: 'Drain',
  reclaim: 'Delete machine',
  reimage: 'Reimage',
  enable: 'Open agent for jobs',
  relabel: 'Change labels',
  bump: 'Run next',
  registerPlaceholder: 'Register placeholder',
  removePlaceholder: 'Remove placeholder',
  save: 'Keep',
  wait: 'No change',
  alarm: 'Alarm',
};
