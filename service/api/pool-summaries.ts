// The list of pools from their newest views. A view is read and checked once, however many people look at the list and
// however often: with a thousand pools that is the difference between seconds and milliseconds.
import type { PoolSummary } from '../../contract/api.ts';
import type { PoolRecord, Store } from '../ports.ts';
import { agedSummary, readDetail } from './stored-view.ts';
import { unseenPool } from './views.ts';

/** In the order of the records; `now` is the clock of observations. */
export type ReadSummaries = (records: readonly PoolRecord[], now: number) => Promise<readonly PoolSummary[]>;

/** `summary` is null where what was written is not believed. */
interface Known {
  readonly at: number;
  readonly summary: PoolSummary | null;
}

export function createSummaries(store: Pick<Store, 'listViewTimes' | 'readView'>): ReadSummaries {
  const known = new Map<string, Known>();
  const newest = async (pool: string, at: number): Promise<Known> => {
    const held = known.get(pool);
    if (held?.at === at) return held;
    const view = await store.readView(pool);
    const read = { at: view?.at ?? at, summary: view === null ? null : (readDetail(view)?.pool ?? null) };
    known.set(pool, read);
    return read;
  };
  return async (records, now) => {
    const times = await store.listViewTimes();
    for (const pool of known.keys()) if (!times.has(pool)) known.delete(pool);
    return await Promise.all(
      records.map(async ({ pool, settings, isManagedByFile }) => {
        const at = times.get(pool);
        const { summary = null, at: readAt = now } = at === undefined ? {} : await newest(pool, at);
        const shown = summary === null ? unseenPool(settings, now).pool : agedSummary(summary, now - readAt);
        return { ...shown, isManagedByFile };
      }),
    );
  };
}
