// The scale set of one trial: named after its validation, tagged with whose it is and when it expires, never with what
// makes a lane of a set. Whatever stands under the name with our tag is ours to remove.
import { osTypeOf, sourceOf } from '../domain/lane-image.ts';
import type { ScaleSet } from '../domain/instance.ts';
import type { PoolSettings } from '../domain/pool.ts';
import type { Validation } from '../domain/validation.ts';
import { agentVersionFor } from '../agent-records.ts';
import { CloudError } from '../problem.ts';
import { ended, entered, told, type Step, type TrialParts } from './parts.ts';
import { checkedAnew, isUnlisted } from './static-checks.ts';
import { whyNoPlace } from './trial-place.ts';

const trialTagNames = {
  validation: 'weir-trial',
  pool: 'weir-trial-pool',
  expires: 'weir-trial-expires',
} as const;

/** After its deadline nobody needs it any more; cleaning has this long before a person should wonder. */
const expiryMs = 2 * 3_600_000;

/** Null where the pool has no resource group for it. */
export function trialSetId(settings: PoolSettings, { validationId, attempt = 1 }: Validation): string | null {
  const group = settings.laneResourceGroup ?? null;
  const plain = validationId.replaceAll(/[^A-Za-z0-9]/g, '').slice(0, 32);
  return group === null
    ? null
    : `${group}/providers/Microsoft.Compute/virtualMachineScaleSets/weir-trial-${plain}${attempt === 1 ? '' : `-${attempt}`}`;
}

/** No two services may work the same agent pool, so it names whose a trial is. */
export function trialPoolOf(settings: Pick<PoolSettings, 'organization' | 'poolId'>): string {
  return `${settings.organization.toLowerCase()} pool ${settings.poolId}`;
}

/** Null where there is none; a group that cannot be found may come back with what it held. */
export async function readTrialSet(parts: TrialParts, scaleSetId: string): Promise<ScaleSet | null> {
  try {
    return await parts.azure.readScaleSet(scaleSetId);
  } catch (error) {
    if (error instanceof CloudError && error.kind === 'notFound' && error.code === 'ResourceNotFound') return null;
    throw error;
  }
}

export function isOurs(set: ScaleSet, { validationId }: Validation): boolean {
  return trialTag(set, 'validation') === validationId;
}

/** Azure keeps the case of tag names, but whoever edits tags may not. */
export function trialTag(set: Pick<ScaleSet, 'tags'>, tag: keyof typeof trialTagNames): string | null {
  return Object.entries(set.tags).find(([name]) => name.toLowerCase() === trialTagNames[tag])?.[1] ?? null;
}

/** Each pass goes on from what stands: nothing, an empty set, a set that was asked for its machines. */
export const create: Step = async (parts, validation) => {
  const { azure, clock } = parts;
  const { scaleSetId, instanceCount } = validation;
  if (scaleSetId === null) return validation;
  // A trial may wait here for long, and its version go meanwhile: Azure is asked for no machines that nobody can make (I-13).
  const current = isUnlisted(parts.observation, validation) ? await checkedAnew(parts, validation) : validation;
  if (current.phase !== validation.phase) return current;
  const set = await readTrialSet(parts, scaleSetId);
  if (set === null) return await make(parts, validation, scaleSetId);
  const now = clock.now();
  if (!isOurs(set, validation)) {
    const words = `A scale set called ${set.name} stands already and is not of this validation.`;
    return ended({ ...validation, scaleSetId: null }, 'broken', now, words);
  }
  if (set.provisioningState === 'failed')
    return ended(validation, 'broken', now, 'Azure failed to make the trial scale set.');
  if (set.capacity >= instanceCount)
    return entered(validation, 'booting', now, 'The trial machines boot.', { operationUrl: null });
  if (set.provisioningState !== 'succeeded') return validation;
  // Its place stands in the store since `reserve`: whoever asks for machines from then on counts it. What another process that
  // leads, too, wrote down before is counted here; the place is held meanwhile, for a trial never goes a step back.
  const why = await whyNoPlace(parts, validation);
  if (why !== null) return told(validation, clock.now(), why);
  try {
    await parts.keepLease();
    const { operationUrl } = await azure.setCapacity(set, instanceCount);
    return entered(validation, 'booting', clock.now(), 'The trial machines boot.', { operationUrl });
  } catch (error) {
    return givenUp(validation, error, clock.now());
  }
};

async function make(parts: TrialParts, validation: Validation, scaleSetId: string): Promise<Validation> {
  const { settings, azure, clock } = parts;
  const image = settings.images.find((one) => one.aliases[0] === validation.image) ?? null;
  const template = await azure.readScaleSet(settings.scaleSet);
  const osType = osTypeOf(settings, validation.image);
  const version = validation.version === '-' ? null : validation.version;
  const agentVersion = validation.agentVersion ?? (await agentVersionFor(parts.store, parts.pool, settings, osType));
  // A script for another operating system is not taken over, so nothing can wait for it.
  const extensions = osType === template.osType ? template.extensions : [];
  const extension = await parts.extensionFor({ ...template, extensions }, osType, agentVersion);
  try {
    await parts.keepLease();
    await azure.createScaleSet({
      scaleSetId,
      templateId: settings.scaleSet,
      modelDigest: template.modelDigest ?? '',
      image: { ...sourceOf(image, template), version },
      osType,
      size: image?.size ?? null,
      computerNamePrefix: 'wtrial',
      tags: {
        [trialTagNames.validation]: validation.validationId,
        [trialTagNames.expires]: new Date(validation.deadlineAt + expiryMs).toISOString(),
        [trialTagNames.pool]: trialPoolOf(settings),
      },
      extension,
    });
    return told(validation, clock.now(), 'The trial scale set is being made.');
  } catch (error) {
    return givenUp(validation, error, clock.now());
  }
}

/** What will not be better in the next pass ends the trial; what may be is tried again. */
function givenUp(validation: Validation, error: unknown, now: number): Validation {
  if (!(error instanceof CloudError)) throw error;
  const isFinal = error.kind === 'invalid' || error.kind === 'denied' || error.kind === 'outOfCapacity';
  if (!isFinal) throw error;
  return ended(validation, 'broken', now, `Azure did not make the trial machines: ${error.message}`);
}
