// The images of a pool in the contract's shapes: settings, pins, admissions, validations and the newest picture together.
import type { ImagesView, ImageVersionView, ImageView, PinHistoryEntry, RolloutView } from '../../contract/images.ts';
import { decidePin, type PinEvent, type PinState } from '../domain/image-pin.ts';
import type { ImageState, ImageVersion } from '../domain/image-state.ts';
import { compareImageVersions, newestVersion } from '../domain/image-version.ts';
import type { Generation, Observation } from '../domain/observation.ts';
import { rolloutOf, type PoolImage, type PoolSettings } from '../domain/pool.ts';
import { failureShare, versionsNow, type VersionsNow } from '../domain/rollout.ts';
import { judgementOf, type Validation } from '../domain/validation.ts';
import type { VersionAdmission } from '../image-records.ts';
import { iso, isoOrNull } from './instant.ts';

export interface ImagesInput {
  readonly now: number;
  readonly pool: string;
  readonly settings: PoolSettings;
  /** By the first alias of the image; absent: nobody has changed it. */
  readonly pins: ReadonlyMap<string, PinState>;
  /** Newest first. */
  readonly events: readonly PinEvent[];
  readonly admissions: readonly VersionAdmission[];
  /** Newest first. */
  readonly validations: readonly Validation[];
  /** What the newest pass saw; null before the first. */
  readonly seen: Pick<Observation, 'images' | 'generations'> | null;
  readonly unpinned: (image: string) => PinState;
}

const shownEvents = 50;
const day = 86_400_000;

export function imagesViewOf(input: ImagesInput): ImagesView {
  const part = input.seen?.images;
  const isRead = part !== undefined && part.freshness !== 'unknown';
  // The image of a scale set and a managed image have no versions: nothing is to be waited for.
  const hasVersions = input.settings.images.some((image) => ['marketplace', 'gallery'].includes(kindOf(image)));
  return {
    now: iso(input.now),
    pool: input.pool,
    images: input.settings.images.map((image) => imageView(input, image)),
    problems: isRead || !hasVersions ? problemsOf(part?.problem) : [unread],
  };
}

const unread = 'Azure has not told the versions of the images yet.';

/** Null where the pass did not read it. */
function imageStateIn(seen: ImagesInput['seen'], alias: string): ImageState | null {
  const part = seen?.images;
  if (part === undefined || part.freshness === 'unknown') return null;
  return part.value.find((one) => one.alias === alias) ?? null;
}

interface Context {
  readonly input: ImagesInput;
  readonly alias: string;
  readonly state: PinState;
  readonly images: ImageState | null;
  readonly versions: VersionsNow;
  readonly lives: readonly Generation[];
}

function imageView(input: ImagesInput, image: PoolImage): ImageView {
  const alias = image.aliases[0] ?? '';
  const state = input.pins.get(alias) ?? input.unpinned(alias);
  const images = imageStateIn(input.seen, alias);
  const policy = rolloutOf(input.settings);
  const versions = versionsNow({ now: input.now, state, configured: image.version, images, policy });
  const lives = (input.seen?.generations ?? []).filter((life) => life.image === alias);
  const context: Context = { input, alias, state, images, versions, lives };
  return {
    alias,
    aliases: [...image.aliases],
    kind: images?.kind ?? kindOf(image),
    source: sourceWords(image),
    configured: image.version,
    pinnedVersion: state.pinnedVersion,
    currentVersion: versions.main,
    latestVersion: images === null ? null : newestVersion(images, input.now),
    lastKnownGood: state.lastKnownGood,
    // Which versions can still be gone back to is Azure's word: without it nothing is said.
    ...(images === null ? {} : { rollback: rollbackView(context) }),
    revision: state.revision,
    requiresValidation: policy.requireValidated,
    rollout: rolloutView(context),
    banner: state.banner,
    alarm: alarmOf(context),
    versions: versionNames(context).map((name) => versionView(context, name)),
    history: input.events
      .filter((event) => event.image === alias)
      .slice(0, shownEvents)
      .map(historyEntry),
  };
}

/** Asked of the same rules that a rollback follows; nothing is changed by the question. */
function rollbackView({ input, alias, state, images }: Context): ImageView['rollback'] {
  const answer = decidePin({
    ...{ now: input.now, by: '', state, images, action: 'rollback', version: null, reason: '' },
    ...{ requireValidated: null, policy: rolloutOf(input.settings), passedValidation: () => null },
    history: input.events.filter((event) => event.image === alias),
  });
  return 'refusal' in answer ? null : { version: answer.state.pinnedVersion };
}

/** Those that Azure lists, and those that still live or stand pinned without being listed. */
function versionNames({ images, lives, state }: Context): readonly string[] {
  const others = [state.pinnedVersion, state.lastKnownGood, ...lives.map((life) => life.version ?? null)];
  const named = [...(images?.versions ?? []).map((one) => one.version), ...others.filter((one) => one !== null)];
  return [...new Set(named)].sort((a, b) => compareImageVersions(b, a));
}

