// A scale set with a single placement group holds 100 machines, whatever the pool may have.
import { describe, expect, it } from '@jest/globals';
import type { BreakerState } from '../../../service/domain/breaker-state.ts';
import { decide } from '../../../service/domain/decide.ts';
import { diagnoser } from '../../../service/domain/diagnosis.ts';
import type { Observation } from '../../../service/domain/observation.ts';
import type { PoolSettings } from '../../../service/domain/pool.ts';
import * as build from '../../builders.ts';
import { idOf, keyOf, laneOf, machineIn, picture, pool as lanePool } from './lane-scene.ts';
import { told } from './told.ts';

/** As `breakersAfter` remembers a scale set whose boots keep failing. */
const failing = (
  { scaleSet: { value } }: Observation['lanes'][number],
  openUntil: number,
): { readonly breakers: Record<string, BreakerState> } => {
  const { publisher, offer, sku, version, id } = value.image;
  const key = [
    value.id,
    id ?? [publisher, offer, sku].join(':'),
    version ?? '',
    value.sku.name,
    value.modelDigest ?? '',
  ];
  const since = { failures: 6, since: build.now0 - build.hour, lastAt: build.now0 - build.minute };
  return { breakers: { [key.join(' ').toLowerCase()]: { ...since, openUntil, probes: 1, counted: [], why: '' } } };
};
const rest = build.now0 + 30 * build.minute;

const words = 'the scale set agents holds at most 100 machines while singlePlacementGroup is on';
const large = build.settings({ maxCapacity: 200 });
/** Own set: so many jobs wait, and so many machines were asked for a moment ago. */
const scene = (jobs: number, asked: number, singlePlacementGroup = true): Observation =>
  build.scene(
    {
      requests: build.jobRequests(jobs),
      operations: asked === 0 ? [] : [build.scaleOutOperation(0, asked, build.second)],
    },
    { lanes: [build.lane([], { capacity: asked, singlePlacementGroup })] },
  );

/** Verdicts of the jobs, the first that was queued at the beginning. */
function verdictsOf(observation: Observation, settings: PoolSettings) {
  const { nodes, memory } = decide(observation, settings, build.memory());
  const diagnose = diagnoser(observation, nodes, settings, memory);
  return observation.jobRequests.value.map((request) => diagnose(request));
}

describe('the own scale set', () => {
  it.each<[string, Observation, PoolSettings, readonly string[]]>([
    ['is asked for 100 at most', scene(150, 0), large, ['scaleOut requestsWithoutNode 0→100', 'wait scaleSetFull']],
    ['is asked for no more when it has them', scene(150, 100), large, ['wait scaleSetFull']],
    ['is asked for all where it spans groups', scene(150, 0, false), large, ['scaleOut requestsWithoutNode 0→150']],
    [
      'is not the limit where the pool may have no more',
      scene(150, 0),
      build.settings({ maxCapacity: 100 }),
      ['scaleOut requestsWithoutNode 0→100', 'wait poolAtMaximum'],
    ],
    [
      'is asked for 100 at most by the sampled policy',
      scene(1, 100),
      build.settings({ maxCapacity: 200, desiredIdle: 5, sizing: { ...large.sizing, policy: 'sampled' } }),
      ['wait scaleSetFull'],
    ],
  ])('%s', (_name, observation, settings, expected) => {
    expect(told(observation, settings)).toEqual(expected);
  });

  it('says why in the log', () => {
    const { decisions } = decide(scene(150, 0), large, build.memory());
    const [full] = decisions.filter((one) => one.kind === 'wait');
    expect(full?.reason.words).toBe(`50 job requests would need a node of their own, but ${words}.`);
  });

  it.each([0, 100])('says why to whoever waits beyond the hundredth, with %d asked for', (asked) => {
    const verdicts = verdictsOf(scene(102, asked), large);
    expect(verdicts[99]).toMatchObject({ verdict: 'starting' });
    expect(verdicts[100]).toMatchObject({
      ...{ verdict: 'poolAtMaximum', resolvesItself: true },
      words: `It starts when a machine is free, for ${words}.`,
      nextStep: expect.stringMatching(
        /az vmss update --resource-group \S+ --name agents --set singlePlacementGroup=false$/,
      ),
      evidence: [{ kind: 'setting', of: 'agents', field: 'singlePlacementGroup' }],
    });
    const pool = verdictsOf(scene(102, asked), build.settings({ maxCapacity: 100 }));
    expect(pool[100]).toMatchObject({
      verdict: 'poolAtMaximum',
      words: expect.stringContaining('the pool is at its maximum of 100 machines'),
    });
  });
});

