// All pools of the organization at a glance: how each is, why, and how much of it is used.
import { useCallback, useState } from 'react';
import { TextField } from 'azure-devops-ui/TextField';
import type { PoolList } from '../../contract/api.ts';
import { WithLiveFeed } from '../live-feed.tsx';
import { Empty, Loading, ProblemMessage, StaleMessage } from '../messages.tsx';
import { PageFrame } from '../page-frame.tsx';
import { Section } from '../section.tsx';
import type { HubClient } from '../service.ts';
import { replace, useLive } from '../use-live.ts';
import { PoolsTable } from './pools-table.tsx';

interface PoolsPageProps {
  readonly client: HubClient;
  readonly organization: string;
  readonly onOpen: (pool: string) => void;
  /** To where the service stands; absent where a test does not go there. */
  readonly onConnect?: () => void;
}

const intervalMs = 3000;

export function PoolsPage(props: PoolsPageProps) {
  return (
    <WithLiveFeed client={props.client} pool={null}>
      <LivePoolsPage {...props} />
    </WithLiveFeed>
  );
}

function LivePoolsPage({ client, organization, onOpen, onConnect }: PoolsPageProps) {
  const read = useCallback((signal: AbortSignal) => client.pools(signal), [client]);
  const { data, problem, receivedAt, retry } = useLive({ read, intervalMs, join: replace });
  return (
    <PageFrame
      title="Elastic agents"
      description={data === null ? `Agent pools of ${organization}` : summary(data, organization)}
      {...(onConnect === undefined
        ? {}
        : { commands: [{ id: 'connect', text: 'Service address', onClick: onConnect }] })}
    >
      {data === null && problem === null ? <Loading what="the pools" /> : null}
      {data === null && problem !== null ? <ProblemMessage problem={problem} retry={retry} /> : null}
      {data !== null && receivedAt !== null && problem !== null ? (
        <StaleMessage problem={problem} receivedAt={receivedAt} retry={retry} />
      ) : null}
      {data === null ? null : <Pools list={data} onOpen={onOpen} />}
    </PageFrame>
  );
}

function Pools({ list, onOpen }: { readonly list: PoolList; readonly onOpen: (pool: string) => void }) {
  const [filter, setFilter] = useState('');
  const shown = list.pools.filter((pool) => pool.name.toLowerCase().includes(filter.trim().toLowerCase()));
  if (list.pools.length === 0) return <NoPools />;
  const field = (
    <TextField
      ariaLabel="Filter pools by name"
      placeholder="Filter by name"
      prefixIconProps={{ iconName: 'Filter' }}
      className="weir-filter"
      value={filter}
      onChange={(_event, value) => setFilter(value)}
    />
  );
  return (
    <Section title="Agent pools" count={list.pools.length} aside={field}>
      <PoolsTable pools={shown} onOpen={onOpen} />
      {shown.length === 0 ? (
        <Empty title={`No pool has "${filter.trim()}" in its name`}>
          Clear the filter to see all {list.pools.length}.
        </Empty>
      ) : null}
    </Section>
  );
}

function NoPools() {
  return (
    <Section title="Agent pools">
      <Empty title="Weir does not look after any pool of this organization yet">
        <p>
          A pool comes from the service's configuration: name an agent pool of this organization and a virtual machine
          scale set of your subscription under <code>pools</code> in <code>weir.yaml</code>, then start the service
          again.
        </p>
        <p>
          From then on this page shows how many agents the pool has, which jobs wait and why, and everything that Weir
          decides.
        </p>
      </Empty>
    </Section>
  );
}

function summary(list: PoolList, organization: string): string {
  const total = (of: (pool: PoolList['pools'][number]) => number): number =>
    list.pools.reduce((sum, pool) => sum + of(pool), 0);
  const queued = total((pool) => pool.queued);
  const running = total((pool) => pool.running);
  return `${organization}: ${jobs(running)} ${running === 1 ? 'runs' : 'run'}, ${queued === 0 ? 'none waits' : `${String(queued)} ${queued === 1 ? 'waits' : 'wait'}`}`;
}

function jobs(count: number): string {
  return count === 1 ? '1 job' : `${String(count)} jobs`;
}
