// What the jobs of a pool with several images ask for: its images by any of their names, versions, folders, tags and
// priorities, alone and together, written oddly as people do; and what nobody can meet, with the verdict that it is due.
import { seededRandom } from '../../service/domain/chance.ts';
import type { Arrival } from '../workload/arrivals.ts';
import { pick } from './azure-faults.ts';
import { drawImages, isUsual, settingsOf, type DrawnImage } from './drawn-images.ts';
import type { Drawn } from './drawn-demands.ts';

/** The settings of a pool admit folders of its own system only, and that is Linux here. */
const folders = ['/mnt/a', '/mnt/b'] as const;
const tags = ['repo', 'docs'] as const;

/** Only a pipeline names it, and no settings do. */
export const discoveredFolder = '/mnt/found';

/** Each fails at once, and its author is owed this word for it. */
export const hopeless: readonly {
  readonly demands: readonly string[];
  readonly verdict: string;
  /** Only who was told the versions of the image can know. */
  readonly needsVersions?: boolean;
}[] = [
  { demands: ['ImageOverride -equals "ubuntu-22.04"'], verdict: 'demandSyntax' },
  { demands: ['ImageOverride -equals no such image'], verdict: 'aliasUnknown' },
  { demands: [`ImageOverride -equals ${'x'.repeat(300)}`], verdict: 'aliasUnknown' },
  { demands: ['ImageOverride -equals \u202eoper'], verdict: 'demandSyntax' },
  { demands: ['ImageOverride -Equals gold'], verdict: 'demandSyntax' },
  { demands: ['ImageOverride -equals '], verdict: 'demandSyntax' },
  { demands: ['ImageVersionOverride -equals latest'], verdict: 'versionUnknown' },
  { demands: ['ImageVersionOverride -equals 9.9.9'], verdict: 'versionUnknown', needsVersions: true },
  { demands: ['ImageVersionOverride -equals 1.0'], verdict: 'versionUnknown' },
  { demands: ['Priority -equals Urgent'], verdict: 'demandSyntax' },
  { demands: ['Priority -equals High', 'Priority -equals Low'], verdict: 'demandConflict' },
  { demands: ['WorkFolder -equals ../../etc'], verdict: 'workFolderInvalid' },
  { demands: ['WorkFolder -equals /etc'], verdict: 'workFolderInvalid' },
  { demands: ['WorkFolder -equals C:\\Windows'], verdict: 'workFolderInvalid' },
  { demands: ['WorkFolder -equals /mnt/a; curl x|sh'], verdict: 'workFolderInvalid' },
];

/** Settings and jobs of a run with several images. The jobs that every run needs stay plain. */
export function drawImagePool(seed: number, hours: number, drawn: Drawn): Drawn & { images: readonly DrawnImage[] } {
  const images = drawImages(seed, hours);
  const { versionOverride, ...lanes } = settingsOf(seed, images);
  const random = seededRandom(seed * 9041 + 47);
  const isStateful = drawn.settings.recycleAfterEachUse === false;
  const shares = { image: 0.3 + 0.6 * random(), version: 0.4 * random(), hopeless: 0.15 * random() };
  const more = { folder: 0.5 * random(), tag: isStateful ? 0.4 * random() : 0, priority: 0.4 * random() };
  // Folders make three times as many placeholders, and a run with them takes twice as long.
  const hasFolders = random() < 0.35;
  const discovery = random() < 0.4;
  const knownFolders = [...(hasFolders ? folders : []), ...(discovery ? [discoveredFolder] : [])];
  const vain = [...hopeless, ...images.flatMap(folderOfAnotherSystem)];
  const plain = new Set([...drawn.arrivals.slice(0, 3), drawn.arrivals.at(-1)]);
  const arrivals = withMore(drawn.arrivals, hours, random).map((arrival): Arrival => {
    if (plain.has(arrival)) return arrival;
    if (random() < shares.hopeless) return { ...arrival, demands: pickOf(random, vain)?.demands ?? [] };
    const named = random() < shares.image ? (pickOf(random, images) ?? null) : null;
    const image = named ?? images[0];
    const versions = versionsAt(arrival.at, image, versionOverride === 'any');
    return {
      ...arrival,
      demands: [
        ...(named === null
          ? []
          : [`ImageOverride${blanks(random)}-equals ${oddly(random, pickOf(random, named.aliases))}`]),
        ...(random() < shares.version ? versionDemand(pickOf(random, versions)) : []),
        ...(knownFolders.length > 0 && random() < more.folder && image?.osType === 'linux'
          ? [`WorkFolder -equals ${pickOf(random, knownFolders) ?? ''}`]
          : []),
        ...(random() < more.tag ? [`CustomCapabilities -equals ${oddly(random, pick(random, tags))}`] : []),
        ...(random() < more.priority
          ? [`Priority -equals ${oddly(random, pick(random, ['High', 'Medium', 'Low']))}`]
          : []),
      ],
    };
  });
  const demands = {
    workFolders: hasFolders ? folders : [],
    customCapabilities: tags,
    versionOverride,
    discovery,
    tagWaitMinutes: pick(random, [0, 2, 10]),
  };
  const gracePeriodMinutes = pick(random, [0, 10, 20]);
  const profile = isStateful ? { profile: { kind: 'stateful', maxAgentLifetimeHours: 168, gracePeriodMinutes } } : {};
  return { images, arrivals, settings: { ...drawn.settings, ...lanes, ...profile, demands } };
}

