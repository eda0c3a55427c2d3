// A scale set that somebody wishes for, and the words of its choices.
import type { PlaceChoices, PriceClass, ScaleSetWish, SizeChoice } from '../../contract/azure-places.ts';

/** The system follows from the image. */
export type Wish = Omit<ScaleSetWish, 'osType'>;

const priceWords: Readonly<Record<PriceClass, string>> = {
  low: 'low price',
  middle: 'middle price',
  high: 'high price',
  highest: 'very high price',
  unknown: 'price not known',
};

/** "Standard_D4ds_v5: 4 cores, 16 GB, middle price, for general work, own disk fits, quota for 25". */
export function sizeWords(size: SizeChoice, diskGigabytes: number): string {
  const { name, cores, memoryGigabytes, priceClass, words, quotaLeft } = size;
  const parts = [
    cores === 1 ? '1 core' : `${cores} cores`,
    ...(memoryGigabytes === null ? [] : [`${memoryGigabytes} GB`]),
    priceWords[priceClass],
    words,
    fitsEphemeral(size, diskGigabytes) ? 'own disk fits' : 'own disk does not fit',
    quotaLeft === null ? 'quota not told' : `quota for ${quotaLeft}`,
  ];
  return `${name}: ${parts.join(', ')}`;
}

export function fitsEphemeral({ ephemeralGigabytes }: SizeChoice, diskGigabytes: number): boolean {
  return ephemeralGigabytes >= diskGigabytes;
}

export function imageNamed({ images }: PlaceChoices, urn: string) {
  const image = images.find((one) => one.urn === urn);
  return { osType: image?.osType ?? ('linux' as const), diskGigabytes: image?.diskGigabytes ?? 30 };
}

/** What is still missing, in words; null where the command can be shown. */
export function missingIn({ resourceGroup, location, name, size }: Wish): string | null {
  if (!/^[\w.()-]{0,89}[\w()-]$/.test(resourceGroup)) return 'Name a resource group.';
  if (!/^[a-z0-9]{1,40}$/.test(location)) return 'Name a region, such as westeurope.';
  if (!/^[A-Za-z0-9]([\w-]{0,62}\w)?$/.test(name))
    return 'Name the scale set: letters, digits, _ and -, with a letter or digit at both ends.';
  return size === '' ? 'Choose a size.' : null;
}
