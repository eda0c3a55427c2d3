// Which jobs a what-if is to replay, as a link or the person says.
import { pastWords, readPast, type Past } from '../pool/past.ts';

export const sources = ['1', '7', '14', '35', 'file'] as const;
/** `linked`: the time that the link names, where it is none of the others. */
export type Source = (typeof sources)[number] | 'linked';
export const sourceNames: Readonly<Record<(typeof sources)[number], string>> = {
  '1': 'the last 24 hours',
  '7': 'the last 7 days',
  '14': 'the last 14 days',
  '35': 'the last 35 days',
  file: 'a file of jobs',
};

export interface AskedTime {
  readonly source: Source;
  /** Null: one of the others says it, or the link says nothing that is understood. */
  readonly linked: Past | null;
}

/** `written` is a number of days, or as the overview names its time. */
export function readTime(written: string | null): AskedTime {
  const days = sources.find((one) => one === written);
  if (days !== undefined || written === null) return { source: days ?? '7', linked: null };
  const { past, fault } = readPast(written);
  if (fault !== null) return { source: '7', linked: null };
  const whole = past.part === null ? wholeDays[past.range] : undefined;
  return whole === undefined ? { source: 'linked', linked: past } : { source: whole, linked: null };
}

const wholeDays: Partial<Record<Past['range'], Source>> = { '24h': '1', '7d': '7' };

export function linkedWords(past: Past | null): string {
  if (past === null) return '';
  return past.part === null ? `the ${pastWords(past).toLowerCase()}` : pastWords(past);
}
