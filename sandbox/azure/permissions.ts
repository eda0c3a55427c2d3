// Which action of Azure's role-based access control each operation needs, and on what it is asked. With `permits` given, a caller without it
// gets Azure's own refusal; the actions are those of reliability-security.md 4.7.
import { ArmError } from './arm-error.ts';
import type { ArmRequest } from './arm-request.ts';
import { bodyOf } from './arm-request.ts';
import { isObject, objectAt, stringAt } from './json.ts';
import type { Json } from './json.ts';

/** `scope` is the id of the resource that the path names; `list`: somebody asks what the caller may, and nothing is done. */
export type Permits = (caller: string, action: string, scope: string, purpose?: 'list') => boolean;

const compute = 'Microsoft.Compute';
const set = `${compute}/virtualMachineScaleSets`;
const machine = `${set}/virtualMachines`;
const offers = `${compute}/locations/publishers/artifacttypes/offers`;

/** Operation → action. What is missing here needs no more than to be signed in, or is not built. */
const actions: Readonly<Record<string, string>> = {
  'resourceSkus.list': `${compute}/skus/read`,
  'marketplaceAgreements.get': 'Microsoft.MarketplaceOrdering/offertypes/publishers/offers/plans/agreements/read',
  'marketplaceAgreements.create': 'Microsoft.MarketplaceOrdering/offertypes/publishers/offers/plans/agreements/write',
  'virtualNetworks.listAll': 'Microsoft.Network/virtualNetworks/read',
  'virtualNetworks.createOrUpdate': 'Microsoft.Network/virtualNetworks/write',
  'usage.list': `${compute}/locations/usages/read`,
  ...crud('autoscaleSettings', 'Microsoft.Insights/autoscaleSettings'),
  ...crud('managementLocks', 'Microsoft.Authorization/locks'),
  ...crud('policyDefinitions', 'Microsoft.Authorization/policyDefinitions'),
  ...crud('policyAssignments', 'Microsoft.Authorization/policyAssignments'),
  'policyAssignments.create': 'Microsoft.Authorization/policyAssignments/write',
  'policyRestrictions.checkAtResourceGroupScope': 'Microsoft.PolicyInsights/checkPolicyRestrictions/read',
  'permissions.list': 'Microsoft.Authorization/permissions/read',
  'operations.get': `${compute}/locations/operations/read`,
  'resourceGroups.list': 'Microsoft.Resources/subscriptions/resourceGroups/read',
  'resourceGroups.get': 'Microsoft.Resources/subscriptions/resourceGroups/read',
  'resourceGroups.createOrUpdate': 'Microsoft.Resources/subscriptions/resourceGroups/write',
  'resourceGroups.update': 'Microsoft.Resources/subscriptions/resourceGroups/write',
  'resourceGroups.delete': 'Microsoft.Resources/subscriptions/resourceGroups/delete',
  'virtualMachineScaleSets.listAll': `${set}/read`,
  'virtualMachineScaleSets.listByLocation': `${set}/read`,
  'virtualMachineScaleSets.list': `${set}/read`,
  'virtualMachineScaleSets.get': `${set}/read`,
  'virtualMachineScaleSets.createOrUpdate': `${set}/write`,
  'virtualMachineScaleSets.update': `${set}/write`,
  'virtualMachineScaleSets.delete': `${set}/delete`,
  'virtualMachineScaleSets.getInstanceView': `${set}/instanceView/read`,
  'virtualMachineScaleSets.listSkus': `${set}/skus/read`,
  'virtualMachineScaleSets.deleteInstances': `${set}/delete/action`,
  'virtualMachineScaleSets.reimage': `${set}/reimage/action`,
  'virtualMachineScaleSets.reimageAll': `${set}/reimageall/action`,
  'virtualMachineScaleSets.deallocate': `${set}/deallocate/action`,
  'virtualMachineScaleSets.start': `${set}/start/action`,
  'virtualMachineScaleSets.restart': `${set}/restart/action`,
  'virtualMachineScaleSets.powerOff': `${set}/powerOff/action`,
  'virtualMachineScaleSets.redeploy': `${set}/redeploy/action`,
  'virtualMachineScaleSets.updateInstances': `${set}/manualUpgrade/action`,
  'virtualMachineScaleSets.scaleOut': `${set}/scale/action`,
  'virtualMachineScaleSetExtensions.list': `${set}/extensions/read`,
  'virtualMachineScaleSetExtensions.get': `${set}/extensions/read`,
  'virtualMachineScaleSetExtensions.createOrUpdate': `${set}/extensions/write`,
  'virtualMachineScaleSetExtensions.update': `${set}/extensions/write`,
  'virtualMachineScaleSetExtensions.delete': `${set}/extensions/delete`,
  'virtualMachineScaleSetVMs.list': `${machine}/read`,
  'virtualMachineScaleSetVMs.get': `${machine}/read`,
  'virtualMachineScaleSetVMs.update': `${machine}/write`,
  'virtualMachineScaleSetVMs.delete': `${machine}/delete`,
  'virtualMachineScaleSetVMs.getInstanceView': `${machine}/instanceView/read`,
  'virtualMachineScaleSetVMs.reimage': `${machine}/reimage/action`,
  'virtualMachineScaleSetVMs.reimageAll': `${machine}/reimageall/action`,
  'virtualMachineScaleSetVMs.deallocate': `${machine}/deallocate/action`,
  'virtualMachineScaleSetVMs.start': `${machine}/start/action`,
  'virtualMachineScaleSetVMs.restart': `${machine}/restart/action`,
  'virtualMachineScaleSetVMs.powerOff': `${machine}/powerOff/action`,
  'virtualMachineScaleSetVMs.redeploy': `${machine}/redeploy/action`,
  'virtualMachineScaleSetVMs.simulateEviction': `${machine}/simulateEviction/action`,
  'virtualMachineScaleSetVMExtensions.list': `${machine}/extensions/read`,
  'virtualMachineScaleSetVMExtensions.get': `${machine}/extensions/read`,
  ...crud('galleries', `${compute}/galleries`),
  ...crud('galleryImages', `${compute}/galleries/images`),
  ...crud('galleryImageVersions', `${compute}/galleries/images/versions`),
  ...crud('images', `${compute}/images`),
  'virtualMachineImages.listPublishers': `${compute}/locations/publishers/read`,
  'virtualMachineImages.listOffers': `${offers}/read`,
  'virtualMachineImages.listSkus': `${offers}/skus/read`,
  'virtualMachineImages.list': `${offers}/skus/versions/read`,
  'virtualMachineImages.get': `${offers}/skus/versions/read`,
};

