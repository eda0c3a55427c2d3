// The standby of a week, as Managed DevOps Pools writes it: seven days, Sunday first, time of day to count.
import type { FieldReader } from './field-reader.ts';
import type { Schedule } from './pool.ts';

/** One entry in `days` stands for every day (demand-vectors.md M3). */
export function readSchedule(fields: FieldReader): Schedule | null {
  const schedule = fields.section('schedule', ['timeZone', 'days']);
  if (schedule === null) return null;
  const timeZone = schedule.text('timeZone', zoneRule, 'UTC');
  const days = schedule.sections('days', null).map(readDay);
  if (days.length === 7) return { timeZone, days };
  if (days.length === 1) return { timeZone, days: Array.from({ length: 7 }, () => days[0] ?? {}) };
  const nextStep = 'Write [{"09:00:00": 1, "17:00:00": 0}], or seven of them with Sunday first.';
  schedule.report('days', 'SCHEDULE_DAYS', `${schedule.path('days')} must be a list of one day or seven.`, nextStep);
  return null;
}

function readDay(day: FieldReader): Record<string, number> {
  const seen = new Map<string, string>();
  for (const name of day.names()) {
    const time = normalTime(name);
    const earlier = time === null ? undefined : seen.get(time);
    if (time === null) {
      day.report(name, 'SCHEDULE_TIME', `"${name}" is not a time of day.`, 'Write a time such as 09:00:00.');
    } else if (earlier !== undefined) {
      const message = `"${earlier}" and "${name}" are the same time of one day.`;
      day.report(name, 'SCHEDULE_OVERLAP', message, 'Keep one of the two.');
    } else seen.set(time, name);
  }
  const count = { code: 'STANDBY_RANGE', min: 0, max: 1000, fallback: 0 };
  return Object.fromEntries([...seen].map(([time, name]) => [time, day.integer(name, count)]));
}

function normalTime(text: string): string | null {
  const parts = /^(\d{2}):(\d{2})(?::(\d{2}))?$/.exec(text);
  if (parts === null) return null;
  const [hours = '', minutes = '', seconds = '00'] = parts.slice(1) as (string | undefined)[];
  const isTime = Number(hours) < 24 && Number(minutes) < 60 && Number(seconds) < 60;
  return isTime ? `${hours}:${minutes}:${seconds}` : null;
}

export const zoneRule = {
  code: 'TIMEZONE_UNKNOWN',
  isValid: isTimeZone,
  mustBe: 'a time zone of the IANA list',
  nextStep: 'Write a name such as Europe/Berlin, or UTC.',
};

function isTimeZone(name: string): boolean {
  try {
    return name !== '' && new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
