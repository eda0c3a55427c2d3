// Queued jobs, agents online and machines over time, as a picture or as a table; a part of the picture can be looked at closer.
import { useCallback, useState } from 'react';
import { Button } from 'azure-devops-ui/Button';
import type { PoolSummary } from '../../contract/api.ts';
import type { Span } from '../../contract/node-client.ts';
import { Choice } from '../choice.tsx';
import { Empty, InlineProblem, Loading } from '../messages.tsx';
import { Section } from '../section.tsx';
import type { HubClient } from '../service.ts';
import { HistoryTable } from './history-table.tsx';
import { HistoryChart } from './history-chart.tsx';
import { ranges, rangeWords } from './past.ts';
import { TimeFrame } from './time-frame.tsx';
import type { Look } from './use-look.ts';
import { usePast } from './use-past.ts';

interface HistoryCardProps {
  readonly client: HubClient;
  readonly pool: PoolSummary;
  readonly look: Look;
}

export function HistoryCard({ client, pool, look }: HistoryCardProps) {
  const { past, show, showPart, intervalMs } = look;
  const ask = useCallback(
    (span: Span, signal: AbortSignal) => client.series(pool.name, signal, span),
    [client, pool.name],
  );
  const { data, problem, retry } = usePast(look, ask, intervalMs / 2);
  const { range } = past;
  const [isTable, setIsTable] = useState(false);
  const isEmpty = data !== null && data.at.length < 2;
  return (
    <Section
      title="Queue, agents and machines"
      aside={
        <div className="weir-filters">
          <Choice
            label="Time"
            value={range}
            choices={ranges}
            nameOf={rangeWords}
            onChange={(chosen) => show({ range: chosen, part: null })}
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
      {problem === null ? null : <InlineProblem problem={problem} retry={retry} />}
      <TimeFrame
        look={look}
        label="Queue, agents and machines"
        isTold={true}
        hasPicture={data !== null}
        isFailed={problem !== null}
      >
        {data === null ? (
          problem === null && <Loading what="the history" />
        ) : isEmpty ? (
          <Empty title={past.part === null ? 'The history begins now' : 'Nothing was seen in this time'}>
            A point is added each time Weir looks at the pool; two make a line.
          </Empty>
        ) : isTable ? (
          <HistoryTable series={data} />
        ) : (
          <HistoryChart series={data} maximum={pool.maximum} onPart={showPart} />
        )}
      </TimeFrame>
    </Section>
  );
}
