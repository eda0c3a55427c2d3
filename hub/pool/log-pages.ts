// Joins the newest page of a log, read again and again, with the older pages that somebody has loaded below it.
import type { LogPage } from '../../contract/api.ts';

export function withNewest(held: LogPage | null, newest: LogPage): LogPage {
  const oldestNew = Math.min(...newest.entries.map((entry) => entry.id));
  const overlaps = held?.entries.some((entry) => entry.id >= oldestNew) ?? false;
  // Without an overlap something between the two is not known: showing both would hide the gap.
  if (held === null || !overlaps || newest.next === null) return newest;
  return { entries: [...newest.entries, ...held.entries.filter((entry) => entry.id < oldestNew)], next: held.next };
}

export function withOlder(held: LogPage, older: LogPage): LogPage {
  const known = new Set(held.entries.map((entry) => entry.id));
  return { entries: [...held.entries, ...older.entries.filter((entry) => !known.has(entry.id))], next: older.next };
}
