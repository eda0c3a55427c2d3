// One instance's life: how it comes up, runs its extensions, comes to rest and is gone. An event of an older step is void, because a newer
// activity has taken its place. What begins an activity is in instance-activities.ts.
import { osProvisioningTimedOut } from './adversary.ts';
import type { AzureEvent, Cloud } from './cloud.ts';
import { allExtensionsWait, continueExtensions, scheduleBudget } from './extension-runs.ts';
import type { Guest, GuestIdentity } from './guest.ts';
import { osTypeOf } from './images.ts';
import { resourceById } from './image-resources.ts';
import { stringAt } from './json.ts';
import type { JsonObject } from './json.ts';
import { instanceSettled } from './operations.ts';
import { scaleSetId } from './resource-ids.ts';
import { profileOf } from './scale-set-model.ts';
import type { Activity, Failure, Instance, ScaleSet } from './state.ts';

export function profileOfInstance(set: ScaleSet, instance: Instance): JsonObject {
  return set.profiles[String(instance.modelVersion)] ?? profileOf(set.model);
}

export function identityOf(cloud: Cloud, set: ScaleSet, instance: Instance): GuestIdentity {
  return {
    vmId: instance.vmId,
    subscriptionId: set.subscriptionId,
    scaleSetId: scaleSetId(set),
    scaleSetName: set.name,
    instanceId: instance.instanceId,
    computerName: instance.computerName,
    osType: osTypeOf(profileOfInstance(set, instance)),
    location: set.location,
    image: { ...instance.image, ...natureOf(cloud, instance.image) },
  };
}

/** What a tag of the version, else of its definition, says is wrong with it: for the machine alone, never on the wire. */
function natureOf(cloud: Cloud, image: Readonly<Record<string, string>>): { readonly nature?: string } {
  const { id = '', exactVersion } = image;
  const definition = id.replace(/\/versions\/[^/]+\/?$/i, '');
  const version =
    exactVersion === undefined ? undefined : resourceById(cloud, `${definition}/versions/${exactVersion}`);
  const nature =
    stringAt(version?.tags ?? {}, natureTag) ?? stringAt(resourceById(cloud, definition)?.tags ?? {}, natureTag);
  return nature === undefined ? {} : { nature };
}

/** Words of sandbox/machine/natures.ts. */
const natureTag = 'weir-sandbox-nature';

export function stopGuest(
  cloud: Cloud,
  set: ScaleSet,
  instance: Instance,
  reason: Parameters<Guest['stopped']>[1],
): void {
  if (instance.everBooted) cloud.guest()?.stopped(identityOf(cloud, set, instance), reason, cloud.state.now);
}

/** Comes to rest. A failure stays until the next activity. */
export function settle(cloud: Cloud, set: ScaleSet, instance: Instance, failure: Failure | null): void {
  instance.activity = null;
  instance.provisioningState = failure ? 'Failed' : 'Succeeded';
  instance.everSucceeded ||= failure === null;
  instance.stateSince = cloud.state.now;
  instance.error = failure;
  instanceSettled(cloud, set, instance, failure);
}

export function remove(cloud: Cloud, set: ScaleSet, instance: Instance, by: string): void {
  Reflect.deleteProperty(set.instances, instance.instanceId);
  Reflect.deleteProperty(cloud.state.homes, instance.vmId);
  set.freedIds.push(Number(instance.instanceId));
  if (instance.isCounted === true) {
    set.sku.capacity = Math.max(0, set.sku.capacity - 1);
    set.etag += 1;
  }
  forgetUnusedProfiles(set);
  emitInstance(cloud, set, instance, 'instanceDeleted', by);
  instanceSettled(cloud, set, instance, null);
}

/** Runs what extensions are due and settles when all have ended. */
export function proceedWithExtensions(cloud: Cloud, set: ScaleSet, instance: Instance): void {
  const outcome = continueExtensions(
    cloud,
    instance,
    profileOfInstance(set, instance),
    identityOf(cloud, set, instance),
  );
  if (outcome !== 'running') settle(cloud, set, instance, outcome.failure);
}

/** The operating system is up: first boot and reimage run the extensions, a restart does not. */
export function systemUp(cloud: Cloud, set: ScaleSet, instance: Instance): void {
  const { activity } = instance;
  if (isFreshStart(activity) && !cloud.adversary.boots(instance.vmId, instance.image)) {
    instance.power = 'running';
    settle(cloud, set, instance, osProvisioningTimedOut(instance.computerName));
    return;
  }
  instance.system = 'up';
  instance.power = 'running';
  instance.everBooted = true;
  emitInstance(cloud, set, instance, 'instanceOnline', instance.by);
  const reason =
    activity === 'create' || activity === 'start'
      ? activity
      : activity === 'restart' || activity === 'redeploy'
        ? 'restart'
        : 'reimage';
  cloud.guest()?.booted(identityOf(cloud, set, instance), reason, cloud.state.now);
  if (reason === 'restart' || reason === 'start') {
    settle(cloud, set, instance, null);
    return;
  }
  const profile = profileOfInstance(set, instance);
  allExtensionsWait(cloud, instance, profile);
  scheduleBudget(cloud, instance, profile);
  proceedWithExtensions(cloud, set, instance);
}

function isFreshStart(activity: Activity | null): boolean {
  return activity === 'create' || activity === 'reimage' || activity === 'upgrade';
}

export function emitInstance(
  cloud: Cloud,
  set: ScaleSet,
  instance: Instance,
  kind: Extract<AzureEvent, { instanceId: string }>['kind'],
  by: string,
): void {
  cloud.emit({
    kind,
    at: cloud.state.now,
    by,
    scaleSet: scaleSetId(set),
    instanceId: instance.instanceId,
    vmId: instance.vmId,
  });
}

export function enterActivity(cloud: Cloud, instance: Instance, activity: Activity, by: string): void {
  instance.step += 1;
  instance.activity = activity;
  instance.by = by;
  instance.error = null;
  instance.provisioningState = activity === 'delete' ? 'Deleting' : 'Updating';
  instance.stateSince = cloud.state.now;
}

/** Keeps the models that instances still stand on. */
export function forgetUnusedProfiles(set: ScaleSet): void {
  const used = new Set(Object.values(set.instances).map((instance) => String(instance.modelVersion)));
  used.add(String(set.modelVersion));
  for (const version of Object.keys(set.profiles))
    if (!used.has(version)) Reflect.deleteProperty(set.profiles, version);
}
