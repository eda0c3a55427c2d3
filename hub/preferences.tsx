// What one person chose for himself, kept by the host for that person alone.
import { createContext, useCallback, useContext, useEffect, useRef, useState } from 'react';

export interface Kept {
  /** Null where the person has chosen nothing. */
  readonly value: unknown;
  /** Changes with each writing; null where nothing is kept. */
  readonly revision: number | null;
}

export interface Preferences {
  /** Rejects where the host does not answer. */
  read(key: string): Promise<Kept>;
  /** In the place of what had this revision. Rejects with `PreferenceChanged` where something else stands there now. */
  save(key: string, value: unknown, revision: number | null): Promise<void>;
}

/** Another page has written since this one looked. */
export class PreferenceChanged extends Error {
  override readonly name = 'PreferenceChanged';
}

/** Null outside a host that keeps anything, as in tests. */
export const PersonPreferences = createContext<Preferences | null>(null);

/** Whether the host has said yet what it keeps. */
export type Reading = 'reading' | 'read' | 'failed';

export interface Change<Value> {
  /** From what stands there when it is written to what is to stand there. */
  readonly by: (kept: Value | null) => Value | null;
  /** Whether it may take the place of what stands there; `known` is what this page saw last, undefined before it saw anything. */
  readonly fits: (kept: Value | null, known: Value | null | undefined) => boolean;
}

/** `overtaken`: it did not fit, and nothing was written. */
export type Outcome = 'kept' | 'overtaken' | 'failed';

const mostTries = 5;

/**
 * What the host keeps under this key. `change` looks before it writes, since another page may have written, and where that cannot be
 * seen nothing is written. `isKept` false: the last change holds on this page only.
 */
export function usePreference<Value>(key: string, isValue: (value: unknown) => value is Value) {
  const preferences = useContext(PersonPreferences);
  const [value, setValue] = useState<Value | null>(null);
  const [isKept, setIsKept] = useState(true);
  const [reading, setReading] = useState<Reading>(preferences === null ? 'read' : 'reading');
  const [tries, setTries] = useState(0);
  const known = useRef<Value | null>();
  /** Of questions and changes: what was asked before a change tells what was. */
  const count = useRef(0);
  useEffect(() => {
    count.current += 1;
    const mine = count.current;
    preferences?.read(key).then(
      ({ value: read }) => {
        if (mine !== count.current) return;
        const kept = isValue(read) ? read : null;
        known.current = kept;
        setValue(kept);
        setReading('read');
      },
      () => {
        if (mine === count.current) setReading('failed');
      },
    );
  }, [preferences, key, isValue, tries]);
  const again = useCallback(() => {
    setReading('reading');
    setTries((made) => made + 1);
  }, []);
  const change = useCallback(
    async (wanted: Change<Value>): Promise<Outcome> => {
      count.current += 1;
      setReading('read');
      setValue(wanted.by);
      try {
        const written = await write<Value>(preferences, key, (read) => {
          const kept = isValue(read) ? read : null;
          return wanted.fits(kept, known.current) ? { value: wanted.by(kept) } : { overtakenBy: kept };
        });
        const isOvertaken = 'overtakenBy' in written;
        const there: Value | null = isOvertaken ? written.overtakenBy : written.value;
        known.current = there;
        setValue(there);
        setIsKept(true);
        return isOvertaken ? 'overtaken' : 'kept';
      } catch {
        setIsKept(false);
        return 'failed';
      }
    },
    [preferences, key, isValue],
  );
  return { value, reading, again, change, isKept };
}

type Written<Value> = { readonly value: Value | null } | { readonly overtakenBy: Value | null };

/** Looks and writes until nobody else wrote in between. */
async function write<Value>(
  preferences: Preferences | null,
  key: string,
  decide: (read: unknown) => Written<Value>,
): Promise<Written<Value>> {
  if (preferences === null) throw new Error('Nobody keeps it.');
  for (let tries = 1; ; tries += 1) {
    const { value, revision } = await preferences.read(key);
    const decided = decide(value);
    if ('overtakenBy' in decided) return decided;
    try {
      await preferences.save(key, decided.value, revision);
      return decided;
    } catch (cause) {
      if (!(cause instanceof PreferenceChanged) || tries === mostTries) throw cause;
    }
  }
}
