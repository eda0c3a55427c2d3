// What clients ask first: who am I here, and at which address does each area answer.

import { list, ok, parameter, type Handler } from './call.ts';
import { VssError } from './errors.ts';
import { drawGuid } from './guid.ts';

export const getConnectionData: Handler = (organization, call) => {
  const { name } = call.caller;
  // The same name is the same identity, on every call and from every token.
  const user = {
    id: identityId(name),
    descriptor: `Microsoft.TeamFoundation.Identity;${name}`,
    providerDisplayName: name,
    isActive: true,
    properties: { Account: { $type: 'System.String', $value: name } },
    resourceVersion: 2,
    metaTypeId: 0,
  };
  const { organizationId } = organization.state;
  return ok({
    authenticatedUser: user,
    authorizedUser: user,
    instanceId: organizationId,
    deploymentId: organizationId,
    deploymentType: 'hosted',
    locationServiceData: {
      serviceOwner: '00025394-6065-48ca-87d9-7f5672854ef7',
      defaultAccessMappingMoniker: 'PublicAccessMapping',
      lastChangeId: 1,
      lastChangeId64: 1,
    },
  });
};

export const listResourceAreas: Handler = (_organization, call) => list(areas(call.base));

export const getResourceArea: Handler = (_organization, call) => {
  const found = areas(call.base).find((area) => area.id === parameter(call, 'areaId').toLowerCase());
  if (found === undefined)
    throw new VssError(
      404,
      'ResourceAreaNotFoundException',
      `The resource area ${parameter(call, 'areaId')} is not served here.`,
    );
  return ok(found);
};

const areas = (
  base: string,
): readonly { readonly id: string; readonly name: string; readonly locationUrl: string }[] => [
  { id: 'a85b8835-c1a1-4aac-ae97-1c3d0ba72dbd', name: 'distributedtask', locationUrl: `${base}/` },
  { id: '79134c72-4a58-4b42-976c-04e7115f32bf', name: 'core', locationUrl: `${base}/` },
];

function identityId(name: string): string {
  let seed = 2_166_136_261;
  for (const letter of name) seed = Math.imul(seed ^ (letter.codePointAt(0) ?? 0), 16_777_619) >>> 0;
  return drawGuid(() => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  });
}
