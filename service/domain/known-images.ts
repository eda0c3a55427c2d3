// Names of images that users of Azure Pipelines know, and the Marketplace images nearest to them. The images of Azure
// Pipelines themselves are not distributed, so such a name is only ever offered, never taken for granted.
import { equalsIgnoringCase } from './demand.ts';
import type { ImageSource, PoolSettings } from './pool.ts';

interface KnownImage {
  readonly alias: string;
  readonly source: { readonly publisher: string; readonly offer: string; readonly sku: string };
}

const ubuntu = (alias: string, offer: string, sku: string): KnownImage => ({
  alias,
  source: { publisher: 'Canonical', offer, sku },
});
const windows = (alias: string, sku: string): KnownImage => ({
  alias,
  source: { publisher: 'MicrosoftWindowsServer', offer: 'WindowsServer', sku },
});

export const knownImages: readonly KnownImage[] = [
  ubuntu('ubuntu-20.04', '0001-com-ubuntu-server-focal', '20_04-lts-gen2'),
  ubuntu('ubuntu-22.04', '0001-com-ubuntu-server-jammy', '22_04-lts-gen2'),
  ubuntu('ubuntu-24.04', 'ubuntu-24_04-lts', 'server'),
  ubuntu('ubuntu-latest', 'ubuntu-24_04-lts', 'server'),
  windows('windows-2019', '2019-datacenter-gensecond'),
  windows('windows-2022', '2022-datacenter-g2'),
  windows('windows-2025', '2025-datacenter-g2'),
  windows('windows-latest', '2025-datacenter-g2'),
];

/** The image of the settings that already makes such machines under another name; null where there is none. */
export function imageBehind(alias: string, settings: Pick<PoolSettings, 'images'>): string | null {
  const known = knownImages.filter((one) => equalsIgnoringCase(one.alias, alias));
  const found = settings.images.find(({ source }) => known.some((one) => isAlike(source, one.source)));
  return found?.aliases[0] ?? null;
}

export function isKnownAlias(alias: string): boolean {
  return knownImages.some((one) => equalsIgnoringCase(one.alias, alias));
}

/** "Canonical ubuntu-24_04-lts server". */
export function sourceWord(alias: string): string {
  const known = knownImages.find((one) => equalsIgnoringCase(one.alias, alias));
  return known === undefined ? '' : `${known.source.publisher} ${known.source.offer} ${known.source.sku}`;
}

/** Same publisher and offer; generations and editions are other SKUs of one system. */
function isAlike(source: ImageSource | null, known: KnownImage['source']): boolean {
  if (source === null || 'id' in source) return false;
  const isSameSystem = systemOf(source.sku) === systemOf(known.sku);
  return (
    equalsIgnoringCase(source.publisher, known.publisher) &&
    equalsIgnoringCase(source.offer, known.offer) &&
    isSameSystem
  );
}

/** "2022-datacenter-azure-edition" and "2022-datacenter-g2" both are 2022. */
function systemOf(sku: string): string {
  return /^\d+(_\d+)?/.exec(sku)?.[0] ?? sku.toLowerCase();
}
