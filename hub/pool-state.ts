// What the states of a pool and the kinds of a decision are called on the page.
import type { PoolState } from '../contract/api.ts';
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

export function decisionKindWords(kind: string): string {
  return decisionKinds[kind] ?? humanise(kind);
}

export function policyWords(policy: string): string {
  return policies[policy] ?? humanise(policy);
}

const policies: Readonly<Record<string, string>> = { eventDriven: 'sized at every event', sampled: 'sized by samples' };

const decisionKinds: Readonly<Record<string, string>> = {
  scaleOut: 'Scale out',
  createLane: 'Create scale set',
  removeLane: 'Remove scale set',
  drain: 'Drain',
  reclaim: 'Reclaim',
  reimage: 'Reimage',
  enable: 'Enable',
  relabel: 'Relabel',
  bump: 'Run next',
  registerPlaceholder: 'Register placeholder',
  removePlaceholder: 'Remove placeholder',
  save: 'Keep',
  wait: 'Wait',
  alarm: 'Alarm',
};
