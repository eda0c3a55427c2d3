// Another version of the agent: one machine tries it, then free machines of the old one go a share at a time, and no other goes.
import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../service/domain/decide.ts';
import {
  hour,
  machine,
  memory,
  now0,
  operation,
  runningRequest,
  busyMachine,
  scene,
  settings,
} from '../../builders.ts';
import { told } from './told.ts';

const wanted = '5.280.0';
const old = (number: number, age = 48, more: Parameters<typeof machine>[1] = {}) =>
  machine(number, {
    generation: { startedAt: now0 - age * hour, ...more.generation },
    agent: { version: '5.278.0', systemCapabilities: { 'Agent.Version': '5.278.0' }, ...more.agent },
  });
const fresh = (number: number) =>
  old(number, 1, { agent: { version: wanted, systemCapabilities: { 'Agent.Version': wanted } } });
const pool = (agentVersion = wanted, more: Parameters<typeof settings>[0] = {}) =>
  settings({ recycleAfterEachUse: false, maxCapacity: 20, desiredIdle: 20, agentVersion, ...more });
const going = (machines: ReturnType<typeof machine>[], more: Parameters<typeof scene>[1] = {}, of = pool()) =>
  told(scene({ machines }, { agentVersions: { linux: wanted }, ...more }), of).filter((line) =>
    line.includes('agentOutdated'),
  );
const many = (count: number) => Array.from({ length: count }, (_, at) => old(at + 1));

describe('machines of another agent than the pool wants', () => {
  it('wait until one of them that has stood for a day has tried the new one', () => {
    expect(going(many(5))).toHaveLength(1);
    expect(going([old(1, 2), old(2, 3)])).toEqual([]);
    const trying = operation({ kind: 'delete', reason: { code: 'agentOutdated', words: 'It is old.' } });
    expect(going(many(5), { operations: [trying] })).toEqual([]);
  });

  it('are not tried one after the other where the first did not come up with it', () => {
    const tried = (at: number) => memory({ triedAgents: { 'ubuntu-22.04 5.280.0': at } });
    const lines = (at: number) =>
      told(scene({ machines: many(5) }, { agentVersions: { linux: wanted } }), pool(), tried(at)).filter((line) =>
        line.includes('agentOutdated'),
      );
    expect(lines(now0 - 23 * hour)).toEqual([]);
    expect(lines(now0 - 25 * hour)).toHaveLength(1);
    const picture = scene({ machines: many(5) }, { agentVersions: { linux: wanted } });
    expect(decide(picture, pool(), memory()).memory.triedAgents).toEqual({ 'ubuntu-22.04 5.280.0': now0 });
  });

  it.each([
    ['one of ten', 9, 10, 1],
    ['two of twenty', 19, 10, 2],
    ['all of them', 9, 100, 9],
  ])('go a share at a time once a machine runs it: %s', (_what, count, maxPercent, expected) => {
    const machines = [...many(count), fresh(count + 1)];
    expect(going(machines, {}, { ...pool(), disruption: { maxPercent, blocked: null } })).toHaveLength(expected);
  });

  it('go while free, and never with a job or disabled by a person', () => {
    const busy = busyMachine(2, 7, {
      agent: { version: '5.278.0', systemCapabilities: { 'Agent.Version': '5.278.0' } },
    });
    const held = old(3, 48, { agent: { isEnabled: false } });
    const picture = scene(
      { machines: [old(1), busy, held, fresh(4)], requests: [runningRequest(7, 2)] },
      { agentVersions: { linux: wanted } },
    );
    const all = { ...pool(), disruption: { maxPercent: 100, blocked: null } };
    expect(told(picture, all).filter((line) => line.includes('agentOutdated'))).toEqual([
      'reclaim agentOutdated agents_1',
    ]);
  });

  it('stay where nobody knows what is wanted, or where the newest is wanted and they are newer', () => {
    expect(going([...many(3), fresh(4)], { agentVersions: {} })).toEqual([]);
    expect(going([...many(3), fresh(4)], { agentVersions: { linux: '5.277.9' } }, pool('latest'))).toEqual([]);
    expect(going([...many(3), fresh(4)], {}, pool('latest'))).not.toEqual([]);
  });

  it('go back to an older one that the settings name', () => {
    const wantsOlder = { agentVersions: { linux: '5.270.0' } };
    expect(going(many(3), wantsOlder, pool('5.270.0'))).toHaveLength(1);
  });
});
