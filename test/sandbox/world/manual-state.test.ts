// I-16: whose agent a person disabled is left alone while its machine is there.
import { expect, it } from '@jest/globals';
import { manualStateChecker } from '../../../sandbox/world/invariants/ownership.ts';
import { broken, type Line } from './history.ts';

const agent = 7;
const vmId = 'vm-1';
const registered: Line = [0, 'agentRegistered', { agent, vmId }];
const held: Line = [100, 'agentDisabled', { agent, by: 'person' }];
const evicted: Line = [500, 'instanceDeleted', { vmId, by: 'eviction' }];

it.each<[string, readonly Line[], string | null]>([
  ['enabled', [[900, 'agentEnabled', { agent }]], 'agentEnabled'],
  ['deregistered', [[900, 'agentDeleted', { agent }]], 'agentDeleted'],
  ['deregistered when its machine is gone', [evicted, [900, 'agentDeleted', { agent }]], null],
  [
    'deregistered when another machine is gone',
    [
      [500, 'instanceDeleted', { vmId: 'vm-2', by: 'eviction' }],
      [900, 'agentDeleted', { agent }],
    ],
    'agentDeleted',
  ],
  ['enabled when its machine is gone', [evicted, [900, 'agentEnabled', { agent }]], 'agentEnabled'],
  ['wiped', [[900, 'instanceReimaged', { vmId }]], 'instanceReimaged'],
  ['destroyed', [[900, 'instanceDeleted', { vmId }]], 'instanceDeleted'],
])('an agent that a person disabled is %s', (_what, then, told) => {
  const expected = told === null ? [] : [`I-16 ${told}: a person had disabled agent 7.`];
  expect(broken(manualStateChecker(), [registered, held, ...then])).toEqual(expected);
});
