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

const enabledByWeir: Line = [90, 'agentEnabled', { agent }];
const answer = (t: number, asked: number, status: number | null): Line => [
  t,
  'wire',
  { call: 'patchAgent', agent, enabled: true, asked, status },
];

// 7802 and 7824 of the dealt seeds: the agent was as if the enable had never come, and nobody can tell the two apart.
it.each<[string, Line, string | null]>([
  ['while an enable is under way that nobody answers', answer(110, 90, null), null],
  ['while an enable is under way that ends in an error', answer(110, 90, 502), null],
  ['while an enable is under way that is answered', answer(110, 90, 200), 'agentEnabled'],
  ['before an enable that nobody answers', answer(120, 101, null), 'agentEnabled'],
])('a person disables the agent %s', (_when, told, expected) => {
  const lines: readonly Line[] = [registered, enabledByWeir, held, told, [900, 'agentEnabled', { agent }]];
  expect(broken(manualStateChecker(), lines)).toEqual(
    expected === null ? [] : [`I-16 ${expected}: a person had disabled agent 7.`],
  );
});
