// Whose turn it is in a full pool of two versions: who waits for a machine that is not there, and who finds one at once.
import { describe, expect, it } from '@jest/globals';
import * as build from '../../builders.ts';
import { acts, keyOf, laneOf, machineIn, picture, pool } from './lane-scene.ts';
import { told } from './told.ts';

const [usual, other] = [keyOf('1.0.0'), keyOf('0.9.0')];
const ofOther = ['ImageVersionOverride -equals 0.9.0'];
/** Request 1 means the other version; 2 to 4 the usual one, and were queued a minute ago. */
const queue = (minutesAgo: number, demands: readonly string[] = ofOther) =>
  build.fresh([
    build.jobRequest({ requestId: 1, demands, queuedAt: build.now0 - minutesAgo * build.minute }),
    ...[2, 3, 4].map((requestId) => build.jobRequest({ requestId, demands: [], queuedAt: build.now0 - build.minute })),
  ]);
const seen = (machines: readonly build.Machine[], jobRequests: ReturnType<typeof queue>) =>
  picture([laneOf(usual, machines), laneOf(other)], {
    ...{ versions: ['1.0.0', '0.9.0'], machines, more: { jobRequests } },
  });

describe('a machine that has run its one job, in a full pool', () => {
  const used = (number: number) =>
    machineIn(usual, number, { lastCompletedRequestId: 900 + number, lastCompletedAt: build.now0 - 1000 });
  const leaving = () => {
    const machine = used(2);
    return { ...machine, instance: { ...machine.instance, provisioningState: 'deleting' as const } };
  };
  const full = { ...pool, maxCapacity: 2 };
  const wiped = (number: number) => `reimage recycledForRequest agents_${number}`;

  it.each([
    [
      'gives its place to who waits for long',
      [used(1), used(2)],
      queue(60),
      ['reclaim placeInTurn agents_1', wiped(2)],
    ],
    ['gives it to nobody who waits for about as long', [used(1), used(2)], queue(5), [wiped(1), wiped(2)]],
    [
      'gives it to a higher job that was queued together with the others',
      [used(1), used(2)],
      queue(1, [...ofOther, 'Priority -equals High']),
      ['reclaim placeInTurn agents_1', wiped(2)],
    ],
    ['keeps it where another place is on its way', [used(1), leaving()], queue(60), [wiped(1)]],
  ])('%s', (_what, machines, jobRequests, expected) => {
    const lines = acts(told(seen(machines, jobRequests), full, build.memory()));
    expect(lines.filter((line) => /^rei|^recl/.test(line))).toEqual(expected);
  });

  it('keeps it below the maximum, where the other gets a machine of its own', () => {
    const lines = acts(told(seen([used(1), used(2)], queue(60)), { ...pool, maxCapacity: 3 }, build.memory()));
    expect(lines.slice(0, 2)).toEqual([wiped(1), wiped(2)]);
    expect(lines).toContain('scaleOut requestsWithoutNode 0→1');
  });
});

describe('a machine that runs job after job, in a full pool', () => {
  const reused = { ...pool, maxCapacity: 2, recycleAfterEachUse: false };
  const busy = (number: number) => machineIn(usual, number, { assignedRequestId: 50 + number });
  const closed = (number: number) => {
    const machine = machineIn(usual, number, { isEnabled: false });
    return { ...machine, generation: { ...machine.generation, isDisabledByWeir: true } };
  };
  const actsOn = (machines: readonly build.Machine[], jobRequests: ReturnType<typeof queue>) =>
    acts(told(seen(machines, jobRequests), reused, build.memory())).filter((line) => /^drain|^recl|^enable/.test(line));

  it('takes no further job while somebody waits for its place for long, one machine for each', () => {
    expect(actsOn([busy(1), busy(2)], queue(60))).toEqual([expect.stringMatching(/^drain closedForTurn agents_[12]$/)]);
    expect(actsOn([busy(1), busy(2)], queue(5))).toEqual([]);
  });

  it('goes as soon as it is free, and is opened again where nobody waits for long', () => {
    expect(actsOn([busy(1), closed(2)], queue(60))).toEqual(['reclaim displaced agents_2']);
    expect(actsOn([busy(1), closed(2)], queue(5))).toEqual(['enable readyForRequest agents_2']);
  });

  it('gives its place to a job of its own image, too, whose work folder it has not', () => {
    const inFolder = (folder: string) => [`WorkFolder -equals ${folder}`];
    expect(actsOn([busy(1), busy(2)], queue(60, inFolder('/mnt/a')))).toHaveLength(1);
    expect(actsOn([busy(1), closed(2)], queue(60, inFolder('/mnt/a')))).toEqual(['reclaim displaced agents_2']);
    expect(actsOn([busy(1), busy(2)], queue(5, inFolder('/mnt/a')))).toEqual([]);
  });

  it('goes on where it has the work folder that the job names, and the job is next', () => {
    const own = queue(60, ['WorkFolder -equals /mnt/_work']);
    const withFolder = (machine: build.Machine) => ({
      ...machine,
      generation: { ...machine.generation, workFolder: '/mnt/_work' },
      agent: { ...machine.agent!, userCapabilities: { WorkFolder: '/mnt/_work' } },
    });
    expect(actsOn([busy(1), busy(2)].map(withFolder), own)).toEqual([]);
  });
});

describe('a machine of the customer’s own set that runs job after job, in a full pool', () => {
  const settings = build.settings({ maxCapacity: 2, desiredIdle: 0, recycleAfterEachUse: false });
  const seenOn = (machines: readonly build.Machine[], jobRequests: ReturnType<typeof queue>) =>
    acts(told(build.scene({ machines, requests: jobRequests.value }), settings, build.memory())).filter((line) =>
      /^drain|^recl|^enable/.test(line),
    );
  const inFolder = (minutesAgo: number) => queue(minutesAgo, ['WorkFolder -equals /mnt/a']);
  const closed = () => build.machine(2, { agent: { isEnabled: false }, generation: { isDisabledByWeir: true } });

  it('gives its place to who waits for long for another work folder', () => {
    const busy = [build.busyMachine(1, 51), build.busyMachine(2, 52)];
    expect(seenOn(busy, inFolder(60))).toEqual([expect.stringMatching(/^drain closedForTurn agents_[12]$/)]);
    expect(seenOn(busy, inFolder(5))).toEqual([]);
    expect(seenOn([build.busyMachine(1, 51), closed()], inFolder(60))).toEqual(['reclaim displaced agents_2']);
    expect(seenOn([build.busyMachine(1, 51), closed()], inFolder(5))).toEqual(['enable readyForRequest agents_2']);
  });
});
