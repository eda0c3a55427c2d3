// Lanes over time, as the service sees them: made when missing, left alone while they are made, replaced when the template
// or the newest version moves on, and removed when nothing needs them.
import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../service/domain/decide.ts';
import { diagnose } from '../../../service/domain/diagnosis.ts';
import type { JobRequest } from '../../../service/domain/job-request.ts';
import { laneComputerPrefix, laneKeyOf, laneName, laneTagsOf, type LaneKey } from '../../../service/domain/lane.ts';
import type { Memory } from '../../../service/domain/memory.ts';
import type { Lane, Observation } from '../../../service/domain/observation.ts';
import * as build from '../../builders.ts';
import { acts, idOf, keyOf, laneOf, machineIn, picture, pool, version, type Parts } from './lane-scene.ts';
import { told } from './told.ts';

describe('the name of a lane', () => {
  it.each([
    ['linux', '1.0.0'],
    ['a name with blanks, and more than it can hold '.repeat(3), '20260111.209.1'],
    ['Ünïcode', null],
  ])('is legal and the same for ever: %s', (image, number) => {
    const key = { image, version: number, template: 'digest' };
    const name = laneName(pool, key);
    expect(name).toMatch(/^[a-z][a-z0-9-]{0,62}[a-z0-9]$/);
    expect(laneName(pool, { ...key, image: image.toUpperCase() }).slice(-10)).toBe(name.slice(-10));
    expect(laneName({ ...pool, poolId: 8 }, key).slice(-10)).not.toBe(name.slice(-10));
    expect(laneComputerPrefix(pool, key)).toMatch(/^[a-z][a-z0-9-]{1,8}$/);
  });

  it('goes into tags and comes out of them', () => {
    for (const key of [keyOf('1.0.0'), { image: 'x', version: null, template: '' }]) {
      expect(laneKeyOf(laneTagsOf(key))).toEqual(key);
    }
    expect(laneKeyOf({ owner: 'somebody' })).toBeNull();
  });
});

