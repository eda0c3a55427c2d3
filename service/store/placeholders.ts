// The placeholder agents that Weir registered for a pool.
import type { Store } from '../ports.ts';
import { fenced } from './fence.ts';
import { numberIn, textIn, type Sql } from './sql.ts';

type PlaceholderMethods = 'listPlaceholders' | 'savePlaceholder' | 'removePlaceholder';

export function placeholdersOf(sql: Sql): Pick<Store, PlaceholderMethods> {
  return {
    listPlaceholders: async (pool) => {
      const rows = await sql.query('select * from weir.placeholder where pool = $1 order by agent_id', [pool]);
      return rows.map((row) => ({
        agentId: numberIn(row, 'agent_id'),
        name: textIn(row, 'name'),
        image: textIn(row, 'image'),
      }));
    },
    savePlaceholder: async (lease, { agentId, name, image }) => {
      await fenced(
        sql,
        lease,
        `insert into weir.placeholder (pool, agent_id, name, image) select held.pool, $4::bigint, $5, $6 from held
         on conflict (pool, agent_id) do update set name = excluded.name, image = excluded.image
         returning 1 as wrote`,
        [agentId, name, image],
      );
    },
    removePlaceholder: async (lease, agentId) => {
      await fenced(
        sql,
        lease,
        `delete from weir.placeholder as row using held
         where row.pool = held.pool and row.agent_id = $4::bigint returning 1 as wrote`,
        [agentId],
      );
    },
  };
}
