// The hours that a pool really paid beside those that its preset aims at: what was paid too much is saved again, and what was left
// is spent.
import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../../service/domain/chance.ts';
import { decide } from '../../../service/domain/decide.ts';
import type { DemandHistory, PastCost, Paying } from '../../../service/domain/demand-history.ts';
import { noteDemand } from '../../../service/domain/forecast.ts';
import { debtAfter } from '../../../service/domain/hours-debt.ts';
import { highestWorth, worths } from '../../../service/domain/past-cost.ts';
import type { Preset } from '../../../service/domain/pool.ts';
import { bootProfiles } from '../../../service/domain/replay-machines.ts';
import { replay } from '../../../service/domain/replay.ts';
import { sizingNumbers } from '../../../service/domain/sizing-presets.ts';
import type { TraceJob } from '../../../service/domain/trace.ts';
import { bootingMachine, jobRequests, machine, memory, scene, settings, usedMachine } from '../../builders.ts';

const day = 86_400;
const boot = { minutes: 2, spread: 0.4 };
const balanced = settings({ sizing: { preset: 'balanced' } });

/** Three jobs for twenty minutes of each hour, over some days; `paid` machines stand all the time. */
function after(days: number, paid: number | null, known?: DemandHistory, times = 1.45): DemandHistory {
  let demand = known;
  const from = known?.minute ?? 0;
  for (let minute = from + 1; minute <= from + days * 1440; minute += 1) {
    const paying = paid === null ? undefined : { machines: paid, times };
    demand = noteDemand(demand, minute * 60_000, minute % 60 < 20 ? 3 : 0, boot, 10, 0, paying);
  }
  return demand!;
}

function worthOf(demand: DemandHistory, preset: Preset = 'balanced'): number {
  return sizingNumbers({ ...balanced, sizing: { ...balanced.sizing, preset } }, memory({ demand })).worth;
}

const owing = { left: 1, minutes: 60, needed: 60, neededInAll: 6000, isMoment: true, isAtMost: false };

describe('a pool that really paid', () => {
  const plain = after(4, null);

  it('more than it aims at takes a cheaper worth than its past says, and a dearer one where it paid less', () => {
    const usual = worthOf(plain);
    expect(worthOf(after(4, 3))).toBeLessThan(usual);
    expect(worthOf(after(4, 1))).toBeGreaterThan(usual);
  });

  it('is read without what an earlier release did not count', () => {
    const { debt: _debt, rises: _rises, unmet: _unmet, missed: _missed, ...older } = after(4, 3).cost!;
    const known = after(4, 3);
    expect(worthOf({ ...known, cost: older })).toBe(worthOf(plain));
    expect(after(0.1, 3, { ...known, cost: older }).cost?.debt?.minutes).toBeGreaterThan(0);
  });

  it('for another preset owes nothing', () => {
    const dear = after(4, 3);
    expect(worthOf(dear, 'fast')).toBe(worthOf(plain, 'fast'));
    expect(after(0.01, 1, dear, 2.9).cost?.debt?.times).toBe(2.9);
    expect(after(0.01, 1, dear, 2.9).cost?.debt?.minutes).toBeLessThan(0.01 * 1440);
  });

  it('changes its mind at whole five minutes only', () => {
    const known = after(4, 1.6);
    const aims = [1, 2, 3, 4, 5, 6].map((more) => after(more / 1440, 3, known).cost?.debt?.aim);
    expect(new Set(aims).size).toBe(2);
  });
});

