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
const patch = (t: number, asked: number, enabled: boolean, status: number | null, isWhole = true): Line => [
  t,
  'wire',
  { call: 'patchAgent', agent, enabled, asked, status, isWhole },
];
const look = (t: number, status: number | null): Line => [
  t,
  'wire',
  { call: 'readAgent', agent, asked: t, status, isWhole: status !== null },
];

// Dealt seeds 7802, 7824 and 7840, and 20260058: the agent was as if the call had been lost, or as if it had not.
it.each<[string, readonly Line[], string | null]>([
  ['while an enable is under way that nobody answers', [held, patch(110, 90, true, null)], null],
  ['while an enable is under way that ends in an error', [held, patch(110, 90, true, 502)], null],
  ['while an enable is under way of whose answer half comes', [held, patch(110, 90, true, 200, false)], null],
  ['while an enable is under way that is answered', [held, patch(110, 90, true, 200)], 'agentEnabled'],
  ['before an enable that nobody answers', [held, patch(120, 101, true, null)], 'agentEnabled'],
  ['after an enable that nobody answered', [patch(95, 90, true, null), held], null],
  ['after an enable and a look that nobody answered', [patch(95, 90, true, null), look(96, null), held], null],
  ['after Weir looked at such an enable', [patch(95, 90, true, null), look(96, 200), held], 'agentEnabled'],
  ['after a disable that had no answer', [patch(95, 90, false, 503), look(96, 200), held], null],
  [
    'after a disable that had one the second time',
    [patch(95, 90, false, 503), patch(97, 96, false, 200), held],
    'agentEnabled',
  ],
])('a person disables the agent %s', (_when, between, expected) => {
  const lines: readonly Line[] = [registered, enabledByWeir, ...between, [900, 'agentEnabled', { agent }]];
  expect(broken(manualStateChecker(), lines)).toEqual(
    expected === null ? [] : [`I-16 ${expected}: a person had disabled agent 7.`],
  );
});
