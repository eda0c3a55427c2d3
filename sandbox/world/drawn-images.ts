// Pools with several images: which images a run has, from the Marketplace and from galleries, Linux and Windows, and what
// becomes of their versions while it lasts. Everything comes from a stream of its own, so that other seeds stay as they were.
import { seededRandom } from '../../service/domain/chance.ts';
import { pick } from './azure-faults.ts';

const group = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/weir-agents';
export const laneResourceGroup = `${group}-lanes`;
export const galleryId = `${group}/providers/Microsoft.Compute/galleries/gold`;

export interface DrawnVersion {
  readonly version: string;
  /** Seconds after the start; null: long before it, and copied since. */
  readonly publishedAt: number | null;
  readonly isHere: boolean;
  readonly isExcluded: boolean;
  /** Its end of life lies in the past. */
  readonly isOver: boolean;
  /** Somebody deletes it then; seconds after the start. */
  readonly deletedAt: number | null;
}

export type Source =
  { readonly publisher: string; readonly offer: string; readonly sku: string } | { readonly id: string };

export interface DrawnImage {
  readonly aliases: readonly string[];
  readonly source: Source;
  readonly osType: 'linux' | 'windows';
  /** As in the settings: `latest` or a pin. */
  readonly configured: string;
  readonly versions: readonly DrawnVersion[];
}

/** Seeds that were kept before there were such runs end in other digits: they stay what they were. */
export function drawsImages(seed: number): boolean {
  return [1, 5, 8].includes(seed % 10);
}

/** Two or three images in any order, the first of which serves jobs that name none. */
export function drawImages(seed: number, hours: number): readonly DrawnImage[] {
  const random = seededRandom(seed * 9013 + 41);
  const count = random() < 0.6 ? 2 : 3;
  const left = [ubuntu, windows, gallery('linux', ['gold', 'Gold Linux']), gallery('windows', ['steel'])];
  const images: DrawnImage[] = [];
  while (images.length < count) {
    const [make] = left.splice(Math.floor(random() * left.length), 1);
    if (make !== undefined) images.push(pinned(make(random, hours), random));
  }
  return images;
}

type Make = (random: () => number, hours: number) => DrawnImage;

const ubuntu: Make = (random, hours) => ({
  aliases: ['ubuntu-22.04', 'Ubuntu latest'],
  source: { publisher: 'Canonical', offer: '0001-com-ubuntu-server-jammy', sku: '22_04-lts-gen2' },
  osType: 'linux',
  configured: 'latest',
  versions: [
    ...['22.04.202608110', '22.04.202609080', '22.04.202610130', '22.04.202611100'].map(whole),
    ...appearing(['22.04.202612150', '22.04.202701120'], random, hours),
  ],
});

const windows: Make = (random, hours) => ({
  aliases: ['windows-2022'],
  source: { publisher: 'MicrosoftWindowsServer', offer: 'WindowsServer', sku: '2022-datacenter-g2' },
  osType: 'windows',
  configured: 'latest',
  versions: [
    ...['20348.4000.260811', '20348.4100.260908', '20348.4200.261013', '20348.4300.261110'].map(whole),
    ...appearing(['20348.4400.261208'], random, hours),
  ],
});

/** Both galleries' images have versions of the same numbers: a number alone names no image. */
function gallery(osType: DrawnImage['osType'], aliases: readonly string[]): Make {
  return (random, hours) => {
    const appears = appearing(['2.0.0'], random, hours);
    return {
      aliases,
      source: { id: `${galleryId}/images/${osType}` },
      osType,
      configured: 'latest',
      versions: [
        whole('1.0.0'),
        { ...whole('1.1.0'), isExcluded: true },
        { ...whole('1.2.0'), isOver: true },
        { ...whole('1.3.0'), isHere: false },
        ...appears.map((one) => ({
          ...one,
          deletedAt: random() < 0.3 ? hours * 3600 * (0.8 + 0.15 * random()) : null,
        })),
      ],
    };
  };
}

/** A pin is one of the versions that were there; nobody deletes those. */
function pinned(image: DrawnImage, random: () => number): DrawnImage {
  if (random() >= 0.2) return image;
  const usable = image.versions.filter((one) => one.publishedAt === null && one.isHere && !one.isOver);
  return { ...image, configured: usable[Math.floor(random() * usable.length)]?.version ?? 'latest' };
}

function whole(version: string): DrawnVersion {
  return { version, publishedAt: null, isHere: true, isExcluded: false, isOver: false, deletedAt: null };
}

function appearing(versions: readonly string[], random: () => number, hours: number): readonly DrawnVersion[] {
  let at = 0;
  return versions.flatMap((version) => {
    at += hours * 3600 * (0.1 + 0.6 * random());
    return random() < 0.7 && at < hours * 3500 ? [{ ...whole(version), publishedAt: Math.round(at) }] : [];
  });
}

/** The settings of a pool with these images. */
export function settingsOf(seed: number, images: readonly DrawnImage[]): Readonly<Record<string, unknown>> {
  const random = seededRandom(seed * 9029 + 43);
  return {
    images: images.map(({ aliases, source, osType, configured }) => ({ aliases, source, osType, version: configured })),
    laneResourceGroup,
    maxLanes: pick(random, [3, 4, 8]),
    versionOverride: pick(random, ['any', 'any', 'validated']),
  };
}

/** What machines may be made of when nobody names a version, at some time of the run. */
export function isUsual(image: DrawnImage, version: string): boolean {
  if (image.configured !== 'latest') return version === image.configured;
  const newestAtFirst = image.versions.filter((one) => one.publishedAt === null && isFit(one)).at(-1)?.version;
  return image.versions.some(
    (one) => one.version === version && isFit(one) && (one.publishedAt !== null || version === newestAtFirst),
  );
}

function isFit({ isHere, isExcluded, isOver }: DrawnVersion): boolean {
  return isHere && !isExcluded && !isOver;
}
