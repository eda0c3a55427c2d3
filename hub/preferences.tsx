// What one person chose for himself, kept by the host for that person alone.
import { createContext, useCallback, useContext, useEffect, useState } from 'react';

export interface Preferences {
  /** Null where the person has chosen nothing. Rejects where the host does not answer. */
  read(key: string): Promise<unknown>;
  save(key: string, value: unknown): Promise<void>;
}

/** Null outside a host that keeps anything, as in tests. */
export const PersonPreferences = createContext<Preferences | null>(null);

/** `problem` says that a choice holds on this page only. */
export function usePreference<Value>(key: string, isValue: (value: unknown) => value is Value) {
  const preferences = useContext(PersonPreferences);
  const [value, setValue] = useState<Value | null>(null);
  const [isKept, setIsKept] = useState(true);
  useEffect(() => {
    let isMounted = true;
    preferences?.read(key).then(
      (read) => {
        if (isMounted && isValue(read)) setValue(read);
      },
      () => {
        if (isMounted) setIsKept(false);
      },
    );
    return () => {
      isMounted = false;
    };
  }, [preferences, key, isValue]);
  const save = useCallback(
    (chosen: Value | null) => {
      setValue(chosen);
      const saving = preferences?.save(key, chosen) ?? Promise.reject(new Error('Nobody keeps it.'));
      saving.then(
        () => setIsKept(true),
        () => setIsKept(false),
      );
    },
    [preferences, key],
  );
  return { value, save, isKept };
}
