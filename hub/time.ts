// Instants in words. Ages are counted against the service's own `now`: in the sandbox its clock runs faster than the wall.

/** "12 s", "3 min", "1 h 5 min", "2 d 4 h". Never negative: two clocks may differ by a little. */
export function spanWords(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
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
