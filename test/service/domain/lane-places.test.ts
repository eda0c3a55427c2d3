// The places of lanes, where a pool may have only so many: which lane goes for a job, and which goes by itself.
import { expect, it } from '@jest/globals';
import { decide } from '../../../service/domain/decide.ts';
import { diagnose } from '../../../service/domain/diagnosis.ts';
import { laneName } from '../../../service/domain/lane.ts';
import type { Lane, Observation } from '../../../service/domain/observation.ts';
import * as build from '../../builders.ts';
import { acts, idOf, keyOf, laneOf, machineIn, picture, pool, type Parts } from './lane-scene.ts';
import { told } from './told.ts';

it.each(['eventDriven', 'sampled'] as const)(
  'a lane in which machines only stand by gives its place to a job, pass by pass, and comes back after it (%s)',
  (policy) => {
    const [usual, asked] = [keyOf('1.0.0'), keyOf('0.9.0')];
    const full = { ...pool, maxLanes: 1, desiredIdle: 1, sizing: { ...pool.sizing, policy } };
    const versions = ['1.0.0', '0.9.0'];
    const demands = ['ImageVersionOverride -equals 0.9.0'];
    const standing = [machineIn(usual, 1)];
    const acted = (lanes: readonly Lane[], parts: Parts, memory = build.memory()) =>
      acts(told(picture(lanes, { versions, ...parts }), full, memory)).filter((line) => !line.startsWith('wait'));
    const first = picture([laneOf(usual, standing)], { versions, demands, machines: standing });
    expect(acted([laneOf(usual, standing)], { demands, machines: standing })).toEqual([
      'reclaim laneDisplaced agents_1',
    ]);
    const diagnosis = diagnose(first.jobRequests.value[0]!, first, [], full, build.memory());
    expect([diagnosis.verdict, diagnosis.words]).toEqual([
      'laneCreating',
      expect.stringContaining('where machines only stand by'),
    ]);
    // Its machine is gone: the standby is not made again, and the scale set goes.
    expect(acted([laneOf(usual)], { demands })).toEqual(['removeLane laneNotNeeded']);
    const going = build.operation({ kind: 'removeLane', instanceId: null, scaleSetId: idOf(usual) });
    expect(acted([laneOf(usual)], { demands, more: { operations: [going] } })).toEqual([]);
    // The place is the job's, and not the standby's.
    expect(acted([], { demands })).toEqual(['createLane laneMissing']);
    expect(decide(picture([], { versions, demands }), full, build.memory()).decisions[0]?.scaleSet).toBe(
      laneName(full, asked),
    );
    expect(acted([laneOf(asked)], { demands })).toEqual(['scaleOut requestsWithoutNode 0→1']);
    // The job is done: its lane is empty, and the standby gets the place back.
    expect(acted([laneOf(asked)], { demands: null })).toEqual(['removeLane laneNotNeeded']);
    expect(acted([], { demands: null })).toEqual(['createLane laneMissing']);
  },
);

// Dealt seed 7954: the standby was made again in the one pass that still knew the machine that had made way, every two minutes.
it('a lane that made way for a job gets no standby while the record of its last machine is still there', () => {
  const usual = keyOf('1.0.0');
  const full = { ...pool, maxLanes: 1, desiredIdle: 1 };
  const gone = { generations: [machineIn(usual, 1).generation] };
  const parts = { versions: ['1.0.0', '0.9.0'], demands: ['ImageVersionOverride -equals 0.9.0'], more: gone };
  const lines = acts(told(picture([laneOf(usual)], parts), full)).filter((line) => !line.startsWith('wait'));
  expect(lines).toEqual(['removeLane laneNotNeeded']);
});

const refusedBy = (id: string, what: 'createLane' | 'scaleOut') =>
  build.memory({
    refusals: {
      [id.toLowerCase()]: {
        at: build.now0 - build.minute,
        what,
        code: 'RequestDisallowedByPolicy',
        words: 'No.',
        nextStep: null,
      },
    },
  });

