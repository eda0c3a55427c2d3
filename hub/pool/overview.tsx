// The first page of a pool: how it is, its past, what Weir decided, the jobs and the nodes.
import { useEffect, useRef, useState } from 'react';
import { HistoryCard } from './history-card.tsx';
import { JobRequestsCard } from './job-requests-card.tsx';
import { LogCard } from './log-card.tsx';
import { NodesCard } from './nodes-card.tsx';
import type { Range } from './past.ts';
import { StatisticsCards } from './statistics-card.tsx';
import { SummaryCard } from './summary-card.tsx';
import type { TabProps } from './tab-props.ts';
import { TimelineCard } from './timeline-card.tsx';

export function Overview({ client, detail, onItem, onTab }: TabProps) {
  const { pool, now } = detail;
  const [range, setRange] = useState<Range>('24h');
  // What looks back asks by the service's clock; it must not ask anew with every picture.
  const clock = useRef(now);
  useEffect(() => {
    clock.current = now;
  }, [now]);
  const past = { client, range, now: clock };
  return (
    <>
      <SummaryCard pool={pool} nodes={detail.nodes} now={now} />
      <div className="weir-beside">
        <HistoryCard {...past} pool={pool} onRange={setRange} />
        <LogCard client={client} detail={detail} />
      </div>
      <StatisticsCards {...past} pool={pool.name} />
      <TimelineCard {...past} pool={pool.name} />
      <JobRequestsCard
        jobRequests={detail.jobRequests}
        now={now}
        onOpen={(request) => onItem(String(request.requestId))}
      />
      <NodesCard nodes={detail.nodes} now={now} onAll={() => onTab('nodes')} />
    </>
  );
}
