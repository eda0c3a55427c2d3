// All pools of the organization at a glance: how each is, why, and how much of it is used.
import { useCallback } from 'react';
import { Button } from 'azure-devops-ui/Button';
import { TextField } from 'azure-devops-ui/TextField';
import type { PoolList, PoolState } from '../../contract/api.ts';
import { Choice } from '../choice.tsx';
import { WithLiveFeed } from '../live-feed.tsx';
import { Empty, Loading, ProblemMessage, StaleMessage } from '../messages.tsx';
import { PageFrame, type Command } from '../page-frame.tsx';
import { isText, longestText } from '../pool/filters.ts';
import { LinkFault } from '../pool/link-fault.tsx';
import type { TabProps } from '../pool/tab-props.ts';
import { useFilters } from '../pool/use-filters.ts';
import { isPoolState, poolStateWords, poolStates } from '../pool-state.ts';
import { Section } from '../section.tsx';
import type { HubClient } from '../service.ts';
import { replace, useLive } from '../use-live.ts';
import { PoolsTable } from './pools-table.tsx';

interface PoolsPageProps extends Pick<TabProps, 'filters' | 'onFilters'> {
  readonly client: HubClient;
  readonly organization: string;
  readonly onOpen: (pool: string) => void;
  /** To where the service stands; absent where a test does not go there. */
  readonly onConnect?: () => void;
  /** Likewise to the page that makes a pool, and to the one that adopts one. */
  readonly onNew?: () => void;
  readonly onAdopt?: () => void;
}

const intervalMs = 3000;

export function PoolsPage(props: PoolsPageProps) {
  return (
    <WithLiveFeed client={props.client} pool={null}>
      <LivePoolsPage {...props} />
    </WithLiveFeed>
  );
}

function LivePoolsPage({ client, organization, onOpen, ...places }: PoolsPageProps) {
  const read = useCallback((signal: AbortSignal) => client.pools(signal), [client]);
  const { data, problem, receivedAt, retry } = useLive({ read, intervalMs, join: replace });
  return (
    <PageFrame
      title="Elastic agents"
      description={data === null ? `Agent pools of ${organization}` : summary(data, organization)}
      commands={commandsOf(places)}
    >
      {data === null && problem === null ? <Loading what="the pools" /> : null}
      {data === null && problem !== null ? <ProblemMessage problem={problem} retry={retry} /> : null}
      {data !== null && receivedAt !== null && problem !== null ? (
        <StaleMessage problem={problem} receivedAt={receivedAt} retry={retry} />
      ) : null}
      {data === null ? null : <Pools list={data} onOpen={onOpen} places={places} />}
    </PageFrame>
  );
}

type Places = Pick<PoolsPageProps, 'onConnect' | 'onNew' | 'onAdopt' | 'filters' | 'onFilters'>;

function commandsOf({ onConnect, onNew, onAdopt }: Places): readonly Command[] {
  const all = [
    { id: 'new', text: 'New pool', onClick: onNew },
    { id: 'adopt', text: 'Adopt a pool', onClick: onAdopt },
    { id: 'connect', text: 'Service address', onClick: onConnect },
  ];
  return all.flatMap(({ onClick, ...command }) => (onClick === undefined ? [] : [{ ...command, onClick }]));
}

interface PoolsProps {
  readonly list: PoolList;
  readonly onOpen: (pool: string) => void;
  readonly places: Places;
}

const kinds = {
  state: { word: 'state', isKnown: isPoolState },
  text: { word: 'pool', isKnown: isText },
} as const;

function Pools({ list, onOpen, places }: PoolsProps) {
  const { values, fault, choose, type, settle } = useFilters(kinds, places);
  const { text: filter } = values;
  const state: PoolState | 'all' = poolStates.find((one) => one === values.state) ?? 'all';
  const named = list.pools.filter((pool) => pool.name.toLowerCase().includes(filter.trim().toLowerCase()));
  const shown = named.filter((pool) => state === 'all' || pool.state === state);
  if (list.pools.length === 0) return <NoPools {...places} />;
  // What is chosen stays in the list, also while no pool is so.
  const states = [...new Set([state, ...list.pools.map((pool) => pool.state)])].filter((one) => one !== 'all').sort();
  const field = (
    <span className="weir-filters" onBlur={settle}>
      <Choice
        label="State"
        value={state}
        choices={['all', ...states]}
        nameOf={(one) => (one === 'all' ? 'All' : poolStateWords(one))}
        onChange={(value) => choose('state', value === 'all' ? '' : value)}
      />
      <TextField
        ariaLabel="Filter pools by name"
        placeholder="Filter by name"
        prefixIconProps={{ iconName: 'Filter' }}
        className="weir-filter"
        maxLength={longestText}
        value={filter}
        onChange={(_event, value) => type('text', value)}
      />
    </span>
  );
  return (
    <Section title="Agent pools" count={list.pools.length} aside={field}>
      <LinkFault fault={fault} />
      <PoolsTable pools={shown} onOpen={onOpen} />
      {shown.length === 0 ? (
        <Empty
          title={
            named.length === 0 || state === 'all'
              ? `No pool has "${filter.trim()}" in its name`
              : `No pool is in the state "${poolStateWords(state)}" now`
          }
        >
          Clear the filter to see all {list.pools.length}.
        </Empty>
      ) : null}
    </Section>
  );
}

function NoPools({ onNew }: Pick<PoolsPageProps, 'onNew'>) {
  return (
    <Section title="Agent pools">
      <Empty title="Weir does not look after any pool of this organization yet">
        <p>
          Make one here from a virtual machine scale set of your subscription, or name one under <code>pools</code> in
          the service's <code>weir.yaml</code> and start it again.
        </p>
        <p>
          From then on this page shows how many agents the pool has, which jobs wait and why, and everything that Weir
          decides.
        </p>
        {onNew === undefined ? null : (
          <p>
            <Button primary={true} text="Make the first pool" onClick={onNew} />
          </p>
        )}
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
