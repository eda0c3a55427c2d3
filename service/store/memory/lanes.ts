// Lanes in memory: what lanes.ts does in SQL.
import type { Store } from '../../ports.ts';
import { byText, done, held, listIn, type Rows } from './rows.ts';

export function lanesIn(rows: Rows): Pick<Store, 'listLanes' | 'saveLane' | 'forgetLane'> {
  return {
    listLanes: (pool) =>
      done(() =>
        [...(rows.lanes.get(pool)?.values() ?? [])].sort(
          (first, second) => first.createdAt - second.createdAt || byText(first.scaleSetId, second.scaleSetId),
        ),
      ),
    saveLane: (lease, lane) =>
      done(() => {
        held(rows, lease);
        const lanes = listIn(rows.lanes, lease.pool, () => new Map());
        if (!lanes.has(lane.scaleSetId)) lanes.set(lane.scaleSetId, lane);
      }),
    forgetLane: (lease, scaleSetId) =>
      done(() => {
        held(rows, lease);
        rows.lanes.get(lease.pool)?.delete(scaleSetId);
      }),
  };
}
