// One pool: how it is and why, its last hours, what Weir decided, the jobs and the nodes. Everything moves by itself.
import { useCallback } from 'react';
import type { PoolDetail, PoolSummary } from '../../contract/api.ts';
import { MessageCard, MessageCardSeverity } from 'azure-devops-ui/MessageCard';
import { Loading, ProblemMessage, StaleMessage } from '../messages.tsx';
import { PageFrame } from '../page-frame.tsx';
import { policyWords } from '../pool-state.ts';
import type { HubClient } from '../service.ts';
import { between, spanWords } from '../time.ts';
import { replace, useLive } from '../use-live.ts';
import { HistoryCard } from './history-card.tsx';
import { JobRequestsCard } from './job-requests-card.tsx';
import { LogCard } from './log-card.tsx';
import { NodesCard } from './nodes-card.tsx';
import { SummaryCard } from './summary-card.tsx';

interface PoolPageProps {
  readonly client: HubClient;
  readonly name: string;
  readonly onBack: () => void;
}

const intervalMs = 2500;

/** The service looks at least once a minute; three times as long without a look is worth a word. */
const oldObservationMs = 180_000;

export function PoolPage({ client, name, onBack }: PoolPageProps) {
  const read = useCallback((signal: AbortSignal) => client.pool(name, signal), [client, name]);
  const { data, problem, receivedAt, retry } = useLive({ read, intervalMs, join: replace });
  return (
    <PageFrame
      title={name}
      description={data === null ? 'Agent pool' : <Description pool={data.pool} />}
      onBack={onBack}
    >
      {data === null && problem === null ? <Loading what="the pool" /> : null}
      {data === null && problem !== null ? <ProblemMessage problem={problem} retry={retry} /> : null}
      {data !== null && receivedAt !== null && problem !== null ? (
        <StaleMessage problem={problem} receivedAt={receivedAt} retry={retry} />
      ) : null}
      {data === null ? null : <Pool client={client} detail={data} />}
    </PageFrame>
  );
}

function Pool({ client, detail }: { readonly client: HubClient; readonly detail: PoolDetail }) {
  const { pool, now } = detail;
  return (
    <>
      {warnings(detail).map((words) => (
        <MessageCard key={words} severity={MessageCardSeverity.Warning}>
          <span className="weir-anywhere">{words}</span>
        </MessageCard>
      ))}
      <SummaryCard pool={pool} nodes={detail.nodes} now={now} />
      <div className="weir-beside">
        <HistoryCard client={client} pool={pool} />
        <LogCard client={client} detail={detail} />
      </div>
      <JobRequestsCard jobRequests={detail.jobRequests} now={now} />
      <NodesCard nodes={detail.nodes} now={now} />
    </>
  );
}

function Description({ pool }: { readonly pool: PoolSummary }) {
  return (
    <span className="weir-name">
      {pool.osType === 'windows' ? 'Windows' : 'Linux'} agents on the scale set <bdi>{pool.scaleSet}</bdi>,{' '}
      {policyWords(pool.policy)}
    </span>
  );
}

function warnings({ pool, now, problems }: PoolDetail): readonly string[] {
  if (problems.length > 0 || pool.observedAt === null) return problems;
  const age = between(pool.observedAt, now);
  return age > oldObservationMs
    ? [`The service last looked at this pool ${spanWords(age)} ago. What you see may have changed since.`]
    : [];
}
