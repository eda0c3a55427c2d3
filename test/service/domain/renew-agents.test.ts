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
  usedMachine,
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

  it('and run one that is tried beside it stay, while those of one that was stopped go back', () => {
    const trial = (canary: string | null, more = {}) => ({
      agentVersions: { linux: '5.278.0' },
      agentTrials: { linux: { canary, wanted: 0, rejected: null, ...more } },
    });
    const machines = [...many(4), fresh(5)];
    expect(going(machines, trial(wanted))).toEqual([]);
    expect(going(machines, trial(null, { rejected: wanted }))).toEqual(['reclaim agentOutdated agents_5']);
    // Nothing boots by itself, so one that has stood for a day makes room.
    expect(going(machines, trial(wanted, { wanted: 1 }))).toHaveLength(1);
    const picture = scene({ machines }, trial(wanted, { wanted: 1 }));
    const again = memory({ triedAgents: { 'ubuntu-22.04 5.280.0': now0 - hour } });
    expect(told(picture, pool(), again).filter((line) => line.includes('agentOutdated'))).toHaveLength(1);
  });

  it('are given back after their one job where another version is wanted, and wiped where not', () => {
    const used = usedMachine(1, { agent: { version: '5.278.0', systemCapabilities: { 'Agent.Version': '5.278.0' } } });
    const picture = (more: Parameters<typeof scene>[1]) => scene({ machines: [used, fresh(2), fresh(3)] }, more);
    const once = settings({ recycleAfterEachUse: true, maxCapacity: 20, desiredIdle: 20, agentVersion: 'latest' });
    const lines = (more: Parameters<typeof scene>[1]) =>
      told(picture(more), once).filter((line) => line.endsWith('agents_1'));
    const trials = (count: number) => ({ linux: { canary: wanted, wanted: count, rejected: null } });
    const main = { linux: '5.278.0' };
    expect(lines({ agentVersions: main })).toEqual(['reimage recycledForStandby agents_1']);
    expect(lines({ agentVersions: main, agentTrials: trials(1) })).toEqual(['reclaim agentOutdated agents_1']);
    expect(lines({ agentVersions: main, agentTrials: trials(0) })).toEqual(['reimage recycledForStandby agents_1']);
    expect(lines({ agentVersions: { linux: wanted } })).toEqual(['reclaim agentOutdated agents_1']);
  });
});
