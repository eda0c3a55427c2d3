// Which time the pictures of a pool show: it stands in the address, so that it can be linked to and the back button returns
// to it. Small steps wait for one another: ten presses of a key are one question to the service and one entry of the history.
import { useCallback, useEffect, useMemo, useRef, useState, type RefObject } from 'react';
import type { Span } from '../../contract/node-client.ts';
import { drawnPart, intervalOf, readPast, writePast, type Past } from './past.ts';

export interface Look {
  /** What is asked for. */
  readonly past: Past;
  /** What it is going to be in a moment; as a rule the same. */
  readonly coming: Past;
  /** What of the link could not be shown, in words. */
  readonly fault: string | null;
  readonly show: (past: Past) => void;
  /** What somebody has drawn over in a picture. */
  readonly showPart: (part: Span) => void;
  /** One of many steps. */
  readonly step: (past: Past) => void;
  /** Milliseconds between two questions about it. */
  readonly intervalMs: number;
  /** The service's clock. */
  readonly now: RefObject<string>;
}

const pauseMs = 300;

export function useLook(written: string | null, onWritten: (written: string | null) => void, clock: string): Look {
  const { past, fault } = useMemo(() => readPast(written), [written]);
  const [coming, setComing] = useState<Past | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  // What looks back asks by the service's clock; it must not ask anew with every picture.
  const now = useRef(clock);
  const onNewest = useRef(onWritten);
  /** What the address was told last; whatever else comes to stand there, the browser brought. */
  const told = useRef(written);
  useEffect(() => {
    now.current = clock;
    onNewest.current = onWritten;
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (written === told.current) return;
    told.current = written;
    clearTimeout(timer.current);
    setComing(null);
  }, [written]);
  const show = useCallback((next: Past) => {
    clearTimeout(timer.current);
    setComing(null);
    told.current = writePast(next);
    onNewest.current(told.current);
  }, []);
  const { range } = past;
  const showPart = useCallback((part: Span) => show(drawnPart(range, part, now.current)), [range, show]);
  const step = useCallback(
    (next: Past) => {
      clearTimeout(timer.current);
      setComing(next);
      timer.current = setTimeout(() => show(next), pauseMs);
    },
    [show],
  );
  return { past, coming: coming ?? past, fault, show, showPart, step, now, intervalMs: intervalOf(past, clock) };
}
