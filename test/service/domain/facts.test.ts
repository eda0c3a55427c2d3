// The evidence of a verdict as people read it.
import { expect, it } from '@jest/globals';
import { factsIn } from '../../../service/domain/facts.ts';

it.each([
  ['creatingCompute', 'Node agents_1 has been booting for 100 s.'],
  ['reimagingCompute', 'Node agents_1 has been reimaging for 100 s.'],
  ['pendingReimageCandidate', 'Node agents_1 has been idle for 100 s.'],
  ['unhealthyVm', 'Node agents_1 has been unhealthy vm for 100 s.'],
])('the state %s of a node is told in words', (state, words) => {
  const nameOf = (id: number): string => `job request ${id}`;
  expect(factsIn([{ kind: 'node', node: 'agents_1', state, sinceSeconds: 100 }], nameOf)).toEqual([words]);
});
