// What the scale set of a lane runs: the image's own source, else the template's image, in the lane's exact version.
import { equalsIgnoringCase } from './demand.ts';
import type { ImageReference, OsType, ScaleSet } from './instance.ts';
import type { PoolImage, PoolSettings } from './pool.ts';

/** The image of the settings that a lane or a machine names by an alias; null where none has it (any more). */
export function imageOfAlias(settings: Pick<PoolSettings, 'images'>, alias: string): PoolImage | null {
  return settings.images.find((image) => image.aliases.some((one) => equalsIgnoringCase(one, alias))) ?? null;
}

/** Without an exact version: that comes from the lane's key. */
export function sourceOf(image: PoolImage | null, template: Pick<ScaleSet, 'image'>): ImageReference {
  const source = image?.source ?? null;
  if (source === null) {
    const { id } = template.image;
    return { ...template.image, id: id?.replace(/\/versions\/[^/]+\/?$/i, '') ?? null, version: null };
  }
  const none = { id: null, publisher: null, offer: null, sku: null, version: null };
  return { ...none, ...source };
}

/** The exact version that the template itself pins; null for `latest` and for images without versions. */
export function pinnedVersion(template: Pick<ScaleSet, 'image'>): string | null {
  const { id, version } = template.image;
  const named = /\/versions\/([^/]+)\/?$/i.exec(id ?? '')?.[1] ?? version;
  return named === null || named.toLowerCase() === 'latest' ? null : named;
}

export function osTypeOf(settings: Pick<PoolSettings, 'images' | 'osType'>, alias: string | null | undefined): OsType {
  const image = alias == null ? null : imageOfAlias(settings, alias);
  return image?.osType ?? settings.osType;
}
