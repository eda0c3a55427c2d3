// The frame of the picture: its sentence for screen readers, a legend with the numbers under the pointer, and the canvas.
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Series } from '../../contract/api.ts';
import type { Span } from '../../contract/node-client.ts';
import { Empty } from '../messages.tsx';
import { wordsOf } from '../problem.ts';
import { clockWords, dayWords } from '../time.ts';
import type { Chart } from './chart.ts';
import { historyOf, historyWords } from './history.ts';

interface HistoryChartProps {
  readonly series: Series;
  readonly maximum: number;
  /** Somebody has drawn over a part of the picture. */
  readonly onPart: (part: Span) => void;
}

export function HistoryChart({ series, maximum, onPart }: HistoryChartProps) {
  const history = useMemo(() => historyOf(series), [series]);
  const [index, setIndex] = useState<number | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const mount = useRef<HTMLDivElement>(null);
  const chart = useRef<Chart | null>(null);
  const newest = useRef({ history, maximum });

  useEffect(() => {
    newest.current = { history, maximum };
    chart.current?.update(history, maximum);
  }, [history, maximum]);

  useEffect(() => {
    let isMounted = true;
    // The drawing library comes in a file of its own, so that the page stands before it.
    import(/* webpackChunkName: "chart" */ './chart.ts')
      .then(({ drawChart }) => {
        if (!isMounted || mount.current === null) return;
        chart.current = drawChart(mount.current, newest.current.history, newest.current.maximum, {
          onPoint: setIndex,
          onPart: (from, to) => onPart({ from: isoOf(from), to: isoOf(to) }),
        });
      })
      .catch((cause: unknown) => {
        if (isMounted) setFault(wordsOf(cause));
      });
    return () => {
      isMounted = false;
      chart.current?.destroy();
      chart.current = null;
    };
  }, [onPart]);

  if (fault !== null)
    return <Empty title="The chart could not be drawn">{fault} The table has the same numbers.</Empty>;
  const shown = index ?? history.atSeconds.length - 1;
  const atMs = (history.atSeconds[shown] ?? 0) * 1000;
  return (
    <>
      <ul className="weir-legend weir-chart-legend">
        <LegendLine line="queued" words="Queued jobs" value={history.queued[shown]} />
        <LegendLine line="agents" words="Agents online" value={history.agents[shown]} />
        <LegendLine line="machines" words="Machines" value={history.machines[shown]} />
        <li className="weir-secondary">
          {index === null ? `as of ${clockWords(atMs)}` : `${dayWords(atMs)}, ${clockWords(atMs)}`}
        </li>
      </ul>
      <div className="weir-chart" role="img" aria-label={historyWords(history)} ref={mount} />
    </>
  );
}

function LegendLine({
  line,
  words,
  value,
}: {
  readonly line: string;
  readonly words: string;
  readonly value: number | undefined;
}) {
  return (
    <li>
      <span className={`weir-line weir-line-${line}`} aria-hidden="true" />
      {words} <strong className="weir-tabular">{value ?? 0}</strong>
    </li>
  );
}

function isoOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
