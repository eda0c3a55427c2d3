// What the pictures of a pool look at: a range that ends now, or a part of time that somebody has zoomed to; and the same as
// the last piece of a link.
import type { Span } from '../../contract/node-client.ts';
import { clockWords, dayWords } from '../time.ts';

export const ranges = ['1h', '6h', '24h', '7d', '30d'] as const;
export type Range = (typeof ranges)[number];

export interface Past {
  readonly range: Range;
  /** Null: the whole range, up to now. */
  readonly part: Span | null;
}

/** What a link without more shows. */
const usual: Past = { range: '24h', part: null };

const hourMs = 3_600_000;
const hours: Readonly<Record<Range, number>> = { '1h': 1, '6h': 6, '24h': 24, '7d': 168, '30d': 720 };
const longestMs = hours['30d'] * hourMs;
/** Closer than this the samples stand apart. */
const shortestMs = 5 * 60_000;

export function rangeWords(range: Range): string {
  switch (range) {
    case '1h':
      return 'Last hour';
    case '6h':
      return 'Last 6 hours';
    case '24h':
      return 'Last 24 hours';
    case '7d':
      return 'Last 7 days';
    case '30d':
      return 'Last 30 days';
  }
}

/** "Last 7 days", "24 Nov, 10:05 to 11:20", "24 Nov, 22:00 to 25 Nov, 02:00", in the zone of whoever looks. */
export function pastWords({ range, part }: Past): string {
  if (part === null) return rangeWords(range);
  const [from, to] = [Date.parse(part.from), Date.parse(part.to)];
  const end = dayWords(from) === dayWords(to) ? clockWords(to) : `${dayWords(to)}, ${clockWords(to)}`;
  return `${dayWords(from)}, ${clockWords(from)} to ${end}`;
}

/** `now` is the service's: in the sandbox its clock runs faster than the wall. */
export function spanOf({ range, part }: Past, now: string): Span {
  return part ?? { from: new Date(Date.parse(now) - hours[range] * hourMs).toISOString(), to: now };
}

/** Milliseconds between two questions: what takes the database longer, and changes less, is asked for less often. */
export function intervalOf(past: Past, now: string): number {
  const { length } = inMs(spanOf(past, now));
  const isOver = past.part !== null && Date.parse(past.part.to) < Date.parse(now);
  return isOver || length > hours['7d'] * hourMs ? 240_000 : length > hours['24h'] * hourMs ? 60_000 : 10_000;
}

/** What somebody has drawn over in a picture: widened around its middle where it is closer than samples stand. */
export function drawnPart(range: Range, part: Span, now: string): Past {
  const { from, length } = inMs(part);
  const wide = Math.max(shortestMs, length);
  return within({ range, part }, from - (wide - length) / 2, wide, now);
}

/** Half of what is shown, around its middle. */
export function zoomedIn(past: Past, now: string): Past {
  const { from, length } = inMs(spanOf(past, now));
  const less = Math.max(shortestMs, length / 2);
  return less >= length ? past : within(past, from + (length - less) / 2, less, now);
}

/** Twice of what is shown; at the end all of the range again. */
export function zoomedOut(past: Past, now: string): Past {
  if (past.part === null) return past;
  const { from, length } = inMs(past.part);
  if (length * 2 >= longestMs) return { range: '30d', part: null };
  return within(past, from - length / 2, length * 2, now);
}

/** `share` of what is shown; negative: earlier. No further back than the longest range, and never past now. */
export function moved(past: Past, share: number, now: string): Past {
  const { from, length } = inMs(spanOf(past, now));
  return within(past, from + length * share, length, now);
}

/** What reaches to now and is as long as the range is the range: it goes on with the clock. */
function within({ range }: Past, from: number, length: number, now: string): Past {
  const latest = Date.parse(now) - length;
  const begin = Math.min(latest, Math.max(Date.parse(now) - longestMs, from));
  if (begin >= latest && length >= hours[range] * hourMs) return { range, part: null };
  return { range, part: { from: toSecond(begin), to: toSecond(begin + length) } };
}

function inMs({ from, to }: Span): { readonly from: number; readonly length: number } {
  return { from: Date.parse(from), length: Date.parse(to) - Date.parse(from) };
}

/** A link holds whole seconds. */
function toSecond(ms: number): string {
  return new Date(Math.round(ms / 1000) * 1000).toISOString();
}

/** Null for the usual one: `7d`, or `7d_20261124T100500Z_20261124T112000Z`, which no address has to escape. */
export function writePast({ range, part }: Past): string | null {
  if (part !== null) return [range, compact(part.from), compact(part.to)].join('_');
  return range === usual.range ? null : range;
}

/** `fault` says what of the link could not be shown, and what is shown in its place. */
export function readPast(written: string | null): { readonly past: Past; readonly fault: string | null } {
  if (written === null) return { past: usual, fault: null };
  const [name, ...instants] = written.split('_');
  const range = ranges.find((one) => one === name);
  const past: Past = { range: range ?? usual.range, part: partOf(instants) };
  const isWrong = range === undefined || (past.part === null && instants.length > 0);
  if (!isWrong) return { past, fault: null };
  const instead = pastWords(past).toLowerCase();
  const what = range === undefined ? 'how far to look back' : 'which part of the time to show';
  return { past, fault: `This link does not say clearly ${what}. You see the ${instead} instead.` };
}

function partOf(instants: readonly string[]): Span | null {
  const [from, to] = instants.map(expanded);
  if (from == null || to == null || instants.length !== 2) return null;
  const { length } = inMs({ from, to });
  return length > 0 && length <= longestMs ? { from, to } : null;
}

/** `20261124T100500Z`. */
function compact(instant: string): string {
  return toSecond(Date.parse(instant)).replace(/[-:]|\.000/g, '');
}

function expanded(text: string): string | null {
  const iso = text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6.000Z');
  const ms = Date.parse(iso);
  // A day that no month has is another day to some readers.
  return Number.isNaN(ms) || compact(iso) !== text ? null : iso;
}
