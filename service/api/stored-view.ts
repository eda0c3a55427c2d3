// The picture that the newest pass wrote, read again for an answer; what an older version wrote is not believed.
import { Value } from '@sinclair/typebox/value';
import { FormatRegistry } from '@sinclair/typebox';
import { PoolDetail, type PoolSummary } from '../../contract/api.ts';
import type { PoolRecord, PoolView, Store } from '../ports.ts';
import { span } from '../domain/words.ts';
import { iso } from './instant.ts';
import { unseenPool } from './views.ts';

if (!FormatRegistry.Has('date-time')) {
  FormatRegistry.Set('date-time', (text) => /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text)));
}

/** Passes come every 5 to 60 s; a picture older than this is nobody's at the moment. */
const oldMilliseconds = 300_000;

export async function newestDetail(store: Store, record: PoolRecord, now: number): Promise<PoolDetail> {
  const view = await store.readView(record.pool);
  const detail = view === null ? null : readDetail(view);
  const shown = view === null || detail === null ? unseenPool(record.settings, now) : aged(detail, now - view.at);
  const pool = { ...shown.pool, isManagedByFile: record.isManagedByFile };
  return { ...shown, pool, now: iso(now) };
}

/** Null where it is no detail of this version. */
export function readDetail(view: PoolView): PoolDetail | null {
  const document: unknown = JSON.parse(view.document);
  return Value.Check(PoolDetail, document) ? document : null;
}

/** A picture that nobody renews is no picture of a healthy pool. */
export function agedSummary(pool: PoolSummary, age: number): PoolSummary {
  return age > oldMilliseconds ? { ...pool, state: 'degraded' } : pool;
}

function aged(detail: PoolDetail, age: number): PoolDetail {
  if (age <= oldMilliseconds) return detail;
  const words = `What stands here is ${span(age)} old: no Weir service looks after this pool at the moment.`;
  return { ...detail, pool: agedSummary(detail.pool, age), problems: [words, ...detail.problems] };
}
