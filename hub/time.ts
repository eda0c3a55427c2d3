// Instants in words. Ages are counted against the service's own `now`: in the sandbox its clock runs faster than the wall.

/**
 * "84 s", "3 min", "1 h 5 min", "2 d 4 h": as the service writes it in its sentences, for both stand side by side. Never
 * negative: two clocks may differ by a little.
 */
export function spanWords(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 24
    ? twoParts(hours, 'h', minutes % 60, 'min')
    : twoParts(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

/** "84 s", "3 min 24 s", "1 h 5 min": to the second below an hour, where people compare how long something took. */
export function comparedWords(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return whole < 120 || whole >= 3600
    ? spanWords(whole * 1000)
    : twoParts(Math.floor(whole / 60), 'min', whole % 60, 's');
}

function twoParts(large: number, unit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smallUnit}`;
}

/** Of machines: "9.5", "1,204", with a digit behind the point where people compare it. */
export function hoursWords(hours: number): string {
  const digits = hours < 100 ? 1 : 0;
  return hours.toLocaleString(undefined, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function agoWords(at: string, now: string): string {
  const ms = between(at, now);
  return ms < 1500 ? 'just now' : `${spanWords(ms)} ago`;
}

export function deadlineWords(at: string, now: string): string {
  const ms = between(now, at);
  return ms >= 0 ? `in ${spanWords(ms)}` : `${spanWords(-ms)} over`;
}

/** Milliseconds from one instant to a later one. */
export function between(from: string, to: string): number {
  return Date.parse(to) - Date.parse(from);
}

/** In the zone of whoever looks, with the zone's name. */
export function exactWords(at: string): string {
  return exact.format(new Date(at));
}

/** For the rows of a table, where the exact instant stands in the title. */
export function shortWords(at: string): string {
  return short.format(new Date(at));
}

export function clockWords(atMs: number): string {
  return clock.format(new Date(atMs));
}

export function dayWords(atMs: number): string {
  return day.format(new Date(atMs));
}

const exact = new Intl.DateTimeFormat(undefined, {
  weekday: 'short',
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});
const short = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const day = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });
