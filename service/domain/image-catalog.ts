// What a pool offers: its images in their order, which version each stands for now, and what each lane's machines are.
import { unreadOf } from './admissible-versions.ts';
import { equalsIgnoringCase, type Demand } from './demand.ts';
import type { ImageState } from './image-state.ts';
import {
  compareImageVersions,
  currentVersion,
  isComing,
  overrideFault,
  versionFault,
  type VersionFault,
  type VersionPolicy,
} from './image-version.ts';
import { hasLanes } from './lane-owner.ts';
import { placesOf, type Place } from './lane-place.ts';
import { digestText, type LaneKey } from './lane.ts';
import type { Memory } from './memory.ts';
import type { Observation } from './observation.ts';
import type { PoolImage, PoolSettings } from './pool.ts';

export interface OfferedImage {
  readonly index: number;
  /** First alias; empty where the pool declares no image. */
  readonly alias: string;
  readonly settings: PoolImage | null;
  readonly state: ImageState | null;
  /** Of its machines where nobody asks for another; null where it has no versions or none is known. */
  readonly current: string | null;
  /** What `latest` stood for before: its machines serve on until they are replaced. */
  readonly former: string | null;
  /** Serves beside `current` while a new version is tried, and stays. */
  readonly also: string | null;
  /** Why no machine of `current` can be made. */
  readonly fault: VersionFault | null;
  readonly rules: VersionPolicy;
}

/** Which machines a request means. */
export interface Target {
  readonly image: number;
  readonly version: string | null;
  readonly isDefault: boolean;
}

export interface ImageCatalog {
  /** True where the customer's own set is the only lane: then every machine is the one image, whatever it is called. */
  readonly isOwnSet: boolean;
  /** True where Weir may make a scale set that is missing; a snapshot shows what it would do. */
  readonly canMakeLanes: boolean;
  readonly images: readonly OfferedImage[];
  /** By id of the scale set, in lower case. */
  readonly places: ReadonlyMap<string, Place>;
  readonly template: string;
}

/** The same catalog for the same picture: several reasons of a pass ask. */
export function catalogOf(observation: Observation, settings: PoolSettings, memory: Memory): ImageCatalog {
  const known = catalogs.get(observation);
  if (known?.settings === settings && known.memory === memory) return known.catalog;
  const catalog = build(observation, settings, memory);
  catalogs.set(observation, { settings, memory, catalog });
  return catalog;
}

const catalogs = new WeakMap<Observation, { settings: PoolSettings; memory: Memory; catalog: ImageCatalog }>();

/** The machines that a request with these demands means, or what stands against it; null for an alias that nobody declared. */
export function targetOf(
  demands: readonly Demand[],
  catalog: ImageCatalog,
): { readonly target: Target; readonly fault: VersionFault | null } | null {
  if (catalog.isOwnSet) return { target: ownTarget, fault: null };
  const alias = valueOf(demands, 'ImageOverride');
  const image = alias === null ? catalog.images[0] : imageCalled(alias, catalog);
  if (image === undefined) return null;
  const version = valueOf(demands, 'ImageVersionOverride');
  const isDefault = version === null || version === image.current;
  if (isDefault) {
    return { target: { image: image.index, version: image.current, isDefault }, fault: image.fault };
  }
  return { target: { image: image.index, version, isDefault }, fault: overrideFault(version, image.rules) };
}

/** On the customer's own set every request means the same machines. */
export const ownTarget: Target = { image: 0, version: null, isDefault: true };

/** Where the version of a machine is not known it is what its image stands for, and never one that somebody chose. */
export function serves(place: Place, target: Target, catalog: ImageCatalog): boolean {
  if (catalog.isOwnSet) return true;
  if (place.image !== target.image) return false;
  if (target.version === null || place.version === target.version) return true;
  if (!target.isDefault) return false;
  const { former, also } = catalog.images[target.image] ?? { former: null, also: null };
  return place.version === null || place.version === former || place.version === also;
}

export function imageCalled(alias: string, catalog: ImageCatalog): OfferedImage | undefined {
  return catalog.images.find(
    ({ settings }) => settings?.aliases.some((one) => equalsIgnoringCase(one, alias)) === true,
  );
}

/** What the lane for these machines is made for. */
export function wantedKey(target: Target, catalog: ImageCatalog): LaneKey {
  const image = catalog.images[target.image];
  return { image: image?.alias ?? '', version: target.version, template: templateOf(image?.settings ?? null, catalog) };
}

/** An image's own size and source are a part of what its lane is made from. */
function templateOf(image: PoolImage | null, { template }: Pick<ImageCatalog, 'template'>): string {
  if (template === '' || image === null) return template;
  const own = ownDigest(image);
  return own === null ? template : `${template}-${own}`;
}

/** Null where the image has nothing of its own. */
function ownDigest(image: PoolImage): string | null {
  const known = digests.get(image);
  if (known !== undefined) return known;
  const own = [image.source, image.size ?? null, image.osType ?? null];
  const digest = own.every((one) => one === null) ? null : digestText(JSON.stringify(own));
  digests.set(image, digest);
  return digest;
}

