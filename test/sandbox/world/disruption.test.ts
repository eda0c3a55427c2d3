// The checker of machines that go by the pool's own choice, fed with histories that keep its law and that break it.
import { expect, it } from '@jest/globals';
import { disruptionChecker } from '../../../sandbox/world/invariants/disruption.ts';

type Line = readonly [t: number, kind: string, fields?: Readonly<Record<string, unknown>>];

/** Three idle machines, which all are wanted, and half an hour in which nothing happened. */
const calm: readonly Line[] = [
  [0, 'poolSettings', { desiredIdle: 3 }],
  [0, 'serviceStart', { controller: 1 }],
  ...[1, 2, 3].flatMap((agent): readonly Line[] => [
    [1, 'instanceCreated', { vmId: `vm-${agent}` }],
    [2, 'agentRegistered', { agent, vmId: `vm-${agent}` }],
    [3, 'agentEnabled', { agent }],
  ]),
];
const closed = (t: number, agent: number): Line => [t, 'agentDisabled', { agent }];
const fault = (id: string): Line => [1900, 'fault', { id, did: 'it happens' }];

function broken(history: readonly Line[]): readonly string[] {
  const found: string[] = [];
  const check = disruptionChecker();
  for (const [t, kind, fields] of history)
    check({ t, kind, pool: 'linux', by: 'controller', ...fields }, (_t, words, invariant) =>
      found.push(`${invariant} ${words}`),
    );
  return found;
}

it.each<[string, readonly Line[]]>([
  ['one after the other', [closed(2000, 1), [2100, 'instanceDeleted', { vmId: 'vm-1' }], closed(2200, 2)]],
  ['two where something went wrong', [fault('A4'), closed(2000, 1), closed(2001, 2)]],
])('by choice may go: %s', (_what, history) => {
  expect(broken([...calm, ...history])).toEqual([]);
});

it.each<[string, readonly Line[]]>([
  ['two at a time', []],
  ['two at a time after a quota refused a machine', [fault('A11')]],
  ['two at a time after a job came at the worst moment', [fault('D11')]],
])('by choice may not go: %s', (_what, before) => {
  expect(broken([...calm, ...before, closed(2000, 1), closed(2001, 2)])).toEqual([
    'I-17 2 of 3 machines go by choice at a time; 1 may.',
  ]);
});

// Dealt seed 8078: with the database away both machines were closed three minutes after their jobs had failed, to be kept.
it.each<[string, readonly Line[], readonly string[]]>([
  [
    'kept where the pool keeps machines of failed jobs',
    [[4, 'poolSettings', { desiredIdle: 3, maxSavedNodeCount: 2 }]],
    [],
  ],
  ['gone by choice where it keeps none', [], ['I-17 2 of 3 machines go by choice at a time; 1 may.']],
])('two machines whose jobs failed a while ago are %s', (_what, kept, expected) => {
  const failed = (agent: number): Line => [1850, 'jobFinished', { agent, vmId: `vm-${agent}`, result: 'failed' }];
  expect(broken([...calm, ...kept, failed(1), failed(2), closed(2000, 1), closed(2001, 2)])).toEqual(expected);
});
