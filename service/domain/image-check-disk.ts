// Checks of the image's disk: whether the template's disk holds it, and whether an ephemeral one has room in the size.
import { commandsFor } from './fix-commands.ts';
import type { ImageFacts, SizeFacts, TemplateFacts } from './image-facts.ts';
import type { Finding } from './validation-check.ts';

/** Sizes and disks are counted in powers of two. */
const gigabyte = 2 ** 30;

export function checkDisk({ found, template }: ImageFacts): Finding {
  if (found === null) return { status: 'skipped', words: 'There is no version to look at.' };
  const { osDiskGigabytes: image } = found;
  const { osDiskGigabytes: wanted } = template;
  if (image === null) return { status: 'warning', words: 'Azure does not say how large the disk of the image is.' };
  const evidence = { image: `${image} GB`, template: wanted === null ? 'as large as the image' : `${wanted} GB` };
  if (wanted === null || wanted >= image)
    return { status: 'ok', words: `The disk has ${wanted ?? image} GB.`, evidence };
  return {
    status: 'error',
    words: `The image needs ${image} GB, and the template makes disks of ${wanted} GB.`,
    evidence,
    fix: {
      words: 'Make the disk of the template as large as the image, at least.',
      commands: commandsFor([
        ...['az', 'vmss', 'update', '--ids', template.id],
        ...['--set', `virtualMachineProfile.storageProfile.osDisk.diskSizeGb=${image}`],
      ]),
    },
  };
}

/** An ephemeral disk lies on the machine itself, so the place that it is put in must be as large (azure-wire.md 3). */
export function checkEphemeral(facts: Pick<ImageFacts, 'found' | 'template' | 'size' | 'region'>): Finding {
  const { found, template, size, region } = facts;
  if (template.ephemeral === null) return { status: 'skipped', words: 'The template makes managed disks.' };
  if (size === null) return { status: 'warning', words: `Azure did not tell what ${template.size} is.` };
  if (size.isEphemeralSupported === false) {
    return {
      status: 'error',
      words: `${size.name} has no room for ephemeral disks.`,
      evidence: { size: size.name },
      fix: { words: 'Choose a size that has.', commands: ephemeralSizes(region) },
    };
  }
  const needed = template.osDiskGigabytes ?? found?.osDiskGigabytes ?? null;
  const room = roomIn(size, template.ephemeral);
  if (needed === null || room === null)
    return { status: 'warning', words: 'Azure does not say how large the disk is, or how much room the size has.' };
  const gigabytes = Math.floor(room / gigabyte);
  const evidence = { disk: `${needed} GB`, room: `${gigabytes} GB`, place: placeName(template.ephemeral) };
  if (needed <= gigabytes)
    return { status: 'ok', words: `${needed} GB fit into the ${placeName(template.ephemeral)}.`, evidence };
  return {
    status: 'error',
    words: `The disk of ${needed} GB does not fit into the ${placeName(template.ephemeral)} of ${size.name}, which has ${gigabytes} GB.`,
    evidence,
    fix: {
      words: elsewhere(size, template.ephemeral, needed) ?? 'Build a smaller image, or choose a larger size.',
      commands: ephemeralSizes(region),
    },
  };
}

function roomIn(size: SizeFacts, place: NonNullable<TemplateFacts['ephemeral']>): number | null {
  return { cacheDisk: size.cacheBytes, resourceDisk: size.resourceDiskBytes, nvmeDisk: size.nvmeBytes }[place];
}

/** The placement of a set cannot be changed, so another place means another template. */
function elsewhere(size: SizeFacts, place: TemplateFacts['ephemeral'], needed: number): string | null {
  const fits = (['cacheDisk', 'resourceDisk', 'nvmeDisk'] as const).find(
    (other) => other !== place && (roomIn(size, other) ?? 0) >= needed * gigabyte,
  );
  if (fits === undefined) return null;
  return `It fits into the ${placeName(fits)} of the same size: make the template anew with that placement, or choose a larger size.`;
}

function ephemeralSizes(region: string) {
  return commandsFor([
    ...['az', 'vm', 'list-skus', '--location', region, '--resource-type', 'virtualMachines', '--query'],
    "[?capabilities[?name=='EphemeralOSDiskSupported' && value=='True']].[name, capabilities[?name=='CachedDiskBytes'].value | [0]]",
    ...['--output', 'tsv'],
  ]);
}

function placeName(place: NonNullable<TemplateFacts['ephemeral']>): string {
  return { cacheDisk: 'cache disk', resourceDisk: 'temporary disk', nvmeDisk: 'NVMe disk' }[place];
}
