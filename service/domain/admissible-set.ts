// One admissible set of labels, and the values from which sets are made: what a machine of an image may be, one value for
// each label that it has.
import { admissibleVersions } from './admissible-versions.ts';
import { compareText } from './node.ts';
import { equalsIgnoringCase, parseDemand } from './demand.ts';
import type { OsType } from './instance.ts';
import { learnedOf } from './learned.ts';
import type { Observation } from './observation.ts';
import type { PoolImage, PoolSettings } from './pool.ts';
import { defaultWorkFolder, workFolderFault } from './work-folder.ts';

/** It meets every demand set that is a part of it. */
export interface AdmissibleSet {
  /** First alias of the image; empty where the pool declares none. */
  readonly image: string;
  readonly osType: OsType;
  readonly labels: Readonly<Record<string, string>>;
  /** Which labels are the usual ones of the image, so that a name need not say them. */
  readonly usual: ReadonlySet<string>;
  readonly source: string;
}

export type Known = Pick<Observation, 'now' | 'images' | 'admittedVersions' | 'discovered' | 'learned'>;

/** The default first: a job that names none is Medium. */
export const priorityValues = ['Medium', 'High', 'Low'] as const;

/** One alias with every value that its machines may have; the usual value of each comes first. */
export interface Axes {
  readonly image: PoolImage | null;
  readonly alias: string;
  readonly osType: OsType;
  readonly versions: readonly (string | null)[];
  readonly folders: readonly string[];
  /** Null alone: no job of this pool can ask for a tag. */
  readonly tags: readonly (string | null)[];
}

export function axesOf(known: Known, settings: PoolSettings): readonly Axes[] {
  const tags = tagsOf(known, settings);
  const images: readonly (PoolImage | null)[] = settings.images.length === 0 ? [null] : settings.images;
  return images.flatMap((image) => {
    const osType = image?.osType ?? settings.osType;
    const versions = image === null ? [null] : admissibleVersions(image, known, settings);
    const learned = learnedOf(known.learned ?? [], image?.aliases[0] ?? '', versions[0] ?? null);
    // A folder of the other system would be promised, and no machine would ever come up with it.
    const isFit = (folder: string): boolean => workFolderFault(folder, osType) === null;
    const own = settings.workFolder !== null && isFit(settings.workFolder) ? settings.workFolder : null;
    const usual = own ?? learned?.workFolder ?? defaultWorkFolder[osType];
    const folders = distinct([usual, ...settings.demands.workFolders.filter(isFit)]);
    const axes = { image, osType, versions, folders, tags };
    return image === null ? [{ ...axes, alias: '' }] : image.aliases.map((alias) => ({ ...axes, alias }));
  });
}

/**
 * A set with a tag meets all that the same set without one does, so where there are tags no set is without. Of the tags that
 * only pipelines name, one stands for the usual.
 */
function tagsOf({ discovered }: Known, settings: PoolSettings): readonly (string | null)[] {
  if (settings.profile.kind !== 'stateful') return [null];
  const declared = distinct(settings.demands.customCapabilities);
  if (declared.length > 0) return declared;
  const found = (discovered?.sets ?? [])
    .flatMap((set) => set.demands.map(parseDemand))
    .flatMap((demand) =>
      demand.kind === 'equals' && equalsIgnoringCase(demand.name, 'CustomCapabilities') ? [demand.value] : [],
    );
  return [found.toSorted(compareText)[0] ?? null];
}

export interface Choice {
  readonly version: string | null;
  readonly folder: string;
  readonly tag: string | null;
  readonly priority: string;
}

export function admissibleSet(axes: Axes, choice: Choice, source: string): AdmissibleSet {
  const usual = new Set<string>();
  if (choice.version === axes.versions[0]) usual.add('ImageVersionOverride');
  if (choice.folder === axes.folders[0]) usual.add('WorkFolder');
  if (choice.tag === axes.tags[0]) usual.add('CustomCapabilities');
  if (choice.priority === priorityValues[0]) usual.add('Priority');
  return {
    image: axes.image?.aliases[0] ?? '',
    osType: axes.osType,
    labels: {
      ...(axes.alias === '' ? {} : { ImageOverride: axes.alias }),
      ...(choice.version === null ? {} : { ImageVersionOverride: choice.version }),
      Priority: choice.priority,
      WorkFolder: choice.folder,
      ...(choice.tag === null ? {} : { CustomCapabilities: choice.tag }),
    },
    usual,
    source,
  };
}

/** Azure DevOps compares values without regard to case, so sets that differ in nothing else are one. */
export function keyOfLabels(labels: AdmissibleSet['labels']): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value.toLowerCase()}`)
    .join('\n');
}

/** Without regard to case; the first writing stays. */
function distinct(values: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return values.filter((value) => !seen.has(value.toLowerCase()) && Boolean(seen.add(value.toLowerCase())));
}
