// What a pass has still to find machines for: waiting requests and missing standby, by the machines that would do.
import type { Claims } from './claims.ts';
import { serves, type ImageCatalog, type Target } from './image-catalog.ts';
import type { JobRequest } from './job-request.ts';
import type { Place } from './lane-place.ts';
import { inTurn } from './left-waiting.ts';
import { placeOfNode } from './placed-class.ts';
import type { PoolSettings } from './pool.ts';
import { standbyShares } from './standby.ts';

export interface Need {
  readonly target: Target;
  /** In the order in which they are served. */
  readonly requests: readonly JobRequest[];
  /** Nodes that the standby lacks. */
  readonly standbyShort: number;
}

/** Whoever is served first comes first; standby of images that nobody waits for comes last, in the order of the images. */
export function needsOf(claims: Claims, settings: PoolSettings): readonly Need[] {
  const { catalog } = claims;
  const needs = new Map<string, { target: Target; requests: readonly JobRequest[]; standbyShort: number }>();
  const at = (target: Target) => {
    const key = targetKey(target);
    const known = needs.get(key) ?? { target, requests: [], standbyShort: 0 };
    needs.set(key, known);
    return known;
  };
  for (const { target, requests } of waitingByTarget(claims)) at(target).requests = requests;
  standbyShares(settings).forEach((share, image) => {
    const target = usualTarget(image, catalog);
    const missing = Math.max(0, share - spareOf(target, claims));
    // Where the version is not known nothing of it can be made.
    if (missing > 0 && (catalog.images[image]?.fault ?? null) === null) at(target).standbyShort = missing;
  });
  return [...needs.values()];
}

interface WaitingFor {
  readonly target: Target;
  /** In the order in which they are served. */
  readonly requests: readonly JobRequest[];
}

/** In the order of the first of each. */
function waitingByTarget({ groups, left, queue }: Claims): readonly WaitingFor[] {
  const byTarget = new Map<
    string,
    { readonly target: Target; readonly lists: (readonly JobRequest[] | undefined)[] }
  >();
  let unseen = left.filter(({ length }) => length > 0).length;
  // The first of every group stand at the head of a long queue, or nearly so.
  for (let turn = 0; unseen > 0 && turn < queue.requests.length; turn += 1) {
    const place = queue.groupAt(turn);
    const own = left[place] ?? [];
    if (own.length === 0 || own[0] !== queue.requests[turn]) continue;
    unseen -= 1;
    const target = groups[place]?.target ?? null;
    if (target === null) continue;
    const key = targetKey(target);
    const found = byTarget.get(key) ?? { target, lists: [] };
    found.lists[place] = own;
    byTarget.set(key, found);
  }
  return [...byTarget.values()].map(({ target, lists }) => ({ target, requests: inTurn(queue, lists) }));
}

/** What a job gets that names the image and nothing else. */
export function usualTarget(image: number, catalog: ImageCatalog): Target {
  return { image, version: catalog.isOwnSet ? null : (catalog.images[image]?.current ?? null), isDefault: true };
}

/** True for machines that stand by for the image: a former version and an old template serve, and are replaced. */
export function standsFor(place: Place, target: Target, catalog: ImageCatalog): boolean {
  if (catalog.isOwnSet) return true;
  return !place.isDraining && serves(place, target, catalog) && (place.version ?? target.version) === target.version;
}

export function targetKey({ image, version }: Target): string {
  return `${image} ${version ?? ''}`;
}

export function targetsByRequest(claims: Claims): ReadonlyMap<JobRequest, Target> {
  const targets = new Map<JobRequest, Target>();
  for (const { requests, target } of claims.groups) {
    if (target !== null) for (const request of requests) targets.set(request, target);
  }
  return targets;
}

function spareOf(target: Target, { spareIdle, boots, catalog }: Claims): number {
  const idle = spareIdle.filter((node) => standsFor(placeOfNode(node, catalog), target, catalog)).length;
  return boots.filter(({ place }) => standsFor(place, target, catalog)).reduce((sum, { spare }) => sum + spare, idle);
}
