// The first page of a pool: how it is, its last hours, what Weir decided, the jobs and the nodes.
import { HistoryCard } from './history-card.tsx';
import { JobRequestsCard } from './job-requests-card.tsx';
import { LogCard } from './log-card.tsx';
import { NodesCard } from './nodes-card.tsx';
import type { TabProps } from './tab-props.ts';
import { SummaryCard } from './summary-card.tsx';

export function Overview({ client, detail, onItem }: TabProps) {
  const { pool, now } = detail;
  return (
    <>
      <SummaryCard pool={pool} nodes={detail.nodes} now={now} />
      <div className="weir-beside">
        <HistoryCard client={client} pool={pool} />
        <LogCard client={client} detail={detail} />
      </div>
      <JobRequestsCard
        jobRequests={detail.jobRequests}
        now={now}
        onOpen={(request) => onItem(String(request.requestId))}
      />
      <NodesCard nodes={detail.nodes} now={now} />
    </>
  );
}
