// Every operation that this emulator knows, by method and path; a name in braces is read from the path. The name of the operation is the
// vendor's, and what is known but not built has no handler: it answers 501 with that name.
import type { HttpResponse } from '../http-message.ts';
import type { RoutedRequest } from './arm-request.ts';
import * as authorization from './authorization-routes.ts';
import * as autoscale from './autoscale-routes.ts';
import type { Cloud } from './cloud.ts';
import * as extensions from './extension-routes.ts';
import * as images from './image-routes.ts';
import * as instances from './instance-routes.ts';
import { getGroupOperation, getOperation } from './operation-routes.ts';
import * as marketplace from './marketplace-routes.ts';
import * as network from './network-routes.ts';
import * as policies from './policies.ts';
import * as groups from './resource-groups.ts';
import * as actions from './scale-set-actions.ts';
import * as scaleSets from './scale-set-routes.ts';
import * as signIn from './sign-in.ts';
import * as skus from './sku-routes.ts';
import * as subscriptions from './subscriptions.ts';

export type Handler = (cloud: Cloud, request: RoutedRequest) => HttpResponse;
export type RouteRow = readonly [method: string, path: string, operation: string, handler?: Handler];

const subscription = '/subscriptions/{subscriptionId}';
const group = `${subscription}/resourceGroups/{resourceGroup}`;
const compute = 'providers/Microsoft.Compute';
const set = `${group}/${compute}/virtualMachineScaleSets/{scaleSet}`;
const instance = `${set}/virtualMachines/{instanceId}`;
const gallery = `${group}/${compute}/galleries/{gallery}`;
const definition = `${gallery}/images/{definition}`;
const version = `${definition}/versions/{version}`;
const image = `${group}/${compute}/images/{image}`;
const publishers = `${subscription}/${compute}/locations/{location}/publishers`;
const offers = `${publishers}/{publisher}/artifacttypes/vmimage/offers`;
const imageVersions = `${offers}/{offer}/skus/{sku}/versions`;
const agreement = `${subscription}/providers/Microsoft.MarketplaceOrdering/offerTypes/virtualmachine/publishers/{publisher}/offers/{offer}/plans/{plan}/agreements/current`;
const autoscaleSettings = 'providers/Microsoft.Insights/autoscaleSettings';
const autoscaleSetting = `${group}/${autoscaleSettings}/{setting}`;
const networks = 'providers/Microsoft.Network/virtualNetworks';
const locks = 'providers/Microsoft.Authorization/locks';
const definitions = 'providers/Microsoft.Authorization/policyDefinitions';
const assignments = 'providers/Microsoft.Authorization/policyAssignments';
const lockable = [subscription, group, set];
const community = `${subscription}/${compute}/locations/{location}/communityGalleries/{gallery}`;
const shared = `${subscription}/${compute}/locations/{location}/sharedGalleries/{gallery}`;

/** Answered without a token and without an api-version. */
export const openRoutes: readonly RouteRow[] = [
  ['GET', '/metadata/endpoints', 'metadata.endpoints', signIn.cloudEndpoints],
  ['GET', '/common/discovery/instance', 'entra.instanceDiscovery', signIn.instanceDiscovery],
  ['GET', '/{tenant}/discovery/instance', 'entra.instanceDiscovery', signIn.instanceDiscovery],
  ['GET', '/{tenant}/v2.0/.well-known/openid-configuration', 'entra.openidConfiguration', signIn.openIdConfiguration],
  ['GET', '/{tenant}/.well-known/openid-configuration', 'entra.openidConfiguration', signIn.openIdConfiguration],
  ['POST', '/{tenant}/oauth2/v2.0/token', 'entra.token', signIn.token],
  ['POST', '/{tenant}/oauth2/token', 'entra.token', signIn.token],
  ['GET', '/{tenant}/oauth2/v2.0/authorize', 'entra.authorize'],
  ['POST', '/{tenant}/oauth2/v2.0/devicecode', 'entra.deviceCode'],
  ['GET', '/{tenant}/discovery/v2.0/keys', 'entra.keys'],
];

