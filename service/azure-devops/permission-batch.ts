// Many pools in one question: the security service tells which permissions the caller has (POST permissionevaluationbatch,
// security-7.1.json; the bits and the namespace of azure-devops-wire.md 1). A pool is the token `AgentPools/{poolId}` there.
import { CloudError } from '../problem.ts';
import { fieldsOf, unreadable } from '../wire.ts';
import type { Ask } from './exchange.ts';

const namespace = '101eae8c-1709-47f9-b228-0e476c35b3ba';
/** Nobody documents how many one request may hold; this is far below what a request may weigh. */
const mostInOne = 250;

/** Groups of at most so many that one request asks about. */
export function batchesOf(poolIds: readonly number[]): readonly (readonly number[])[] {
  const count = Math.ceil(poolIds.length / mostInOne);
  return Array.from({ length: count }, (_, index) => poolIds.slice(index * mostInOne, (index + 1) * mostInOne));
}

/** A person who administers the organisation is not let in for that alone: the pool page would not let them in either. */
export function batchRequest(poolIds: readonly number[], bit: number): Ask {
  return {
    method: 'POST',
    path: '_apis/security/permissionevaluationbatch',
    apiVersion: '7.1',
    body: {
      alwaysAllowAdministrators: false,
      evaluations: poolIds.map((poolId) => ({
        securityNamespaceId: namespace,
        token: tokenOf(poolId),
        permissions: bit,
      })),
    },
  };
}

/** One verdict for each pool that was asked about; throws where one is missing, for no answer never means yes or no. */
export function readBatch(raw: unknown, poolIds: readonly number[]): ReadonlyMap<number, boolean> {
  const rows = fieldsOf(raw, 'permissionEvaluationBatch').objects('evaluations') ?? [];
  const verdicts = new Map(rows.map((row) => [row.text('token')?.toLowerCase() ?? '', row.flag('value')]));
  return new Map(
    poolIds.map((poolId) => {
      const verdict = verdicts.get(tokenOf(poolId).toLowerCase());
      if (typeof verdict !== 'boolean') throw unreadable(`evaluations of pool ${poolId}`, 'true or false', verdict);
      return [poolId, verdict];
    }),
  );
}

/** A refusal of the whole question: this organisation, or a token of this kind, has to be asked pool by pool. */
export function isRefused(problem: unknown): boolean {
  if (!(problem instanceof CloudError)) return false;
  return problem.kind === 'denied' || problem.kind === 'notFound' || problem.kind === 'invalid';
}

function tokenOf(poolId: number): string {
  return `AgentPools/${poolId}`;
}
