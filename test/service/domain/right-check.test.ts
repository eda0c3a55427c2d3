// What the identity of the service lacks, by name, at each scope that a pool needs.
import { describe, expect, it } from '@jest/globals';
import { azureRoles, ownSetRole } from '../../../service/domain/azure-roles.ts';
import { checkServiceRights, checkUserRights } from '../../../service/domain/pool-right-check.ts';
import { allows, checkRole, roleNeeds, type Grant } from '../../../service/domain/right-check.ts';
import { known, notKnown } from '../../../service/domain/set-facts.ts';
import { scaleSetId } from '../../builders.ts';

const grant = (actions: readonly string[], notActions: readonly string[] = []): Grant => ({ actions, notActions });
const subscription = scaleSetId.split('/').slice(0, 3).join('/');
const vmss = 'Microsoft.Compute/virtualMachineScaleSets';

describe('a grant', () => {
  it.each([
    [['*'], [], true],
    [[`${vmss}/*`], [], true],
    [['*/write'], [], true],
    [['microsoft.compute/VIRTUALMACHINESCALESETS/write'], [], true],
    [[`${vmss}/read`], [], false],
    [['Microsoft.Compute/*/write/x'], [], false],
    [['*'], ['Microsoft.Compute/*'], false],
    [[], [], false],
  ])('%j without %j allows a write: %j', (actions, notActions, isAllowed) => {
    expect(allows([grant(actions, notActions)], `${vmss}/write`)).toBe(isAllowed);
  });

  it('counts beside others: what one denies another may give', () => {
    expect(allows([grant(['*'], ['*']), grant([`${vmss}/write`])], `${vmss}/write`)).toBe(true);
  });
});

describe('the rights of the service', () => {
  const [own] = roleNeeds({ scaleSetId, laneResourceGroup: null, sources: [], usesMarketplace: true });

  it('are named where they lack, with the role as JSON and the commands that assign it', () => {
    const found = checkRole(own!, known([grant([`${vmss}/read`, `${vmss}/virtualMachines/*`])]), 'oid');
    expect(found).toMatchObject({ status: 'error', title: 'Role "Weir own scale set" at agents' });
    expect(found.lacks).toEqual([`${vmss}/write`, `${vmss}/delete/action`, `${vmss}/extensions/write`]);
    expect(JSON.parse(found.role!.json)).toMatchObject({
      Name: 'Weir own scale set',
      Actions: ownSetRole.actions,
      AssignableScopes: [`${subscription}/resourceGroups/agents`],
    });
    expect(found.fix!.commands!.bash).toBe(
      `az role definition create --role-definition weir-own-set.json\naz role assignment create --assignee-object-id oid --assignee-principal-type ServicePrincipal --role 'Weir own scale set' --scope ${scaleSetId}`,
    );
  });

  it('are not known where Azure does not say, which is never good', () => {
    expect(checkRole(own!, notKnown('403 AuthorizationFailed'), null)).toMatchObject({ status: 'warning', lacks: [] });
  });

  it('of a pool with lanes belong to the group of the lanes, the template, its network and its gallery', () => {
    const compute = `${subscription}/resourceGroups/g/providers/Microsoft.Compute`;
    const network = `${subscription}/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v`;
    const needs = roleNeeds({
      ...{ scaleSetId, laneResourceGroup: `${subscription}/resourceGroups/lanes`, usesMarketplace: true },
      sources: [
        `${network}/subnets/s`,
        `${network}/subnets/t`,
        `${compute}/galleries/x/images/y`,
        `${compute}/images/z`,
      ],
    });
    expect(needs.map(({ role, scope, actions }) => [role.file, scope, actions.length])).toEqual([
      ['lanes', `${subscription}/resourceGroups/lanes`, 7],
      ['lane-sources', scaleSetId, 2],
      ['lane-sources', network, 1],
      ['lane-sources', `${compute}/galleries/x`, 2],
      ['lane-sources', `${compute}/images/z`, 1],
      ['marketplace', subscription, 1],
      ['operations', subscription, 1],
      ['checks', subscription, 8],
    ]);
    expect(new Set(azureRoles.map((role) => role.name)).size).toBe(azureRoles.length);
  });
});

describe('the rights in Azure DevOps', () => {
  const place = { name: 'linux-build', organization: 'https://dev.azure.com/fabrikam', poolId: 7 };
  const rights = { name: 'Weir', identityId: 'id-1', mayView: true, mayManage: true };

  it.each([
    [{}, 'ok', []],
    [{ mayManage: false }, 'error', ['Manage']],
    [{ mayView: false, mayManage: false }, 'error', ['View', 'Manage']],
  ] as const)('of the service with %j: %s', (change, status, lacks) => {
    const found = checkServiceRights(place, known({ ...rights, ...change }));
    expect([found.status, found.lacks]).toEqual([status, lacks]);
    expect(found.title).toBe('Administrator of the agent pool of linux-build (7)');
    if (status === 'error') expect(found.fix?.commands?.bash).toContain('resourceId=7');
  });

  it('of the user are said to the user', () => {
    expect(checkUserRights(place, 'Ada', false)).toMatchObject({ status: 'warning', lacks: ['Manage'] });
    expect(checkUserRights(place, 'Ada', true)).toMatchObject({ status: 'ok', fix: null });
    expect(checkServiceRights(place, notKnown('no answer')).status).toBe('warning');
  });
});
