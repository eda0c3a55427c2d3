// What people had the service change: written before the call, closed after it, kept for whoever asks who it was.
import type { FixEntry } from '../../contract/checks.ts';
import type { Records, RecordWrite } from '../records.ts';
import { iso } from './instant.ts';

const kind = 'fix';
const shown = 20;

interface Fix extends Omit<FixEntry, 'at'> {
  readonly at: number;
}

/** Newest first. */
export async function readFixes(store: Records, pool: string): Promise<readonly FixEntry[]> {
  const rows = await store.listRecords(kind, pool, { limit: shown });
  return rows.map((row) => {
    const fix = row.document as Fix;
    return { ...fix, at: iso(fix.at) };
  });
}

/** Null where nothing was asked under this key. */
export async function readFix(store: Records, pool: string, id: string): Promise<Fix | null> {
  const row = await store.readRecord(kind, pool, id);
  return row === null ? null : (row.document as Fix);
}

/** Finds nothing there under its id, which is the key of the request: of two with the same one it lets one pass. */
export function fixAsked(pool: string, id: string, fix: Omit<Fix, 'outcome' | 'words'>): RecordWrite {
  const document: Fix = { ...fix, outcome: 'asked', words: 'The service was asked to change it.' };
  return { kind, pool, key: id, expected: null, document, at: fix.at, isOpen: false };
}

/** Null where it was never asked. */
export async function fixEnded(
  store: Records,
  pool: string,
  id: string,
  outcome: 'done' | 'refused' | 'unknown',
  words: string,
): Promise<RecordWrite | null> {
  const row = await store.readRecord(kind, pool, id);
  if (row === null) return null;
  const fix = row.document as Fix;
  const document: Fix = { ...fix, outcome, words };
  return { kind, pool, key: id, expected: row.revision, document, at: fix.at, isOpen: false };
}
