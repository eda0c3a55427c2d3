// Which exact versions of an image a job may ask for: the one that it stands for first, then those that somebody let in, and
// with `any` all that machines could be made of, now or when their copy has arrived.
import { equalsIgnoringCase } from './demand.ts';
import type { ImageState } from './image-state.ts';
import { compareImageVersions, currentVersion, isComing, overrideFault, type VersionPolicy } from './image-version.ts';
import type { Observation } from './observation.ts';
import type { PoolImage, PoolSettings } from './pool.ts';

export type KnownVersions = Pick<Observation, 'now' | 'images' | 'admittedVersions'>;

/** The list of an image with a long history must not become a list of placeholders. */
const mostVersions = 20;

/**
 * Null first stands for a machine whose version nobody knows or that has none: its placeholder names no version. Without a
 * list of versions only a pinned one is known.
 */
export function admissibleVersions(
  image: PoolImage,
  known: KnownVersions,
  settings: PoolSettings,
): readonly (string | null)[] {
  const rules = versionRules(image, known, settings);
  const { state, admitted } = rules;
  if (state?.kind === 'managed') return [null];
  const current = currentVersion(rules);
  // A job for a version that is still being copied waits for the copy, so a placeholder stands for it too.
  const mayBeAsked = (version: string): boolean => {
    const fault = overrideFault(version, rules);
    return fault === null || isComing(fault);
  };
  const others = [...(state?.versions ?? []), ...admitted]
    .map((one) => one.version)
    .filter((one) => one !== current && mayBeAsked(one))
    .sort((a, b) => compareImageVersions(b, a));
  return [...new Set([current, ...others])].slice(0, mostVersions);
}

export function versionRules(image: PoolImage, known: KnownVersions, settings: PoolSettings): VersionPolicy {
  const state = imageStateOf(image, known);
  return {
    now: known.now,
    configured: image.version,
    state,
    unread: unreadOf(state, known),
    admitted: (known.admittedVersions ?? []).filter(
      (one) => isOf(image, one.image) && (one.until === null || one.until > known.now),
    ),
    policy: settings.demands.versionOverride,
  };
}

/** Pools without lanes ask for no versions; a snapshot tells what there is. */
export function unreadOf(state: ImageState | null, { images }: Pick<KnownVersions, 'images'>): VersionPolicy['unread'] {
  const isAsked = images !== undefined && images.freshness !== 'fresh';
  return state === null && isAsked ? { problem: images.problem } : undefined;
}

function imageStateOf(image: PoolImage, { images }: Pick<KnownVersions, 'images'>): ImageState | null {
  return images?.value.find((state) => isOf(image, state.alias)) ?? null;
}

function isOf(image: PoolImage, alias: string): boolean {
  return image.aliases.some((one) => equalsIgnoringCase(one, alias));
}
