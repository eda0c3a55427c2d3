// What one image of a pool follows: the newest version, or an exact one that somebody pinned; and every change of it.
import type { ImageState } from './image-state.ts';
import { availableVersions, compareImageVersions, isExactVersion, versionFault } from './image-version.ts';
import type { RolloutState } from './rollout-state.ts';
import { copyWords } from './version-copy.ts';

/** One row for each image, by its first alias. Revision 1 is an image that nobody has changed yet. */
export interface PinState {
  readonly image: string;
  readonly revision: number;
  /** Exact; null: as configured. */
  readonly pinnedVersion: string | null;
  /** The version on which machines have come online and that no rollout has left since; null before the first. */
  readonly lastKnownGood: string | null;
  /** A newest version that failed: it is not followed again by itself. */
  readonly rejectedVersion: string | null;
  readonly rollout: RolloutState | null;
  /** For people, until the next change. */
  readonly banner: string | null;
}

export type PinAction = 'pin' | 'unpin' | 'rollback' | 'admitForRun' | 'stopped' | 'fellBack' | 'promoted';

export interface PinEvent {
  readonly image: string;
  readonly at: number;
  readonly by: string;
  readonly action: PinAction;
  /** Pinned versions; null: as configured. */
  readonly from: string | null;
  readonly to: string | null;
  readonly reason: string;
  readonly validationId: string | null;
  readonly runId: number | null;
  readonly isOverride: boolean;
  readonly revision: number;
}

export function unpinned(image: string): PinState {
  return {
    image,
    revision: 1,
    pinnedVersion: null,
    lastKnownGood: null,
    rejectedVersion: null,
    rollout: null,
    banner: null,
  };
}

export interface PinInput {
  readonly now: number;
  readonly by: string;
  readonly state: PinState;
  /** Newest first. */
  readonly history: readonly PinEvent[];
  /** Null: the versions were never read. */
  readonly images: ImageState | null;
  readonly action: 'pin' | 'unpin' | 'rollback';
  readonly version: string | null;
  /** Null: as the policy says. */
  readonly requireValidated: boolean | null;
  readonly policy: { readonly requireValidated: boolean };
  readonly reason: string;
  /** A passed validation of a version, if there is one. */
  readonly passedValidation: (version: string) => string | null;
}

export interface PinRefusal {
  readonly code: string;
  readonly message: string;
  readonly field: string;
  readonly value: string | null;
}

export type PinAnswer =
  { readonly state: PinState; readonly event: PinEvent | null } | { readonly refusal: PinRefusal };

/** The change of one image; nothing of it is done yet. `event` is null where nothing changes. */
export function decidePin(input: PinInput): PinAnswer {
  switch (input.action) {
    case 'pin':
      return pin(input);
    case 'unpin':
      return change(input, null, null);
    case 'rollback':
      return rollback(input);
  }
}

/** Null where machines may be made of the version; the same question for a pin and for an admission of a run. */
function refuseVersion(input: Pick<PinInput, 'now' | 'images' | 'version' | 'requireValidated'>): PinRefusal | null {
  const { images, version, now } = input;
  const refuse = (code: string, message: string): PinRefusal => ({ code, message, field: 'version', value: version });
  if (version === null || !isExactVersion(version, images?.kind === 'marketplace')) {
    return refuse('PIN_VERSION_FORMAT', 'A pin needs an exact version x.y.z, without leading zeros.');
  }
  if (images === null) return refuse('IMAGES_UNREAD', 'Azure has not told the versions of this image yet.');
  if (images.kind === 'managed' || images.kind === 'template')
    return refuse('IMAGE_NOT_VERSIONED', 'This image has no versions.');
  const fault = versionFault(version, { now, configured: 'latest', state: images, admitted: [], policy: 'any' });
  if (fault?.kind === 'missing') {
    const nearest = nearestVersions(images, version);
    return refuse(
      'IMAGE_VERSION_NOT_FOUND',
      `There is no version ${version}${nearest === '' ? '' : `; there are ${nearest}`}.`,
    );
  }
  if (fault?.kind === 'notReplicated')
    return refuse('IMAGE_NOT_REPLICATED', `Version ${version} cannot be used: it ${copyWords(fault)}.`);
  const found = images.versions.find((one) => one.version === version);
  if (found?.replication === 'unknown')
    return refuse('IMAGES_UNREAD', `Azure has not told whether version ${version} is in the region of the pool.`);
  const isPast = found?.endOfLifeAt != null && found.endOfLifeAt <= now;
  if (isPast && input.requireValidated !== false)
    return refuse('IMAGE_EOL', `Version ${version} is past its end of life.`);
  return null;
}

