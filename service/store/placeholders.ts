// The placeholder agents that Weir registered for a pool. One that a machine takes over is marked in the same moment.
import type { PlaceholderRows } from '../placeholder-rows.ts';
import { fenced } from './fence.ts';
import { numberIn, textIn, type Sql } from './sql.ts';

export function placeholdersOf(sql: Sql): PlaceholderRows {
  return {
    listPlaceholders: async (pool) => {
      const rows = await sql.query(
        'select * from weir.placeholder where pool = $1 and taken_at is null order by agent_id',
        [pool],
      );
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
         on conflict (pool, agent_id) do update set name = excluded.name, image = excluded.image, taken_at = null
           where placeholder.taken_at is null or placeholder.taken_at < now() - interval '10 minutes'
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
    takePlaceholder: async (pool, agentId) => {
      const rows = await sql.query(
        `update weir.placeholder set taken_at = now()
         where pool = $1 and agent_id = $2::bigint and taken_at is null returning 1`,
        [pool, agentId],
      );
      return rows.length === 1;
    },
    forgetPlaceholder: async (pool, agentId) => {
      await sql.query(
        'delete from weir.placeholder where pool = $1 and agent_id = $2::bigint and taken_at is not null',
        [pool, agentId],
      );
    },
  };
}
