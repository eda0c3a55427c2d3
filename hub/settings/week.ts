// A week of standby as steps: from this second of the week on, so many. It is how the editor reads, paints and writes what
// the settings hold as seven days, Sunday first. The last step of the week holds until the first one (demand-vectors.md M3).
import { isDocument } from './document.ts';

/** `second` counts from Sunday 00:00, in the schedule's own time zone. */
export interface Step {
  readonly second: number;
  readonly count: number;
}

export interface Schedule {
  readonly timeZone: string;
  readonly days: readonly Readonly<Record<string, number>>[];
}

export const hourSeconds = 3600;
export const daySeconds = 24 * hourSeconds;
const weekSeconds = 7 * daySeconds;

export function isSchedule(value: unknown): value is Schedule {
  return isDocument(value) && typeof value.timeZone === 'string' && Array.isArray(value.days);
}

/** One day stands for all seven. */
export function stepsOf(schedule: Schedule): readonly Step[] {
  const { days } = schedule;
  const seven = days.length === 1 ? Array.from({ length: 7 }, () => days[0] ?? {}) : days;
  return inOrder(
    seven.flatMap((day, index) =>
      Object.entries(day).map(([time, count]) => ({ second: index * daySeconds + secondOf(time), count })),
    ),
  );
}

export function daysOf(steps: readonly Step[]): Schedule['days'] {
  return Array.from({ length: 7 }, (_, day) => {
    const from = day * daySeconds;
    const ofDay = steps.filter(({ second }) => second >= from && second < from + daySeconds);
    return Object.fromEntries(ofDay.map(({ second, count }) => [timeOf(second - from), count]));
  });
}

/** The standby at a second of the week; 0 where nothing is said all week. */
export function countAt(steps: readonly Step[], second: number): number {
  const at = ((second % weekSeconds) + weekSeconds) % weekSeconds;
  return (steps.findLast((step) => step.second <= at) ?? steps.at(-1))?.count ?? 0;
}

/** Steps strictly inside an hour, which the grid cannot show as a cell of its own. */
export function stepsWithin(steps: readonly Step[], from: number, seconds: number): readonly Step[] {
  return steps.filter(({ second }) => second > from && second < from + seconds);
}

/** From `from` until before `to` (seconds of the week, at most one week apart) so many; what follows stays as it was. */
export function paint(steps: readonly Step[], from: number, to: number, count: number): readonly Step[] {
  const after = countAt(steps, to);
  const kept = steps.filter(({ second }) => second < from || second >= to);
  const end = to % weekSeconds;
  const hasEnd = kept.some(({ second }) => second === end) || (to === weekSeconds && from === 0);
  return withoutRepetitions(
    inOrder([...kept, { second: from, count }, ...(hasEnd ? [] : [{ second: end, count: after }])]),
  );
}

/** A step that changes nothing says nothing; one always stays, so that a week at one number is still a week. */
function withoutRepetitions(steps: readonly Step[]): readonly Step[] {
  const changing = steps.filter(({ count }, index) => count !== steps.at(index - 1)?.count);
  const [first] = steps;
  if (changing.length > 0 || first === undefined) return changing;
  return [{ second: 0, count: first.count }];
}

function inOrder(steps: readonly Step[]): readonly Step[] {
  return [...steps].sort((a, b) => a.second - b.second);
}

function secondOf(time: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  return hours * hourSeconds + minutes * 60 + seconds;
}

function timeOf(second: number): string {
  const two = (part: number): string => String(Math.floor(part)).padStart(2, '0');
  return `${two(second / hourSeconds)}:${two((second % hourSeconds) / 60)}:${two(second % 60)}`;
}