function versionView(context: Context, name: string): ImageVersionView {
  const { input, state, images, versions, lives } = context;
  const found = images?.versions.find((one) => one.version === name);
  const { publishedAt, endOfLifeAt, ...rest } = found ?? vanished(name);
  return {
    version: name,
    publishedAt: isoOrNull(publishedAt),
    ageDays: publishedAt === null ? null : Math.max(0, Math.floor((input.now - publishedAt) / day)),
    replication: rest.replication,
    provisioningState: rest.provisioningState,
    isExcludedFromLatest: rest.isExcludedFromLatest,
    endOfLifeAt: isoOrNull(endOfLifeAt),
    exists: found !== undefined,
    nodes: lives.filter((life) => life.version === name).length,
    isPinned: state.pinnedVersion === name,
    isCurrent: versions.main === name,
    isLatest: images !== null && newestVersion(images, input.now) === name,
    isLastKnownGood: state.lastKnownGood === name,
    validation: validationOf(context, name),
    admissions: admissionsOf(context, name),
    demand: `ImageVersionOverride -equals ${name}`,
  };
}

function vanished(version: string): ImageVersion {
  const unknown = { publishedAt: null, endOfLifeAt: null, isExcludedFromLatest: false };
  return { version, provisioningState: 'unknown', replication: 'absent', ...unknown };
}

function validationOf(
  { input, alias }: Pick<Context, 'input' | 'alias'>,
  version: string,
): ImageVersionView['validation'] {
  const last = judgementOf(input.validations, alias, version);
  if (last?.verdict == null || last.finishedAt === null) return null;
  return { validationId: last.validationId, verdict: last.verdict, at: iso(last.finishedAt) };
}

function admissionsOf(context: Context, version: string) {
  const { input, alias, state, versions, images } = context;
  const standing = (why: ImageVersionView['admissions'][number]['why']) => ({
    why,
    until: null,
    runId: null,
    by: null,
  });
  const validation = validationOf(context, version);
  return [
    ...(versions.main === version ? [standing(state.pinnedVersion === version ? 'pinned' : 'configured')] : []),
    ...(versions.canary === version ? [standing('canary')] : []),
    ...(images !== null && newestVersion(images, input.now) === version ? [standing('newest')] : []),
    ...(state.lastKnownGood === version && versions.main !== version ? [standing('lastKnownGood')] : []),
    ...(validation?.verdict === 'passed' ? [standing('validated')] : []),
    ...input.admissions
      .filter((one) => one.image === alias && one.version === version && one.until > input.now)
      .map(({ until, runId, by }) => ({ why: 'forRun' as const, until: iso(until), runId, by })),
  ];
}

function rolloutView({ input, state, lives }: Context): RolloutView | null {
  const { rollout } = state;
  if (rollout === null) return null;
  const { phase, version, from, startedAt, booted, failed } = rollout;
  const policy = rolloutOf(input.settings);
  return {
    ...{ phase, version, from },
    startedAt: iso(startedAt),
    canaryPercent: policy.canaryPercent,
    booted: booted.length,
    failed: failed.length,
    failurePercent: failureShare(rollout),
    thresholdPercent: policy.failurePercent,
    nodesNew: lives.filter((life) => life.version === version).length,
    nodesOld: from === null ? 0 : lives.filter((life) => life.version === from).length,
    words: rolloutWords(rollout, policy.canaryBoots),
  };
}

function rolloutWords(
  { phase, version, from, booted, failed }: NonNullable<PinState['rollout']>,
  needed: number,
): string {
  const tried = `${booted.length} came up, ${failed.length} failed`;
  switch (phase) {
    case 'canary':
      return `${version} is being tried: ${tried}; after ${needed} all follow.`;
    case 'rollingOut':
      return `All new machines get ${version}: ${tried}; those of ${from ?? 'the old version'} end as their jobs do.`;
    case 'done':
      return `All machines run ${version}: ${tried}.`;
    case 'stopped':
      return `${version} was stopped: ${tried}.`;
  }
}

/** The version that new machines get, when it is older than the policy wants it. */
function alarmOf({ input, images, versions }: Context): string | null {
  const days = rolloutOf(input.settings).oldImageDays;
  const published = images?.versions.find((one) => one.version === versions.main)?.publishedAt ?? null;
  if (days === 0 || published === null || versions.main === null) return null;
  const age = Math.floor((input.now - published) / day);
  return age <= days ? null : `Version ${versions.main} is ${age} days old; the policy wants at most ${days}.`;
}

function historyEntry({ image: _image, at, ...event }: PinEvent): PinHistoryEntry {
  return { ...event, at: iso(at) };
}

function kindOf({ source }: PoolImage): ImageView['kind'] {
  if (source === null) return 'template';
  if ('publisher' in source) return 'marketplace';
  return /\/galleries\//i.test(source.id) ? 'gallery' : 'managed';
}

function sourceWords({ source }: PoolImage): string {
  if (source === null) return 'the image of the scale set';
  return 'publisher' in source ? `${source.publisher}:${source.offer}:${source.sku}` : source.id;
}

function problemsOf(problem: string | null | undefined): string[] {
  return problem == null ? [] : [`The versions of the images could not be read: ${problem}`];
}
