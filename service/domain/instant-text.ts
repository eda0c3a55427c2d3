// Instants as text, ISO 8601. `Date.parse` alone would take 30 February for 2 March, 24:00 for the next day and "1Z" for a year.

export interface WrittenInstant {
  /** Milliseconds since the epoch; UTC where no offset is written. */
  readonly at: number;
  readonly hasOffset: boolean;
}

const form = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):([0-5]\d)(?::([0-5]\d)(?:\.\d{1,9})?)?(Z|[+-](?:0\d|1[0-4]):?[0-5]\d)?$/i;

/** Null where it is no instant, or one that no calendar has. Never this machine's own time zone. */
export function instantIn(text: string): WrittenInstant | null {
  const parts = form.exec(text);
  if (parts === null) return null;
  const [year, month, day, hour] = [Number(parts[1]), Number(parts[2]), Number(parts[3]), Number(parts[4])];
  if (hour > 23 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return null;
  const hasOffset = parts[7] !== undefined;
  const at = Date.parse(hasOffset ? text : `${text}Z`);
  return Number.isNaN(at) ? null : { at, hasOffset };
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
