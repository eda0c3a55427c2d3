// A declared standby of which nothing idles: boots race to be there again, as far as a twentieth of its own hours pays for it.
import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../../service/domain/chance.ts';
import { decide } from '../../../service/domain/decide.ts';
import type { DemandHistory } from '../../../service/domain/demand-history.ts';
import { noteDemand } from '../../../service/domain/forecast.ts';
import { bootProfiles } from '../../../service/domain/replay-machines.ts';
import { replay } from '../../../service/domain/replay.ts';
import { standbyRace } from '../../../service/domain/standby-race.ts';
import type { TraceJob } from '../../../service/domain/trace.ts';
import {
  bootingMachine,
  busyMachine,
  fresh,
  jobRequest,
  jobRequests,
  machine,
  memory,
  minute,
  now0,
  runningRequest,
  scene,
  settings,
} from '../../builders.ts';
import { idOf, keyOf, laneOf, machineIn, picture, pool as lanePool } from './lane-scene.ts';
import { burstyPast, experienced, usual } from './past-scene.ts';

const day = 86_400;

describe('a standby of which nothing idles', () => {
  /** One job in three hours for two weeks, the last of them just now. */
  let quiet: DemandHistory | undefined;
  for (let back = 14 * 1440; back >= 0; back -= 1)
    quiet = noteDemand(quiet, now0 - back * minute, back % 180 < 6 ? 1 : 0, usual, 40);
  const pool = (desiredIdle: number, preset: 'economy' | 'balanced' = 'balanced') =>
    settings({ recycleAfterEachUse: false, maxCapacity: 40, desiredIdle, sizing: { preset } });
  const knowing = (demand?: DemandHistory) => memory({ boots: experienced.boots, ...(demand && { demand }) });
  /** The job took the standby, so nobody waits. */
  const taken = { requests: [runningRequest(1, 1)], machines: [busyMachine(1, 1)] };

  it('races to be there for the next job, and says so', () => {
    const verdict = decide(scene(taken), pool(1), knowing(quiet));
    expect(verdict).toMatchObject({ newNodes: 1, extraNodes: 2 });
    const words = verdict.decisions.find((one) => one.kind === 'scaleOut')?.reason.words;
    expect(words).toMatch(/^The pool keeps 1 idle and lacks 1; 2 more race to be the first/);
  });

  it('goes on racing until the first is there, and then the others are cancelled', () => {
    const boots = [bootingMachine(2), bootingMachine(3), bootingMachine(4)];
    const after = (...machines: ReturnType<typeof machine>[]) =>
      decide(scene({ ...taken, machines: [...taken.machines, ...machines] }), pool(1), knowing(quiet)).decisions;
    expect(after(...boots)).toEqual([]);
    expect(after(...boots.slice(1)).map((one) => one.reason.words)).toEqual([
      expect.stringMatching(/^The pool keeps 1 idle and none is there: 1 more race with those that boot/),
    ]);
    const [, ...others] = boots;
    expect(after(machine(2), ...others).map((one) => one.reason.code)).toEqual(['bootCancelled', 'bootCancelled']);
  });

  it('gives the others back too while a job waits that no machine fits', () => {
    const never = jobRequests(1, { demands: ['NoSuch -equals x'] }, 11);
    const there = { machines: [...taken.machines, machine(2), bootingMachine(3), bootingMachine(4)] };
    const of = (waiting: typeof never) =>
      decide(scene({ requests: [...taken.requests, ...waiting], ...there }), pool(1), knowing(quiet)).decisions;
    const given = of(never).filter(({ reason }) => reason.code === 'bootCancelled');
    expect(given.map(({ reason }) => reason.words)).toEqual([
      expect.stringMatching(/^No job request waits that a new machine could serve, and/),
      expect.stringMatching(/^No job request waits that a new machine could serve, and/),
    ]);
    expect(of(jobRequests(1, {}, 11)).map(({ reason }) => reason.code)).not.toContain('bootCancelled');
  });

  describe('in a lane, where what races serves no job of another version', () => {
    const key = keyOf('2.0.0');
    const busy = machineIn(key, 1, { assignedRequestId: 1 });
    const boot = (number: number) =>
      bootingMachine(number, 30_000, { generation: { scaleSetId: idOf(key) }, instance: { scaleSetId: idOf(key) } });
    const decided = (maxCapacity: number, more: readonly ReturnType<typeof machine>[] = [], demands?: string[]) => {
      const machines = [busy, ...more];
      const other = demands === undefined ? [] : [jobRequest({ requestId: 77, demands })];
      const jobs = fresh([runningRequest(1, busy.agent?.agentId ?? 0), ...other]);
      const versions = ['1.0.0', '2.0.0'];
      const seen = picture([laneOf(key, machines)], { versions, machines, more: { jobRequests: jobs } });
      const sizing = { ...lanePool.sizing, preset: 'balanced' as const };
      const written = { ...lanePool, desiredIdle: 1, maxCapacity, recycleAfterEachUse: false, sizing };
      return decide(seen, written, knowing(quiet));
    };

    it.each([
      [2, 0],
      [4, 0],
      [5, 1],
      [6, 2],
      [40, 2],
    ])('leaves the last places of a maximum of %i free: %i race', (maxCapacity, extraNodes) => {
      expect(decided(maxCapacity)).toMatchObject({ newNodes: 1, extraNodes });
    });

    it('asks for no more with its boots under way, and ends no race that began', () => {
      expect(decided(5, [boot(2), boot(3)])).toMatchObject({ newNodes: 0, extraNodes: 0 });
      const smaller = decided(4, [boot(2), boot(3)]).decisions.map(({ reason }) => reason.code);
      expect(smaller).not.toContain('bootCancelled');
    });

    it('gives up a boot that nobody needs for a job of another version that comes at the maximum, and no more', () => {
      const demands = ['ImageOverride -equals linux', 'ImageVersionOverride -equals 1.0.0'];
      const given = (maxCapacity: number, demanded: string[]) =>
        decided(maxCapacity, [boot(2), boot(3), boot(4)], demanded).decisions.filter(({ kind }) => kind === 'reclaim');
      const [first, ...others] = given(4, demands);
      expect(others).toEqual([]);
      expect(first).toMatchObject({ node: 'agents_4', reason: { code: 'bootCancelled' } });
      expect(first?.reason.words).toMatch(
        /no waiting request needs it, and the pool is at its maximum of 4: .* job 77/,
      );
      expect(given(5, demands)).toEqual([]);
      expect(given(4, [])).toEqual([]);
    });

    it('leaves the last places free when jobs wait for it, too', () => {
      expect(decided(40, [], []).extraNodes).toBe(2);
      expect([4, 5, 6, 7].map((most) => decided(most, [], []).extraNodes)).toEqual([0, 0, 1, 2]);
    });

    it('has a place for the job of another version that comes while it races', () => {
      const { newNodes, extraNodes } = decided(4);
      const racing = Array.from({ length: newNodes + extraNodes }, (_, index) => boot(2 + index));
      const codes = decided(4, racing, ['ImageOverride -equals linux', 'ImageVersionOverride -equals 1.0.0']);
      expect(codes.decisions.map(({ kind }) => kind)).toContain('createLane');
    });
  });

  it('does not race while another spare idles, in economy, or before its past is known', () => {
    const other = { ...taken, machines: [...taken.machines, machine(2)] };
    expect(decide(scene(other), pool(2), knowing(quiet))).toMatchObject({ newNodes: 1, extraNodes: 0 });
    expect(decide(scene(taken), pool(1, 'economy'), knowing(quiet))).toMatchObject({ newNodes: 1, extraNodes: 0 });
    expect(decide(scene(taken), pool(1), knowing())).toMatchObject({ newNodes: 1, extraNodes: 0 });
  });

  it('does not race where it is taken so often that a twentieth of its hours does not pay for it', () => {
    expect(standbyRace(pool(1), knowing(quiet))).toBeGreaterThan(1);
    expect(standbyRace(pool(1), knowing(burstyPast()))).toBe(1);
    expect(standbyRace(pool(10), knowing(burstyPast()))).toBeGreaterThan(10);
  });

  it('lets single jobs of office hours wait a tenth less than one that is made again alone, for a twentieth more hours', () => {
    const random = seededRandom(77);
    const jobs: TraceJob[] = [];
    for (let at = 0; at < 28 * day; at -= Math.log(1 - random()) * 1800)
      if (at % day > 8 * 3600 && at % day < 18 * 3600)
        jobs.push({ arrival: at, duration: 100 + 600 * random(), label: '' });
    const of = (preset: 'economy' | 'balanced') =>
      replay({
        jobs,
        settings: pool(1, preset),
        profile: bootProfiles.linux,
        bootSeed: 1,
        from: 14 * day,
        to: Infinity,
      });
    const [alone, raced] = [of('economy'), of('balanced')];
    expect(raced.waitSeconds.mean).toBeLessThan(0.9 * alone.waitSeconds.mean);
    expect(raced.vmHours).toBeLessThan(1.05 * alone.vmHours);
  });
});