describe('a lane', () => {
  const key = keyOf('1.0.0');
  const settings = { ...lanePool, maxCapacity: 200, desiredIdle: 0 };
  const lanes = (asked: number): Observation => {
    const { scaleSet, ...lane } = laneOf(key);
    const value = { ...scaleSet.value, capacity: asked, singlePlacementGroup: true };
    const operation = { ...build.scaleOutOperation(0, asked, build.second), scaleSetId: idOf(key) };
    return picture([{ ...lane, scaleSet: { ...scaleSet, value } }], {
      more: {
        jobRequests: build.fresh(build.jobRequests(120)),
        operations: asked === 0 ? [] : [operation],
      },
    });
  };

  it('is asked for 100 at most, and nobody is told that the pool is at its maximum', () => {
    expect(told(lanes(0), settings)).toEqual(['scaleOut requestsWithoutNode 0→100', 'wait scaleSetFull']);
    expect(told(lanes(100), settings)).toEqual(['wait scaleSetFull']);
    for (const asked of [0, 100]) {
      const verdicts = verdictsOf(lanes(asked), settings).map((one) => one.verdict);
      expect([verdicts[99], verdicts[100], verdicts[119]]).toEqual(['starting', 'poolAtMaximum', 'poolAtMaximum']);
    }
  });

  it('gives the place of an idle machine that no job fits to the one that waits, one at a time, whatever the standby', () => {
    const machines = Array.from({ length: 100 }, (_, index) => machineIn(key, index + 1));
    const { scaleSet, ...lane } = laneOf(key, machines);
    const value = { ...scaleSet.value, singlePlacementGroup: true };
    const kept = { ...settings, desiredIdle: 100 };
    const demands = ['WorkFolder -equals /mnt/a'];
    const full = picture([{ ...lane, scaleSet: { ...scaleSet, value } }], { machines, demands });
    const displaced = decide(full, kept, build.memory()).decisions.filter((one) => one.reason.code === 'displaced');
    expect(displaced.map((one) => [one.kind, one.reason.words])).toEqual([
      [
        'reclaim',
        expect.stringMatching(/ is idle, no waiting request fits it, and the scale set \S+ holds at most 100 /),
      ],
    ]);
    const going = build.operation({
      generationId: machines[0]!.generation.generationId,
      vmId: machines[0]!.generation.vmId,
    });
    expect(told({ ...full, operations: [going] }, kept)).toEqual(['wait scaleSetFull']);
  });

  it.each([
    ['none while its machines keep failing', rest, 0],
    ['one where one may be tried', build.now0 - 1, 1],
  ])('gives up idle machines for those that may be asked for: %s', (_name, openUntil, expected) => {
    const machines = Array.from({ length: 100 }, (_, index) => machineIn(key, index + 1));
    const { scaleSet, ...lane } = laneOf(key, machines);
    const value = { ...scaleSet.value, singlePlacementGroup: true };
    const demands = ['WorkFolder -equals /mnt/a'];
    const more = { jobRequests: build.fresh(build.jobRequests(40, { demands })) };
    const full = picture([{ ...lane, scaleSet: { ...scaleSet, value } }], { machines, more });
    const { decisions } = decide(
      full,
      { ...settings, desiredIdle: 100 },
      build.memory(failing(full.lanes[1]!, openUntil)),
    );
    expect(decisions.filter((one) => one.reason.code === 'displaced')).toHaveLength(expected);
  });
});