function pin(input: PinInput): PinAnswer {
  const { version, policy, requireValidated, reason } = input;
  const refusal = refuseVersion(input);
  if (refusal !== null || version === null) return { refusal: refusal ?? noVersion };
  const validationId = input.passedValidation(version);
  const isAsked = requireValidated ?? policy.requireValidated;
  if (isAsked && validationId === null) {
    const message = `Version ${version} has no passed validation.`;
    return { refusal: { code: 'IMAGE_NOT_VALIDATED', message, field: 'version', value: version } };
  }
  const isOverride = requireValidated === false && policy.requireValidated && validationId === null;
  if (isOverride && reason.trim() === '') {
    const message = 'The policy asks for a passed validation: pinning without one needs a reason.';
    return { refusal: { code: 'OVERRIDE_NEEDS_REASON', message, field: 'reason', value: null } };
  }
  return change({ ...input, isOverride }, version, validationId);
}

/** One run may ask for the version, whatever the pool follows: the same rules, and nothing of the pool changes. */
export function decideAdmission(input: PinInput & { readonly runId: number }): PinAnswer {
  const answer = pin({ ...input, state: { ...input.state, pinnedVersion: null } });
  if ('refusal' in answer || answer.event === null) return answer;
  const { state, version, runId } = input;
  const event: PinEvent = { ...answer.event, action: 'admitForRun', from: state.pinnedVersion, to: version, runId };
  return { state, event: { ...event, revision: state.revision } };
}

const noVersion: PinRefusal = { code: 'PIN_INVALID', message: 'A pin names a version.', field: 'version', value: null };

/** One step back: what stood before the change that is undone, as far as it still exists; else the last known good. */
function rollback(input: PinInput): PinAnswer {
  const { state, images, now } = input;
  const isUsable = (version: string | null) =>
    version !== state.pinnedVersion &&
    (version === null || refuseVersion({ now, images, version, requireValidated: null }) === null);
  const stack = pinsStanding(input.history);
  const below = stack.slice(0, -1).findLast(isUsable);
  if (below !== undefined) return change(input, below, below === null ? null : input.passedValidation(below));
  const followed = state.rollout?.version ?? state.lastKnownGood;
  const older = [state.lastKnownGood, ...olderVersions(images, state.pinnedVersion ?? followed, now)];
  const target =
    older.find((one) => one !== null && one !== (state.pinnedVersion ?? followed) && isUsable(one)) ?? null;
  if (target !== null) return change(input, target, input.passedValidation(target));
  const message = 'There is no earlier version to go back to.';
  return { refusal: { code: 'NO_PREVIOUS_VERSION', message, field: 'action', value: 'rollback' } };
}

/** What each change set, oldest first, without those that were taken back: a second rollback goes one further. */
function pinsStanding(history: readonly PinEvent[]): readonly (string | null)[] {
  const stack: (string | null)[] = [];
  for (const event of history.toReversed()) {
    if (event.action === 'admitForRun' || event.action === 'promoted') continue;
    if (stack.length === 0) stack.push(event.from);
    if (event.action === 'pin' || event.action === 'unpin') stack.push(event.to);
    else {
      while (stack.length > 0 && stack.at(-1) !== event.to) stack.pop();
      if (stack.length === 0) stack.push(event.to);
    }
  }
  return stack;
}

function change(
  input: PinInput & { readonly isOverride?: boolean },
  to: string | null,
  validationId: string | null,
): PinAnswer {
  const { state, now, by, action, reason } = input;
  const from = state.pinnedVersion;
  // Pinning again what stopped is the way to try it again.
  const isAgain = to !== null && to === from && state.rollout?.phase !== 'stopped';
  if (isAgain || (to === null && from === null && state.rejectedVersion === null)) return { state, event: null };
  const revision = state.revision + 1;
  const next = { ...state, revision, pinnedVersion: to, rejectedVersion: null, banner: null };
  const event = { image: state.image, at: now, by, action, from, to, reason, validationId, runId: null, revision };
  return { state: next, event: { ...event, isOverride: input.isOverride ?? false } };
}

function olderVersions(images: ImageState | null, than: string | null, now: number): readonly string[] {
  if (images === null) return [];
  return availableVersions(images, now).filter((one) => than === null || compareImageVersions(one, than) < 0);
}

function nearestVersions({ versions }: ImageState, wanted: string): string {
  const number = (version: string) => version.split('.').reduce((sum, part) => sum * 1e6 + Number(part), 0);
  return versions
    .map((one) => one.version)
    .toSorted((a, b) => Math.abs(number(a) - number(wanted)) - Math.abs(number(b) - number(wanted)))
    .slice(0, 3)
    .join(', ');
}
