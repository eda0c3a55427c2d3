// What the pipelines ask for, as sets that a placeholder can promise: what they leave unsaid is the usual, and what no machine
// of this pool could be is refused, in words.
import { admissibleSet, priorityValues, type AdmissibleSet, type Axes, type Known } from './admissible-set.ts';
import { versionRules } from './admissible-versions.ts';
import { equalsIgnoringCase, meetsDemand, parseDemand, type Demand } from './demand.ts';
import { findDemandFault } from './demand-faults.ts';
import { isLabel, learnedOf, type LabelName } from './learned.ts';
import type { DiscoveredDemands } from './observation.ts';
import type { PoolSettings } from './pool.ts';

export interface RefusedSet {
  readonly demands: readonly string[];
  readonly source: string;
  readonly because: string;
}

type DiscoveredSet = DiscoveredDemands['sets'][number];

export function readDiscovered(
  known: Known,
  settings: PoolSettings,
  images: readonly Axes[],
): { readonly found: readonly AdmissibleSet[]; readonly refused: readonly RefusedSet[] } {
  const found: AdmissibleSet[] = [];
  const refused: RefusedSet[] = [];
  for (const set of known.discovered?.sets ?? []) {
    const read = readSet(set, known, settings, images);
    if (typeof read === 'string') refused.push({ demands: set.demands, source: set.source, because: read });
    else found.push(read);
  }
  return { found, refused };
}

/** The set, or why there is none. */
function readSet(
  { demands: texts, source }: DiscoveredSet,
  known: Known,
  settings: PoolSettings,
  images: readonly Axes[],
): AdmissibleSet | string {
  const fault = findDemandFault(texts, settings);
  if (fault !== null) return fault.words;
  const demands = texts.map(parseDemand).filter((demand) => demand.kind !== 'fault');
  const alias = valueOf(demands, 'ImageOverride');
  const axes = alias === null ? images[0] : images.find((one) => equalsIgnoringCase(one.alias, alias));
  if (axes === undefined) return `No image of this pool is called "${alias ?? ''}".`;
  const version = valueOf(demands, 'ImageVersionOverride');
  if (version !== null && !axes.versions.includes(version)) return versionWords(version, axes, known, settings);
  const priority = valueOf(demands, 'Priority') ?? priorityValues[0];
  const named = priorityValues.find((one) => equalsIgnoringCase(one, priority));
  if (named === undefined) return `"${priority}" is not a priority: High, Medium and Low are.`;
  const missing = demands.find((demand) => isMissing(demand, axes, version, known));
  if (missing !== undefined) {
    return `No machine of image "${axes.alias}" was seen that has "${missing.name}"${missing.kind === 'exists' ? '' : ` as "${missing.value}"`}.`;
  }
  const folder = valueOf(demands, 'WorkFolder');
  const tag = valueOf(demands, 'CustomCapabilities');
  return admissibleSet(
    axes,
    {
      version: version ?? axes.versions[0] ?? null,
      folder: ofAxis(axes.folders, folder) ?? folder ?? axes.folders[0] ?? '',
      tag: ofAxis(axes.tags, tag) ?? tag ?? axes.tags[0] ?? null,
      priority: named,
    },
    source,
  );
}

/** As the settings write it, so that two writings of one value are one set. */
function ofAxis(values: readonly (string | null)[], value: string | null): string | null {
  if (value === null) return null;
  return values.find((one) => one !== null && equalsIgnoringCase(one, value)) ?? null;
}

function valueOf(demands: readonly Demand[], label: LabelName): string | null {
  const found = demands.find((demand) => demand.kind === 'equals' && equalsIgnoringCase(demand.name, label));
  return found?.kind === 'equals' ? found.value : null;
}

/** Only what a real agent of the image was seen without is missing. */
function isMissing(demand: Demand, axes: Axes, version: string | null, known: Known): boolean {
  if (isLabel(demand.name) || /^Agent\.(Version|Name|ComputerName)$/i.test(demand.name)) return false;
  const image = axes.image?.aliases[0] ?? '';
  const learned = learnedOf(known.learned ?? [], image, version ?? axes.versions[0] ?? null);
  return learned !== null && !meetsDemand(demand, learned.capabilities);
}

function versionWords(version: string, axes: Axes, known: Known, settings: PoolSettings): string {
  const versions = axes.image === null ? [] : (versionRules(axes.image, known, settings).state?.versions ?? []);
  const admitted = axes.versions.filter((one) => one !== null);
  const offered = admitted.length === 0 ? 'none may be asked for' : `jobs may ask for ${admitted.join(', ')}`;
  return versions.some((one) => one.version === version)
    ? `Version ${version} of image "${axes.alias}" is not admitted: ${offered}.`
    : `Image "${axes.alias}" is not known to have a version ${version}: ${offered}.`;
}
