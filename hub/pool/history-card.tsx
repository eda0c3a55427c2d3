// Queued jobs, agents online and machines over time, as a picture or as a table; a part of the picture can be looked at closer.
import { useCallback, useState, type RefObject } from 'react';
import { Button } from 'azure-devops-ui/Button';
import type { PoolSummary } from '../../contract/api.ts';
import type { Span } from '../../contract/node-client.ts';
import { Choice } from '../choice.tsx';
import { Empty, Loading } from '../messages.tsx';
import { Section } from '../section.tsx';
import type { HubClient } from '../service.ts';
import { replace, useLive } from '../use-live.ts';
import { HistoryTable } from './history-table.tsx';
import { HistoryChart } from './history-chart.tsx';
import { intervalOf, ranges, rangeWords, spanOf, type Range } from './past.ts';

interface HistoryCardProps {
  readonly client: HubClient;
  readonly pool: PoolSummary;
  readonly range: Range;
  readonly onRange: (range: Range) => void;
  readonly now: RefObject<string>;
}

export function HistoryCard({ client, pool, range, onRange, now }: HistoryCardProps) {
  /** A part that somebody has drawn over; null: the whole range, up to now. */
  const [part, setPart] = useState<Span | null>(null);
  const read = useCallback(
    (signal: AbortSignal) => client.series(pool.name, signal, part ?? spanOf(range, now.current ?? '')),
    [client, pool.name, range, part, now],
  );
  const { data, problem, retry } = useLive({ read, intervalMs: intervalOf(range) / 2, join: replace });
  const [isTable, setIsTable] = useState(false);
  const isEmpty = data !== null && data.at.length < 2;
  return (
    <Section
      title="Queue, agents and machines"
      aside={
        <div className="weir-filters">
          {part === null ? null : <Button subtle={true} text="Show the whole time" onClick={() => setPart(null)} />}
          <Choice
            label="Time"
            value={range}
            choices={ranges}
            nameOf={rangeWords}
            onChange={(chosen) => {
              setPart(null);
              onRange(chosen);
            }}
          />
          {data === null || isEmpty ? null : (
            <Button
              subtle={true}
              text={isTable ? 'Show as chart' : 'Show as table'}
              onClick={() => setIsTable(!isTable)}
            />
          )}
        </div>
      }
      className="weir-history"
    >
      {data === null && problem === null ? <Loading what="the history" /> : null}
      {problem === null ? null : (
        <div className="weir-inline-problem" role="status">
          {problem.message} <Button subtle={true} text="Try again" onClick={retry} />
        </div>
      )}
      {isEmpty ? (
        <Empty title={part === null ? 'The history begins now' : 'Nothing was seen in this time'}>
          A point is added each time Weir looks at the pool; two make a line.
        </Empty>
      ) : null}
      {data === null || isEmpty ? null : isTable ? (
        <HistoryTable series={data} />
      ) : (
        <HistoryChart series={data} maximum={pool.maximum} onPart={setPart} />
      )}
    </Section>
  );
}
