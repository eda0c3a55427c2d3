// The rows of the pools page: one pool each, with the sentence that says why it is as it is. A thousand pools are as quick
// as ten, because only those on the screen are drawn.
import type { PoolSummary } from '../../contract/api.ts';
import { CapacityBar, machinesBeside } from '../capacity-bar.tsx';
import { DataTable, type Column } from '../data-table.tsx';
import { LongTable } from '../nodes/long-table.tsx';
import { PageLink } from '../page-link.tsx';
import { poolStateWords } from '../pool-state.ts';
import { PoolStatus } from '../status-icon.tsx';
import './pools.css';

interface PoolsTableProps {
  readonly pools: readonly PoolSummary[];
  readonly onOpen: (pool: string) => void;
}

/** More pools than this have rows of one height: their sentences end where the line does. */
const fewPools = 50;

export function PoolsTable({ pools, onOpen }: PoolsTableProps) {
  const Table = pools.length > fewPools ? LongTable : DataTable;
  return pools.length === 0 ? null : (
    <Table
      label="Agent pools"
      columns={columnsFor(onOpen)}
      rows={pools}
      keyOf={(pool) => pool.name}
      className="weir-pools"
    />
  );
}

function columnsFor(onOpen: (pool: string) => void): readonly Column<PoolSummary>[] {
  return [
    {
      title: 'Pool',
      className: 'weir-wide',
      render: (pool) => (
        <div className="weir-lead">
          <PoolStatus of={pool.state} label={poolStateWords(pool.state)} />
          <div>
            <div className="weir-pool-name">
              <PageLink route={{ page: 'pool', pool: pool.name }} onGo={() => onOpen(pool.name)}>
                {pool.name}
              </PageLink>
              {pool.isManagedByFile === true ? <span className="weir-by-file">by file</span> : null}
            </div>
            <div className="weir-reason" title={pool.sentence}>
              {pool.sentence}
            </div>
          </div>
        </div>
      ),
    },
    {
      title: 'Agents',
      className: 'weir-agents',
      render: (pool) => (
        <>
          <CapacityBar pool={pool} />
          <div className="weir-secondary">{agentWords(pool)}</div>
        </>
      ),
    },
    { title: 'Queued jobs', className: 'weir-number', render: (pool) => <strong>{pool.queued}</strong> },
    {
      title: 'Machines',
      className: 'weir-number',
      render: (pool) => (
        <>
          <strong>{pool.instances}</strong> <span className="weir-secondary">of {pool.maximum}</span>
        </>
      ),
    },
  ];
}

/** Only the groups that have somebody in them: zeros would hide the numbers that matter. Together they are the machines beside. */
function agentWords(pool: PoolSummary): string {
  const groups = [
    [pool.agentsBusy, 'busy'],
    [pool.agentsIdle, 'idle'],
    [pool.agentsStarting, 'starting'],
    [machinesBeside(pool), 'leaving or kept'],
  ] as const;
  const words = groups.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return words.length === 0 ? 'no agents' : words.join(', ');
}
