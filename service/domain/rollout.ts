// A new version of an image comes into a pool: a few machines try it, then all follow, and where too many fail it goes
// back to the last known good one by itself. One step of it, pure: the state of the image and what its machines did.
import type { PinEvent, PinState } from './image-pin.ts';
import type { ImageState } from './image-state.ts';
import { newestVersion, versionFault } from './image-version.ts';
import type { RolloutPolicy } from './pool.ts';
import type { RolloutState } from './rollout-state.ts';
import { count } from './words.ts';

export interface RolloutInput {
  readonly now: number;
  readonly state: PinState;
  /** What the settings say: `latest` or an exact version. */
  readonly configured: string;
  /** Null: the versions were never read. */
  readonly images: ImageState | null;
  readonly policy: RolloutPolicy;
  readonly nodes: readonly RolloutNode[];
}

/** One life of one machine of the image. */
export interface RolloutNode {
  readonly life: string;
  readonly version: string | null;
  readonly outcome: 'booting' | 'online' | 'failed';
  /** What failed, in words. */
  readonly failure: string | null;
}

export interface RolloutStep {
  readonly state: PinState;
  readonly events: readonly PinEvent[];
}

/** What new machines are made of: `main`, and beside it `canary` for a share of them. */
export interface VersionsNow {
  readonly main: string | null;
  readonly canary: string | null;
}

/** One failure is chance, two are a pattern. */
const fewestFailures = 2;
/** Lives are counted once; more than this decides nothing that fewer did not. */
const mostLives = 200;

export function stepRollout(input: RolloutInput): RolloutStep {
  const fallen = fallBack(input);
  if (fallen !== null) return fallen;
  const { state, nodes, now } = input;
  const wanted = wantedVersion(input);
  if (wanted === null) return { state, events: [] };
  if (state.lastKnownGood === null) {
    // Nothing to compare with and nothing to go back to: the first version that works is good.
    const works = nodes.some((node) => node.version === wanted && node.outcome === 'online');
    return { state: works ? { ...state, lastKnownGood: wanted } : state, events: [] };
  }
  if (wanted === state.lastKnownGood) return { state: withoutRollout(state), events: [] };
  return advance(input, wanted, counted(running(state, wanted, input), nodes), now);
}

/** As the state stands after its step; the same question for the pass, the placeholders and the hub. */
export function versionsNow(input: Omit<RolloutInput, 'nodes'>): VersionsNow {
  const wanted = wantedVersion(input);
  const { rollout } = input.state;
  if (rollout?.version !== wanted || rollout.phase !== 'canary') return { main: wanted, canary: null };
  const { from, version } = rollout;
  // Without machines of the old version to be had there is nothing to try beside.
  return from === null || isGone(from, input) ? { main: version, canary: null } : { main: from, canary: version };
}

/** How many machines of a new version there should be while it is tried, of so many of the image in all. */
export function canaryMachines(policy: RolloutPolicy, machines: number): number {
  return Math.max(policy.canaryBoots, Math.ceil((machines * policy.canaryPercent) / 100));
}

/** In percent of the machines that were tried; 0 where none was. */
export function failureShare({ booted, failed }: Pick<RolloutState, 'booted' | 'failed'>): number {
  const tried = booted.length + failed.length;
  return tried === 0 ? 0 : Math.round((failed.length * 100) / tried);
}

function wantedVersion({ state, configured, images, now }: Omit<RolloutInput, 'nodes' | 'policy'>): string | null {
  if (state.pinnedVersion !== null) return state.pinnedVersion;
  const good = state.lastKnownGood;
  const isThere = good !== null && !isGone(good, { images, now });
  // Also a version that the settings name is not tried again and again, unless what worked is gone; a pin is how to try it anew.
  if (configured !== 'latest') return configured === state.rejectedVersion && isThere ? good : configured;
  if (images === null) return good;
  const newest = newestVersion(images, now);
  if (newest === null || newest !== state.rejectedVersion) return newest ?? good;
  if (good !== null) return isThere ? good : newest;
  return newestVersion({ ...images, versions: images.versions.filter((one) => one.version !== newest) }, now);
}

/** A pinned version that can be made into machines no more: what worked before comes back. */
function fallBack(input: RolloutInput): RolloutStep | null {
  const { state, now } = input;
  const { pinnedVersion, lastKnownGood, image } = state;
  if (pinnedVersion === null) return null;
  if (!isGone(pinnedVersion, input)) return null;
  const target =
    lastKnownGood !== null && lastKnownGood !== pinnedVersion && !isGone(lastKnownGood, input) ? lastKnownGood : null;
  const runs = target === null ? 'The pool follows the newest version again.' : `The pool runs ${target} again.`;
  const banner = `Version ${pinnedVersion} of ${image} is not in the region any more. ${runs}`;
  return changed(state, now, 'fellBack', target, banner);
}

