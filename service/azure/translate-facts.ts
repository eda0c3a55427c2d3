// What Azure says of an image and of one version of it, as facts for the static checks. What it does not say is null.
import type {
  Architecture,
  Generation,
  ImageDefinitionFacts,
  ImageFacts,
  RegionFacts,
  SecurityType,
  VersionFacts,
} from '../domain/image-facts.ts';
import type { OsType } from '../domain/instance.ts';
import type { Fields } from '../wire.ts';

export function definitionFacts(definition: Fields): ImageDefinitionFacts {
  const properties = definition.object('properties');
  const features = properties?.objects('features') ?? [];
  return {
    osType: osTypeOf(properties?.text('osType') ?? null),
    isGeneralized: generalized(properties?.text('osState') ?? null),
    architecture: architectureOf(properties?.text('architecture') ?? null),
    generation: generationOf(properties?.text('hyperVGeneration') ?? null),
    securityTypes: securityTypesOf(features),
  };
}

export function galleryVersionFacts(version: Fields): VersionFacts {
  const properties = version.object('properties');
  const publishing = properties?.object('publishingProfile') ?? null;
  const summary = properties?.object('replicationStatus')?.objects('summary') ?? null;
  const targets = publishing?.objects('targetRegions') ?? [];
  return {
    provisioningState: provisioningState(properties?.text('provisioningState') ?? null),
    regions: summary === null ? null : targets.map((target) => regionOf(target, summary)),
    isExcludedEverywhere: publishing?.flag('excludeFromLatest') ?? false,
    endOfLifeAt: publishing?.instant('endOfLifeDate') ?? null,
    osDiskGigabytes: properties?.object('storageProfile')?.object('osDiskImage')?.number('sizeInGB') ?? null,
  };
}

export function managedFacts(image: Fields): ImageDefinitionFacts {
  const properties = image.object('properties');
  const disk = properties?.object('storageProfile')?.object('osDisk') ?? null;
  return {
    osType: osTypeOf(disk?.text('osType') ?? null),
    isGeneralized: generalized(disk?.text('osState') ?? null),
    // A managed image carries neither: Azure makes only plain x64 machines of it.
    architecture: 'x64',
    generation: generationOf(properties?.text('hyperVGeneration') ?? null),
    securityTypes: ['standard'],
  };
}

/** A managed image lives in one region, once, and has no end. */
export function managedVersionFacts(image: Fields): VersionFacts {
  const properties = image.object('properties');
  const disk = properties?.object('storageProfile')?.object('osDisk') ?? null;
  return {
    provisioningState: provisioningState(properties?.text('provisioningState') ?? null),
    regions: [here(plain(image.text('location') ?? ''))],
    isExcludedEverywhere: false,
    endOfLifeAt: null,
    osDiskGigabytes: disk?.number('diskSizeGB') ?? null,
  };
}

export function marketplaceFacts(version: Fields): ImageDefinitionFacts {
  const properties = version.object('properties');
  return {
    osType: osTypeOf(properties?.object('osDiskImage')?.text('operatingSystem') ?? null),
    isGeneralized: true,
    architecture: architectureOf(properties?.text('architecture') ?? null),
    generation: generationOf(properties?.text('hyperVGeneration') ?? null),
    securityTypes: securityTypesOf(properties?.objects('features') ?? []),
  };
}

/** The region lists it, so it is there. */
export function marketplaceVersionFacts(version: Fields, region: string): VersionFacts {
  const disk = version.object('properties')?.object('osDiskImage') ?? null;
  return {
    provisioningState: 'succeeded',
    regions: [here(region)],
    isExcludedEverywhere: false,
    endOfLifeAt: null,
    osDiskGigabytes: disk?.number('sizeInGB') ?? null,
  };
}

export function planOf(plan: Fields | null): ImageFacts['plan'] {
  const [publisher, product, name] = [plan?.text('publisher'), plan?.text('product'), plan?.text('name')];
  return publisher == null || product == null || name == null ? null : { publisher, product, name };
}

function regionOf(target: Fields, summary: readonly Fields[]): RegionFacts {
  const region = plain(target.text('name') ?? '');
  const status = summary.find((one) => plain(one.text('region') ?? '') === region);
  return {
    region,
    state: states[status?.text('state')?.toLowerCase() ?? ''] ?? 'unknown',
    progress: status?.number('progress') ?? null,
    details: status?.text('details') ?? null,
    replicas: target.number('regionalReplicaCount') ?? 1,
    isExcluded: target.flag('excludeFromLatest') ?? false,
  };
}

const states: Readonly<Record<string, RegionFacts['state']>> = {
  completed: 'replicated',
  replicating: 'replicating',
  failed: 'failed',
};

function here(region: string): RegionFacts {
  return { region, state: 'replicated', progress: 100, details: null, replicas: 1, isExcluded: false };
}

/** Features are names and values; without any that speaks of security an image is plain. */
function securityTypesOf(features: readonly Fields[]): readonly SecurityType[] {
  const value = features.find((one) => one.text('name')?.toLowerCase() === 'securitytype')?.text('value') ?? '';
  return securityTypes[value.toLowerCase()] ?? ['standard'];
}

const securityTypes: Readonly<Record<string, readonly SecurityType[]>> = {
  trustedlaunch: ['trustedLaunch'],
  trustedlaunchsupported: ['standard', 'trustedLaunch'],
  confidentialvm: ['confidentialVM'],
  confidentialvmsupported: ['standard', 'confidentialVM'],
  trustedlaunchandconfidentialvmsupported: ['standard', 'trustedLaunch', 'confidentialVM'],
};

function provisioningState(text: string | null): VersionFacts['provisioningState'] {
  const plainText = text?.toLowerCase() ?? '';
  if (plainText === 'updating' || plainText === 'migrating') return 'succeeded';
  return (['succeeded', 'creating', 'failed', 'deleting'] as const).find((one) => one === plainText) ?? 'unknown';
}

function osTypeOf(text: string | null): OsType | null {
  const plainText = text?.toLowerCase();
  return plainText === 'windows' || plainText === 'linux' ? plainText : null;
}

function generalized(state: string | null): boolean | null {
  return state === null ? null : state.toLowerCase() === 'generalized';
}

export function architectureOf(text: string | null): Architecture | null {
  const plainText = text?.toLowerCase();
  return plainText === 'x64' || plainText === 'arm64' ? plainText : null;
}

function generationOf(text: string | null): Generation | null {
  const plainText = text?.toUpperCase();
  return plainText === 'V1' || plainText === 'V2' ? plainText : null;
}

function plain(region: string): string {
  return region.toLowerCase().replaceAll(' ', '');
}