/** Some pools rest for hours, and where nobody asks for anything nothing of images is seen. */
function withMore(arrivals: readonly Arrival[], hours: number, random: () => number): readonly Arrival[] {
  const count = Math.min(16, Math.ceil(4 * hours));
  const more = Array.from({ length: count }, (_, index): Arrival => {
    // Of a run of a quarter of an hour, too, none comes when the faults have stopped.
    const at = Math.min(Math.round(1000 + random() * (hours * 3600 - 1100)), hours * 3600 - 2);
    const names = { label: '', jobName: 'build', definitionName: 'images', runName: `images ${String(index)}` };
    return { ...names, at, durationSeconds: 60 + Math.round(random() * 500), runId: 500 + index };
  });
  return [...arrivals, ...more].toSorted((left, right) => left.at - right.at);
}

/** A folder that the settings admit, on a machine that has no such folders. */
function folderOfAnotherSystem({ osType, aliases: [alias = ''] }: DrawnImage): typeof hopeless {
  if (osType === 'linux') return [];
  return [
    { demands: [`ImageOverride -equals ${alias}`, `WorkFolder -equals ${folders[0]}`], verdict: 'workFolderInvalid' },
  ];
}

/**
 * Versions that are there by then, or are on their way, and that nobody takes away. Where only the newest may be named, a job
 * that waits while a newer one appears needs somebody (versionNotAllowed), and here is nobody: then none is named.
 */
function versionsAt(at: number, image: DrawnImage | undefined, isAny: boolean): readonly string[] {
  const there = image?.versions.filter(
    (one) => one.isHere && one.deletedAt === null && (one.publishedAt === null || one.publishedAt <= at),
  );
  if (isAny || image === undefined) return there?.map((one) => one.version) ?? [];
  const isSettled = image.versions.every((one) => one.deletedAt === null && (one.publishedAt ?? 0) <= at);
  const usual = there?.filter((one) => isUsual(image, one.version)).slice(-1) ?? [];
  return isSettled ? usual.map((one) => one.version) : [];
}

function versionDemand(version: string | undefined): readonly string[] {
  return version === undefined ? [] : [`ImageVersionOverride -equals ${version}`];
}

/** Azure DevOps takes several blanks for one, before and after the operator. */
function blanks(random: () => number): string {
  return random() < 0.2 ? '   ' : ' ';
}

/** Values are alike in any letters. */
function oddly(random: () => number, value = ''): string {
  const how = random();
  return how < 0.15 ? value.toUpperCase() : how < 0.3 ? value.toLowerCase() : value;
}

function pickOf<T>(random: () => number, values: readonly T[]): T | undefined {
  return values[Math.floor(random() * values.length)];
}
