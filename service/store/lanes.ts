// The lanes that Weir made for a pool.
import type { Store } from '../ports.ts';
import { fenced } from './fence.ts';
import { numberIn, textIn, textOrNullIn, type Sql } from './sql.ts';

export function lanesOf(sql: Sql): Pick<Store, 'listLanes' | 'saveLane' | 'forgetLane'> {
  return {
    listLanes: async (pool) => {
      const rows = await sql.query(
        'select * from weir.lane where pool = $1 order by created_at, scale_set_id collate "C"',
        [pool],
      );
      return rows.map((row) => ({
        scaleSetId: textIn(row, 'scale_set_id'),
        key: {
          image: textIn(row, 'image'),
          version: textOrNullIn(row, 'version'),
          template: textIn(row, 'template'),
        },
        createdAt: numberIn(row, 'created_at'),
      }));
    },
    saveLane: async (lease, { scaleSetId, key, createdAt }) => {
      await fenced(
        sql,
        lease,
        `insert into weir.lane (pool, scale_set_id, image, version, template, created_at)
         select held.pool, $4, $5, $6, $7, $8::double precision from held
         on conflict (pool, scale_set_id) do nothing returning 1 as wrote`,
        [scaleSetId, key.image, key.version, key.template, createdAt],
      );
    },
    forgetLane: async (lease, scaleSetId) => {
      await fenced(
        sql,
        lease,
        `delete from weir.lane as row using held
         where row.pool = held.pool and row.scale_set_id = $4 returning 1 as wrote`,
        [scaleSetId],
      );
    },
  };
}
