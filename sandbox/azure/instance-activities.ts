// What can be begun with an instance, and what each activity schedules: make it, reimage, upgrade, power, redeploy, delete.
import { reimageFailed } from './adversary.ts';
import { draw, guid, schedule } from './cloud.ts';
import type { Cloud } from './cloud.ts';
import { changedExtensionsWait, scheduleBudget } from './extension-runs.ts';
import { deployedImage, followsLatest, imageInVersion, isEphemeral } from './images.ts';
import { emitInstance, enterActivity, forgetUnusedProfiles, profileOfInstance } from './instance-life.ts';
import { objectAt, sameJson, stringAt } from './json.ts';
import type { JsonObject } from './json.ts';
import { profileOf } from './scale-set-model.ts';
import type { Failure, Instance, ScaleSet } from './state.ts';

export function createInstance(cloud: Cloud, set: ScaleSet, by: string): Instance {
  const { state, random, timings } = cloud;
  const instanceId = drawInstanceId(set, random);
  const profile = profileOf(set.model);
  const zones = Array.isArray(set.extras.zones) ? set.extras.zones : [];
  const zone = zones[Number(instanceId) % Math.max(1, zones.length)];
  const faultDomains = typeof set.model.platformFaultDomainCount === 'number' ? set.model.platformFaultDomainCount : 5;
  const prefix = stringAt(profile, 'osProfile', 'computerNamePrefix') ?? set.name;
  const instance: Instance = {
    instanceId,
    vmId: guid(random),
    // Six base-36 digits: a reused instance id gives the same name again (azure-wire.md 3, Instance identity).
    computerName: prefix + Number(instanceId).toString(36).toUpperCase().padStart(6, '0'),
    createdAt: state.now,
    diskSuffix: guid(random).replaceAll('-', ''),
    faultDomain: Number(instanceId) % Math.max(1, faultDomains),
    zone: typeof zone === 'string' ? zone : null,
    skuName: set.sku.name,
    modelVersion: set.modelVersion,
    image: deployedImage(cloud, set.location, profile),
    provisioningState: 'Creating',
    stateSince: state.now,
    power: 'starting',
    system: 'none',
    activity: 'create',
    by,
    error: null,
    everBooted: false,
    everSucceeded: false,
    protection: null,
    tags: null,
    extensions: [],
    etag: 1,
    step: 1,
  };
  set.instances[instanceId] = instance;
  state.homes[instance.vmId] = { scaleSet: set.key, instanceId };
  const upAfter = draw(cloud, timings.create);
  schedule(cloud, state.now + Math.round(upAfter * 0.3), { kind: 'osProvisioning', vmId: instance.vmId, step: 1 });
  schedule(cloud, state.now + upAfter, { kind: 'osUp', vmId: instance.vmId, step: 1 });
  emitInstance(cloud, set, instance, 'instanceCreated', by);
  return instance;
}

/** One that Azure has no room for: it appears, and fails without ever having run. */
export function createFailing(cloud: Cloud, set: ScaleSet, by: string, failure: Failure): string {
  const instance = createInstance(cloud, set, by);
  instance.step += 1;
  const at = cloud.state.now + draw(cloud, cloud.timings.model);
  schedule(cloud, at, { kind: 'fails', vmId: instance.vmId, step: instance.step, ...failure });
  return instance.vmId;
}

export interface ReimageWish {
  readonly exactVersion?: string;
  /** `forceUpdateOSDiskForEphemeral`: take the model's image also on an ephemeral disk. */
  readonly takesModel?: boolean;
}

export function beginReimage(
  cloud: Cloud,
  set: ScaleSet,
  instance: Instance,
  by: string,
  wish: ReimageWish = {},
): void {
  const profile = profileOfInstance(set, instance);
  if (wish.takesModel && isEphemeral(profile)) takeModel(cloud, set, instance);
  else if (wish.exactVersion !== undefined) {
    instance.image = imageInVersion(cloud, set.location, instance.image, wish.exactVersion);
  } else if (!isEphemeral(profile) && followsLatest(objectAt(profile, 'storageProfile', 'imageReference') ?? {})) {
    instance.image = deployedImage(cloud, set.location, profile);
  }
  instance.etag += 1;
  enterActivity(cloud, instance, 'reimage', by);
  const { vmId, step } = instance;
  const outcome = cloud.adversary.reimage(vmId);
  if (outcome === 'works') scheduleReplacement(cloud, instance, profile);
  else if (outcome === 'fails') {
    const at = cloud.state.now + draw(cloud, cloud.timings.reimage);
    schedule(cloud, at, { kind: 'fails', vmId, step, ...reimageFailed(instance.computerName) });
  } else if (outcome === 'wipesNothing')
    schedule(cloud, cloud.state.now + draw(cloud, cloud.timings.reimage), { kind: 'settled', vmId, step });
}

