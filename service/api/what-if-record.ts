// The newest what-if of each pool as a record of the store: each Weir of several can tell of it and end it.
import type { WhatIfRow, WhatIfView } from '../../contract/what-if.ts';
import type { RecordRow, Records } from '../records.ts';
import { iso, isoOrNull } from './instant.ts';

/** Instants are milliseconds; `beganWall` is the wall clock's, whatever the sandbox's own does. */
export interface WhatIf {
  readonly whatIfId: string;
  readonly state: 'running' | 'finished' | 'cancelled' | 'failed';
  readonly words: string;
  readonly startedAt: number;
  readonly beganWall: number;
  readonly startedBy: string;
  readonly isTrace: boolean;
  readonly from: number | null;
  readonly to: number | null;
  readonly jobs: number;
  readonly of: number;
  readonly rows: readonly WhatIfRow[];
  readonly measured: WhatIfView['measured'];
  readonly notes: readonly string[];
}

export interface KeptWhatIf {
  readonly revision: number;
  readonly value: WhatIf;
}

const kind = 'whatIf';
const key = 'newest';
/** A run ends after ten minutes; one that is older was left behind by a service that stopped. */
const longestMilliseconds = 11 * 60_000;

/** Null where none was ever run. `nowWall` tells one that nobody runs any more. */
export async function readWhatIf(store: Records, pool: string, nowWall: number): Promise<KeptWhatIf | null> {
  const row: RecordRow | null = await store.readRecord(kind, pool, key);
  if (row === null) return null;
  const value = row.document as WhatIf;
  const isLeft = value.state === 'running' && nowWall - value.beganWall > longestMilliseconds;
  const words = 'The service stopped while it ran. Start it again.';
  return { revision: row.revision, value: isLeft ? { ...value, state: 'failed', words } : value };
}

/** False where somebody else wrote since `from` was read. */
export async function writeWhatIf(store: Records, pool: string, from: number | null, value: WhatIf): Promise<boolean> {
  const at = value.startedAt;
  return await store.writeRecords([{ kind, pool, key, expected: from, document: value, at, isOpen: true }]);
}

/** Changes it as long as it runs; null where it has ended, or another one has begun. */
export async function changeWhatIf(
  store: Records,
  pool: string,
  whatIfId: string,
  change: (value: WhatIf) => WhatIf,
): Promise<WhatIf | null> {
  for (;;) {
    const row = await store.readRecord(kind, pool, key);
    const value = row === null ? null : (row.document as WhatIf);
    if (row === null || value?.whatIfId !== whatIfId || value.state !== 'running') return null;
    const next = change(value);
    if (await writeWhatIf(store, pool, row.revision, next)) return next;
  }
}

export function whatIfView(value: WhatIf): WhatIfView {
  const { whatIfId, state, words, startedAt, startedBy, isTrace, from, to, jobs, of, rows, measured, notes } = value;
  return {
    ...{ whatIfId, state, words, startedBy, isTrace, jobs, of, measured },
    startedAt: iso(startedAt),
    from: isoOrNull(from),
    to: isoOrNull(to),
    done: rows.length,
    rows: [...rows],
    notes: [...notes],
  };
}