/** Throws Azure's refusal where the caller may not; every operation is asked, also a read. */
export function requirePermission(
  cloud: { readonly permits: Permits | null },
  caller: string,
  operation: string,
  request: ArmRequest,
): void {
  if (cloud.permits === null) return;
  const scope = scopeOf(request);
  const action = actions[operation];
  if (action !== undefined && !cloud.permits(caller, action, scope)) throw authorizationFailed(caller, action, scope);
  if (!changesModel.has(operation)) return;
  for (const linked of linkedOf(bodyOf(request))) {
    if (cloud.permits(caller, linked.action, linked.scope)) continue;
    throw new ArmError(
      403,
      'LinkedAuthorizationFailed',
      `The client '${caller}' with object id '${caller}' has permission to perform action '${action ?? operation}' on scope '${scope}'; ` +
        `however, it does not have permission to perform action(s) '${linked.action}' on the linked scope(s) '${linked.scope}' (respectively) or the linked scope(s) are invalid.`,
    );
  }
}

const changesModel = new Set(['virtualMachineScaleSets.createOrUpdate', 'virtualMachineScaleSets.update']);

function authorizationFailed(caller: string, action: string, scope: string): ArmError {
  return new ArmError(
    403,
    'AuthorizationFailed',
    `The client '${caller}' with object id '${caller}' does not have authorization to perform action '${action}' over scope '${scope}' ` +
      `or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );
}

/** What a model points to is asked for on that resource. */
function linkedOf(body: Json): readonly { readonly action: string; readonly scope: string }[] {
  const found: { action: string; scope: string }[] = [];
  const visit = (value: Json | undefined, name: string): void => {
    if (Array.isArray(value)) value.forEach((item) => visit(item, name));
    else if (isObject(value)) {
      const id = stringAt(value, 'id');
      const action = id === undefined ? undefined : linkedActions[name];
      if (id !== undefined && action !== undefined) found.push({ action: imageAction(name, id) ?? action, scope: id });
      for (const [key, inner] of Object.entries(value)) visit(inner, key);
    }
  };
  visit(objectAt(body, 'properties', 'virtualMachineProfile'), 'virtualMachineProfile');
  for (const id of Object.keys(objectAt(body, 'identity', 'userAssignedIdentities') ?? {})) {
    found.push({ action: 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action', scope: id });
  }
  return found;
}

const linkedActions: Readonly<Record<string, string>> = {
  subnet: 'Microsoft.Network/virtualNetworks/subnets/join/action',
  networkSecurityGroup: 'Microsoft.Network/networkSecurityGroups/join/action',
  imageReference: `${compute}/images/read`,
};

function imageAction(name: string, id: string): string | null {
  return name === 'imageReference' && /\/galleries\//i.test(id) ? `${compute}/galleries/images/versions/read` : null;
}

/** The actions that the caller may do at a scope; `*` where everybody may do everything. */
export function grantedAt(cloud: { readonly permits: Permits | null }, caller: string, scope: string): string[] {
  const { permits } = cloud;
  if (permits === null) return ['*'];
  const all = new Set([...Object.values(actions), ...Object.values(linkedActions)]);
  all.add(`${compute}/galleries/images/versions/read`);
  return [...all].filter((action) => permits(caller, action, scope, 'list'));
}

/** Everything up to the last pair of type and name: an action at the end (`/reimage`) is not part of the resource. */
export function scopeOf(request: ArmRequest): string {
  const { segments } = request;
  const provider = segments.findIndex((segment) => segment.toLowerCase() === 'providers');
  const odd = provider < 0 ? segments.length % 2 : (segments.length - provider) % 2;
  return `/${segments.slice(0, segments.length - odd).join('/')}`;
}

function crud(client: string, type: string): Readonly<Record<string, string>> {
  const lists = ['list', 'listBySubscription', 'listByResourceGroup', 'listByGallery', 'listByGalleryImage', 'get'];
  return {
    ...Object.fromEntries(lists.map((verb) => [`${client}.${verb}`, `${type}/read`])),
    [`${client}.createOrUpdate`]: `${type}/write`,
    [`${client}.update`]: `${type}/write`,
    [`${client}.delete`]: `${type}/delete`,
  };
}
