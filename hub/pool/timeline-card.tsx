// Which machine was in which state when, as a picture or as a table.
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Button } from 'azure-devops-ui/Button';
import type { Span } from '../../contract/node-client.ts';
import type { Timeline } from '../../contract/nodes.ts';
import { DataTable, type Column } from '../data-table.tsx';
import { Empty, InlineProblem, Loading } from '../messages.tsx';
import { nodeGroups, nodeStateWords } from '../node-state.ts';
import { Section } from '../section.tsx';
import type { HubClient } from '../service.ts';
import { exactWords, shortWords, spanWords } from '../time.ts';
import { onColorsChanged } from './canvas-colors.ts';
import { canvasHeight, drawGantt, mostRows, rowHeightOf } from './draw-gantt.ts';
import { barAt, barWords, ganttOf, ganttWords, type Bar, type Gantt } from './gantt.ts';
import { TimeFrame } from './time-frame.tsx';
import type { Look } from './use-look.ts';
import { usePast } from './use-past.ts';

interface TimelineCardProps {
  readonly client: HubClient;
  readonly pool: string;
  readonly look: Look;
}

export function TimelineCard({ client, pool, look }: TimelineCardProps) {
  const ask = useCallback((span: Span, signal: AbortSignal) => client.timeline(pool, span, signal), [client, pool]);
  const { data, problem, retry } = usePast(look, ask);
  const [isTable, setIsTable] = useState(false);
  const isEmpty = data?.start.length === 0;
  return (
    <Section
      title="Machines over time"
      aside={
        data === null || isEmpty ? null : (
          <Button
            subtle={true}
            text={isTable ? 'Show states as picture' : 'Show states as table'}
            onClick={() => setIsTable(!isTable)}
          />
        )
      }
      className="weir-past"
    >
      {problem === null ? null : <InlineProblem problem={problem} retry={retry} />}
      <TimeFrame look={look} label="Machines over time" hasPicture={data !== null} isFailed={problem !== null}>
        {data === null ? (
          problem === null && <Loading what="the machines" />
        ) : isEmpty ? (
          <Empty title="No machine ran in this time">
            From the first machine on, this shows when each one booted, ran jobs, stood idle and was deleted.
          </Empty>
        ) : isTable ? (
          <States timeline={data} />
        ) : (
          <Picture timeline={data} />
        )}
      </TimeFrame>
      {data?.isCut === true ? (
        <p className="weir-inset weir-secondary">Older states of this time are left out.</p>
      ) : null}
    </Section>
  );
}

function Picture({ timeline }: { readonly timeline: Timeline }) {
  const gantt = useMemo(() => ganttOf(timeline), [timeline]);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [pointed, setPointed] = useState<Bar | null>(null);
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    const draw = (): void => drawGantt(element, gantt);
    const resize = new ResizeObserver(draw);
    resize.observe(element);
    const stopListening = onColorsChanged(draw);
    return () => {
      resize.disconnect();
      stopListening();
    };
  }, [gantt]);
  // Ten thousand bars: gone through when they come, not with every move of the pointer.
  const present = useMemo(() => new Set(gantt.rows.flatMap((row) => row.map((bar) => bar.group))), [gantt]);
  const words = useMemo(() => ganttWords(gantt, wordsOf), [gantt]);
  return (
    <>
      <ul className="weir-legend weir-gantt-legend">
        {nodeGroups
          .filter(({ group }) => present.has(group))
          .map(({ group, words }) => (
            <li key={group}>
              <span className="weir-cell" style={{ background: `var(--weir-${group})` }} aria-hidden="true" /> {words}
            </li>
          ))}
        <li className="weir-secondary weir-line-one">{pointed === null ? '' : barWords(pointed)}</li>
      </ul>
      <canvas
        ref={canvas}
        className="weir-gantt"
        style={{ height: canvasHeight(gantt.rows.length) }}
        role="img"
        aria-label={words}
        onMouseMove={(event) => setPointed(pointedAt(event.currentTarget, gantt, event.clientX, event.clientY))}
        onMouseLeave={() => setPointed(null)}
      />
      {gantt.rows.length > mostRows ? (
        <p className="weir-inset weir-secondary">
          {gantt.rows.length - mostRows} more machines ran at the same time; the table has them.
        </p>
      ) : null}
    </>
  );
}

function wordsOf(group: string): string {
  return nodeGroups.find((one) => one.group === group)?.words ?? group;
}

function pointedAt(canvas: HTMLCanvasElement, gantt: Gantt, x: number, y: number): Bar | null {
  const box = canvas.getBoundingClientRect();
  const at = gantt.from + ((x - box.left) / box.width) * (gantt.to - gantt.from);
  return barAt(gantt, Math.floor((y - box.top) / rowHeightOf(gantt.rows.length)), at);
}

interface StateRow {
  readonly place: number;
  readonly name: string;
  readonly state: string;
  readonly start: string;
  readonly end: string | null;
}

function States({ timeline }: { readonly timeline: Timeline }) {
  const rows = useMemo(() => rowsOf(timeline), [timeline]);
  return (
    <div className="weir-scroll" role="region" aria-label="States of machines as a table" tabIndex={0}>
      <DataTable label="Machines over time" columns={columnsAt(timeline.now)} rows={rows} keyOf={(row) => row.place} />
    </div>
  );
}

function rowsOf(timeline: Timeline): readonly StateRow[] {
  return timeline.start.map((start, place) => ({
    ...{ place, start, end: timeline.end[place] ?? null },
    name: timeline.nodes[timeline.node[place] ?? 0]?.name ?? '',
    state: timeline.states[timeline.state[place] ?? 0] ?? '',
  }));
}

function columnsAt(now: string): readonly Column<StateRow>[] {
  return [
    {
      title: 'From',
      className: 'weir-time',
      render: (row) => (
        <time dateTime={row.start} title={exactWords(row.start)}>
          {shortWords(row.start)}
        </time>
      ),
    },
    { title: 'Machine', className: 'weir-agent', render: (row) => <bdi>{row.name}</bdi> },
    { title: 'State', className: 'weir-wide', render: (row) => nodeStateWords(row.state).words },
    {
      title: 'For',
      className: 'weir-time',
      render: (row) =>
        `${spanWords(Date.parse(row.end ?? now) - Date.parse(row.start))}${row.end === null ? ' so far' : ''}`,
    },
  ];
}