const resourceManagerRoutes: readonly RouteRow[] = [
  ['GET', '/tenants', 'tenants.list', subscriptions.listTenants],
  ['GET', '/subscriptions', 'subscriptions.list', subscriptions.listSubscriptions],
  ['GET', subscription, 'subscriptions.get', subscriptions.getSubscription],
  ['GET', `${subscription}/locations`, 'subscriptions.listLocations', subscriptions.listLocations],
  ['GET', `${subscription}/${networks}`, 'virtualNetworks.listAll', network.listNetworks],
  ['PUT', `${group}/${networks}/{network}`, 'virtualNetworks.createOrUpdate', network.putNetwork],
  ['GET', `${subscription}/providers`, 'providers.list', subscriptions.listProviders],
  ['GET', `${subscription}/providers/{namespace}`, 'providers.get', subscriptions.getProvider],
  ['POST', `${subscription}/providers/{namespace}/register`, 'providers.register', subscriptions.getProvider],
  ['GET', `${subscription}/resourceGroups`, 'resourceGroups.list', groups.listResourceGroups],
  ['PUT', group, 'resourceGroups.createOrUpdate', groups.putResourceGroup],
  ['PATCH', group, 'resourceGroups.update', groups.patchResourceGroup],
  ['GET', group, 'resourceGroups.get', groups.getResourceGroup],
  ['HEAD', group, 'resourceGroups.checkExistence', groups.headResourceGroup],
  ['DELETE', group, 'resourceGroups.delete', groups.deleteResourceGroup],
  ['GET', `${subscription}/resources`, 'resources.list', groups.listResources],
  ['GET', `${group}/resources`, 'resources.listByResourceGroup', groups.listGroupResources],
  ['GET', `${subscription}/operationresults/{operationId}`, 'resourceGroups.operationResult', getGroupOperation],
  ['GET', `${subscription}/${compute}/locations/{location}/operations/{operationId}`, 'operations.get', getOperation],
  ['GET', `${subscription}/${compute}/locations/{location}/usages`, 'usage.list', subscriptions.listUsages],
  ['GET', `${subscription}/${compute}/skus`, 'resourceSkus.list', skus.listSkus],
  ['GET', `${subscription}/${autoscaleSettings}`, 'autoscaleSettings.listBySubscription', autoscale.listAutoscale],
  ['GET', `${group}/${autoscaleSettings}`, 'autoscaleSettings.listByResourceGroup', autoscale.listAutoscale],
  ['PUT', autoscaleSetting, 'autoscaleSettings.createOrUpdate', autoscale.putAutoscale],
  ['PATCH', autoscaleSetting, 'autoscaleSettings.update', autoscale.patchAutoscale],
  ['GET', autoscaleSetting, 'autoscaleSettings.get', autoscale.getAutoscale],
  ['DELETE', autoscaleSetting, 'autoscaleSettings.delete', autoscale.deleteAutoscale],
  [
    'PUT',
    `${subscription}/${definitions}/{policy}`,
    'policyDefinitions.createOrUpdate',
    policies.putPolicy('policyDefinitions'),
  ],
  ...['providers/Microsoft.Management/managementGroups/{managementGroup}', subscription, group].flatMap(
    (scope): readonly RouteRow[] => [
      ['PUT', `${scope}/${assignments}/{policy}`, 'policyAssignments.create', policies.putPolicy('policyAssignments')],
      ['DELETE', `${scope}/${assignments}/{policy}`, 'policyAssignments.delete', policies.deletePolicy],
    ],
  ),
  ['GET', `${subscription}/${assignments}`, 'policyAssignments.list', policies.listAssignments],
  [
    'POST',
    `${group}/providers/Microsoft.PolicyInsights/checkPolicyRestrictions`,
    'policyRestrictions.checkAtResourceGroupScope',
    policies.checkRestrictions,
  ],
  ...lockable.flatMap((scope): readonly RouteRow[] => [
    ['GET', `${scope}/${locks}`, 'managementLocks.list', authorization.listLocks],
    ['PUT', `${scope}/${locks}/{lock}`, 'managementLocks.createOrUpdate', authorization.putLock],
    ['DELETE', `${scope}/${locks}/{lock}`, 'managementLocks.delete', authorization.deleteLock],
  ]),
  ...[...lockable, `${group}/providers/{namespace}/{type}/{name}`].map((scope): RouteRow => [
    'GET',
    `${scope}/providers/Microsoft.Authorization/permissions`,
    'permissions.list',
    authorization.listPermissions,
  ]),
  ['GET', agreement, 'marketplaceAgreements.get', skus.getAgreement],
  ['PUT', agreement, 'marketplaceAgreements.create', skus.putAgreement],
];

