// What one person chose for himself, kept by the host for that person alone.
import { createContext, useCallback, useContext, useEffect, useRef, useState } from 'react';

export interface Preferences {
  /** Null where the person has chosen nothing. Rejects where the host does not answer. */
  read(key: string): Promise<unknown>;
  save(key: string, value: unknown): Promise<void>;
}

/** Null outside a host that keeps anything, as in tests. */
export const PersonPreferences = createContext<Preferences | null>(null);

/** Whether the host has said yet what it keeps. */
export type Reading = 'reading' | 'read' | 'failed';

/**
 * What the host keeps under this key. `change` gets what stands there then, which another page may have written since, and
 * hands back what is to stand there; where that cannot be read nothing is written. `isKept` false: the last change holds on
 * this page only.
 */
export function usePreference<Value>(key: string, isValue: (value: unknown) => value is Value) {
  const preferences = useContext(PersonPreferences);
  const [value, setValue] = useState<Value | null>(null);
  const [isKept, setIsKept] = useState(true);
  const [reading, setReading] = useState<Reading>(preferences === null ? 'read' : 'reading');
  const [tries, setTries] = useState(0);
  /** Of questions and changes: what was asked before a change tells what was. */
  const count = useRef(0);
  useEffect(() => {
    count.current += 1;
    const mine = count.current;
    preferences?.read(key).then(
      (read) => {
        if (mine !== count.current) return;
        setValue(isValue(read) ? read : null);
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
    (by: (kept: Value | null) => Value | null) => {
      count.current += 1;
      setReading('read');
      setValue(by);
      const keep = async (): Promise<void> => {
        if (preferences === null) throw new Error('Nobody keeps it.');
        const kept = await preferences.read(key);
        await preferences.save(key, by(isValue(kept) ? kept : null));
      };
      keep().then(
        () => setIsKept(true),
        () => setIsKept(false),
      );
    },
    [preferences, key, isValue],
  );
  return { value, reading, again, change, isKept };
}
