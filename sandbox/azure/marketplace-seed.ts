// What the emulated Marketplace offers from the start. The names are those that Azure users know; the versions are made up in the form
// that each publisher uses, because only their order matters here.
import type { MarketplaceImage } from './state.ts';

type Row = readonly [
  publisher: string,
  offer: string,
  sku: string,
  generation: MarketplaceImage['hyperVGeneration'],
  architecture: MarketplaceImage['architecture'],
  versions: readonly string[],
];

const jammy = ['22.04.202608110', '22.04.202609080', '22.04.202610130', '22.04.202611100'];
const noble = ['24.04.202608120', '24.04.202609090', '24.04.202610140', '24.04.202611110'];
const server2022 = ['20348.4000.260811', '20348.4100.260908', '20348.4200.261013', '20348.4300.261110'];
const server2025 = ['26100.6500.260811', '26100.6600.260908', '26100.6700.261013', '26100.6800.261110'];

const rows: readonly Row[] = [
  ['Canonical', '0001-com-ubuntu-server-jammy', '22_04-lts', 'V1', 'x64', jammy],
  ['Canonical', '0001-com-ubuntu-server-jammy', '22_04-lts-gen2', 'V2', 'x64', jammy],
  ['Canonical', '0001-com-ubuntu-server-jammy', '22_04-lts-arm64', 'V2', 'Arm64', jammy],
  ['Canonical', 'ubuntu-24_04-lts', 'server', 'V2', 'x64', noble],
  ['Canonical', 'ubuntu-24_04-lts', 'server-gen1', 'V1', 'x64', noble],
  ['Canonical', 'ubuntu-24_04-lts', 'server-arm64', 'V2', 'Arm64', noble],
  ['Canonical', 'ubuntu-24_04-lts', 'minimal', 'V2', 'x64', noble],
  ['Debian', 'debian-12', '12-gen2', 'V2', 'x64', ['0.20260810.2501', '0.20261012.2563']],
  ['RedHat', 'RHEL', '9-lvm-gen2', 'V2', 'x64', ['9.6.2026081210', '9.7.2026111112']],
  ['MicrosoftWindowsServer', 'WindowsServer', '2022-datacenter', 'V1', 'x64', server2022],
  ['MicrosoftWindowsServer', 'WindowsServer', '2022-datacenter-g2', 'V2', 'x64', server2022],
  ['MicrosoftWindowsServer', 'WindowsServer', '2022-datacenter-azure-edition', 'V2', 'x64', server2022],
  ['MicrosoftWindowsServer', 'WindowsServer', '2025-datacenter-g2', 'V2', 'x64', server2025],
  ['MicrosoftWindowsServer', 'WindowsServer', '2025-datacenter-azure-edition', 'V2', 'x64', server2025],
];

export function marketplaceSeed(): MarketplaceImage[] {
  return [...rows.map(plainImage), ...withPlan];
}

/** Free of charge, and still nobody makes a machine of it before the terms are accepted. */
const withPlan: readonly MarketplaceImage[] = [
  {
    publisher: 'almalinux',
    offer: 'almalinux-x86_64',
    sku: '9-gen2',
    osType: 'Linux',
    hyperVGeneration: 'V2',
    architecture: 'x64',
    versions: ['9.6.202608110', '9.7.202611120'],
    plan: { publisher: 'almalinux', product: 'almalinux-x86_64', name: '9-gen2' },
  },
];

function plainImage([publisher, offer, sku, hyperVGeneration, architecture, versions]: Row): MarketplaceImage {
  const osType = publisher === 'MicrosoftWindowsServer' ? 'Windows' : 'Linux';
  return { publisher, offer, sku, osType, hyperVGeneration, architecture, versions: [...versions] };
}

/** Adds the image, or its versions to those that are there. */
export function publish(marketplace: MarketplaceImage[], image: MarketplaceImage): void {
  const at = marketplace.findIndex(
    (one) => same(one.publisher, image.publisher) && same(one.offer, image.offer) && same(one.sku, image.sku),
  );
  const known = marketplace[at];
  if (known) marketplace[at] = { ...known, versions: [...new Set([...known.versions, ...image.versions])] };
  else marketplace.push({ ...image, versions: [...image.versions] });
}

function same(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
