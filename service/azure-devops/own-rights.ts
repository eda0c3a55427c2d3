// What the identity of the service may do with one agent pool, and its name, as Azure DevOps tells it (azure-devops-wire.md 1).
import type { PoolRights } from '../domain/pool-right-check.ts';
import { CloudError } from '../problem.ts';
import { fieldsOf, unreadable } from '../wire.ts';

/** Bits of the permissions of a pool: everybody who sees it has the first, its Administrators have the second. */
const bits = { view: 1, manage: 2 } as const;

/** A GET below the organisation; null for no API version. */
export type Reader = (path: string, apiVersion: string | null) => Promise<unknown>;

export async function readPoolRights(read: Reader, poolId: number): Promise<PoolRights> {
  const connection = fieldsOf(await read('_apis/connectionData', null), 'connectionData');
  const user = connection.object('authenticatedUser');
  if (user === null)
    throw new CloudError('denied', 'readPoolRights', 'Azure DevOps does not know the identity of Weir.');
  const identityId = user.requiredText('id');
  return {
    name: user.text('customDisplayName') ?? user.text('providerDisplayName') ?? identityId,
    identityId,
    mayView: await may(read, poolId, 'view'),
    mayManage: await may(read, poolId, 'manage'),
  };
}

/** Who may not even see the pool is answered 404. */
export async function may(read: Reader, poolId: number, right: keyof typeof bits): Promise<boolean> {
  try {
    const answer = await read(`_apis/distributedtask/pools/${poolId}/permissions/${bits[right]}`, '7.2-preview.1');
    if (typeof answer !== 'boolean') throw unreadable('permissions', 'true or false', answer);
    return answer;
  } catch (problem) {
    if (problem instanceof CloudError && (problem.kind === 'denied' || problem.kind === 'notFound')) return false;
    throw problem;
  }
}