describe('what a pool owes', () => {
  const paying: Paying = { machines: 2, times: 1.5 };

  it.each([
    ['what it paid beyond its aim', paying, {}, 30],
    ['less where it paid less', { ...paying, machines: 1 }, {}, -30],
    ['nothing for what the maximum decided', paying, { isAtMost: true }, 0],
    ['nothing for what a declared standby decided', undefined, {}, 0],
    ['at most a fifth of two weeks', { ...paying, machines: 900 }, {}, 1800],
    ['at most a little on the other side: no feast is saved up', { machines: 0, times: 20 }, { needed: 900 }, -7200],
  ])('is %s', (_, now, other, minutes) => {
    const before = { times: now?.times ?? 1.5, minutes: 0, aim: 1.5 };
    expect(debtAfter(before, now, { ...owing, ...other })?.minutes).toBeCloseTo(minutes);
  });

  it.each([
    ['as fast as a day could', 60, 1.36],
    ['never by more than half', 1800, 0.75],
    ['nor by more than half on top', -1800, 2.25],
  ])('is paid back %s', (_, minutes, aim) => {
    const before = { times: 1.5, minutes, aim: 1.5 };
    expect(debtAfter(before, undefined, owing)?.aim).toBeCloseTo(aim, 2);
  });

  it('is nothing where nobody has seen it paying', () => {
    expect(debtAfter(undefined, undefined, owing)).toBeUndefined();
  });
});

describe('what is paid now', () => {
  const paid = (own: Parameters<typeof scene>[0], pool = {}) =>
    decide(scene(own), settings({ maxCapacity: 40, sizing: { preset: 'fast' }, ...pool }), memory()).memory.paying;

  it('are the machines that boot, idle or work, and not those that are wiped', () => {
    const machines = [machine(1), bootingMachine(2), usedMachine(3)];
    expect(paid({ machines, requests: jobRequests(2) })).toEqual({ machines: 2, times: 2.9 });
  });

  it('is not asked where a standby is declared, for that decides', () => {
    expect(paid({ requests: jobRequests(1) }, { desiredIdle: 1 })).toBeUndefined();
  });
});

describe('the highest price of a minute', () => {
  const cost = (percent: readonly number[]): PastCost => {
    const nothing = worths.map(() => 0);
    return { needed: 1, paid: nothing, machines: nothing, times: nothing, missed: percent.map((one) => one / 100) };
  };

  it.each([
    ['is that of the preset where most jobs find a machine at it', [99, 99, 99, 99, 99, 99, 40, 30, 20, 9, 0], 22, 22],
    ['is the next one where most would wait', [99, 99, 99, 99, 99, 99, 80, 40, 20, 9, 0], 33, 22],
    ['rises as long as most would wait, and not beyond what is counted', worths.map(() => 99), 110, 22],
    ['rises from a price that is not among those counted', worths.map(() => 99), 110, 80],
    ['is not lowered', worths.map(() => 0), 80, 80],
  ])('%s', (_, percent, most, usual) => {
    expect(highestWorth(cost(percent), usual)).toBe(most);
  });
});

describe('a replay of a pool whose demand shrinks to a tenth', () => {
  const random = seededRandom(3);
  const jobs: TraceJob[] = [];
  for (let at = 0; at < 42 * day;) {
    at += (-Math.log(1 - random()) * day) / 100;
    const hour = (at % day) / 3600;
    const share = Math.max(0.1, 1 - at / (42 * day)) * (hour > 8 && hour < 18 ? 1 : 0.1);
    if (random() > share) continue;
    for (let job = 1 + Math.floor(random() * 6); job > 0; job -= 1)
      jobs.push({ arrival: at, duration: 200 + 600 * random(), label: '' });
  }

  it.each([
    ['fast', 2.7, 3.1],
    ['balanced', 1.38, 1.5],
  ] as const)('costs with %s about what the preset aims at', (preset, least, most) => {
    const pool = settings({ maxCapacity: 100, recycleAfterEachUse: false, sizing: { preset } });
    const options = { jobs, settings: pool, profile: bootProfiles.linux, bootSeed: 1, from: 21 * day, to: Infinity };
    const { vmHours, c0VmHours } = replay(options);
    expect(vmHours / c0VmHours).toBeGreaterThan(least);
    expect(vmHours / c0VmHours).toBeLessThan(most);
  });
});
