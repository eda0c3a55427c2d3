// What the machines of each lane are: which image of the settings, in which version, and whether they are to be replaced.
import { equalsIgnoringCase } from './demand.ts';
import type { ImageReference } from './instance.ts';
import { sameLaneKey, type LaneKey } from './lane.ts';
import type { Lane } from './observation.ts';
import type { ImageSource, PoolImage } from './pool.ts';

export interface Place {
  /** Index in the settings' images; -1 for an image that they do not declare (any more). */
  readonly image: number;
  /** Null where the image has none, or where nothing tells which one the machines have. */
  readonly version: string | null;
  /** Made from another state of the template, or of an image that is gone: it serves what it has and gets nothing new. */
  readonly isDraining: boolean;
  /** False for a set that Weir must not grow: the template, where the pool makes lanes of its own. */
  readonly canGrow: boolean;
}

interface Offered {
  readonly index: number;
  readonly alias: string;
  readonly settings: PoolImage | null;
}

export interface PlaceRules {
  readonly isOwnSet: boolean;
  readonly images: readonly Offered[];
  readonly templateOf: (image: PoolImage | null) => string;
  /** A set without a key is the template, beside the lanes. */
  readonly isTemplateApart: boolean;
}

/** By id of the scale set, in lower case. */
export function placesOf(lanes: readonly Lane[], rules: PlaceRules): ReadonlyMap<string, Place> {
  return new Map(
    lanes.map((lane): [string, Place] => {
      const { id, image } = lane.scaleSet.value;
      const key = lane.key ?? null;
      return [id.toLowerCase(), key === null ? withoutKey(image, rules) : withKey(key, rules)];
    }),
  );
}

/** A node whose lane was not read is of no image: nothing is known of it. */
export const nowhere: Place = { image: -1, version: null, isDraining: true, canGrow: false };

function withKey(key: LaneKey, { images, templateOf }: PlaceRules): Place {
  const image = images.find((one) => isNamed(one, key.image));
  if (image === undefined) return { ...nowhere, version: key.version };
  const wanted = { image: key.image, version: key.version, template: templateOf(image.settings) };
  const isDraining = !sameLaneKey(key, wanted);
  return { image: image.index, version: key.version, isDraining, canGrow: !isDraining };
}

function isNamed({ alias, settings }: Offered, name: string): boolean {
  return equalsIgnoringCase(alias, name) || settings?.aliases.some((one) => equalsIgnoringCase(one, name)) === true;
}

/** The set says by its model what it makes; one that names no declared source is the first image's. */
function withoutKey(reference: ImageReference, rules: PlaceRules): Place {
  const canGrow = !rules.isTemplateApart;
  if (rules.isOwnSet) return { image: 0, version: null, isDraining: false, canGrow };
  const image = rules.images.find(({ settings }) => settings?.source != null && isOf(reference, settings.source));
  const found = image ?? rules.images.find(({ settings }) => (settings?.source ?? null) === null) ?? rules.images[0];
  const version = image === undefined ? null : versionOf(reference);
  return { image: found?.index ?? 0, version, isDraining: rules.isTemplateApart, canGrow };
}

function isOf(reference: ImageReference, source: ImageSource): boolean {
  if ('id' in source) return reference.id !== null && same(withoutVersion(reference.id), withoutVersion(source.id));
  return (
    same(reference.publisher, source.publisher) &&
    same(reference.offer, source.offer) &&
    same(reference.sku, source.sku)
  );
}

function same(a: string | null, b: string): boolean {
  return a !== null && a.toLowerCase() === b.toLowerCase();
}

function withoutVersion(id: string): string {
  return id.replace(/\/versions\/[^/]+$/i, '');
}

/** Null for `latest`, which Azure resolves at each boot. */
function versionOf(reference: ImageReference): string | null {
  const version = /\/versions\/([^/]+)$/i.exec(reference.id ?? '')?.[1] ?? reference.version;
  return version === null || version.toLowerCase() === 'latest' ? null : version;
}
