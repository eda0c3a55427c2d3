// How fast machines go that worked and look unhealthy one after the other.
import { expect, it } from '@jest/globals';
import { decide } from '../../../service/domain/decide.ts';
import { notAhead, type Memory } from '../../../service/domain/memory.ts';
import { busyMachine, hour, machine, memory, minute, now0, runningRequest, scene, settings } from '../../builders.ts';
import { offline } from './told.ts';

const busy = 20;
/** One lost machine with its number beside many that work. */
function picture(lost: number, now: number) {
  const well = Array.from({ length: busy }, (_, index) => busyMachine(100 + index, 900 + index));
  const requests = well.map((_, index) => runningRequest(900 + index, 100 + index));
  return { ...scene({ machines: [machine(lost, offline(11 * minute)), ...well], requests }), now };
}
const pool = settings({ maxCapacity: 100 });
const lines = (lost: number, now: number, before: Memory) => {
  const verdict = decide(picture(lost, now), pool, before);
  const told = verdict.decisions
    .filter(({ kind }) => kind === 'reclaim' || kind === 'alarm')
    .map(({ kind, reason }) => `${kind} ${reason.code}`);
  return { told, memory: verdict.memory };
};

it('is bounded: no more than 45 % of the machines, and three in any case, within ten minutes', () => {
  let before = memory();
  const told: string[] = [];
  for (let step = 0; step < 30; step += 1) {
    const result = lines(step + 1, now0 + step * 1000, before);
    before = result.memory;
    told.push(...result.told);
  }
  // 16 of the 37 that there were.
  expect(told.filter((line) => line === 'reclaim agentLost')).toHaveLength(16);
  expect(told.at(-1)).toBe('alarm unwellHeld');
});

it('counts a machine once, however often it is decided', () => {
  let before = memory();
  for (let step = 0; step < 30; step += 1) {
    const result = lines(1, now0 + step * 1000, before);
    expect(result.told).toEqual(['reclaim agentLost']);
    before = result.memory;
  }
});

it('goes on when the ten minutes are over', () => {
  const unwell = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`gone-${String(index)}`, now0]));
  expect(lines(1, now0 + 10 * minute - 1, memory({ unwell })).told).toEqual(['alarm unwellHeld']);
  expect(
    decide(picture(1, now0), pool, memory({ unwell })).decisions.find(({ kind }) => kind === 'alarm')?.reason.words,
  ).toBe(
    '36 machines that looked unhealthy were taken within ten minutes, as many as may be: 1 more stays until somebody looks or some time has passed.',
  );
  const later = lines(1, now0 + 10 * minute, memory({ unwell }));
  expect(later.told).toEqual(['reclaim agentLost']);
  expect(Object.keys(later.memory.unwell ?? {})).toHaveLength(1);
});

it('is bounded no longer because somebody set the clock back', () => {
  const unwell = Object.fromEntries(
    Array.from({ length: 60 }, (_, index) => [`gone-${String(index)}`, now0 + 3 * hour]),
  );
  const before = notAhead(memory({ unwell }), now0);
  expect(lines(1, now0 + 10 * minute, before).told).toEqual(['reclaim agentLost']);
});

it.each(['triedAgents', 'reimagedAt', 'broughtVersions', 'unwell'] as const)(
  'has no instant ahead in what it remembers as %s',
  (part) => {
    const kept = notAhead(memory({ [part]: { one: now0 + hour, other: now0 - hour } }), now0);
    expect(kept[part]).toEqual({ one: now0, other: now0 - hour });
  },
);

it('believes no refusal of Azure for longer because the clock was set back', () => {
  const refusal = { what: 'scaleOut' as const, code: null, words: 'No.', nextStep: null };
  const { refusals } = notAhead(memory({ refusals: { set: { ...refusal, at: now0 + 3 * hour } } }), now0);
  expect(refusals).toEqual({ set: { ...refusal, at: now0 } });
});

it('has none ahead in its shortages either', () => {
  const shortage = { restUntil: 0, going: [], inVain: 8, machines: 1 };
  const { shortages } = notAhead(memory({ shortages: { set: { ...shortage, at: now0 + hour } } }), now0);
  expect(shortages).toEqual({ set: { ...shortage, at: now0 } });
});
