// What the caller may do with many pools at once. The security service knows names of things and not the things: of a pool
// that is not there it tells what would be inherited (security-7.1.json, HasPermissionsBatch).

import { asBody, flag, integer, optional, text, type Body } from './body.ts';
import { ok, type Handler } from './call.ts';
import { accessDenied, invalid } from './errors.ts';
import { hasRights } from './identity.ts';

/** DistributedTask (azure-devops-wire.md 1). */
const NAMESPACE = '101eae8c-1709-47f9-b228-0e476c35b3ba';

export const hasPermissionsBatch: Handler = (organization, call) => {
  if (!organization.rules.answersPermissionBatch)
    throw accessDenied(call.caller.name, 'Read', 'the security service of the organization');
  const body = asBody(call.body());
  const { evaluations } = body;
  if (!Array.isArray(evaluations)) throw invalid('evaluations must be a list.');
  const evaluated = evaluations.map(asBody).map((one) => ({ ...asked(one), value: isAllowed(one) }));
  return ok({
    alwaysAllowAdministrators: optional(body, 'alwaysAllowAdministrators', flag) ?? false,
    evaluations: evaluated,
  });

  function isAllowed(one: Body): boolean {
    const { token, permissions } = asked(one);
    const poolId = /^AgentPools\/(\d+)$/i.exec(token)?.[1];
    if (poolId === undefined) throw invalid(`The emulator knows rights on agent pools only, not on ${token}.`);
    return hasRights(call.caller, Number(poolId), permissions);
  }
};

function asked(one: Body): {
  readonly securityNamespaceId: string;
  readonly token: string;
  readonly permissions: number;
} {
  const securityNamespaceId = text(one, 'securityNamespaceId');
  if (securityNamespaceId.toLowerCase() !== NAMESPACE)
    throw invalid(`The emulator keeps the security namespace ${NAMESPACE} only.`);
  return { securityNamespaceId, token: text(one, 'token'), permissions: integer(one, 'permissions') };
}