it('what Azure refuses to make is asked for again, and neither a place nor a lane is given up for it', () => {
  const [usual, asked] = [keyOf('1.0.0'), keyOf('0.9.0')];
  const demands = ['ImageVersionOverride -equals 0.9.0'];
  const old = build.fresh([build.jobRequest({ demands, queuedAt: build.now0 - build.hour })]);
  const standing = [machineIn(usual, 1)];
  const actsWith = (memory: ReturnType<typeof build.memory>, change: Partial<typeof pool>) => {
    const seen = picture([laneOf(usual, standing)], {
      ...{ versions: ['1.0.0', '0.9.0'], machines: standing, more: { jobRequests: old } },
    });
    return acts(told(seen, { ...pool, desiredIdle: 1, ...change }, memory)).filter((line) => !line.startsWith('wait'));
  };
  const full = { maxCapacity: 1 };
  expect(actsWith(build.memory(), full)).toContain('reclaim displaced agents_1');
  expect(actsWith(refusedBy(idOf(asked), 'createLane'), full)).toEqual(['createLane laneMissing']);
  expect(actsWith(build.memory(), { maxLanes: 1 })).toEqual(['reclaim laneDisplaced agents_1']);
  expect(actsWith(refusedBy(idOf(asked), 'createLane'), { maxLanes: 1 })).toEqual([]);
});

it('a lane in which Azure makes no machines is asked for one, and only where nobody else wants the place', () => {
  const [usual, asked] = [keyOf('1.0.0'), keyOf('0.9.0')];
  const requests = [1, 2, 3].map((requestId) =>
    build.jobRequest({
      requestId,
      demands: requestId < 3 ? ['ImageVersionOverride -equals 0.9.0'] : [],
      queuedAt: build.now0 - (4 - requestId) * build.minute,
    }),
  );
  const seen = picture([laneOf(usual), laneOf(asked)], {
    ...{ versions: ['1.0.0', '0.9.0'], more: { jobRequests: build.fresh(requests) } },
  });
  const grown = (maxCapacity: number) =>
    decide(seen, { ...pool, maxCapacity }, refusedBy(idOf(asked), 'scaleOut'))
      .decisions.filter(({ kind }) => kind === 'scaleOut')
      .map(({ scaleSet, to }) => [scaleSet, to]);
  expect(grown(1)).toEqual([[laneName(pool, usual), 1]]);
  expect(grown(5)).toEqual(
    expect.arrayContaining([
      [laneName(pool, usual), 1],
      [laneName(pool, asked), 1],
    ]),
  );
});

// Dealt seed 7243: twelve jobs waited for hours, for the step was kept for the first two, for which no lane could be made.
it('a job for which no lane can be made keeps nothing of the step of a sample from those whose lane can grow', () => {
  const sizing = { ...pool.sizing, policy: 'sampled', incrementPercent: 25 } as const;
  const full = { ...pool, maxLanes: 1, maxCapacity: 4, sizing };
  const wants = (id: number, number: string) =>
    build.jobRequest({ requestId: id, demands: [`ImageVersionOverride -equals ${number}`] });
  const more = { jobRequests: build.fresh([wants(1, '0.9.0'), wants(2, '1.0.0'), wants(3, '1.0.0')]) };
  const seen = picture([laneOf(keyOf('1.0.0'))], { versions: ['1.0.0', '0.9.0'], more });
  expect(acts(told(seen, full))).toEqual(['wait laneLimit', 'scaleOut requestsWithoutNode 0→1']);
});

it('a lane whose machines Azure never made is removed after a while, and not while something may come of it', () => {
  const [usual, other] = [keyOf('1.0.0'), keyOf('0.9.0')];
  const phantom = { ...laneOf(other), scaleSet: build.fresh({ ...laneOf(other).scaleSet.value, capacity: 2 }) };
  const removed = (since: number, more: Partial<Observation> = {}) => {
    const seen = picture([laneOf(usual), phantom], { versions: ['1.0.0', '0.9.0'], demands: null, more });
    return decide(seen, pool, build.memory({ emptyLanes: { [idOf(other)]: build.now0 - since } })).decisions.filter(
      ({ kind }) => kind === 'removeLane',
    );
  };
  expect(removed(29 * build.minute)).toEqual([]);
  expect(removed(30 * build.minute)).toMatchObject([{ scaleSet: laneName(pool, other), from: 2, to: 0 }]);
  expect(removed(30 * build.minute)[0]?.reason.words).toContain('2 machines that Azure never made');
  const asked = build.operation({ kind: 'scaleOut', instanceId: null, scaleSetId: idOf(other), toCapacity: 2 });
  expect(removed(build.hour, { operations: [asked] })).toEqual([]);
  // A list may lack a machine of which there is a record.
  expect(removed(build.hour, { generations: [machineIn(other, 1).generation] })).toEqual([]);
});
