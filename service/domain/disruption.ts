// How much of a pool goes by its own choice at a time, and when none of it may (I-17). Machines that are broken, used up or
// idle for too long are no choice.
import type { Decision } from './decision.ts';
import type { Pass, Plan } from './pass.ts';
import { defaultDisruption, weekdays, type BlockedHours, type PoolSettings } from './pool.ts';
import { daySeconds, secondOfDay, secondOfWeek } from './standby-schedule.ts';
import { count, say } from './words.ts';

/** Held back by the share; those below only by the hours, for a job waits for them. */
const byChoice: ReadonlySet<string> = new Set(['lifetimeReached', 'agentOutdated', 'laneReplaced']);
const forAnother: ReadonlySet<string> = new Set(['displaced', 'laneDisplaced']);

/** Takes back what would be too much at a time, or at this hour. */
export function holdDisruption(pass: Pass, plan: Plan): Plan {
  const until = blockedUntil(pass.settings, pass.now);
  let allowance = until === null ? allowed(pass) : 0;
  const held: Decision[] = [];
  const decisions = plan.decisions.filter((decision) => {
    const { code } = decision.reason;
    if (decision.kind !== 'reclaim' || !(byChoice.has(code) || (until !== null && forAnother.has(code)))) return true;
    if (allowance > 0) {
      allowance -= 1;
      return true;
    }
    held.push(decision);
    return false;
  });
  if (held.length === 0) return plan;
  const names = new Set(held.map((decision) => decision.node));
  const staying = new Set(pass.nodes.filter((node) => names.has(node.name)).map((node) => node.key));
  const why = until === null ? shareWords(pass) : blockedWords(pass.settings);
  const words = `${count(held.length, 'machine')} would be replaced and ${held.length === 1 ? 'stays' : 'stay'} for now: ${why}.`;
  return {
    ...plan,
    decisions: [...decisions, { kind: 'wait', reason: say('disruptionBlocked', words) }],
    leaving: new Set([...plan.leaving].filter((key) => !staying.has(key))),
    dueAt: until === null ? plan.dueAt : [...plan.dueAt, until],
  };
}

/** What goes already counts until it is gone. */
function allowed({ nodes, settings, observation }: Pass): number {
  const machines = nodes.filter((node) => node.instance !== null).length;
  const going = observation.operations.filter((one) => byChoice.has(one.reason.code)).length;
  return Math.max(0, Math.max(1, Math.floor((policyOf(settings).maxPercent * machines) / 100)) - going);
}

function shareWords({ settings }: Pass): string {
  return `at most ${policyOf(settings).maxPercent} % of the machines, and one at least, go at a time`;
}

/** The end of the hours in which the instant lies, or null. */
export function blockedUntil(settings: PoolSettings, now: number): number | null {
  const { blocked } = policyOf(settings);
  if (blocked === null) return null;
  const second = secondOfWeek(blocked.timeZone, now);
  const length = lengthOf(blocked);
  for (const day of blocked.days) {
    const began = weekdays.indexOf(day) * daySeconds + secondOfDay(blocked.from);
    const passed = (second - began + 7 * daySeconds) % (7 * daySeconds);
    if (passed < length) return now + (length - passed) * 1000;
  }
  return null;
}

export function blockedWords(settings: PoolSettings): string {
  const { blocked } = policyOf(settings);
  if (blocked === null) return 'no hours are blocked';
  const days = blocked.days.length === 7 ? 'every day' : `on ${blocked.days.join(', ')}`;
  return `no machine is taken away from ${blocked.from} to ${blocked.to} (${blocked.timeZone}) ${days}`;
}

/** Seconds; a whole day where both ends are the same. */
function lengthOf({ from, to }: BlockedHours): number {
  const length = secondOfDay(to) - secondOfDay(from);
  return length > 0 ? length : length + daySeconds;
}

function policyOf(settings: PoolSettings) {
  return settings.disruption ?? defaultDisruption;
}
