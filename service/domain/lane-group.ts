// Where lanes may live: in a resource group only for Weir, never in the template's, because whoever may delete a lane
// there could delete the customer's own set too (reliability-security.md 4.7).
import type { SettingsProblem, TextRule } from './field-reader.ts';
import type { PoolImage, PoolSettings } from './pool.ts';

export const laneGroupRule: TextRule = {
  code: 'LANE_GROUP_FORMAT',
  isValid: (text) => /^\/subscriptions\/[^/\s]+\/resourceGroups\/[-\w.()]{1,90}$/i.test(text) && !text.endsWith('.'),
  mustBe: 'the resource id of a resource group',
  nextStep: 'Write /subscriptions/ID/resourceGroups/NAME, as "az group show --query id" prints it.',
};

type Laned = Pick<PoolSettings, 'images' | 'scaleSet' | 'laneResourceGroup' | 'osType'>;

/**
 * What keeps a pool from making its lanes: LANE_GROUP_MISSING, LANE_GROUP_TEMPLATE or LANE_GROUP_SUBSCRIPTION. A snapshot
 * may say less than a service needs, so this is no rule of the settings themselves: asked where they are put to work.
 */
export function laneGroupFault(settings: Laned): SettingsProblem | null {
  const group = settings.laneResourceGroup ?? null;
  if (group === null) return missingGroup(settings);
  const [, subscription, templateGroup] =
    /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\//i.exec(settings.scaleSet) ?? [];
  const [, laneSubscription, laneGroup] = /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)$/i.exec(group) ?? [];
  if (subscription === undefined || laneSubscription === undefined) return null;
  if (subscription.toLowerCase() !== laneSubscription.toLowerCase()) {
    const message = 'laneResourceGroup lies in another subscription than the scale set that is its template.';
    return problem('LANE_GROUP_SUBSCRIPTION', message, 'Name a resource group of the same subscription.', group);
  }
  if (templateGroup?.toLowerCase() !== laneGroup?.toLowerCase()) return null;
  const message =
    'laneResourceGroup is the resource group of the scale set that is its template; Weir deletes scale sets there.';
  return problem('LANE_GROUP_TEMPLATE', message, 'Create a resource group only for Weir and name its id there.', group);
}

/** Without lanes every machine is the scale set's own: what an image says of itself would be read and never done. */
function missingGroup({ images, osType }: Laned): SettingsProblem | null {
  const code = 'LANE_GROUP_MISSING';
  const nextStep = 'Create a resource group only for Weir and name its id there.';
  if (images.length > 1) {
    const message =
      'Several images are declared, and laneResourceGroup does not say where their scale sets may be made.';
    return problem(code, message, nextStep, null);
  }
  const [part] = images.flatMap((image) => ownParts(image, osType));
  if (part === undefined) return null;
  const message = `The image has ${part} of its own, and laneResourceGroup does not say where a scale set with it may be made.`;
  return problem(code, message, `${nextStep} Or leave the image as the scale set has it.`, null);
}

/** In words, what of the image the scale set of the pool does not have as it is. */
function ownParts({ source, version, size, osType }: PoolImage, osTypeOfPool: PoolSettings['osType']): string[] {
  return [
    ...(source === null ? [] : ['a source']),
    ...(version === 'latest' ? [] : ['an exact version']),
    ...((size ?? null) === null ? [] : ['a size']),
    ...((osType ?? osTypeOfPool) === osTypeOfPool ? [] : ['an operating system']),
  ];
}

function problem(code: string, message: string, nextStep: string, value: string | null): SettingsProblem {
  return { code, field: 'laneResourceGroup', message, nextStep, value };
}
