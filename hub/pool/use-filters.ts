// The filters of a tab. They stand in the address, so that what is seen can be linked to and the back button returns to it.
// A choice is one entry of the history; so is all that somebody types into a field before leaving it.
import { useEffect, useRef, useState } from 'react';
import { readFilters, writeFilters, type FilterKinds, type Values } from './filters.ts';
import type { TabProps } from './tab-props.ts';

export interface Filters<Name extends string> {
  readonly values: Values<Name>;
  /** What of the link could not be shown, in words. */
  readonly fault: string | null;
  readonly choose: (name: Name, value: string) => void;
  /** One of many letters. */
  readonly type: (name: Name, text: string) => void;
  /** The field was left. */
  readonly settle: () => void;
}

const pauseMs = 300;

export function useFilters<Name extends string>(
  kinds: FilterKinds<Name>,
  { filters: written = '', onFilters }: Pick<TabProps, 'filters' | 'onFilters'>,
): Filters<Name> {
  const { values: read, fault } = readFilters(written, kinds);
  /** What was chosen here last, until the browser brings something else. */
  const [draft, setDraft] = useState<Values<Name> | null>(null);
  const values = draft ?? read;
  const told = useRef(written);
  /** What was typed and does not stand in the address yet. */
  const pending = useRef<Values<Name> | null>(null);
  /** What is being typed has its entry in the history. */
  const hasEntry = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const onNewest = useRef(onFilters);
  useEffect(() => {
    onNewest.current = onFilters;
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (written === told.current) return;
    told.current = written;
    pending.current = null;
    hasEntry.current = false;
    clearTimeout(timer.current);
    setDraft(null);
  }, [written]);

  const tell = (next: Values<Name>, isTyped: boolean): void => {
    clearTimeout(timer.current);
    pending.current = null;
    const text = writeFilters(next);
    if (text === told.current) return;
    told.current = text;
    onNewest.current?.(text, isTyped && hasEntry.current);
    hasEntry.current = isTyped;
  };
  const flush = (): void => {
    if (pending.current !== null) tell(pending.current, true);
  };
  return {
    values,
    fault,
    choose: (name, value) => {
      const next = { ...values, [name]: value };
      setDraft(next);
      tell(next, false);
    },
    type: (name, text) => {
      const next = { ...values, [name]: text };
      setDraft(next);
      pending.current = next;
      clearTimeout(timer.current);
      timer.current = setTimeout(flush, pauseMs);
    },
    settle: () => {
      flush();
      hasEntry.current = false;
    },
  };
}
