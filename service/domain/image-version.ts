// Which exact version of an image its machines are made of, and which others a job may ask for. Weir resolves `latest`
// itself, for Azure would resolve it anew at each boot (DESIGN fact 5).
import type { AdmittedVersion, ImageState, ImageVersion } from './image-state.ts';
import type { PoolSettings } from './pool.ts';

/** What stands between a version and its machines. */
export type VersionFault =
  /** There is no such version. `available`: the newest three that could be used. */
  | { readonly kind: 'missing'; readonly available: readonly string[] }
  /**
   * It is not (yet, or not any more) whole in the pool's region. `available`: of those that are, the nearest three, the nearest
   * first. `progress` is percent of its copy; `problem` is Azure's.
   */
  | {
      readonly kind: 'notReplicated';
      readonly state: string;
      readonly available: readonly string[];
      readonly progress?: number | undefined;
      readonly problem?: string | undefined;
    }
  /** The pool's policy lets no job choose it. */
  | { readonly kind: 'notAllowed'; readonly allowed: readonly string[] }
  /** Its image has no versions that could be chosen. */
  | { readonly kind: 'noVersions' }
  /** Azure was not (yet) heard about the versions, so nobody can tell whether there is such a one, or which is the newest. */
  | { readonly kind: 'unread'; readonly problem: string | null };

/** What a version is judged by. `state` is null where nothing is known of the image's versions. */
export interface VersionPolicy {
  readonly now: number;
  readonly configured: string;
  readonly state: ImageState | null;
  readonly admitted: readonly AdmittedVersion[];
  readonly policy: PoolSettings['demands']['versionOverride'];
  /** True for an image by itself, outside any gallery: it has no versions, whatever was read of it. */
  readonly isManaged?: boolean;
  /** Present where Weir asks for the versions and has no answer yet: `state` is null for want of one. */
  readonly unread?: { readonly problem: string | null } | undefined;
}

/** Galleries write numbers without leading zeros; the Marketplace writes what its publishers like. */
const galleryVersion = /^(0|[1-9]\d{0,9})(\.(0|[1-9]\d{0,9})){2}$/;
const marketplaceVersion = /^\d{1,10}(\.\d{1,14}){2,3}$/;

/** True for one exact version; `latest` is none. */
export function isExactVersion(version: string, isMarketplace: boolean): boolean {
  return (isMarketplace ? marketplaceVersion : galleryVersion).test(version);
}

/** Numbers compare as numbers, part by part: 1.10.0 is newer than 1.9.0. Negative where `a` is older. */
export function compareImageVersions(a: string, b: string): number {
  const [left, right] = [a.split('.'), b.split('.')];
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = Number(left[index] ?? 0) - Number(right[index] ?? 0);
    if (difference !== 0 && !Number.isNaN(difference)) return difference;
  }
  return 0;
}

/** The version that `latest` stands for, or null: the highest that is whole, in its region, alive, and not excluded. */
export function newestVersion(state: ImageState, now: number): string | null {
  return newestFirst(state).find((one) => isEligible(one, now))?.version ?? null;
}

/** A configured pin wins over everything. Null where `latest` stands for nothing that is known. */
export function currentVersion({ configured, state, now }: VersionPolicy): string | null {
  if (configured !== 'latest') return configured;
  return state === null ? null : newestVersion(state, now);
}

/** Null where machines of the version can be made, whoever asks for them. */
export function versionFault(version: string, { state, now }: VersionPolicy): VersionFault | null {
  if (state === null) return null;
  const found = state.versions.find((one) => one.version === version);
  if (found === undefined) return { kind: 'missing', available: availableVersions(state, now) };
  const reason = standing(found);
  if (reason === null) return null;
  const available = nearestVersions(found, state, now);
  return { kind: 'notReplicated', state: reason, available, progress: found.progress, problem: found.copyProblem };
}

/** True for a version that nobody has to do anything for: its copy, or the version itself, is being made. */
export function isComing(fault: VersionFault | null): boolean {
  return fault?.kind === 'notReplicated' && (fault.state === 'replicating' || fault.state === 'creating');
}

/**
 * Null where a job may ask for it. What does not exist is said before what is not allowed, for the answer helps more; what is
 * not allowed before what is not there yet, for waiting would not help.
 */
export function overrideFault(version: string, rules: VersionPolicy): VersionFault | null {
  const { state, policy, admitted, now, unread } = rules;
  const current = currentVersion(rules);
  if (rules.isManaged === true || state?.kind === 'managed') return { kind: 'noVersions' };
  if (version === current) return versionFault(version, rules);
  if (policy === 'none' && current === null && unread !== undefined) return { kind: 'unread', ...unread };
  if (policy === 'none') return { kind: 'notAllowed', allowed: current === null ? [] : [current] };
  const fault = versionFault(version, rules);
  if (fault?.kind === 'missing' || policy === 'any') return fault;
  const newest = state === null ? null : newestVersion(state, now);
  const allowed = [current, newest, ...admitted.map((one) => one.version)].filter((one) => one !== null);
  if (allowed.includes(version) || (fault !== null && willBeNewest(version, rules, newest))) return fault;
  // It may be the newest, or none at all.
  if (unread !== undefined) return { kind: 'unread', ...unread };
  return { kind: 'notAllowed', allowed: [...new Set(allowed)].sort((a, b) => compareImageVersions(b, a)) };
}

/** Once it is whole in the pool's region. */
function willBeNewest(version: string, { state, now }: VersionPolicy, newest: string | null): boolean {
  const found = state?.versions.find((one) => one.version === version);
  if (found === undefined || found.isExcludedFromLatest || isPast(found, now)) return false;
  return newest === null || compareImageVersions(version, newest) > 0;
}

/** The newest three that machines could be made of now. */
export function availableVersions(state: ImageState, now: number): readonly string[] {
  return newestFirst(state)
    .filter((one) => isUsable(one, now))
    .map((one) => one.version)
    .slice(0, 3);
}

/** Likewise the three with the fewest versions between them and this one; the newer one of two that are as near. */
function nearestVersions(wanted: ImageVersion, state: ImageState, now: number): readonly string[] {
  const sorted = newestFirst(state);
  const distance = (one: ImageVersion): number => Math.abs(sorted.indexOf(one) - sorted.indexOf(wanted));
  return sorted
    .filter((one) => isUsable(one, now))
    .sort((a, b) => distance(a) - distance(b))
    .map((one) => one.version)
    .slice(0, 3);
}

function isUsable(one: ImageVersion, now: number): boolean {
  return standing(one) === null && !isPast(one, now);
}

function newestFirst(state: ImageState): readonly ImageVersion[] {
  return state.versions.toSorted((a, b) => compareImageVersions(b.version, a.version));
}

function isEligible(one: ImageVersion, now: number): boolean {
  return !one.isExcludedFromLatest && !isPast(one, now) && standing(one) === null;
}

function isPast({ endOfLifeAt }: ImageVersion, now: number): boolean {
  return endOfLifeAt !== null && endOfLifeAt <= now;
}

/** What keeps Azure from making machines of it, or null. What was not read is believed: Azure says no for itself. */
function standing({ provisioningState, replication }: ImageVersion): string | null {
  // A version is whole when it is in all of its regions, and can be used in each as soon as it is there (azure-wire.md 2).
  const isTold = provisioningState === 'creating' && replication !== 'unknown';
  if (provisioningState !== 'succeeded' && provisioningState !== 'unknown' && !isTold) return provisioningState;
  return replication === 'replicated' || replication === 'unknown' ? null : replication;
}
