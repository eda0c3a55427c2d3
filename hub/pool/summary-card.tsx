// How the pool is, in one sentence, with the numbers that belong to it and one cell for each node.
import type { NodeView, PoolSummary } from '../../contract/api.ts';
import { Moment } from '../moment.tsx';
import { poolStateWords } from '../pool-state.ts';
import { PoolStatus } from '../status-icon.tsx';
import { NodeStrip } from './node-strip.tsx';

interface SummaryCardProps {
  readonly pool: PoolSummary;
  readonly nodes: readonly NodeView[];
  readonly now: string;
}

export function SummaryCard({ pool, nodes, now }: SummaryCardProps) {
  return (
    <section className="weir-card weir-summary bolt-card-white depth-8" aria-label="How the pool is">
      <div className="weir-summary-head">
        <div className="weir-lead">
          <PoolStatus of={pool.state} size="l" />
          <div>
            <h2 className="weir-sentence">{pool.sentence}</h2>
            <div className="weir-secondary">
              {poolStateWords(pool.state)} · {pool.observedAt === null ? 'not checked yet' : 'checked '}
              {pool.observedAt === null ? null : <Moment at={pool.observedAt} now={now} />}
            </div>
          </div>
        </div>
        <dl className="weir-numbers">
          <Figure label="Queued jobs" value={pool.queued} />
          <Figure label="Running jobs" value={pool.running} />
          <Figure label="Agents online" value={pool.agentsBusy + pool.agentsIdle} beside={standby(pool)} />
          <Figure label="Machines" value={pool.instances} beside={`of ${pool.maximum}`} />
        </dl>
      </div>
      <NodeStrip nodes={nodes} maximum={pool.maximum} />
    </section>
  );
}

function Figure({
  label,
  value,
  beside = null,
}: {
  readonly label: string;
  readonly value: number;
  readonly beside?: string | null;
}) {
  return (
    <div>
      <dt className="weir-secondary">{label}</dt>
      <dd className="weir-nowrap">
        <span className="weir-figure">{value}</span>
        {beside === null ? null : <span className="weir-secondary"> {beside}</span>}
      </dd>
    </div>
  );
}

function standby({ standby: wanted }: PoolSummary): string | null {
  return wanted === 0 ? null : `standby ${wanted}`;
}