describe('a lane', () => {
  it('is created when it is missing, and grows when it is seen', () => {
    const key = keyOf('1.0.0');
    expect(acts(told(picture([]), pool))).toEqual(['createLane laneMissing']);
    expect(acts(told(picture([laneOf(key)]), pool))).toEqual(['scaleOut requestsWithoutNode 0→1']);
  });

  it.each([
    [
      'createLane',
      'RequestDisallowedByPolicy',
      [],
      'scaleSetMissing',
      'a scale set for image linux, version 1.0.0. It says: no.',
    ],
    [
      'createLane',
      'MarketplaceTermsNotAccepted',
      [],
      'imageFailing',
      'a scale set for image linux, version 1.0.0. It says: no.',
    ],
    ['scaleOut', 'AuthorizationFailed', [laneOf(keyOf('1.0.0'))], 'noCapacity', 'machines of scale set weir-'],
  ] as const)('that Azure refuses is no lane on its way: %s %s', (what, code, lanes, verdict, words) => {
    const refusal = { at: build.now0, what, code, words: 'It says: no.', nextStep: null };
    const memory = { ...build.memory(), refusals: { [idOf(keyOf('1.0.0')).toLowerCase()]: refusal } };
    const seen = picture(lanes);
    const [request] = seen.jobRequests.value;
    const told = diagnose(request!, seen, [], pool, memory);
    expect(told).toMatchObject({ verdict, resolvesItself: false, nextStep: 'Mend what Azure names.' });
    expect(told.words).toContain(`Azure does not make ${words}`);
    // It is asked again all the same.
    expect(decide(seen, pool, memory).decisions.map((one) => one.kind)).toContain(what);
  });

  it('is waited for while it is made', () => {
    const key = keyOf('1.0.0');
    const operation = build.operation({ kind: 'createLane', instanceId: null, scaleSetId: idOf(key) });
    expect(acts(told(picture([], { more: { operations: [operation] } }), pool))).toEqual(['wait laneCreating']);
    const lane = laneOf(key);
    const unfinished = {
      ...lane,
      scaleSet: build.fresh({ ...lane.scaleSet.value, provisioningState: 'creating' as const }),
    };
    expect(acts(told(picture([unfinished]), pool))).toEqual(['wait laneCreating']);
  });

  it('is not made of a version that Azure has not told, nor from a template that was not read', () => {
    const unread = { images: build.unknown([]) };
    expect(acts(told(picture([], { more: unread }), pool))).toEqual(['wait noNodeFits 1']);
    const blind = { template: build.unknown(null) };
    expect(acts(told(picture([], { more: blind }), pool))).toEqual(['wait templateUnknown']);
  });

  it.each(['validated', 'none'] as const)(
    'of a version that a job names is not said to be forbidden while Azure has not told which is the newest: %s',
    (versionOverride) => {
      const demands = ['ImageVersionOverride -equals 1.0.0'];
      const strict = { ...pool, demands: { ...pool.demands, versionOverride } };
      const tell = (parts: Parts) => {
        const seen = picture([], { demands, ...parts });
        return diagnose(seen.jobRequests.value[0]!, seen, [], strict, build.memory());
      };
      expect(tell({ more: { images: build.unknown([]) } })).toMatchObject({
        ...{ verdict: 'azureUnknown', resolvesItself: true },
        evidence: [{ kind: 'reading', part: 'images', problem: 'It was never read.' }],
      });
      expect(tell({}).verdict).toBe('laneCreating');
    },
  );

  it('that nothing needs is removed after a while, and the usual one stays', () => {
    const [usual, other] = [keyOf('1.0.0'), keyOf('0.9.0')];
    const idle = picture([laneOf(usual), laneOf(other)], { versions: ['1.0.0', '0.9.0'], demands: null });
    const first = decide(idle, pool, build.memory());
    expect(first.decisions.filter(({ kind }) => kind === 'removeLane')).toEqual([]);
    expect(Object.keys(first.memory.emptyLanes ?? {})).toEqual([idOf(usual), idOf(other)]);
    const later = { ...idle, now: idle.now + 30 * build.minute };
    const { decisions } = decide(later, pool, first.memory);
    expect(decisions.filter(({ kind }) => kind === 'removeLane')).toMatchObject([
      { scaleSet: laneName(pool, other), target: { scaleSetId: idOf(other), lane: other } },
    ]);
  });

  it('races only with the jobs for which machines are asked, not with those of a lane that rests', () => {
    const [resting, open] = [keyOf('1.0.0'), keyOf('2.0.0')];
    const boots = Array.from({ length: 20 }, (_, index) => 100 + 20 * index);
    const known = build.memory({
      boots: { create: boots, reimage: [] },
      restUntil: { [idOf(resting)]: build.now0 + build.hour },
    });
    const others = build.jobRequests(20, { demands: ['ImageVersionOverride -equals 1.0.0'] }, 2);
    const counted = (requests: readonly JobRequest[]) => {
      const more = { jobRequests: build.fresh([build.jobRequest(), ...requests]) };
      const seen = picture([laneOf(resting), laneOf(open)], { versions: ['1.0.0', '2.0.0'], more });
      return decide(seen, { ...pool, maxCapacity: 60 }, known);
    };
    const { newNodes, extraNodes } = counted([]);
    expect([newNodes, extraNodes > 0]).toEqual([1, true]);
    expect(counted(others)).toMatchObject({ newNodes, extraNodes });
  });

  it('with machines, an open operation, a job that asks for it or a word for it is never removed', () => {
    const [usual, other] = [keyOf('1.0.0'), keyOf('0.9.0')];
    const machines = [machineIn(other, 1)];
    const memory = build.memory({ emptyLanes: { [idOf(other)]: build.now0 - build.hour } });
    const both = (lane: Lane, parts: Parts) =>
      picture([laneOf(usual), lane], { versions: ['1.0.0', '0.9.0'], demands: null, ...parts });
    const operation = build.operation({ kind: 'scaleOut', instanceId: null, scaleSetId: idOf(other) });
    const word = { image: 'linux', version: '0.9.0', why: 'validated', until: null } as const;
    const kept: readonly Observation[] = [
      both(laneOf(other, machines), { machines }),
      both(laneOf(other), { more: { operations: [operation] } }),
      both(laneOf(other), { demands: ['ImageVersionOverride -equals 0.9.0'] }),
      both(laneOf(other), { more: { admittedVersions: [word] } }),
    ];
    for (const one of kept) expect(told(one, pool, memory).filter((line) => line.startsWith('removeLane'))).toEqual([]);
    expect(told(both(laneOf(other), {}), pool, memory)).toContain('removeLane laneNotNeeded');
  });

  it.each([
    ['a job that waits', []],
    ['the standby', null],
  ] as const)('that only a word keeps makes room for %s of the newest version, one at a time', (_whose, demands) => {
    const full = { ...pool, maxLanes: 2, desiredIdle: demands === null ? 1 : 0 };
    const keys = [keyOf('1.0.0'), keyOf('0.9.0')];
    const words = keys.map(
      (key) => ({ image: 'linux', version: key.version!, why: 'validated', until: null }) as const,
    );
    const removed = (more: Partial<Observation>) => {
      const parts = { versions: ['2.0.0', '1.0.0', '0.9.0'], demands, more: { admittedVersions: words, ...more } };
      const lines = told(
        picture(
          keys.map((key) => laneOf(key)),
          parts,
        ),
        full,
      );
      return lines.filter((line) => line.startsWith('removeLane'));
    };
    expect(removed({})).toEqual(['removeLane laneNotNeeded']);
    const going = build.operation({ kind: 'removeLane', instanceId: null, scaleSetId: idOf(keys[0]!) });
    expect(removed({ operations: [going] })).toEqual([]);
  });

  it('that only boots nobody needs keep goes too, where the pool has as many as it may', () => {
    const other = keyOf('0.8.0');
    const [scaleSet, demands] = [{ scaleSetId: idOf(other) }, ['ImageVersionOverride -equals 0.9.0']];
    const machines = [build.bootingMachine(1, 30_000, { generation: scaleSet, instance: scaleSet })];
    const seen = picture([laneOf(other, machines)], { versions: ['1.0.0', '0.9.0', '0.8.0'], machines, demands });
    const lines = told(seen, { ...pool, maxLanes: 1 });
    expect(lines.filter((line) => line.startsWith('reclaim'))).toEqual(['reclaim bootCancelled agents_1']);
  });

  it.each([
    ['goes where the pool has as many as it may', 1, false, ['wait laneLimit', 'reclaim laneDisplaced agents_1']],
    ['stays where only the new versions of a day are used up', 9, true, ['wait newVersionLimit']],
    ['stays where both are, for its place would not help today', 1, true, ['wait newVersionLimit']],
  ])('that nobody needs %s', (_what, maxLanes, isUsedUp, expected) => {
    const resting = keyOf('0.8.0');
    const machines = [machineIn(resting, 1)];
    const demands = ['ImageVersionOverride -equals 0.9.0'];
    const seen = picture([laneOf(resting, machines)], { versions: ['1.0.0', '0.9.0', '0.8.0'], machines, demands });
    const settings = { ...pool, maxLanes, demands: { ...pool.demands, newVersionsPerDay: 1 } };
    const brought: Record<string, number> = isUsedUp ? { 'linux 0.5.0': build.now0 - build.hour } : {};
    const lines = told(seen, settings, build.memory({ broughtVersions: brought }));
    expect(lines.filter((line) => /Limit|laneDisplaced/.test(line))).toEqual(expected);
  });
});

