// The resources of Azure that settings name, each with its field, for whoever asks in which subscriptions a pool would work.
import type { PoolSettings } from './pool.ts';

export interface NamedResource {
  /** Path in the settings, such as `images[0].source.id`. */
  readonly field: string;
  /** ARM id as it was written. */
  readonly id: string;
}

/** Of the scale set, of the resource group of the lanes and of the images. */
export function namedResources(
  settings: Pick<PoolSettings, 'scaleSet' | 'laneResourceGroup' | 'images'>,
): readonly NamedResource[] {
  const { scaleSet } = settings;
  const group = settings.laneResourceGroup ?? null;
  return [
    ...(scaleSet === '' ? [] : [{ field: 'scaleSet', id: scaleSet }]),
    ...(group === null ? [] : [{ field: 'laneResourceGroup', id: group }]),
    ...namedImages(settings),
  ];
}

/** One of a community or a shared gallery lies in no subscription and is among them all the same. */
export function namedImages({ images }: Pick<PoolSettings, 'images'>): readonly NamedResource[] {
  return images.flatMap(({ source }, index) =>
    source !== null && 'id' in source ? [{ field: `images[${index}].source.id`, id: source.id }] : [],
  );
}

/** In small letters, each once. Every one is named, for what stands behind `..` is read by whoever takes the id for an address. */
export function subscriptionsIn(id: string): readonly string[] {
  return [...new Set([...id.matchAll(/\/subscriptions\/([^/]+)/gi)].map(([, one = '']) => one.toLowerCase()))];
}
