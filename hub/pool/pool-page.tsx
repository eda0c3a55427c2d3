// One pool: how it is and why, its last hours, what Weir decided, the jobs and the nodes. Everything moves by itself.
import { useCallback } from 'react';
import type { PoolDetail, PoolSummary } from '../../contract/api.ts';
import { MessageCard, MessageCardSeverity } from 'azure-devops-ui/MessageCard';
import { WithLiveFeed } from '../live-feed.tsx';
import { Loading, ProblemMessage, StaleMessage } from '../messages.tsx';
import { PageFrame } from '../page-frame.tsx';
import { policyWords } from '../pool-state.ts';
import type { HubClient } from '../service.ts';
import { between, spanWords } from '../time.ts';
import type { PoolTab } from '../route.ts';
import { replace, useLive } from '../use-live.ts';
import { PoolBanners } from './pool-banners.tsx';
import { PoolTabs } from './pool-tabs.tsx';
import type { TabProps } from './tab-props.ts';
import { useMayDelete } from './use-may-delete.ts';

interface PoolPageProps {
  readonly client: HubClient;
  readonly name: string;
  readonly onBack: () => void;
  /** Which tab is open; absent: the overview, and nothing else can be opened. */
  readonly place?: Place;
}

export interface Place extends Pick<TabProps, 'item' | 'onItem' | 'onTab' | 'filters' | 'onFilters'> {
  readonly tab: PoolTab;
  /** To the page that deletes the pool; absent: it cannot be deleted from here. */
  readonly onDelete?: () => void;
}

const still: Place = { tab: 'overview', item: null, onTab: () => undefined, onItem: () => undefined };

const intervalMs = 2000;

/** The service looks at least once a minute; three times as long without a look is worth a word. */
const oldObservationMs = 180_000;

export function PoolPage(props: PoolPageProps) {
  return (
    <WithLiveFeed client={props.client} pool={props.name}>
      <LivePoolPage {...props} />
    </WithLiveFeed>
  );
}

function LivePoolPage({ client, name, onBack, place = still }: PoolPageProps) {
  const read = useCallback((signal: AbortSignal) => client.pool(name, signal), [client, name]);
  const { data, problem, receivedAt, retry } = useLive({ read, intervalMs, join: replace });
  const { onDelete } = place;
  const mayDelete = useMayDelete(client, onDelete === undefined ? null : (data?.pool ?? null));
  return (
    <PageFrame
      title={name}
      description={data === null ? 'Agent pool' : <Description pool={data.pool} />}
      onBack={onBack}
      {...(onDelete === undefined || !mayDelete
        ? {}
        : { commands: [{ id: 'delete', text: 'Delete pool', onClick: onDelete }] })}
    >
      {data === null && problem === null ? <Loading what="the pool" /> : null}
      {data === null && problem !== null ? (
        <ProblemMessage
          problem={problem}
          retry={retry}
          way={problem.code === 'POOL_NOT_FOUND' ? { text: 'All pools', onClick: onBack } : undefined}
        />
      ) : null}
      {data !== null && receivedAt !== null && problem !== null ? (
        <StaleMessage problem={problem} receivedAt={receivedAt} retry={retry} />
      ) : null}
      {data === null ? null : <Pool client={client} detail={data} place={place} />}
    </PageFrame>
  );
}

interface PoolProps {
  readonly client: HubClient;
  readonly detail: PoolDetail;
  readonly place: Place;
}

function Pool({ client, detail, place }: PoolProps) {
  return (
    <>
      <PoolBanners banners={detail.banners ?? []} pool={detail.pool.name} onTab={place.onTab} />
      {warnings(detail).map((words) => (
        <MessageCard key={words} severity={MessageCardSeverity.Warning}>
          <span className="weir-anywhere">{words}</span>
        </MessageCard>
      ))}
      <PoolTabs client={client} detail={detail} {...place} />
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
