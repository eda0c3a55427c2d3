// How much of a pool's maximum is used, as one small bar; the words beside it say the same.
import type { PoolSummary } from '../contract/api.ts';

export function CapacityBar({ pool }: { readonly pool: PoolSummary }) {
  const whole = Math.max(1, pool.maximum, pool.agentsBusy + pool.agentsIdle + pool.agentsStarting);
  const parts = [
    ['busy', pool.agentsBusy],
    ['idle', pool.agentsIdle],
    ['starting', pool.agentsStarting],
    ['leaving', machinesBeside(pool)],
  ] as const;
  return (
    <div className="weir-bar" aria-hidden="true">
      {parts.map(([group, count]) =>
        count === 0 ? null : (
          <span key={group} className={`weir-fill-${group}`} style={{ width: `${(100 * count) / whole}%` }} />
        ),
      )}
    </div>
  );
}

/** Machines that no job can get: they leave, are kept for somebody, or are in trouble. A node may be known before its machine. */
export function machinesBeside({ instances, agentsBusy, agentsIdle, agentsStarting }: PoolSummary): number {
  return Math.max(0, instances - agentsBusy - agentsIdle - agentsStarting);
}