const scaleSetRoutes: readonly RouteRow[] = [
  [
    'GET',
    `${subscription}/${compute}/virtualMachineScaleSets`,
    'virtualMachineScaleSets.listAll',
    scaleSets.listScaleSets,
  ],
  [
    'GET',
    `${subscription}/${compute}/locations/{location}/virtualMachineScaleSets`,
    'virtualMachineScaleSets.listByLocation',
    scaleSets.listScaleSets,
  ],
  ['GET', `${group}/${compute}/virtualMachineScaleSets`, 'virtualMachineScaleSets.list', scaleSets.listScaleSets],
  ['PUT', set, 'virtualMachineScaleSets.createOrUpdate', scaleSets.putScaleSet],
  ['PATCH', set, 'virtualMachineScaleSets.update', scaleSets.patchScaleSet],
  ['GET', set, 'virtualMachineScaleSets.get', scaleSets.getScaleSet],
  ['DELETE', set, 'virtualMachineScaleSets.delete', scaleSets.deleteScaleSet],
  ['GET', `${set}/instanceView`, 'virtualMachineScaleSets.getInstanceView', scaleSets.getScaleSetInstanceView],
  ['GET', `${set}/skus`, 'virtualMachineScaleSets.listSkus', scaleSets.listSkus],
  ['POST', `${set}/delete`, 'virtualMachineScaleSets.deleteInstances', actions.deleteInstances],
  ['POST', `${set}/reimage`, 'virtualMachineScaleSets.reimage', actions.batchAction('reimage')],
  ['POST', `${set}/reimageall`, 'virtualMachineScaleSets.reimageAll', actions.batchAction('reimage')],
  ['POST', `${set}/deallocate`, 'virtualMachineScaleSets.deallocate', actions.batchAction('deallocate')],
  ['POST', `${set}/start`, 'virtualMachineScaleSets.start', actions.batchAction('start')],
  ['POST', `${set}/restart`, 'virtualMachineScaleSets.restart', actions.batchAction('restart')],
  ['POST', `${set}/poweroff`, 'virtualMachineScaleSets.powerOff', actions.batchAction('poweroff')],
  ['POST', `${set}/redeploy`, 'virtualMachineScaleSets.redeploy', actions.batchAction('redeploy')],
  ['POST', `${set}/manualupgrade`, 'virtualMachineScaleSets.updateInstances', actions.batchAction('manualupgrade')],
  ['POST', `${set}/reapply`, 'virtualMachineScaleSets.reapply', actions.reapply],
  ['POST', `${set}/scaleOut`, 'virtualMachineScaleSets.scaleOut', actions.scaleOut],
  ['GET', `${set}/extensions`, 'virtualMachineScaleSetExtensions.list', extensions.listExtensions],
  ['PUT', `${set}/extensions/{extension}`, 'virtualMachineScaleSetExtensions.createOrUpdate', extensions.putExtension],
  ['PATCH', `${set}/extensions/{extension}`, 'virtualMachineScaleSetExtensions.update', extensions.patchExtension],
  ['GET', `${set}/extensions/{extension}`, 'virtualMachineScaleSetExtensions.get', extensions.getExtension],
  ['DELETE', `${set}/extensions/{extension}`, 'virtualMachineScaleSetExtensions.delete', extensions.deleteExtension],
  ['GET', `${set}/osUpgradeHistory`, 'virtualMachineScaleSets.listOSUpgradeHistory'],
  ['POST', `${set}/performMaintenance`, 'virtualMachineScaleSets.performMaintenance'],
  ['POST', `${set}/setOrchestrationServiceState`, 'virtualMachineScaleSets.setOrchestrationServiceState'],
  ['POST', `${set}/convertToSinglePlacementGroup`, 'virtualMachineScaleSets.convertToSinglePlacementGroup'],
  ['POST', `${set}/migrateVMAvailabilityZone`, 'virtualMachineScaleSets.migrateVMAvailabilityZone'],
  ['POST', `${set}/approveRollingUpgrade`, 'virtualMachineScaleSets.approveRollingUpgrade'],
  ['GET', `${set}/rollingUpgrades/latest`, 'virtualMachineScaleSetRollingUpgrades.getLatest'],
  ['POST', `${set}/rollingUpgrades/cancel`, 'virtualMachineScaleSetRollingUpgrades.cancel'],
];

