// When and how many machines the pool may take away by its own choice, as the settings say it.
import type { FieldReader, TextRule } from './field-reader.ts';
import { defaultDisruption, weekdays, type BlockedHours, type DisruptionPolicy, type Weekday } from './pool.ts';
import { zoneRule } from './pool-schedule.ts';

export const disruptionFields = ['maxPercent', 'blocked'] as const;

export function readDisruption(fields: FieldReader): DisruptionPolicy {
  const disruption = fields.section('disruption', disruptionFields);
  if (disruption === null) return defaultDisruption;
  const range = { code: 'DISRUPTION_RANGE', min: 1, max: 100, fallback: defaultDisruption.maxPercent };
  return { maxPercent: disruption.integer('maxPercent', range), blocked: readBlocked(disruption) };
}

function readBlocked(disruption: FieldReader): BlockedHours | null {
  const blocked = disruption.section('blocked', ['timeZone', 'days', 'from', 'to']);
  if (blocked === null) return null;
  for (const name of ['from', 'to'])
    if (!blocked.has(name))
      blocked.report(name, 'FIELD_REQUIRED', `${blocked.path(name)} is missing.`, 'Write a time such as 08:00.');
  const days = blocked.texts('days', dayRule);
  return {
    timeZone: blocked.text('timeZone', zoneRule, 'UTC'),
    days: days.length === 0 ? weekdays : weekdays.filter((day) => days.includes(day)),
    from: blocked.text('from', timeRule, '00:00'),
    to: blocked.text('to', timeRule, '00:00'),
  };
}

const timeRule: TextRule = {
  code: 'DISRUPTION_TIME',
  isValid: (text) => /^([01]\d|2[0-3]):[0-5]\d$/.test(text),
  mustBe: 'a time of day',
  nextStep: 'Write hours and minutes, such as 08:00.',
};

const dayRule: TextRule = {
  code: 'DISRUPTION_DAY',
  isValid: (text) => weekdays.includes(text as Weekday),
  mustBe: 'a day of the week in English',
  nextStep: `Write ${weekdays.join(', ')}.`,
};
