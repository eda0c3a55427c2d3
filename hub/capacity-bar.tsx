// How much of a pool's maximum is used, as one small bar; the words beside it say the same.
import type { PoolSummary } from '../contract/api.ts';

export function CapacityBar({ pool }: { readonly pool: PoolSummary }) {
  const whole = Math.max(1, pool.maximum, pool.agentsBusy + pool.agentsIdle + pool.agentsStarting);
  const parts = [
    ['busy', pool.agentsBusy],
    ['idle', pool.agentsIdle],
    ['starting', pool.agentsStarting],
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