/** The settings stay the same from pass to pass, and every lane asks. */
const digests = new WeakMap<PoolImage, string | null>();

function build(observation: Observation, settings: PoolSettings, memory: Memory): ImageCatalog {
  const declared: readonly (PoolImage | null)[] = settings.images.length === 0 ? [null] : settings.images;
  const images = declared.map((image, index) => offer(image, index, observation, settings, memory));
  // A snapshot that tells versions asks what would be done with them.
  const isPlainSnapshot = isPlain(declared[0]) && (images[0]?.state?.versions.length ?? 0) === 0;
  const isOwnSet = !hasLanes(settings) && declared.length < 2 && (!observation.ownsEverything || isPlainSnapshot);
  const template = observation.template?.value?.digest ?? '';
  const canMakeLanes = !isOwnSet && (hasLanes(settings) || observation.ownsEverything);
  const places = placesOf(observation.lanes, {
    isOwnSet,
    images,
    templateOf: (image) => templateOf(image, { template }),
    isTemplateApart: hasLanes(settings) && !observation.ownsEverything,
  });
  return { isOwnSet, canMakeLanes, images, places, template };
}

/** Without a source and a pin of its own an image is whatever the customer's set makes. */
function isPlain(image: PoolImage | null | undefined): boolean {
  return image === null || image === undefined || (image.source === null && image.version === 'latest');
}

function offer(
  settings: PoolImage | null,
  index: number,
  observation: Observation,
  pool: PoolSettings,
  memory: Memory,
): OfferedImage {
  const alias = settings?.aliases[0] ?? '';
  const isAlias = (name: string): boolean => equalsIgnoringCase(name, alias);
  const state = observation.images?.value.find((one) => isAlias(one.alias)) ?? null;
  const rules: VersionPolicy = {
    now: observation.now,
    configured: settings?.version ?? 'latest',
    state,
    admitted: (observation.admittedVersions ?? []).filter(
      ({ image, until }) => isAlias(image) && (until === null || until > observation.now),
    ),
    policy: pool.demands.versionOverride,
    isManaged: isManaged(settings),
    unread: unreadOf(state, observation),
  };
  const current = state?.kind === 'managed' ? null : currentVersion(rules);
  const rollout = observation.rollouts?.find((one) => isAlias(one.image));
  return {
    index,
    alias,
    settings,
    state,
    current,
    also: rollout?.also ?? null,
    former: rollout?.former ?? formerOf(memory.defaults?.[alias.toLowerCase()], current, rules),
    fault: current === null ? unresolved(rules, settings, observation, hasLanes(pool)) : versionFault(current, rules),
    rules,
  };
}

function unresolved(
  rules: VersionPolicy,
  settings: PoolImage | null,
  observation: Observation,
  mustResolve: boolean,
): VersionFault | null {
  const { state, configured, now } = rules;
  if (state?.kind === 'managed' || (state === null && isManaged(settings))) return null;
  if (state === null) {
    // Without lanes, and in a snapshot without images, what the sets make is all that there is.
    if (!mustResolve || observation.ownsEverything || configured !== 'latest') return null;
    return { kind: 'unread', problem: observation.images?.problem ?? null };
  }
  if (state.versions.length === 0 && state.kind === 'template') return null;
  const faults = state.versions
    .filter((one) => !one.isExcludedFromLatest && (one.endOfLifeAt ?? Infinity) > now)
    .toSorted((a, b) => compareImageVersions(b.version, a.version))
    .map((one) => versionFault(one.version, rules));
  const failed = faults.find((fault) => fault?.kind === 'notReplicated' && fault.state === 'failed');
  return faults.find(isComing) ?? failed ?? { kind: 'missing', available: [] };
}

function isManaged(image: PoolImage | null): boolean {
  const source = image?.source ?? null;
  return source !== null && 'id' in source && !/\/(galleries|sharedGalleries|communityGalleries)\//i.test(source.id);
}

/** A version that was taken out of `latest` on purpose serves no more. */
function formerOf(
  remembered: { readonly version: string; readonly former: string | null } | undefined,
  current: string | null,
  { configured, state, now }: VersionPolicy,
): string | null {
  if (configured !== 'latest' || remembered === undefined) return null;
  const former = remembered.version === current ? remembered.former : remembered.version;
  const found = state?.versions.find((one) => one.version === former);
  const isAlive = found !== undefined && !found.isExcludedFromLatest && (found.endOfLifeAt ?? Infinity) > now;
  return isAlive ? former : null;
}

/** Conflicting demands are one fault of their own; the first of them counts here. */
function valueOf(demands: readonly Demand[], name: string): string | null {
  const found = demands.find((demand) => demand.kind === 'equals' && equalsIgnoringCase(demand.name, name));
  return found?.kind === 'equals' ? found.value : null;
}
