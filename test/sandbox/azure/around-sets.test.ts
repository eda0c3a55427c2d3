// What stands around a scale set: autoscale settings, locks that refuse writes, and what the caller is granted.
import { beforeEach, describe, expect, it } from '@jest/globals';
import { group, setPath, testCloud, testImage, type TestCloud } from './cloud.ts';

const subscription = group.split('/').slice(0, 3).join('/');
const setting = `${group}/providers/microsoft.insights/autoscalesettings/night`;
const locks = '/providers/Microsoft.Authorization/locks';
let cloud: TestCloud;

beforeEach(() => {
  cloud = testCloud();
  cloud.call('PUT', group, { location: 'eastus' });
});

describe('autoscale settings', () => {
  const properties = { profiles: [], enabled: true, targetResourceUri: setPath };

  it('are written, listed for the whole subscription, switched off and deleted', () => {
    expect(cloud.call('PUT', setting, { location: 'eastus', properties }).status).toBe(201);
    expect(cloud.call('PUT', setting, { location: 'eastus', properties }).status).toBe(200);
    const listed = cloud.call('GET', `${subscription}/providers/Microsoft.Insights/autoscaleSettings`);
    expect(listed.json()).toMatchObject({ value: [{ name: 'night', properties }] });
    const off = cloud.call('PATCH', setting, { properties: { profiles: [], enabled: false } });
    expect(off.json()).toMatchObject({ properties: { enabled: false, targetResourceUri: setPath } });
    expect([cloud.call('DELETE', setting).status, cloud.call('DELETE', setting).status]).toEqual([200, 204]);
    expect(cloud.call('GET', setting).status).toBe(404);
  });

  it('need their profiles, also in a patch, and are off unless told', () => {
    expect(cloud.call('PUT', setting, { properties: {} }).status).toBe(400);
    expect(cloud.call('PUT', setting, { properties: { profiles: [] } }).json()).toMatchObject({
      properties: { enabled: false },
    });
    expect(cloud.call('PATCH', setting, { properties: { enabled: true } }).status).toBe(400);
  });
});

describe('locks', () => {
  const lock = (scope: string, level: string) =>
    cloud.call('PUT', `${scope}${locks}/keep`, { properties: { level, notes: 'ask first' } });

  it.each([
    [group, 'ReadOnly', { PATCH: 409, DELETE: 409, GET: 200 }],
    [subscription, 'CanNotDelete', { PATCH: 200, DELETE: 409, GET: 200 }],
    [setPath, 'ReadOnly', { PATCH: 409, DELETE: 409, GET: 200 }],
  ] as const)('at %s, %s, refuse what they forbid, and are told from above', (scope, level, statuses) => {
    makeSet(cloud);
    expect(lock(scope, level).status).toBe(201);
    for (const [method, status] of Object.entries(statuses)) {
      const answer = cloud.call(method, setPath, method === 'PATCH' ? { tags: { a: 'b' } } : undefined);
      expect([method, answer.status]).toEqual([method, status]);
      if (status === 409) expect(answer.json()).toMatchObject({ error: { code: 'ScopeLocked' } });
    }
    expect(cloud.call('GET', `${subscription}${locks}`).json()).toMatchObject({
      value: [{ id: `${scope}${locks}/keep`, properties: { level, notes: 'ask first' } }],
    });
    expect(cloud.call('DELETE', `${scope}${locks}/keep`).status).toBe(200);
    expect(cloud.call('DELETE', setPath).status).toBe(202);
  });

  it('of an unknown level are refused', () => {
    expect(lock(group, 'Forever').status).toBe(400);
  });
});

describe('permissions', () => {
  it('are everything where nobody is judged, else what the roles give at the scope', () => {
    const path = `${setPath}/providers/Microsoft.Authorization/permissions`;
    expect(cloud.call('GET', path).json()).toMatchObject({ value: [{ actions: ['*'], notActions: [] }] });
    const read = 'Microsoft.Compute/virtualMachineScaleSets/read';
    const own = 'Microsoft.Authorization/permissions/read';
    const judged = testCloud({
      permits: (_caller, action, scope) => action === own || (action === read && scope.startsWith(setPath)),
    });
    expect(judged.call('GET', path).json()).toMatchObject({
      value: [{ actions: expect.arrayContaining([read, own]) }],
    });
    expect(judged.call('GET', `${subscription}/providers/Microsoft.Authorization/permissions`).json()).toMatchObject({
      value: [{ actions: [own] }],
    });
  });
});