describe('a pool whose machines keep failing', () => {
  const demands = ['WorkFolder -equals /mnt/a'];
  const idle = (count: number) => Array.from({ length: count }, (_, index) => build.machine(index + 1));
  const own = (count: number) => build.scene({ machines: idle(count), requests: build.jobRequests(4, { demands }) });
  const key = keyOf('1.0.0');
  const lanes = (count: number) => {
    const machines = Array.from({ length: count }, (_, index) => machineIn(key, index + 1));
    const more = { jobRequests: build.fresh(build.jobRequests(4, { demands })) };
    return picture([laneOf(key, machines)], { machines, more });
  };
  const sampled = { ...build.settings().sizing, policy: 'sampled' as const };
  it.each<[string, Observation, PoolSettings, number, readonly number[]]>([
    ['own set, full, at rest', own(4), build.settings({ maxCapacity: 4, desiredIdle: 4 }), rest, [0, 0]],
    ['own set, full, one to try', own(4), build.settings({ maxCapacity: 4, desiredIdle: 4 }), 0, [1, 0]],
    ['own set with room, one to try', own(4), build.settings({ maxCapacity: 9, desiredIdle: 4 }), 0, [0, 1]],
    ['lanes, full, at rest', lanes(4), { ...lanePool, maxCapacity: 4, desiredIdle: 4 }, rest, [0, 0]],
    ['lanes, full, one to try', lanes(4), { ...lanePool, maxCapacity: 4, desiredIdle: 4 }, 0, [1, 0]],
    ['lanes with room, one to try', lanes(4), { ...lanePool, maxCapacity: 9, desiredIdle: 4 }, 0, [0, 1]],
    [
      'sampled, full, one to try',
      own(4),
      build.settings({ maxCapacity: 4, desiredIdle: 4, sizing: sampled }),
      0,
      [1, 0],
    ],
    [
      'sampled lanes, full, at rest',
      lanes(4),
      { ...lanePool, maxCapacity: 4, desiredIdle: 4, sizing: sampled },
      rest,
      [0, 0],
    ],
  ])('gives up and asks for: %s', (_name, observation, settings, openUntil, expected) => {
    const memory = build.memory(failing(observation.lanes.at(-1)!, openUntil));
    const { decisions } = decide(observation, settings, memory);
    const given = decisions.filter((one) => one.reason.code === 'displaced').length;
    const asked = decisions.filter((one) => one.kind === 'scaleOut').map((one) => (one.to ?? 0) - (one.from ?? 0));
    expect([given, asked.reduce((sum, more) => sum + more, 0)]).toEqual(expected);
    const atMaximum = decisions.filter((one) => one.reason.code === 'poolAtMaximum');
    expect(settings.maxCapacity === 9 ? atMaximum : []).toEqual([]);
  });

  it('gives up one place, for the job of another lane, and none for those whose lane rests', () => {
    const machines = Array.from({ length: 4 }, (_, index) => machineIn(key, index + 1));
    const theirs = build.jobRequests(3, { demands: [...demands, 'ImageVersionOverride -equals 1.0.0'] });
    const other = build.jobRequest({ requestId: 9, jobName: 'other' });
    const more = { jobRequests: build.fresh([...theirs, other]) };
    const both = picture([laneOf(key, machines), laneOf(keyOf('2.0.0'))], {
      ...{ versions: ['1.0.0', '2.0.0'], machines, more },
    });
    const settings = { ...lanePool, maxCapacity: 4, desiredIdle: 0 };
    const { decisions } = decide(both, settings, build.memory(failing(both.lanes[1]!, rest)));
    const displaced = decisions.filter((one) => one.reason.code === 'displaced');
    expect(displaced.map((one) => one.reason.words)).toEqual([expect.stringContaining('other" (request 9)')]);
  });
});