const instanceRoutes: readonly RouteRow[] = [
  ['GET', `${set}/virtualMachines`, 'virtualMachineScaleSetVMs.list', instances.listInstances],
  ['GET', instance, 'virtualMachineScaleSetVMs.get', instances.getInstance],
  ['PUT', instance, 'virtualMachineScaleSetVMs.update', instances.putInstance],
  ['DELETE', instance, 'virtualMachineScaleSetVMs.delete', actions.deleteInstance],
  ['GET', `${instance}/instanceView`, 'virtualMachineScaleSetVMs.getInstanceView', instances.getInstanceView],
  ['POST', `${instance}/reimage`, 'virtualMachineScaleSetVMs.reimage', actions.singleAction('reimage')],
  ['POST', `${instance}/reimageall`, 'virtualMachineScaleSetVMs.reimageAll', actions.singleAction('reimage')],
  ['POST', `${instance}/deallocate`, 'virtualMachineScaleSetVMs.deallocate', actions.singleAction('deallocate')],
  ['POST', `${instance}/start`, 'virtualMachineScaleSetVMs.start', actions.singleAction('start')],
  ['POST', `${instance}/restart`, 'virtualMachineScaleSetVMs.restart', actions.singleAction('restart')],
  ['POST', `${instance}/powerOff`, 'virtualMachineScaleSetVMs.powerOff', actions.singleAction('poweroff')],
  ['POST', `${instance}/redeploy`, 'virtualMachineScaleSetVMs.redeploy', actions.singleAction('redeploy')],
  ['POST', `${instance}/simulateEviction`, 'virtualMachineScaleSetVMs.simulateEviction', actions.simulateEviction],
  ['GET', `${instance}/extensions`, 'virtualMachineScaleSetVMExtensions.list', extensions.listInstanceExtensions],
  [
    'GET',
    `${instance}/extensions/{extension}`,
    'virtualMachineScaleSetVMExtensions.get',
    extensions.getInstanceExtension,
  ],
  ['PUT', `${instance}/extensions/{extension}`, 'virtualMachineScaleSetVMExtensions.createOrUpdate'],
  ['PATCH', `${instance}/extensions/{extension}`, 'virtualMachineScaleSetVMExtensions.update'],
  ['DELETE', `${instance}/extensions/{extension}`, 'virtualMachineScaleSetVMExtensions.delete'],
  ['POST', `${instance}/runCommand`, 'virtualMachineScaleSetVMs.runCommand'],
  ['GET', `${instance}/runCommands`, 'virtualMachineScaleSetVMRunCommands.list'],
  ['PUT', `${instance}/runCommands/{command}`, 'virtualMachineScaleSetVMRunCommands.createOrUpdate'],
  ['PATCH', `${instance}/runCommands/{command}`, 'virtualMachineScaleSetVMRunCommands.update'],
  ['GET', `${instance}/runCommands/{command}`, 'virtualMachineScaleSetVMRunCommands.get'],
  ['DELETE', `${instance}/runCommands/{command}`, 'virtualMachineScaleSetVMRunCommands.delete'],
  ['POST', `${instance}/retrieveBootDiagnosticsData`, 'virtualMachineScaleSetVMs.retrieveBootDiagnosticsData'],
  ['POST', `${instance}/performMaintenance`, 'virtualMachineScaleSetVMs.performMaintenance'],
  ['POST', `${instance}/attachDetachDataDisks`, 'virtualMachineScaleSetVMs.attachDetachDataDisks'],
  ['POST', `${instance}/approveRollingUpgrade`, 'virtualMachineScaleSetVMs.approveRollingUpgrade'],
];

