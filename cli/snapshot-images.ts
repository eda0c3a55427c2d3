// Reads the images of a snapshot: for each image of the settings the versions that its source has, as Azure lists them.
import { translateGalleryVersion, translateListedVersion } from '../service/azure/translate-image.ts';
import type { ImageState, ImageVersion } from '../service/domain/image-state.ts';
import { compareImageVersions } from '../service/domain/image-version.ts';
import type { Lane } from '../service/domain/observation.ts';
import type { PoolImage, PoolSettings } from '../service/domain/pool.ts';
import { fieldsOf, type Fields } from '../service/wire.ts';
import { wholeList } from './snapshot-lanes.ts';

/** Null where the snapshot does not speak of images at all. */
export function readImages(
  snapshot: Fields,
  settings: PoolSettings,
  lanes: readonly Lane[],
): readonly ImageState[] | null {
  const raw = snapshot.raw().images;
  if (raw === undefined || raw === null) return null;
  const listed = wholeList(raw, 'images').map((item, index) => readListed(item, `images[${index}]`, lanes));
  const declared: readonly (PoolImage | null)[] = settings.images.length === 0 ? [null] : settings.images;
  return declared.flatMap((image) => {
    const found = listed.find(({ id }) => isOf(id, image, lanes)) ?? remaining(image, declared, listed);
    if (found === undefined) return [];
    return [{ alias: image?.aliases[0] ?? '', kind: found.kind, versions: found.versions }];
  });
}

interface Listed {
  readonly id: string;
  readonly kind: ImageState['kind'];
  readonly versions: readonly ImageVersion[];
}

function readListed(item: unknown, path: string, lanes: readonly Lane[]): Listed {
  const entry = fieldsOf(item, path);
  const id = entry.requiredText('id');
  const list = wholeList(entry.raw().versions ?? [], `${path}.versions`);
  const isGallery = /\/(galleries|sharedGalleries|communityGalleries)\//i.test(id);
  const versions = list.map((one) =>
    isGallery ? translateGalleryVersion(one, locationOf(one, lanes)) : translateListedVersion(one),
  );
  const isManaged = !isGallery && /\/providers\/Microsoft\.Compute\/images\//i.test(id);
  return {
    id,
    kind: isGallery ? 'gallery' : isManaged ? 'managed' : 'marketplace',
    versions: versions.toSorted((a, b) => compareImageVersions(b.version, a.version)),
  };
}

/** Where machines are made; a shortened snapshot may not tell, and then the version's own first region is meant. */
function locationOf(version: unknown, lanes: readonly Lane[]): string {
  const told = lanes.map((lane) => lane.scaleSet.value.location).find((location) => location !== '');
  if (told !== undefined) return told;
  const fields = fieldsOf(version, 'version');
  const targets = fields.object('properties')?.object('publishingProfile')?.objects('targetRegions') ?? [];
  return targets[0]?.text('name') ?? fields.text('location') ?? '';
}

function isOf(id: string, image: PoolImage | null, lanes: readonly Lane[]): boolean {
  const source = image?.source ?? null;
  if (source === null) {
    // Without a source it is what the scale set itself names.
    return lanes.some((lane) => same(withoutVersion(lane.scaleSet.value.image.id ?? ''), withoutVersion(id)));
  }
  if ('id' in source) return same(withoutVersion(source.id), withoutVersion(id));
  const { publisher, offer, sku } = source;
  const urn = `${publisher}:${offer}:${sku}`;
  const path = `/publishers/${publisher}/artifacttypes/vmimage/offers/${offer}/skus/${sku}`;
  return [urn, urn.replaceAll(':', '/')].some((one) => same(one, withoutVersion(id))) || ends(withoutVersion(id), path);
}

/** One image and one list belong together, whatever the person wrote as its id. */
function remaining(
  image: PoolImage | null,
  declared: readonly (PoolImage | null)[],
  listed: readonly Listed[],
): Listed | undefined {
  const named = listed.find(({ id }) => image?.aliases.some((alias) => same(alias, id)) === true);
  if (named !== undefined) return named;
  const isSourceless = (image?.source ?? null) === null;
  return isSourceless && declared.length === 1 && listed.length === 1 ? listed[0] : undefined;
}

function withoutVersion(id: string): string {
  return id.replace(/\/versions(\/[^/]+)?$/i, '').replace(/\/$/, '');
}

function same(a: string, b: string): boolean {
  return a !== '' && a.toLowerCase() === b.toLowerCase();
}

function ends(id: string, path: string): boolean {
  return id.toLowerCase().endsWith(path.toLowerCase());
}
