// The ledger in memory: what ledger.ts does in SQL.
import type { OpenOperation } from '../../domain/observation.ts';
import type { Store } from '../../ports.ts';
import { isClosing } from '../ledger.ts';
import { done, given, held, type OperationRow, type Rows } from './rows.ts';

export function ledgerIn(rows: Rows): Pick<Store, 'listOpenOperations' | 'openOperation' | 'changeOperation'> {
  return {
    listOpenOperations: (pool) =>
      done(() =>
        [...rows.operations.values()]
          .filter((operation) => operation.pool === pool)
          .sort((first, second) => first.startedAt - second.startedAt)
          .map(openOperationOf),
      ),
    openOperation: (lease, operation) =>
      done(() => {
        held(rows, lease);
        const { generationId } = operation;
        if (generationId !== null && [...rows.operations.values()].some((one) => one.generationId === generationId)) {
          return null;
        }
        const opened: OpenOperation = {
          ...operation,
          operationId: String(rows.nextOperation),
          phaseSince: operation.startedAt,
          attempts: 0,
          lastProblem: null,
        };
        rows.nextOperation += 1;
        if (!isClosing(opened.phase)) rows.operations.set(opened.operationId, { ...opened, pool: lease.pool });
        return opened;
      }),
    changeOperation: (lease, operationId, now, change) =>
      done(() => {
        held(rows, lease);
        const before = rows.operations.get(operationId);
        if (before?.pool !== lease.pool)
          throw new Error(`Operation ${operationId} of pool "${lease.pool}" is not open.`);
        const phase = change.phase ?? before.phase;
        if (isClosing(phase)) rows.operations.delete(operationId);
        else {
          const phaseSince = phase === before.phase ? Math.min(before.phaseSince, now) : now;
          rows.operations.set(operationId, { ...before, ...given(change), phaseSince });
        }
      }),
  };
}

function openOperationOf({ pool: _pool, ...operation }: OperationRow): OpenOperation {
  return operation;
}