/** What was not read is not gone. */
function isGone(version: string, { images, now }: Pick<RolloutInput, 'images' | 'now'>): boolean {
  if (images === null || images.versions.length === 0) return false;
  return versionFault(version, { now, configured: 'latest', state: images, admitted: [], policy: 'any' }) !== null;
}

function withoutRollout(state: PinState): PinState {
  const { rollout } = state;
  if (rollout === null || rollout.phase === 'done' || rollout.phase === 'stopped') return state;
  return { ...state, rollout: null };
}

function running({ rollout, lastKnownGood }: PinState, wanted: string, { policy, now }: RolloutInput): RolloutState {
  if (rollout?.version === wanted && (rollout.phase === 'canary' || rollout.phase === 'rollingOut')) return rollout;
  return {
    phase: policy.canaryPercent >= 100 ? 'rollingOut' : 'canary',
    version: wanted,
    from: lastKnownGood,
    startedAt: now,
    phaseSince: now,
    booted: [],
    failed: [],
  };
}

function counted(rollout: RolloutState, nodes: readonly RolloutNode[]): RolloutState {
  const lives = (outcome: RolloutNode['outcome']) =>
    nodes.filter((node) => node.version === rollout.version && node.outcome === outcome).map((node) => node.life);
  // A machine that failed and came up after all has come up; one that worked and broke later is upkeep's.
  const booted = [...new Set([...rollout.booted, ...lives('online')])];
  const failed = [...new Set([...rollout.failed, ...lives('failed')])].filter((life) => !booted.includes(life));
  if (booted.length === rollout.booted.length && failed.length === rollout.failed.length) return rollout;
  return { ...rollout, booted: booted.slice(-mostLives), failed: failed.slice(-mostLives) };
}

function advance(input: RolloutInput, wanted: string, rollout: RolloutState, now: number): RolloutStep {
  const { state, policy, nodes } = input;
  const { booted, failed, from } = rollout;
  if (failed.length >= fewestFailures && failureShare(rollout) > policy.failurePercent)
    return from !== null && isGone(from, input) ? goOn(input, rollout) : stop(input, rollout);
  if (rollout.phase === 'canary') {
    if (booted.length < policy.canaryBoots) return { state: { ...state, rollout }, events: [] };
    return { state: { ...state, rollout: { ...rollout, phase: 'rollingOut', phaseSince: now } }, events: [] };
  }
  const isOver = booted.length >= policy.canaryBoots && !nodes.some((node) => node.version === from);
  if (!isOver) return { state: { ...state, rollout }, events: [] };
  const words = `${count(booted.length, 'machine')} came up on it, and none of ${from ?? 'the old version'} is left.`;
  const done: RolloutState = { ...rollout, phase: 'done', phaseSince: now };
  const promoted = { ...state, lastKnownGood: wanted, rollout: done, banner: null };
  return { state: promoted, events: [eventOf(promoted, now, 'promoted', from, wanted, words)] };
}

/** What worked before cannot be made into machines any more, so this one is tried again and again, as seldom as the breaker of the scale set allows. */
function goOn({ state, nodes }: RolloutInput, rollout: RolloutState): RolloutStep {
  const banner = `Version ${rollout.version} of ${state.image} does not come up: ${failedWords(rollout, nodes)}. The version before is gone, so it is tried again from time to time.`;
  return { state: { ...state, rollout, banner }, events: [] };
}

function failedWords({ version, failed, booted }: RolloutState, nodes: readonly RolloutNode[]): string {
  const failure = nodes.find((node) => node.version === version && node.failure !== null)?.failure ?? null;
  const why = failure === null ? '' : ` (${failure})`;
  return `${failed.length} of ${count(failed.length + booted.length, 'machine')} did not come up${why}`;
}

function stop(input: RolloutInput, rollout: RolloutState): RolloutStep {
  const { state, nodes, now } = input;
  const { version, from } = rollout;
  const banner = `Version ${version} of ${state.image} was stopped: ${failedWords(rollout, nodes)}. The pool runs ${from ?? 'nothing else'} again.`;
  const stopped: PinState = { ...state, rollout: { ...rollout, phase: 'stopped', phaseSince: now } };
  const isPinned = state.pinnedVersion === version;
  const step = changed(stopped, now, 'stopped', isPinned ? from : state.pinnedVersion, banner);
  return { ...step, state: { ...step.state, rejectedVersion: version } };
}

function changed(
  state: PinState,
  now: number,
  action: 'stopped' | 'fellBack',
  to: string | null,
  banner: string,
): RolloutStep {
  const next = { ...state, revision: state.revision + 1, pinnedVersion: to, banner };
  return { state: next, events: [eventOf(next, now, action, state.pinnedVersion, to, banner)] };
}

function eventOf(
  { image, revision }: PinState,
  at: number,
  action: PinEvent['action'],
  from: string | null,
  to: string | null,
  reason: string,
): PinEvent {
  const plain = { validationId: null, runId: null, isOverride: false };
  return { image, at, by: 'Weir', action, from, to, reason, revision, ...plain };
}
