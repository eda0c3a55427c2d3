// A trace of job arrivals as text: `arrival_seconds,duration_seconds,label`, with comment lines and an optional header.

export interface TraceJob {
  /** Seconds since the trace began. */
  readonly arrival: number;
  readonly duration: number;
  /** Names an image alias; empty where the line has none. */
  readonly label: string;
}

export interface TraceFault {
  readonly line: number;
  readonly words: string;
}

export interface Trace {
  /** Sorted by arrival. */
  readonly jobs: readonly TraceJob[];
  /** The UTC second that 0 stands for, where a comment names it. */
  readonly epochSeconds: number | null;
}

/** Reads the whole text or says which lines are wrong (at most ten). */
export function parseTrace(text: string): Trace | { readonly faults: readonly TraceFault[] } {
  const jobs: TraceJob[] = [];
  const faults: TraceFault[] = [];
  let epochSeconds: number | null = null;
  let isFirst = true;
  let number = 0;
  for (const raw of lines(text)) {
    number += 1;
    const line = raw.trim();
    if (line === '') continue;
    if (line.startsWith('#')) {
      const epoch = epochOf(line);
      if (typeof epoch !== 'string') epochSeconds ??= epoch;
      else if (faults.length < 10) faults.push({ line: number, words: epoch });
      continue;
    }
    const fields = line.split(',').map(unquoted);
    const isHeader = isFirst && isHeading(fields);
    isFirst = false;
    if (isHeader && !isInOtherOrder(fields)) continue;
    const job = isHeader ? `the columns must stand in the order ${columns.join(',')}.` : jobOf(fields);
    if (typeof job !== 'string') jobs.push(job);
    else if (faults.length < 10) faults.push({ line: number, words: job });
  }
  if (faults.length > 0) return { faults };
  if (jobs.length === 0) return { faults: [{ line: number, words: 'The trace holds no job.' }] };
  return { jobs: jobs.sort((left, right) => left.arrival - right.arrival), epochSeconds };
}

/** Names alone; a first line with a number in it is a job, right or wrong. */
function isHeading(fields: readonly string[]): boolean {
  return fields.every((field) => Number.isNaN(Number(field)) && !/^[-+]?[.\d]/.test(field));
}

function isInOtherOrder(fields: readonly string[]): boolean {
  const places = fields.map((field) => columns.indexOf(field.toLowerCase()));
  return places.some((column, place) => column >= 0 && column !== place);
}

const columns = ['arrival_seconds', 'duration_seconds', 'label'];

function unquoted(field: string): string {
  return field.trim().replace(/^"(.*)"$/, '$1');
}

function* lines(whole: string): Generator<string> {
  // Old spreadsheets end a line with a carriage return alone.
  const text = whole.includes('\r') ? whole.replaceAll(/\r\n?/g, '\n') : whole;
  let start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (start <= text.length) {
    const end = text.indexOf('\n', start);
    yield end < 0 ? text.slice(start) : text.slice(start, end);
    if (end < 0) return;
    start = end + 1;
  }
}

/** A date would be read as its year, and every hour of the schedule would be another one. */
function epochOf(comment: string): number | string | null {
  const match = /epoch_utc\s*=\s*([^\s,;]*)/.exec(comment);
  if (match === null) return null;
  const text = match[1] ?? '';
  if (/^\d{1,11}$/.test(text)) return Number(text);
  return `epoch_utc "${clip(text)}" is not a whole number of seconds since 1970, such as 1756944000.`;
}

function jobOf(fields: readonly string[]): TraceJob | string {
  if (fields.length < 2) return `expected ${columns.join(',')}.`;
  const arrival = secondsOf(fields[0]);
  const duration = secondsOf(fields[1]);
  if (arrival === null) return `arrival ${noSeconds(fields[0])}`;
  if (duration === null) return `duration ${noSeconds(fields[1])}`;
  return { arrival, duration, label: fields.slice(2).join(',').trim() };
}

function secondsOf(text: string | undefined): number | null {
  if (text === undefined || text.trim() === '' || /^0[xob]/i.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) && value >= 0 && value < mostSeconds ? value : null;
}

/** Three thousand years. */
const mostSeconds = 1e11;

function noSeconds(text: string | undefined): string {
  const words = `"${clip(text)}" is`;
  if (/^\d+(\.\d*)?$/.test(text ?? '') && Number(text) >= mostSeconds)
    return `${words} too large for seconds; divide by 1000 if these are milliseconds.`;
  return `${words} not a number of seconds, 0 or more.`;
}

function clip(text: string | undefined): string {
  return (text ?? '').slice(0, 40);
}
