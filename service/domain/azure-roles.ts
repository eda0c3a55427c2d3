// The roles of `deploy/roles`, with where each belongs and what stops without it. test/deploy holds the two against each other.

export interface AzureRole {
  /** Of `deploy/roles`, without `.json`. */
  readonly file: string;
  readonly name: string;
  readonly description: string;
  readonly actions: readonly string[];
  /** What does not work without it. */
  readonly withoutIt: string;
}

const set = 'Microsoft.Compute/virtualMachineScaleSets';

export const ownSetRole: AzureRole = {
  file: 'own-set',
  name: 'Weir own scale set',
  description:
    'Lets Weir size one virtual machine scale set and delete or reimage single instances of it. Assign it at the scale set.',
  actions: [
    `${set}/read`,
    `${set}/write`,
    `${set}/delete/action`,
    `${set}/extensions/write`,
    `${set}/virtualMachines/read`,
    `${set}/virtualMachines/reimage/action`,
  ],
  withoutIt: 'No machine comes or goes.',
};

export const lanesRole: AzureRole = {
  file: 'lanes',
  name: 'Weir lanes',
  description:
    "Lets Weir make, size and remove the scale sets of a pool with several images. Assign it at a resource group that is only Weir's: it may delete every scale set there.",
  actions: [
    `${set}/read`,
    `${set}/write`,
    `${set}/delete`,
    `${set}/delete/action`,
    `${set}/extensions/write`,
    `${set}/virtualMachines/read`,
    `${set}/virtualMachines/reimage/action`,
  ],
  withoutIt: 'No scale set is made for an image, so no machine comes.',
};

export const laneSourcesRole: AzureRole = {
  file: 'lane-sources',
  name: 'Weir lane sources',
  description:
    'Lets Weir take over a scale set as the template of its own, with its subnet and its images. Assign it at the template, the virtual network and the gallery or managed image.',
  actions: [
    `${set}/read`,
    `${set}/virtualMachines/read`,
    'Microsoft.Network/virtualNetworks/subnets/join/action',
    'Microsoft.Compute/galleries/images/read',
    'Microsoft.Compute/galleries/images/versions/read',
    'Microsoft.Compute/images/read',
  ],
  withoutIt: 'No scale set can be made after the template.',
};

export const operationsRole: AzureRole = {
  file: 'operations',
  name: 'Weir operations',
  description:
    'Lets Weir see how an operation that it asked for ended. Operations live beside the regions of a subscription, so assign it at the subscription.',
  actions: ['Microsoft.Compute/locations/operations/read'],
  withoutIt: 'Weir does not learn why Azure made no machine.',
};

export const marketplaceRole: AzureRole = {
  file: 'marketplace',
  name: 'Weir Marketplace',
  description:
    'Lets Weir see which versions of a Marketplace image there are. They belong to no resource group, so assign it at the subscription.',
  actions: ['Microsoft.Compute/locations/publishers/artifacttypes/offers/skus/versions/read'],
  withoutIt: 'The versions of Marketplace images are not known.',
};

export const checksRole: AzureRole = {
  file: 'checks',
  name: 'Weir checks',
  description:
    'Lets Weir see what else acts on a scale set: autoscale settings of any resource group, locks, policies, quota, sizes, and its own rights. It changes nothing but to switch an autoscale setting off when a person presses Fix it. Assign it at the subscription.',
  actions: [
    'Microsoft.Insights/autoscaleSettings/read',
    'Microsoft.Insights/autoscaleSettings/write',
    'Microsoft.Authorization/locks/read',
    'Microsoft.Authorization/permissions/read',
    'Microsoft.Authorization/policyAssignments/read',
    'Microsoft.PolicyInsights/checkPolicyRestrictions/read',
    'Microsoft.Compute/locations/usages/read',
    'Microsoft.Compute/skus/read',
  ],
  withoutIt: 'Weir does not see autoscale settings, locks, policies and quota, and cannot check them.',
};

export const azureRoles: readonly AzureRole[] = [
  ownSetRole,
  operationsRole,
  lanesRole,
  laneSourcesRole,
  marketplaceRole,
  checksRole,
];

/** What `az role definition create` reads; assignable where it is needed and below. */
export function roleJson({ name, description, actions }: AzureRole, assignableScope: string): string {
  const role = {
    ...{ Name: name, IsCustom: true, Description: description, Actions: actions },
    ...{ NotActions: [], DataActions: [], NotDataActions: [], AssignableScopes: [assignableScope] },
  };
  return JSON.stringify(role, null, 2);
}
