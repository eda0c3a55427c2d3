// The last hours of the pool: queued jobs, agents online and machines over time, as a picture or as a table.
import { useCallback, useState } from 'react';
import { Button } from 'azure-devops-ui/Button';
import type { PoolSummary } from '../../contract/api.ts';
import { Empty, Loading } from '../messages.tsx';
import { Section } from '../section.tsx';
import type { HubClient } from '../service.ts';
import { replace, useLive } from '../use-live.ts';
import { HistoryTable } from './history-table.tsx';
import { HistoryChart } from './history-chart.tsx';

const intervalMs = 5000;

export function HistoryCard({ client, pool }: { readonly client: HubClient; readonly pool: PoolSummary }) {
  const read = useCallback((signal: AbortSignal) => client.series(pool.name, signal), [client, pool.name]);
  const { data, problem, retry } = useLive({ read, intervalMs, join: replace });
  const [isTable, setIsTable] = useState(false);
  const isEmpty = data !== null && data.at.length < 2;
  const toggle =
    data === null || isEmpty ? null : (
      <Button subtle={true} text={isTable ? 'Show as chart' : 'Show as table'} onClick={() => setIsTable(!isTable)} />
    );
  return (
    <Section title="Queue, agents and machines" aside={toggle} className="weir-history">
      {data === null && problem === null ? <Loading what="the history" /> : null}
      {problem === null ? null : (
        <div className="weir-inline-problem" role="status">
          {problem.message} <Button subtle={true} text="Try again" onClick={retry} />
        </div>
      )}
      {isEmpty ? (
        <Empty title="The history begins now">
          A point is added each time Weir looks at the pool; two make a line.
        </Empty>
      ) : null}
      {data === null || isEmpty ? null : isTable ? (
        <HistoryTable series={data} />
      ) : (
        <HistoryChart series={data} maximum={pool.maximum} />
      )}
    </Section>
  );
}