/** Brings an instance to the latest model: a new disk where what it boots from changed, else only the changed extensions run. */
export function beginUpgrade(cloud: Cloud, set: ScaleSet, instance: Instance, by: string): void {
  const before = profileOfInstance(set, instance);
  const after = profileOf(set.model);
  const isReplaced =
    instance.skuName !== set.sku.name ||
    ['storageProfile', 'osProfile', 'securityProfile'].some((key) => !sameJson(before[key], after[key]));
  takeModel(cloud, set, instance);
  instance.etag += 1;
  enterActivity(cloud, instance, 'upgrade', by);
  if (isReplaced) {
    scheduleReplacement(cloud, instance, after);
    return;
  }
  changedExtensionsWait(cloud, instance, before, after);
  scheduleBudget(cloud, instance, after);
  schedule(cloud, cloud.state.now + draw(cloud, cloud.timings.stop), {
    kind: 'settled',
    vmId: instance.vmId,
    step: instance.step,
  });
}

export function beginPower(
  cloud: Cloud,
  instance: Instance,
  activity: 'start' | 'restart' | 'poweroff' | 'deallocate',
  by: string,
): void {
  const { now } = cloud.state;
  const isRunning = instance.power === 'running';
  enterActivity(cloud, instance, activity, by);
  const { vmId, step } = instance;
  const stopAt = now + draw(cloud, cloud.timings.stop);
  if (activity === 'start' ? isRunning : !isRunning && activity !== 'deallocate') {
    // Nothing to do: a machine that runs is started already, one that does not run cannot be restarted or powered off again.
    schedule(cloud, stopAt, { kind: 'settled', vmId, step });
  } else if (activity === 'start') {
    instance.power = 'starting';
    schedule(cloud, now + draw(cloud, cloud.timings.start), { kind: 'osUp', vmId, step });
  } else {
    if (activity !== 'restart') instance.power = activity === 'poweroff' ? 'stopping' : 'deallocating';
    schedule(cloud, stopAt, { kind: 'stop', vmId, step });
    const spread = {
      restart: cloud.timings.restart,
      poweroff: cloud.timings.powerOff,
      deallocate: cloud.timings.deallocate,
    }[activity];
    schedule(cloud, stopAt + draw(cloud, spread), { kind: activity === 'restart' ? 'osUp' : 'settled', vmId, step });
  }
}

/** Redeploy moves a machine to another host: a restart, and on an ephemeral disk everything on it is lost (azure-wire.md 3). */
export function beginRedeploy(cloud: Cloud, set: ScaleSet, instance: Instance, by: string): void {
  const profile = profileOfInstance(set, instance);
  enterActivity(cloud, instance, isEphemeral(profile) ? 'reimage' : 'redeploy', by);
  scheduleReplacement(cloud, instance, profile);
}

export function beginDelete(cloud: Cloud, instance: Instance, by: string, isForced = false): void {
  if (instance.provisioningState === 'Deleting') return;
  enterActivity(cloud, instance, 'delete', by);
  const stopAt = cloud.state.now + (isForced ? 1 : draw(cloud, cloud.timings.stop));
  schedule(cloud, stopAt, { kind: 'stop', vmId: instance.vmId, step: instance.step });
  schedule(cloud, stopAt + draw(cloud, cloud.timings.delete), {
    kind: 'gone',
    vmId: instance.vmId,
    step: instance.step,
  });
}

// The image is resolved first: where there is none to deploy, nothing has changed yet.
function takeModel(cloud: Cloud, set: ScaleSet, instance: Instance): void {
  instance.image = deployedImage(cloud, set.location, profileOf(set.model));
  instance.modelVersion = set.modelVersion;
  instance.skuName = set.sku.name;
  forgetUnusedProfiles(set);
}

function scheduleReplacement(cloud: Cloud, instance: Instance, profile: JsonObject): void {
  const { vmId, step } = instance;
  const { timings } = cloud;
  const spread =
    instance.activity === 'redeploy'
      ? timings.restart
      : isEphemeral(profile)
        ? timings.reimageEphemeral
        : timings.reimage;
  const stopAt = cloud.state.now + draw(cloud, timings.stop);
  schedule(cloud, stopAt, { kind: 'stop', vmId, step });
  schedule(cloud, stopAt + draw(cloud, spread), { kind: 'osUp', vmId, step });
}

// Ids have gaps and come back (azure-wire.md 3): a client that keys on them alone is wrong, and shall notice here.
function drawInstanceId(set: ScaleSet, random: () => number): string {
  if (set.freedIds.length > 0 && random() < 0.25) {
    const [id] = set.freedIds.splice(Math.floor(random() * set.freedIds.length), 1);
    if (id !== undefined) return String(id);
  }
  if (set.nextInstanceId > 0 && random() < 0.15) set.nextInstanceId += 1 + Math.floor(random() * 2);
  const id = set.nextInstanceId;
  set.nextInstanceId += 1;
  return String(id);
}
