// What can be known of a pool's images without a machine: the newest usable version of each, held against the template.
import { checkImage } from '../domain/image-check.ts';
import { availableVersions } from '../domain/image-version.ts';
import type { ImageState } from '../domain/image-state.ts';
import { osTypeOf, pinnedVersion, sourceOf } from '../domain/lane-image.ts';
import type { PoolImage, PoolSettings } from '../domain/pool.ts';
import type { Check } from '../domain/validation-check.ts';
import type { ScaleSet } from '../domain/instance.ts';
import type { ImagePort } from '../image-port.ts';
import type { AzurePort } from '../ports.ts';

export interface ImageLook {
  readonly alias: string;
  /** `-` for images without versions. */
  readonly version: string;
  readonly checks: readonly Check[];
}

const ofTemplate: PoolImage = {
  ...{ aliases: ['the image of the scale set'], source: null, version: 'latest', standbyPercent: '*' },
};

/** Throws `CloudError` where Azure is silent. */
export async function lookAtImages(
  azure: Pick<AzurePort, 'listImageVersions'> & ImagePort,
  settings: PoolSettings,
  template: ScaleSet,
  now: number,
): Promise<readonly ImageLook[]> {
  const images = settings.images.length === 0 ? [ofTemplate] : settings.images;
  const looks: ImageLook[] = [];
  for (const image of images) looks.push(await lookAtImage(azure, settings, template, image, now));
  return looks;
}

async function lookAtImage(
  azure: Pick<AzurePort, 'listImageVersions'> & ImagePort,
  settings: PoolSettings,
  template: ScaleSet,
  image: PoolImage,
  now: number,
): Promise<ImageLook> {
  const alias = image.aliases[0] ?? '';
  const source = sourceOf(image, template);
  const subscriptionId = settings.scaleSet.split('/')[2] ?? '';
  const query = { subscriptionId, image: source, location: template.location, versions: [] };
  const wanted = image.version === 'latest' && image.source === null ? pinnedVersion(template) : image.version;
  const state = { alias, ...(await azure.listImageVersions(query)) };
  const version = wanted === null || wanted === 'latest' ? newestOf(state, now) : wanted;
  const facts = await azure.readImageFacts({
    ...{ now, alias, image: source, version, templateId: settings.scaleSet, size: image.size ?? null },
    ...{ osType: osTypeOf(settings, alias), maxCapacity: settings.maxCapacity },
  });
  return { alias, version, checks: checkImage(facts) };
}

/** Where none can be used the newest of all is looked at, so that the findings say why. */
function newestOf(state: ImageState, now: number): string {
  if (state.kind === 'managed' || state.kind === 'template') return '-';
  return availableVersions(state, now)[0] ?? state.versions[0]?.version ?? '-';
}
