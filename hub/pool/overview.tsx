// The first page of a pool: how it is, its past, what Weir decided, the jobs and the nodes.
import { AgentRollouts } from './agent-rollouts.tsx';
import { HistoryCard } from './history-card.tsx';
import { JobRequestsCard } from './job-requests-card.tsx';
import { LinkFault } from './link-fault.tsx';
import { LogCard } from './log-card.tsx';
import { NodesCard } from './nodes-card.tsx';
import { StatisticsCards } from './statistics-card.tsx';
import { SummaryCard } from './summary-card.tsx';
import type { TabProps } from './tab-props.ts';
import { TimelineCard } from './timeline-card.tsx';
import { useLook } from './use-look.ts';

export function Overview({ client, detail, item, onItem, onTab }: TabProps) {
  const { pool, now } = detail;
  const look = useLook(item, onItem, now);
  return (
    <>
      <SummaryCard pool={pool} nodes={detail.nodes} now={now} />
      <AgentRollouts rollouts={detail.agentRollouts ?? []} now={now} />
      <LinkFault fault={look.fault} />
      <div className="weir-beside">
        <HistoryCard client={client} pool={pool} look={look} />
        <LogCard client={client} detail={detail} />
      </div>
      <StatisticsCards client={client} pool={pool.name} look={look} onWhatIf={(written) => onItem(written, 'whatif')} />
      <TimelineCard client={client} pool={pool.name} look={look} />
      <JobRequestsCard
        jobRequests={detail.jobRequests}
        now={now}
        onOpen={(request) => onItem(String(request.requestId), 'jobs')}
      />
      <NodesCard nodes={detail.nodes} now={now} onAll={() => onTab('nodes')} />
    </>
  );
}
