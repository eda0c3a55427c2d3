// How far the pictures of a pool look back, and the span of time that this is now.
import type { Span } from '../../contract/node-client.ts';

export const ranges = ['1h', '6h', '24h', '7d', '30d'] as const;
export type Range = (typeof ranges)[number];

const hours: Readonly<Record<Range, number>> = { '1h': 1, '6h': 6, '24h': 24, '7d': 168, '30d': 720 };

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

/** `now` is the service's: in the sandbox its clock runs faster than the wall. */
export function spanOf(range: Range, now: string): Span {
  return { from: new Date(Date.parse(now) - hours[range] * 3_600_000).toISOString(), to: now };
}

/** What takes the database longer, and changes less, is asked for less often. */
export function intervalOf(range: Range): number {
  return range === '30d' ? 240_000 : range === '7d' ? 60_000 : 10_000;
}