describe('a template that changed', () => {
  it('makes another lane, and idle machines of the old one go', () => {
    const old = keyOf('1.0.0', 'a');
    expect(keyOf('1.0.0', 'b')).not.toEqual(old);
    const machines = [machineIn(old, 1)];
    const waiting = picture([laneOf(old, machines)], { digest: 'b', machines, demands: null });
    expect(acts(told(waiting, pool))).toEqual(['reclaim laneReplaced agents_1']);
    // The standby comes first: nobody is without a machine for a change of the template.
    const standby = { ...pool, desiredIdle: 1 };
    expect(acts(told(waiting, standby))).toEqual(['createLane laneMissing']);
  });

  it('leaves a machine with a tag to its grace period after its last job, and no other', () => {
    const old = keyOf('1.0.0', 'a');
    const profile = { kind: 'stateful', maxAgentLifetimeHours: 168, gracePeriodMinutes: 60 } as const;
    const stateful = { ...pool, recycleAfterEachUse: false, profile };
    const gone = (after: number, userCapabilities: Readonly<Record<string, string>>) => {
      const machines = [machineIn(old, 1, { lastCompletedRequestId: 5, userCapabilities })];
      const idle = picture([laneOf(old, machines)], { digest: 'b', machines, demands: null });
      return told({ ...idle, now: idle.now + after }, stateful).filter((line) => line.startsWith('reclaim'));
    };
    const reclaimed = [expect.stringContaining('agents_1')];
    const tag = { CustomCapabilities: 'repo' };
    expect([gone(10 * build.minute, tag), gone(2 * build.hour, tag)]).toEqual([[], reclaimed]);
    expect(gone(10 * build.minute, {})).toEqual(reclaimed);
  });

  it('leaves the machines that it has to jobs that wait', () => {
    const old = keyOf('1.0.0', 'a');
    const machines = [machineIn(old, 1)];
    expect(acts(told(picture([laneOf(old, machines)], { digest: 'b', machines }), pool))).toEqual([]);
  });
});

