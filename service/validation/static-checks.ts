// Everything that can be known of an image version without a machine: at first, and again where the version seems to have gone.
import { checkImage } from '../domain/image-check.ts';
import { osTypeOf, sourceOf } from '../domain/lane-image.ts';
import type { Observation } from '../domain/observation.ts';
import type { Validation } from '../domain/validation.ts';
import { hasErrors } from '../domain/validation-check.ts';
import { count } from '../domain/words.ts';
import { ended, type Step } from './parts.ts';

/** In the phase that it was in, or ended by what is wrong. */
export const checkedAnew: Step = async (parts, validation) => {
  const { settings, azure, clock } = parts;
  const image = settings.images.find((one) => one.aliases[0] === validation.image);
  if (image === undefined)
    return ended(validation, 'broken', clock.now(), 'The pool does not declare this image any more.');
  const template = await azure.readScaleSet(settings.scaleSet);
  const osType = osTypeOf(settings, validation.image);
  const facts = await parts.images.readImageFacts({
    now: clock.now(),
    alias: validation.image,
    image: sourceOf(image, template),
    version: validation.version,
    templateId: settings.scaleSet,
    size: image.size ?? null,
    osType,
    maxCapacity: settings.maxCapacity,
  });
  const staticChecks = checkImage(facts);
  const now = clock.now();
  const checked = { ...validation, osType, staticChecks };
  const errors = staticChecks.filter((check) => check.status === 'error');
  if (!hasErrors(staticChecks)) return checked;
  const words = `${count(errors.length, 'static check')} failed: ${errors.map((check) => check.words).join(' ')}`;
  return ended(checked, 'failed', now, words);
};

/** A list may lack a version for a moment, so this is a reason to look at the version itself, and no more. */
export function isUnlisted({ images }: Observation, { image, version }: Validation): boolean {
  const state = images?.freshness === 'fresh' ? images.value.find((one) => one.alias === image) : undefined;
  if (state === undefined || (state.kind !== 'gallery' && state.kind !== 'marketplace')) return false;
  return version !== '-' && !state.versions.some((one) => one.version === version);
}
