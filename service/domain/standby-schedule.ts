// The standby that the clock asks for: the last entry of the week that has passed holds until the next one, in the pool's
// own time zone, so that a clock that is put forward or back moves the hours with it.
import type { PoolSettings, Schedule } from './pool.ts';

/** Settings with the standby of the instant in `desiredIdle`; the same object where no schedule is set. */
export function withScheduledStandby(settings: PoolSettings, now: number): PoolSettings {
  return settings.schedule === null ? settings : { ...settings, desiredIdle: scheduledStandby(settings.schedule, now) };
}

export function scheduledStandby(schedule: Schedule, now: number): number {
  const entries = entriesOf(schedule);
  const second = secondOfWeek(schedule.timeZone, now);
  const last = entries.findLast((entry) => entry.second <= second) ?? entries.at(-1);
  return last?.count ?? 0;
}

/** When the next entry begins, or null where there is none; a clock that is put forward or back may make it an hour off. */
export function nextScheduleChange(schedule: Schedule, now: number): number | null {
  const entries = entriesOf(schedule);
  const second = secondOfWeek(schedule.timeZone, now);
  const next = entries.find((entry) => entry.second > second);
  const [first] = entries;
  if (next !== undefined) return now + (next.second - second) * 1000;
  return first === undefined ? null : now + (first.second + weekSeconds - second) * 1000;
}

export const daySeconds = 86_400;
const weekSeconds = 7 * daySeconds;

/** In the order of the week, which begins on Sunday. */
function entriesOf({ days }: Schedule): readonly { readonly second: number; readonly count: number }[] {
  return days
    .flatMap((entries, day) =>
      Object.entries(entries).map(([time, count]) => ({ second: day * daySeconds + secondOfDay(time), count })),
    )
    .sort((a, b) => a.second - b.second);
}

export function secondOfDay(time: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  return hours * 3600 + minutes * 60 + seconds;
}

/** Of the instant, in that time zone; the week begins on Sunday. */
export function secondOfWeek(timeZone: string, now: number): number {
  const parts = formatOf(timeZone).formatToParts(now);
  const read = (type: Intl.DateTimeFormatPartTypes): string => parts.find((part) => part.type === type)?.value ?? '';
  const day = Math.max(0, weekdays.indexOf(read('weekday')));
  return day * daySeconds + secondOfDay(`${read('hour')}:${read('minute')}:${read('second')}`);
}

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** Making one takes longer than a pass. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  });
  formats.set(timeZone, format);
  return format;
}

const formats = new Map<string, Intl.DateTimeFormat>();
