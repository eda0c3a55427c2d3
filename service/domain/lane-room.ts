// Where machines of an image and version would come from: a lane that can grow, one that is missing, or nowhere for now.
import type { Reason } from './decision.ts';
import { serves, wantedKey, type ImageCatalog, type Target } from './image-catalog.ts';
import type { LaneCapacity } from './lane-capacity.ts';
import { laneOf } from './lane-of-node.ts';
import { laneIdOf } from './lane-owner.ts';
import type { LaneKey } from './lane.ts';
import { compareText } from './node.ts';
import type { Observation } from './observation.ts';
import type { Pass } from './pass.ts';
import { roomInSet, setLimitWords } from './scale-set-limit.ts';
import { count, say, span } from './words.ts';

export type LaneRoom =
  | { readonly kind: 'lane'; readonly lane: LaneCapacity }
  /** It may be created. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'creating'; readonly reason: Reason }
  | { readonly kind: 'resting'; readonly reason: Reason; readonly until: number; readonly lane: LaneCapacity }
  /** It holds as many machines as it can. */
  | { readonly kind: 'full'; readonly reason: Reason; readonly lane: LaneCapacity }
  /** By the number of lanes, or of new versions in a day. */
  | { readonly kind: 'limited'; readonly reason: Reason; readonly limit: 'lanes' | 'versions' }
  /** Nothing can be made of it, and the verdict of its requests says why. */
  | { readonly kind: 'impossible'; readonly reason: Reason };

export type LaneQuestion = Pick<Pass, 'observation' | 'settings' | 'memory' | 'lanes' | 'claims'>;

/** `planned`: lanes that the same pass is about to create for others. */
export function laneRoom(target: Target, asked: LaneQuestion, planned: number): LaneRoom {
  const { observation, settings, memory, claims } = asked;
  const { catalog } = claims;
  const what = laneWord(target, catalog);
  const lane = growing(target, asked);
  if (lane !== undefined) {
    if (roomInSet(lane) === 0) return { kind: 'full', reason: fullReason(lane, what), lane };
    const until = memory.restUntil[lane.scaleSetId] ?? 0;
    if (until <= observation.now)
      return isBeingMade(lane, observation) ? creating(what, lane.name) : { kind: 'lane', lane };
    const words = `Azure had no capacity for ${lane.name} (${what}): it rests for another ${span(until - observation.now)}.`;
    return { kind: 'resting', reason: say('outOfCapacity', words), until, lane };
  }
  const key = wantedKey(target, catalog);
  const id = laneIdOf(settings, key)?.toLowerCase();
  const isOpen = observation.operations.some((one) => one.scaleSetId?.toLowerCase() === id && isOfLane(one.kind));
  if (isOpen && id !== undefined) return creating(what, id.slice(id.lastIndexOf('/') + 1));
  if (!catalog.canMakeLanes) {
    const words = `No scale set of this pool makes machines of ${what}, and laneResourceGroup does not say where one may be made.`;
    return { kind: 'impossible', reason: say('laneNowhere', words) };
  }
  if (observation.template?.value === null) {
    const words = `The scale set from which one for ${what} is derived could not be read.`;
    return { kind: 'impossible', reason: say('templateUnknown', words) };
  }
  // Told before the number of lanes: while it holds, the place of another lane would be given up for nothing.
  const held = newVersionLimit(target, asked, what);
  if (held !== null) return held;
  const lanes = laneCount(asked) + planned;
  if (lanes >= settings.maxLanes) {
    const words = `Machines of ${what} would need a scale set of their own, and the pool has ${count(lanes, 'scale set')} of at most ${settings.maxLanes}.`;
    return { kind: 'limited', reason: say('laneLimit', words), limit: 'lanes' };
  }
  return { kind: 'missing' };
}

/**
 * Azure refused to make the scale set, or machines in it, for a reason that does not pass by itself (refusal.ts). It is asked again and
 * again; but nobody else gives up a place for what would come of it.
 */
