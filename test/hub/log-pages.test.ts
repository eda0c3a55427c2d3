// The newest page of a log and the older ones below it, joined.
import { describe, expect, it } from '@jest/globals';
import type { LogPage } from '../../contract/api.ts';
import { withNewest, withOlder } from '../../hub/pool/log-pages.ts';

const page = (next: number | null, ...ids: number[]): LogPage => ({
  next,
  entries: ids.map((id) => ({
    id,
    at: '',
    level: 'info',
    kind: 'wait',
    reason: { code: '', words: '' },
    node: null,
    request: null,
    outcome: '',
  })),
});
const ids = (of: LogPage) => of.entries.map((entry) => entry.id);

describe('the log', () => {
  it('begins with the newest page', () => {
    expect(withNewest(null, page(8, 10, 9, 8))).toEqual(page(8, 10, 9, 8));
  });

  it('takes new entries on top and keeps the older ones with their place to go on from', () => {
    const joined = withNewest(page(3, 10, 9, 8, 5, 4, 3), page(9, 12, 10, 9));
    expect(ids(joined)).toEqual([12, 10, 9, 8, 5, 4, 3]);
    expect(joined.next).toBe(3);
  });

  it('takes what has changed in an entry since', () => {
    const newer = page(9, 10, 9);
    const changed = { ...newer, entries: newer.entries.map((entry) => ({ ...entry, outcome: 'done' })) };
    expect(withNewest(page(8, 10, 9, 8), changed).entries.map((entry) => entry.outcome)).toEqual(['done', 'done', '']);
  });

  it('drops what it held when there may be a gap, instead of hiding the gap', () => {
    expect(ids(withNewest(page(3, 5, 4, 3), page(90, 92, 91, 90)))).toEqual([92, 91, 90]);
  });

  it('appends older entries once', () => {
    const joined = withOlder(page(9, 10, 9), page(null, 9, 8));
    expect(ids(joined)).toEqual([10, 9, 8]);
    expect(joined.next).toBeNull();
  });
});
