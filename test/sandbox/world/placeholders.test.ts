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
});

it('of two that lead each may have one under way, and what is one too many goes as soon as nothing keeps it', () => {
  const second = { kind: 'serviceStart', controller: 2 };
  const full = [second, ...Array.from({ length: 201 }, (_, index) => registered(index))];
  const later = (t: number, kind: string, fields: object = {}) => ({ t, kind, ...fields });
  expect(violations([...full, registered(501)])).toHaveLength(1);
  expect(violations([...full, later(119, 'wire')])).toEqual([]);
  expect(violations([...full, later(60, 'agentDeleted', { agent: 7 }), later(500, 'wire')])).toEqual([]);
  expect(violations([...full, later(60, 'fault', { id: 'D4' }), later(179, 'wire')])).toEqual([]);
  const waits = later(60, 'jobQueued', { request: 1, admissible: true });
  expect(violations([...full, waits, later(500, 'wire')])).toEqual([]);
  const words = ['201 placeholders stand for 121 s; 200 are the most.'];
  expect(violations([...full, later(121, 'wire'), later(122, 'wire')])).toEqual(words);
  expect(violations([...full, later(60, 'fault', { id: 'D4' }), later(181, 'wire')])).toEqual(words);
  const given = later(400, 'jobAssigned', { request: 1, agent: 900 });
  expect(violations([...full, waits, given, later(521, 'wire')])).toEqual(words);
});