export function isRefused(target: Target, asked: LaneQuestion): boolean {
  const { refusals } = asked.memory;
  if (refusals === undefined) return false;
  const id = growing(target, asked)?.scaleSetId ?? laneIdOf(asked.settings, wantedKey(target, asked.claims.catalog));
  return id !== null && refusals[id.toLowerCase()] !== undefined;
}

/** `what` as `laneWord` has it. */
export function fullReason(lane: LaneCapacity, what: string): Reason {
  return say('scaleSetFull', `No more machines of ${what} are asked for: ${setLimitWords(lane)}.`);
}

function creating(what: string, name: string): LaneRoom {
  return { kind: 'creating', reason: say('laneCreating', `The scale set ${name} for ${what} is being created.`) };
}

function isOfLane(kind: string): boolean {
  return kind === 'createLane' || kind === 'removeLane';
}

/** Of several for the same machines the fullest that has room, so that the others empty. */
function growing(target: Target, { lanes, claims }: LaneQuestion): LaneCapacity | undefined {
  const { catalog } = claims;
  return lanes
    .filter((lane) => {
      const place = catalog.places.get(laneOf(lane));
      if (place?.canGrow !== true || !serves(place, target, catalog)) return false;
      return (place.version ?? target.version) === target.version;
    })
    .sort(
      (a, b) =>
        Number(roomInSet(a) === 0) - Number(roomInSet(b) === 0) ||
        b.live + b.promised - a.live - a.promised ||
        compareText(a.scaleSetId, b.scaleSetId),
    )[0];
}

function isBeingMade(lane: LaneCapacity, { lanes, ownsEverything }: Observation): boolean {
  const found = lanes.find(({ scaleSet }) => scaleSet.value.id === lane.scaleSetId);
  return !ownsEverything && found?.key != null && found.scaleSet.value.provisioningState === 'creating';
}

/** A snapshot owns all that it shows; else a set without a key is the template. */
export function laneCount({ observation }: Pick<LaneQuestion, 'observation'>): number {
  const standing = observation.lanes.filter((lane) => observation.ownsEverything || (lane.key ?? null) !== null);
  const ids = new Set(standing.map((lane) => lane.scaleSet.value.id.toLowerCase()));
  for (const { kind, scaleSetId } of observation.operations) {
    if (kind === 'createLane' && scaleSetId !== null) ids.add(scaleSetId.toLowerCase());
  }
  return ids.size;
}

const dayMs = 24 * 3_600_000;

function newVersionLimit(target: Target, asked: LaneQuestion, what: string): LaneRoom | null {
  const { observation, settings, memory } = asked;
  const most = settings.demands.newVersionsPerDay;
  if (most === undefined || !isBrought(target, asked.claims)) return null;
  const brought = memory.broughtVersions ?? {};
  if (brought[broughtKey(target, asked.claims)] !== undefined) return null;
  const lately = Object.values(brought).filter((at) => at > observation.now - dayMs);
  if (lately.length < most) return null;
  const words = `Jobs have brought in ${count(lately.length, 'new version')} within 24 hours, of at most ${most}, so ${what} waits.`;
  return { kind: 'limited', reason: say('newVersionLimit', words), limit: 'versions' };
}

/** True for a version that came in by a job alone: no setting and nobody asked for it. */
export function isBrought(target: Target, { catalog }: LaneQuestion['claims']): boolean {
  if (target.isDefault || target.version === null) return false;
  const admitted = catalog.images[target.image]?.rules.admitted ?? [];
  return !admitted.some((one) => one.version === target.version);
}

export function broughtKey(target: Target, { catalog }: LaneQuestion['claims']): string {
  return `${catalog.images[target.image]?.alias ?? ''} ${target.version ?? ''}`.toLowerCase();
}

/** "image windows-2022, version 2.0.0". */
export function laneWord({ image, version }: Target, catalog: ImageCatalog): string {
  return laneKeyWord({ image: catalog.images[image]?.alias ?? '', version, template: '' });
}

export function laneKeyWord(key: LaneKey | undefined): string {
  const name = key === undefined || key.image === '' ? "the scale set's image" : `image ${key.image}`;
  return key?.version == null ? name : `${name}, version ${key.version}`;
}
