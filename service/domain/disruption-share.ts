// How many machines may go by choice at a time, and the hours in which none may (I-17).
import type { Node } from './node.ts';
import type { Observation } from './observation.ts';
import { defaultDisruption, weekdays, type BlockedHours, type PoolSettings } from './pool.ts';
import { daySeconds, secondOfDay, secondOfWeek } from './standby-schedule.ts';

/** Codes of the reasons for which a machine goes by choice. */
export const byChoice: ReadonlySet<string> = new Set(['lifetimeReached', 'agentOutdated', 'laneReplaced']);

/** What goes already counts until it is gone. */
export function allowedAtOnce(nodes: readonly Node[], observation: Observation, settings: PoolSettings): number {
  const machines = nodes.filter((node) => node.instance !== null).length;
  const going = observation.operations.filter((one) => byChoice.has(one.reason.code)).length;
  return Math.max(0, Math.max(1, Math.floor((policyOf(settings).maxPercent * machines) / 100)) - going);
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

/** Seconds; a whole day where both ends are the same. */
function lengthOf({ from, to }: BlockedHours): number {
  const length = secondOfDay(to) - secondOfDay(from);
  return length > 0 ? length : length + daySeconds;
}

export function policyOf(settings: PoolSettings) {
  return settings.disruption ?? defaultDisruption;
}