describe('a version that became the newest', () => {
  const remembered = (from: string): Memory => build.memory({ defaults: { linux: { version: from, former: null } } });

  it('is what new machines are made of, while those of the former one serve on', () => {
    const former = keyOf('1.0.0');
    const machines = [machineIn(former, 1)];
    const one = picture([laneOf(former, machines)], { versions: ['2.0.0', '1.0.0'], machines });
    expect(acts(told(one, pool, remembered('1.0.0')))).toEqual([]);
    const two = { ...one, jobRequests: build.fresh(build.jobRequests(2, { demands: [] })) };
    expect(acts(told(two, pool, remembered('1.0.0')))).toEqual(['createLane laneMissing']);
    expect(decide(one, pool, remembered('1.0.0')).memory.defaults).toEqual({
      linux: { version: '2.0.0', former: '1.0.0' },
    });
  });

  it('gets the place of the empty lane of the former one where the pool has no room for another', () => {
    const former = keyOf('1.0.0');
    const full = { ...pool, maxLanes: 1 };
    const one = picture([laneOf(former)], { versions: ['2.0.0', '1.0.0'] });
    expect(acts(told(one, full, remembered('1.0.0')))).toEqual(['wait laneLimit', 'removeLane laneNotNeeded']);
    const { verdict } = diagnose(one.jobRequests.value[0]!, one, [], full, remembered('1.0.0'));
    expect(verdict).toBe('laneCreating');
  });

  it('takes the place of one that was withdrawn at once', () => {
    const former = keyOf('1.0.0');
    const machines = [machineIn(former, 1)];
    const versions = [version('2.0.0'), version('1.0.0', { isExcludedFromLatest: true })];
    const one = picture([laneOf(former, machines)], { versions, machines });
    expect(acts(told(one, pool, remembered('1.0.0')))).toEqual(['createLane laneMissing', 'drain gateCloses agents_1']);
  });
});

it('a busy machine of a version that no usual job gets is not labelled and opened for the job after its own', () => {
  const [usual, other] = [keyOf('1.0.0'), keyOf('0.9.0')];
  const profile = { kind: 'stateful', maxAgentLifetimeHours: 168, gracePeriodMinutes: 60 } as const;
  const stateful = { ...pool, recycleAfterEachUse: false, profile };
  const next = ['ImageVersionOverride -equals 0.9.0', 'CustomCapabilities -equals repo'];
  const on = (key: LaneKey, demands: readonly string[]) => {
    const machines = [machineIn(key, 1, { assignedRequestId: 50 })];
    const lanes = [laneOf(usual, key === usual ? machines : []), laneOf(other, key === other ? machines : [])];
    const seen = picture(lanes, { versions: ['1.0.0', '0.9.0'], machines, demands });
    const running = build.runningRequest(50, 1);
    const waiting = { ...seen, jobRequests: build.fresh([running, ...seen.jobRequests.value]) };
    return told(waiting, stateful).filter((line) => line.includes('agents_1'));
  };
  expect(on(other, next)).toEqual(['drain gateCloses agents_1']);
  expect(on(usual, next.slice(1))).toEqual(['relabel relabelledForNext agents_1', 'enable relabelled agents_1']);
});
