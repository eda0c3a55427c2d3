// A history in short lines, and what a checker says of it.
import type { Checker } from '../../../sandbox/world/invariants/checker.ts';
import type { JournalEvent } from '../../../sandbox/world/journal.ts';

export type Line = readonly [t: number, kind: string, fields?: Readonly<Record<string, unknown>>];

/** Each break as "I-n words". */
export function broken(check: Checker, history: readonly Line[]): readonly string[] {
  const found: string[] = [];
  for (const [t, kind, fields] of history) {
    const event: JournalEvent = { t, kind, pool: 'linux', by: 'controller', ...fields };
    check(event, (_t, words, invariant) => found.push(`${invariant} ${words}`));
  }
  return found;
}
