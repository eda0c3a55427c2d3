// Instants as the contract has them: ISO 8601 in UTC, of milliseconds since the epoch.

/** The picture of a large pool has tens of thousands of instants in a few hundred minutes. */
export function iso(at: number): string {
  const whole = Math.trunc(at);
  const minute = Math.floor(whole / minuteMs);
  const inMinute = whole - minute * minuteMs;
  const seconds = Math.floor(inMinute / 1000);
  const thousandths = inMinute - seconds * 1000;
  return `${minuteText(minute)}${digits(seconds, 2)}.${digits(thousandths, 3)}Z`;
}

const minuteMs = 60_000;
const minutes = new Map<number, string>();
const mostMinutes = 5_000;

/** Up to the seconds: "2026-01-05T08:00:". */
function minuteText(minute: number): string {
  const known = minutes.get(minute);
  if (known !== undefined) return known;
  if (minutes.size >= mostMinutes) minutes.clear();
  const text = new Date(minute * minuteMs).toISOString().slice(0, -'00.000Z'.length);
  minutes.set(minute, text);
  return text;
}

function digits(number: number, length: number): string {
  return String(number).padStart(length, '0');
}

/** Null stays null: it has not happened. */
export function isoOrNull(at: number | null): string | null {
  return at === null ? null : iso(at);
}
