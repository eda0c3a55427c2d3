// What a checker is: it reads journal events one by one, at the moment of effect, and says which law was broken. It knows
// neither the world nor the controller.
import type { JournalEvent } from '../journal.ts';

export interface Violation {
  readonly invariant: string;
  /** Seconds. */
  readonly t: number;
  readonly words: string;
}

export type Report = (t: number, words: string, invariant: string) => void;
export type Checker = (event: JournalEvent, report: Report) => void;

export const numberIn = (event: JournalEvent, field: string): number | null => {
  const value = event[field];
  return typeof value === 'number' ? value : null;
};

export const textIn = (event: JournalEvent, field: string): string | null => {
  const value = event[field];
  return typeof value === 'string' ? value : null;
};

export const isByController = (event: JournalEvent): boolean => event.by === 'controller';
