// Who works a pool, for how long, with which epoch; and what lives in the same row: memory and promised machines.
import { LeaseLost } from '../problem.ts';
import type { Store } from '../ports.ts';
import { numberIn, type Sql } from './sql.ts';

const mine = 'pool = $1 and epoch = $2::bigint and owner = $3';

type LeaseMethods = 'acquireLease' | 'releaseLease' | 'confirmLease' | 'readMemory' | 'writeMemory' | 'reserveMachines';

export function leasesOf(sql: Sql): Pick<Store, LeaseMethods> {
  return {
    acquireLease: async (pool, owner, forMilliseconds) => {
      // The epoch rises whenever the lease was free in between, also for the same owner: it may have been frozen.
      const [row] = await sql.query(
        `insert into weir.lease as held (pool, owner, epoch, until)
         values ($1, $2, 1, now() + $3::double precision * interval '1 millisecond')
         on conflict (pool) do update set
           owner = excluded.owner, until = excluded.until,
           epoch = held.epoch + case when held.owner = excluded.owner and held.until > now() then 0 else 1 end
         where held.owner = excluded.owner or held.until <= now()
         returning epoch`,
        [pool, owner, forMilliseconds],
      );
      return row === undefined ? null : { pool, owner, epoch: numberIn(row, 'epoch') };
    },
    releaseLease: async ({ pool, epoch, owner }) => {
      await sql.query(`update weir.lease set owner = null, until = '-infinity' where ${mine}`, [pool, epoch, owner]);
    },
    confirmLease: async ({ pool, epoch, owner }) => {
      const rows = await sql.query(`select 1 from weir.lease where ${mine} and until > now()`, [pool, epoch, owner]);
      if (rows.length === 0) throw new LeaseLost(pool);
    },
    readMemory: async (pool) => {
      const [row] = await sql.query('select memory from weir.lease where pool = $1', [pool]);
      return row === undefined ? null : row.memory;
    },
    writeMemory: async ({ pool, epoch, owner }, memory) => {
      const rows = await sql.query(`update weir.lease set memory = $4 where ${mine} returning 1`, [
        pool,
        epoch,
        owner,
        JSON.stringify(memory),
      ]);
      if (rows.length === 0) throw new LeaseLost(pool);
    },
    reserveMachines: async ({ pool, epoch, owner }, reserved, live, maximum) => {
      const fits = live + reserved <= maximum;
      const rows = await sql.query(
        `update weir.lease set reserved = case when $5 then $4 else reserved end where ${mine} returning 1`,
        [pool, epoch, owner, reserved, fits],
      );
      if (rows.length === 0) throw new LeaseLost(pool);
      return fits;
    },
  };
}
