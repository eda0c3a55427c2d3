// The machine-hours of a month. Once they are used no machine is started or wiped for another job until the month ends; what
// runs is left to end, so a busy agent is never taken for money, and the hours may be passed by what was running.
import type { Decision } from './decision.ts';
import type { Memory } from './memory.ts';
import type { Observation } from './observation.ts';
import type { Pass, Plan } from './pass.ts';
import type { PoolSettings } from './pool.ts';
import { count, say } from './words.ts';

const hourMs = 3_600_000;

/** Counts from the last pass to this one, with the machines of the last one; the same object without a budget. */
export function countHours(before: Memory, observation: Observation, settings: PoolSettings): Memory {
  // Hours without a budget are not counted, and must not be guessed when there is one again.
  if (settings.budget === null) return withoutSpent(before);
  const { now, lanes } = observation;
  const { spent } = before;
  const isSeen = lanes.length > 0 && lanes.every((lane) => lane.instances.freshness === 'fresh');
  const seen = lanes.reduce((sum, lane) => sum + lane.instances.value.length, 0);
  const month = monthOf(now);
  const since = Math.max(spent?.at ?? now, startOfMonth(now));
  const earlier = spent?.month === month ? spent.milliseconds : 0;
  const milliseconds = earlier + Math.max(0, now - since) * (spent?.machines ?? 0);
  const machines = isSeen ? seen : (spent?.machines ?? seen);
  return { ...before, spent: { month, milliseconds, at: Math.max(now, spent?.at ?? now), machines } };
}

function withoutSpent(memory: Memory): Memory {
  if (memory.spent === undefined) return memory;
  const { spent: _spent, ...rest } = memory;
  return rest;
}

/** Settings that keep nothing idle once the hours are used; the same object before. */
export function withinBudget(settings: PoolSettings, memory: Memory, now: number): PoolSettings {
  return isBudgetReached(settings, memory, now) ? { ...settings, desiredIdle: 0 } : settings;
}

export function isBudgetReached({ budget }: PoolSettings, { spent }: Memory, now: number): boolean {
  return budget !== null && spent?.month === monthOf(now) && spent.milliseconds >= budget.monthlyVmHours * hourMs;
}

/** Takes back what this pass would start. */
export function holdToBudget(pass: Pass, plan: Plan): Plan {
  if (!isBudgetReached(pass.settings, pass.memory, pass.now)) return plan;
  const isStart = ({ kind }: Decision): boolean => kind === 'scaleOut' || kind === 'createLane' || kind === 'reimage';
  if (!plan.decisions.some(isStart)) return plan;
  const started = plan.newNodes + plan.extraNodes;
  const held = started === 0 ? '' : ` ${count(started, 'machine')} would be started otherwise.`;
  const words = budgetWords(pass.settings, pass.memory, pass.now);
  const kept = plan.decisions.flatMap((decision): readonly Decision[] => {
    if (decision.kind === 'reimage') return [{ ...decision, kind: 'reclaim', reason: say('budgetReached', words) }];
    return isStart(decision) ? [] : [decision];
  });
  return {
    ...plan,
    decisions: [...kept, { kind: 'wait', reason: say('budgetReached', `${words}${held}`) }],
    ...{ newNodes: 0, extraNodes: 0, isAtMaximum: false, laneShort: null },
    dueAt: [...plan.dueAt, startOfNextMonth(pass.now)],
  };
}

export function budgetWords({ budget }: PoolSettings, { spent }: Memory, now: number): string {
  const used = Math.floor((spent?.milliseconds ?? 0) / hourMs);
  const until = new Date(startOfNextMonth(now)).toISOString().slice(0, 10);
  return `The pool has used ${used} of the ${budget?.monthlyVmHours ?? 0} machine-hours of this month; new machines are started from ${until} (UTC).`;
}

export function startOfNextMonth(now: number): number {
  const at = new Date(now);
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1);
}

function startOfMonth(now: number): number {
  const at = new Date(now);
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1);
}

function monthOf(now: number): string {
  return new Date(now).toISOString().slice(0, 7);
}
