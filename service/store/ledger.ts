// The ledger: each thing that touches the world has its row before the call, and closes it after the outcome was seen.
import type { OpenOperation, OperationPhase } from '../domain/observation.ts';
import type { Store } from '../ports.ts';
import { fenceParameters, fenced } from './fence.ts';
import { assignments, numberIn, numberOrNullIn, textIn, textOrNullIn } from './sql.ts';
import type { Sql, SqlRow } from './sql.ts';

export function isClosing(phase: OperationPhase): boolean {
  return phase === 'done' || phase === 'failed' || phase === 'cancelled';
}

const changeable = {
  phase: 'phase',
  toCapacity: 'to_capacity',
  operationUrl: 'operation_url',
  deadlineAt: 'deadline_at',
  attempts: 'attempts',
  lastProblem: 'last_problem',
  isInDoubt: 'in_doubt',
};

export function ledgerOf(sql: Sql): Pick<Store, 'listOpenOperations' | 'openOperation' | 'changeOperation'> {
  return {
    listOpenOperations: async (pool) => {
      const rows = await sql.query(
        'select * from weir.operation where pool = $1 and closed_at is null order by started_at, operation_id',
        [pool],
      );
      return rows.map(operationOf);
    },
    openOperation: async (lease, operation) => {
      const [row] = await fenced(
        sql,
        lease,
        `insert into weir.operation (pool, kind, phase, scale_set_id, generation_id, instance_id, vm_id, agent_id,
           from_capacity, to_capacity, operation_url, started_at, phase_since, deadline_at, reason, closed_at)
         select held.pool, $4, $5, $6, $7, $8, $9, $10::bigint, $11::int, $12::int, $13,
           $14::double precision, $14::double precision, $15::double precision, $16::json, $17::double precision
         from held
         on conflict (generation_id) where closed_at is null and generation_id is not null do nothing
         returning 1 as wrote, *`,
        [
          operation.kind,
          operation.phase,
          operation.scaleSetId,
          operation.generationId,
          operation.instanceId,
          operation.vmId,
          operation.agentId,
          operation.fromCapacity,
          operation.toCapacity,
          operation.operationUrl,
          operation.startedAt,
          operation.deadlineAt,
          JSON.stringify(operation.reason),
          isClosing(operation.phase) ? operation.startedAt : null,
        ],
      );
      return row === undefined ? null : operationOf(row);
    },
    changeOperation: async (lease, operationId, now, change) => {
      const { phase } = change;
      const set = assignments({ ...change }, changeable, fenceParameters + 4);
      const rows = await fenced(
        sql,
        lease,
        `update weir.operation as row set
           phase_since = case when $6::text is null or $6 = row.phase
             then least(row.phase_since, $5::double precision) else $5::double precision end,
           closed_at = case when $7 then $5::double precision end ${set.clause}
         from held
         where row.pool = held.pool and row.operation_id::text = $4 and row.closed_at is null
         returning 1 as wrote`,
        [operationId, now, phase ?? null, phase !== undefined && isClosing(phase), ...set.values],
      );
      if (rows.length === 0) throw new Error(`Operation ${operationId} of pool "${lease.pool}" is not open.`);
    },
  };
}

function operationOf(row: SqlRow): OpenOperation {
  return {
    operationId: String(numberIn(row, 'operation_id')),
    kind: textIn(row, 'kind') as OpenOperation['kind'],
    phase: textIn(row, 'phase') as OperationPhase,
    scaleSetId: textOrNullIn(row, 'scale_set_id'),
    generationId: textOrNullIn(row, 'generation_id'),
    instanceId: textOrNullIn(row, 'instance_id'),
    vmId: textOrNullIn(row, 'vm_id'),
    agentId: numberOrNullIn(row, 'agent_id'),
    fromCapacity: numberOrNullIn(row, 'from_capacity'),
    toCapacity: numberOrNullIn(row, 'to_capacity'),
    operationUrl: textOrNullIn(row, 'operation_url'),
    startedAt: numberIn(row, 'started_at'),
    phaseSince: numberIn(row, 'phase_since'),
    deadlineAt: numberOrNullIn(row, 'deadline_at'),
    attempts: numberIn(row, 'attempts'),
    reason: row.reason as OpenOperation['reason'],
    lastProblem: textOrNullIn(row, 'last_problem'),
    ...(row.in_doubt === true ? { isInDoubt: true as const } : {}),
  };
}