const imageRoutes: readonly RouteRow[] = [
  ['GET', `${subscription}/${compute}/galleries`, 'galleries.list', images.listResourcesOf('gallery')],
  ['GET', `${group}/${compute}/galleries`, 'galleries.listByResourceGroup', images.listResourcesOf('gallery')],
  ['PUT', gallery, 'galleries.createOrUpdate', images.putResource('gallery')],
  ['PATCH', gallery, 'galleries.update', images.patchResource('gallery')],
  ['GET', gallery, 'galleries.get', images.getResource('gallery')],
  ['DELETE', gallery, 'galleries.delete', images.deleteResource('gallery')],
  ['GET', `${gallery}/images`, 'galleryImages.listByGallery', images.listResourcesOf('definition')],
  ['PUT', definition, 'galleryImages.createOrUpdate', images.putResource('definition')],
  ['PATCH', definition, 'galleryImages.update', images.patchResource('definition')],
  ['GET', definition, 'galleryImages.get', images.getResource('definition')],
  ['DELETE', definition, 'galleryImages.delete', images.deleteResource('definition')],
  ['GET', `${definition}/versions`, 'galleryImageVersions.listByGalleryImage', images.listResourcesOf('version')],
  ['PUT', version, 'galleryImageVersions.createOrUpdate', images.putResource('version')],
  ['PATCH', version, 'galleryImageVersions.update', images.patchResource('version')],
  ['GET', version, 'galleryImageVersions.get', images.getResource('version')],
  ['DELETE', version, 'galleryImageVersions.delete', images.deleteResource('version')],
  ['GET', `${subscription}/${compute}/images`, 'images.list', images.listResourcesOf('image')],
  ['GET', `${group}/${compute}/images`, 'images.listByResourceGroup', images.listResourcesOf('image')],
  ['PUT', image, 'images.createOrUpdate', images.putResource('image')],
  ['PATCH', image, 'images.update', images.patchResource('image')],
  ['GET', image, 'images.get', images.getResource('image')],
  ['DELETE', image, 'images.delete', images.deleteResource('image')],
  ['GET', publishers, 'virtualMachineImages.listPublishers', marketplace.listPublishers],
  ['GET', offers, 'virtualMachineImages.listOffers', marketplace.listOffers],
  ['GET', `${offers}/{offer}/skus`, 'virtualMachineImages.listSkus', marketplace.listImageSkus],
  ['GET', imageVersions, 'virtualMachineImages.list', marketplace.listImageVersions],
  ['GET', `${imageVersions}/{version}`, 'virtualMachineImages.get', marketplace.getImageVersion],
  [
    'GET',
    `${subscription}/${compute}/locations/{location}/edgeZones/{edgeZone}/vmimages`,
    'virtualMachineImages.listByEdgeZone',
  ],
  ['GET', `${community}/images/{definition}/versions`, 'communityGalleryImageVersions.list'],
  ['GET', `${community}/images/{definition}/versions/{version}`, 'communityGalleryImageVersions.get'],
  ['GET', `${shared}/images/{definition}/versions`, 'sharedGalleryImageVersions.list'],
  ['GET', `${shared}/images/{definition}/versions/{version}`, 'sharedGalleryImageVersions.get'],
];

/** Need a token, an api-version and an existing subscription. */
export const armRoutes: readonly RouteRow[] = [
  ...resourceManagerRoutes,
  ...scaleSetRoutes,
  ...instanceRoutes,
  ...imageRoutes,
];
