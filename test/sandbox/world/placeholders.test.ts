// The checker of placeholders, fed with journals that break its law.
import { expect, it } from '@jest/globals';
import { placeholderChecker } from '../../../sandbox/world/invariants/placeholders.ts';
import type { JournalEvent } from '../../../sandbox/world/journal.ts';

function violations(events: readonly Partial<JournalEvent>[]): readonly string[] {
  const check = placeholderChecker();
  const found: string[] = [];
  for (const event of events)
    check({ t: 0, kind: '', pool: 'linux', by: 'controller', ...event }, (_t, words) => found.push(words));
  return found;
}

const registered = (agent: number) => ({ kind: 'agentRegistered', agent, placeholder: true });

it('a run that ends with a placeholder for each priority is well, and one that lost them is not', () => {
  const three = [1, 2, 3].map(registered);
  expect(violations([...three, { kind: 'end' }])).toEqual([]);
  const lost = { kind: 'agentDeleted', agent: 2, by: 'person' };
  expect(violations([...three, lost, { kind: 'end' }])).toEqual([
    '2 placeholders are left: a job would fail in place of waiting.',
  ]);
  expect(violations([...three, lost, registered(4), { kind: 'end' }])).toEqual([]);
});

it('two hundred are the most, and agents of machines are none', () => {
  const many = Array.from({ length: 200 }, (_, index) => registered(index));
  expect(violations(many)).toEqual([]);
  expect(violations([...many, { kind: 'agentRegistered', agent: 500, vmId: 'vm' }])).toEqual([]);
  expect(violations([...many, registered(500)])).toHaveLength(1);
  const second = { kind: 'serviceStart', controller: 2 };
  expect(violations([second, ...many, registered(500)])).toEqual([]);
  expect(violations([second, ...many, registered(500), registered(501)])).toHaveLength(1);
});
