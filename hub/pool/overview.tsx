// The first page of a pool. First what somebody comes for who has little time: how it is, what waits and why, the last hours and what
// Weir decided; then the nodes; then what the past adds up to and what it has cost.
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
      <JobRequestsCard
        jobRequests={detail.jobRequests}
        now={now}
        onOpen={(request) => onItem(String(request.requestId), 'jobs')}
        onAll={() => onTab('jobs')}
      />
      <LinkFault fault={look.fault} />
      <div className="weir-beside">
        <HistoryCard client={client} pool={pool} look={look} />
        <LogCard client={client} detail={detail} />
      </div>
      <NodesCard
        nodes={detail.nodes}
        now={now}
        onOpen={(node) => onItem(node.key, 'nodes')}
        onAll={() => onTab('nodes')}
      />
      <TimelineCard client={client} pool={pool.name} look={look} />
      <StatisticsCards client={client} pool={pool.name} look={look} onWhatIf={(written) => onItem(written, 'whatif')} />
    </>
  );
}