function makeSet(cloud: TestCloud): void {
  const { publisher, offer, sku } = testImage;
  const ip = { name: 'ip', properties: { subnet: { id: `${group}/providers/Microsoft.Network/x/y/subnets/z` } } };
  const made = cloud.call('PUT', setPath, {
    ...{ location: 'eastus', sku: { name: 'Standard_D2s_v3', capacity: 0 } },
    properties: {
      virtualMachineProfile: {
        storageProfile: { imageReference: { publisher, offer, sku, version: 'latest' } },
        osProfile: { adminUsername: 'operator', adminPassword: 'Sandbox-only-0' },
        networkProfile: { networkInterfaceConfigurations: [{ name: 'n', properties: { ipConfigurations: [ip] } }] },
      },
    },
  });
  expect(made.status).toBe(201);
  cloud.settle();
}

describe('deny policies', () => {
  const authorization = '/providers/Microsoft.Authorization';
  const check = `${group}/providers/Microsoft.PolicyInsights/checkPolicyRestrictions`;
  const definition = `${subscription}${authorization}/policyDefinitions/p`;
  const define = (rule: object) =>
    cloud.call('PUT', definition, { properties: { policyRule: { if: rule, then: { effect: 'deny' } } } });
  const assign = (scope: string, more: object = {}) =>
    cloud.call('PUT', `${scope}${authorization}/policyAssignments/a`, {
      properties: { displayName: 'Ours', policyDefinitionId: definition, ...more },
    });
  const denied = (content: object) =>
    (
      cloud.call('POST', check, { resourceDetails: { resourceContent: content } }).json() as {
        contentEvaluationResult: { policyEvaluations: unknown[] };
      }
    ).contentEvaluationResult.policyEvaluations.length;

  it.each([
    [subscription, 403],
    [group, 403],
    ['/providers/Microsoft.Management/managementGroups/all', 403],
    [group.replace(/agents$/, 'others'), 200],
  ])('assigned at %s judge a write by what would stand behind it, and tell so before', (scope, status) => {
    makeSet(cloud);
    define({ allOf: [{ field: 'type', like: '*scaleSets' }, { not: { field: "tags['cost']", exists: 'true' } }] });
    assign(scope);
    expect(cloud.call('PATCH', setPath, { tags: { other: 'x' } }).status).toBe(status);
    expect(cloud.call('PATCH', setPath, { tags: { Cost: 'x' } }).status).toBe(200);
    expect(cloud.call('PATCH', setPath, { sku: { capacity: 0 } }).status).toBe(200);
    const type = 'Microsoft.Compute/virtualMachineScaleSets';
    expect([denied({ type }), denied({ type, tags: { cost: 'x' } })]).toEqual([status === 403 ? 1 : 0, 0]);
  });

  it('name themselves in the refusal, reach extensions, and deny nothing where they are not enforced', () => {
    makeSet(cloud);
    define({ field: 'Microsoft.Compute/virtualMachineScaleSets/extensions/publisher', notIn: ['Contoso'] });
    assign(group);
    const put = () =>
      cloud.call('PUT', `${setPath}/extensions/e`, {
        properties: { publisher: 'Fabrikam', type: 't', typeHandlerVersion: '1.0' },
      });
    expect(put().json()).toMatchObject({
      error: {
        ...{ code: 'RequestDisallowedByPolicy', target: 'e' },
        message: expect.stringContaining(`[{"policyAssignment":{"name":"Ours","id":"${group}`),
        additionalInfo: [{ info: { evaluationDetails: { evaluatedExpressions: [{ expressionValue: 'Fabrikam' }] } } }],
      },
    });
    assign(group, { enforcementMode: 'DoNotEnforce' });
    expect([put().status, denied({ properties: { publisher: 'Fabrikam' } })]).toEqual([201, 0]);
  });

  it('are refused where the emulator would have to guess', () => {
    expect(define({ field: 'location', matchInsensitively: 'w#' }).status).toBe(501);
    expect(define({ value: '[field(1)]', equals: 1 }).status).toBe(501);
    expect(assign(group).status).toBe(404);
  });
});
