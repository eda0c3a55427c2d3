// The role for the checks: enough to look at everything around a scale set and to switch an autoscale setting off, and no more.
// And the roles that the hub shows are those of `deploy/roles`, word for word.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { sandboxSubscription } from '../../sandbox/azure/emulator.ts';
import { layOutEstate } from '../../sandbox/world/estate.ts';
import { createClouds } from '../../sandbox/world/clouds.ts';
import { createAzure } from '../../service/azure/client.ts';
import { azureRoles, checksRole, ownSetRole } from '../../service/domain/azure-roles.ts';
import { checkRole, roleNeeds } from '../../service/domain/right-check.ts';
import { now0 } from '../builders.ts';
import { actionsOf, roleBook, type Assignment } from './role.ts';

const subscription = `/subscriptions/${sandboxSubscription}`;

async function scene(assignments: (scaleSet: string) => readonly Assignment[]) {
  const group = `${subscription}/resourceGroups/weir-agents`;
  const scaleSet = `${group}/providers/Microsoft.Compute/virtualMachineScaleSets/agents`;
  const book = roleBook('weir', assignments(scaleSet));
  const clouds = createClouds({
    ...{ now: now0, random: () => 0.5, organization: 'fabrikam', permits: book.permits },
    sendElsewhere: () => Promise.reject(new Error('nobody else is there')),
  });
  await layOutEstate({
    ...{ send: clouds.send, azureUrl: 'https://management.azure.com', azureToken: 'person' },
    ...{
      organizationUrl: 'https://dev.azure.com/fabrikam',
      azureDevOpsToken: 'x',
      subscriptionId: sandboxSubscription,
    },
    ...{ resourceGroup: 'weir-agents', scaleSetName: 'agents', poolName: 'linux', osType: 'linux' as const },
  });
  const setting = `${group}/providers/Microsoft.Insights/autoscaleSettings/night`;
  const put = (path: string, properties: object) =>
    clouds.send({
      ...{ method: 'PUT', url: `https://management.azure.com${path}?api-version=2022-10-01` },
      headers: { authorization: 'Bearer person' },
      body: JSON.stringify({ properties }),
    });
  await put(setting, { profiles: [], enabled: true, targetResourceUri: scaleSet });
  const policies = `${subscription}/providers/Microsoft.Authorization/policy`;
  const policyRule = { if: { field: 'tags.cost', exists: false }, then: { effect: 'deny' } };
  await put(`${policies}Definitions/cost`, { policyRule });
  const policyDefinitionId = `${policies}Definitions/cost`;
  await put(`${policies}Assignments/cost`, { displayName: 'Cost', policyDefinitionId });
  const clock = { now: () => now0, sleep: () => Promise.resolve() };
  const token = { token: clouds.azure.tokenFor('weir'), expiresOnTimestamp: 9e12 };
  const azure = createAzure({
    ...{ send: clouds.send, clock, wallClock: clock, random: { next: () => 0.5 } },
    credential: { getToken: () => Promise.resolve(token) },
  });
  return { azure, book, scaleSet, setting, put, policies, policyDefinitionId };
}

const given = (scaleSet: string): readonly Assignment[] => [
  { actions: actionsOf('own-set'), scope: scaleSet },
  { actions: actionsOf('checks'), scope: subscription },
];

describe('the role for the checks', () => {
  it('covers every request of a look and of each fix, and has no action that none of them needs', async () => {
    const { azure, book, scaleSet, setting, put, policies, policyDefinitionId } = await scene(given);
    const facts = await azure.readSet(scaleSet);
    expect(facts).toMatchObject({
      autoscale: { value: [{ name: 'night', isEnabled: true }] },
      ...{ locks: { problem: null }, usages: { problem: null }, size: { problem: null } },
      policies: { value: [{ name: 'Cost', looksAt: ['tags.cost is not set'] }] },
    });
    await azure.readGrants(scaleSet);
    await put(`${policies}Assignments/cost`, { policyDefinitionId, enforcementMode: 'DoNotEnforce' });
    await azure.mendSet(facts.scaleSet, { kind: 'model', properties: { overprovision: false } });
    await azure.mendSet(facts.scaleSet, { kind: 'autoscale', settingIds: [setting] });
    expect(await azure.readSet(scaleSet)).toMatchObject({ autoscale: { value: [{ isEnabled: false }] } });
    expect(book.refused).toEqual([]);
    const set = 'Microsoft.Compute/virtualMachineScaleSets';
    expect([...book.used].sort()).toEqual([...actionsOf('checks'), `${set}/read`, `${set}/write`].sort());
  });

  it('is missed by name: the other parts are still told, and what is not told is not good', async () => {
    const { azure, scaleSet } = await scene((id) => [
      { actions: [...actionsOf('own-set'), 'Microsoft.Authorization/permissions/read'], scope: id },
      { actions: ['Microsoft.Compute/skus/read', 'Microsoft.Authorization/permissions/read'], scope: subscription },
    ]);
    const facts = await azure.readSet(scaleSet);
    expect(facts.autoscale.problem).toContain('AuthorizationFailed');
    expect(facts.locks.problem).toContain('AuthorizationFailed');
    expect(facts.policies.problem).toContain('AuthorizationFailed');
    expect(facts.size.problem).toBeNull();
    const needs = roleNeeds({ scaleSetId: scaleSet, laneResourceGroup: null, sources: [], usesMarketplace: false });
    const found = await Promise.all(
      needs.map(async (need) => checkRole(need, await azure.readGrants(need.scope), null)),
    );
    expect(found.map((one) => [one.status, one.lacks.length])).toEqual([
      ['ok', 0],
      ['warning', 1],
      ['warning', 6],
    ]);
  });

  it('is shown in the hub as it stands in the repository, like all the others', () => {
    for (const role of azureRoles) {
      const path = fileURLToPath(new URL(`../../deploy/roles/${role.file}.json`, import.meta.url));
      const file = JSON.parse(readFileSync(path, 'utf8')) as object;
      expect(file).toMatchObject({ Name: role.name, Description: role.description, Actions: role.actions });
    }
    expect([checksRole, ownSetRole].map((role) => role.file)).toEqual(['checks', 'own-set']);
  });
});
