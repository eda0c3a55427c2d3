// What the identity of the service may do with one agent pool, and its name, as Azure DevOps tells it (azure-devops-wire.md 1).
import type { PoolRights } from '../domain/pool-right-check.ts';
import { CloudError } from '../problem.ts';
import { fieldsOf, unreadable } from '../wire.ts';

const bits = { view: 1, manage: 2 } as const;

/** `read`: a GET below the organisation; null for no API version. */
export async function readPoolRights(
  read: (path: string, apiVersion: string | null) => Promise<unknown>,
  poolId: number,
): Promise<PoolRights> {
  const connection = fieldsOf(await read('_apis/connectionData', null), 'connectionData');
  const user = connection.object('authenticatedUser');
  if (user === null)
    throw new CloudError('denied', 'readPoolRights', 'Azure DevOps does not know the identity of Weir.');
  const identityId = user.requiredText('id');
  const may = (right: keyof typeof bits) => mayOf(read, poolId, bits[right]);
  return {
    name: user.text('customDisplayName') ?? user.text('providerDisplayName') ?? identityId,
    identityId,
    mayView: await may('view'),
    mayManage: await may('manage'),
  };
}

/** Who may not even see the pool is answered 404. */
async function mayOf(
  read: (path: string, apiVersion: string | null) => Promise<unknown>,
  poolId: number,
  bit: number,
): Promise<boolean> {
  try {
    const answer = await read(`_apis/distributedtask/pools/${poolId}/permissions/${bit}`, '7.2-preview.1');
    if (typeof answer !== 'boolean') throw unreadable('permissions', 'true or false', answer);
    return answer;
  } catch (problem) {
    if (problem instanceof CloudError && (problem.kind === 'denied' || problem.kind === 'notFound')) return false;
    throw problem;
  }
}
