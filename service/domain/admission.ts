// What jobs may ask for: every combination of labels that Weir could make a machine for, the most likely first, and what is
// left out because a pool holds two hundred placeholders at most.
import {
  admissibleSet,
  axesOf,
  keyOfLabels,
  priorityValues,
  type AdmissibleSet,
  type Axes,
  type Known,
} from './admissible-set.ts';
import { readDiscovered, type RefusedSet } from './discovered-sets.ts';
import type { PoolSettings } from './pool.ts';

export interface Admission {
  /** The most likely first. */
  readonly sets: readonly AdmissibleSet[];
  /** The first hundred of those for which there is no room. */
  readonly leftOut: readonly AdmissibleSet[];
  readonly leftOutCount: number;
  /** What pipelines ask for; most of it is among the sets of the settings, too. */
  readonly found: readonly AdmissibleSet[];
  /** What pipelines ask for and nobody can promise. */
  readonly refused: readonly RefusedSet[];
}

export const mostPlaceholders = 200;
const mostShown = 100;

/** `room`: how many sets there may be placeholders for. */
export function admissionOf(known: Known, settings: PoolSettings, room: number = mostPlaceholders): Admission {
  const images = axesOf(known, settings);
  const { found, refused } = readDiscovered(known, settings, images);
  const sets: AdmissibleSet[] = [];
  const leftOut: AdmissibleSet[] = [];
  const seen = new Set<string>();
  for (const set of inOrder(images, found)) {
    const key = keyOfLabels(set.labels);
    if (seen.has(key)) continue;
    seen.add(key);
    if (sets.length < room) sets.push(set);
    else if (leftOut.length < mostShown) leftOut.push(set);
    else break;
  }
  const outside = new Set(found.filter((set) => !isInProduct(set, images)).map((set) => keyOfLabels(set.labels)));
  const total = Math.max(seen.size, sizeOf(images) + outside.size);
  return { sets, leftOut, leftOutCount: total - sets.length, found, refused };
}

/**
 * The product of images, versions and priorities; then what pipelines are known to ask for; then declared folders and tags,
 * first one of them beside what is usual, then both, then with the other versions too.
 */
function* inOrder(images: readonly Axes[], found: readonly AdmissibleSet[]): Generator<AdmissibleSet> {
  yield* productOf(images, ['all', 'usual', 'usual']);
  yield* found;
  for (const shape of furtherShapes) yield* productOf(images, shape);
}

type Part = 'all' | 'usual' | 'other';
type Shape = readonly [versions: Part, folders: Part, tags: Part];

const furtherShapes: readonly Shape[] = [
  ['usual', 'other', 'usual'],
  ['usual', 'usual', 'other'],
  ['usual', 'other', 'other'],
  ['other', 'other', 'usual'],
  ['other', 'usual', 'other'],
  ['other', 'other', 'other'],
];

function* productOf(images: readonly Axes[], [versions, folders, tags]: Shape): Generator<AdmissibleSet> {
  for (const axes of images) {
    for (const version of partOf(axes.versions, versions)) {
      for (const folder of partOf(axes.folders, folders)) {
        for (const tag of partOf(axes.tags, tags)) {
          for (const priority of priorityValues) {
            yield admissibleSet(axes, { version, folder, tag, priority }, 'the settings of the pool');
          }
        }
      }
    }
  }
}

function partOf<T>(values: readonly T[], part: Part): readonly T[] {
  return part === 'all' ? values : part === 'usual' ? values.slice(0, 1) : values.slice(1);
}

function isInProduct({ labels }: AdmissibleSet, images: readonly Axes[]): boolean {
  const axes = images.find((one) => one.alias === (labels.ImageOverride ?? ''));
  if (axes === undefined) return false;
  const has = (values: readonly (string | null)[], value: string | null) =>
    values.some((one) => one?.toLowerCase() === value?.toLowerCase());
  return (
    has(axes.versions, labels.ImageVersionOverride ?? null) &&
    has(axes.folders, labels.WorkFolder ?? null) &&
    has(axes.tags, labels.CustomCapabilities ?? null)
  );
}

function sizeOf(images: readonly Axes[]): number {
  return images.reduce(
    (sum, one) => sum + one.versions.length * one.folders.length * one.tags.length * priorityValues.length,
    0,
  );
}
