// What Azure says of a virtual machine size, and what a scale set's model wants of it, as facts for the static checks.
import type { Generation, SecurityType, SizeFacts, TemplateFacts } from '../domain/image-facts.ts';
import type { ImageFactsQuery } from '../image-port.ts';
import type { Fields } from '../wire.ts';
import { architectureOf } from './translate-facts.ts';
import { capabilitiesOf, numberIn } from './sizes.ts';
import { translateScaleSet } from './translate.ts';

export function sizeFacts(size: Fields, location: string): SizeFacts {
  const capabilities = capabilitiesOf(size);
  const text = (name: string) => capabilities.get(name.toLowerCase()) ?? null;
  const flag = (name: string) => {
    const value = text(name);
    return value === null ? null : value.toLowerCase() === 'true';
  };
  const bytes = (name: string, unit: number) => {
    const value = numberIn(size, name);
    return value === null ? null : value * unit;
  };
  const isTrustedLaunchDisabled = flag('TrustedLaunchDisabled');
  return {
    name: size.requiredText('name'),
    architecture: architectureOf(text('CpuArchitectureType')),
    generations: generationsIn(text('HyperVGenerations')),
    isEphemeralSupported: flag('EphemeralOSDiskSupported'),
    cacheBytes: bytes('CachedDiskBytes', 1),
    resourceDiskBytes: bytes('MaxResourceVolumeMB', 2 ** 20),
    nvmeBytes: bytes('NvmeDiskSizeInMiB', 2 ** 20) ?? 0,
    isTrustedLaunchSupported: isTrustedLaunchDisabled === null ? null : !isTrustedLaunchDisabled,
    isConfidentialSupported: text('ConfidentialComputingType') !== null,
    restriction: restrictionIn(size, location),
  };
}

export function templateFacts(template: Fields, query: ImageFactsQuery): TemplateFacts {
  const profile = template.object('properties')?.object('virtualMachineProfile') ?? null;
  const disk = profile?.object('storageProfile')?.object('osDisk') ?? null;
  const set = translateScaleSet(template.raw(), 'template');
  const isOtherOs = set.osType !== query.osType;
  return {
    id: query.templateId,
    osType: query.osType,
    size: query.size ?? set.sku.name,
    securityType: securityTypeOf(profile?.object('securityProfile')?.text('securityType') ?? null),
    // A lane of the other system brings the disk size of its image.
    osDiskGigabytes: isOtherOs ? null : (disk?.number('diskSizeGB') ?? null),
    ephemeral: ephemeralOf(disk?.object('diffDiskSettings') ?? null),
    extensions: isOtherOs ? [] : set.extensions,
  };
}

function generationsIn(text: string | null): readonly Generation[] | null {
  if (text === null) return null;
  return (['V1', 'V2'] as const).filter((one) => text.toUpperCase().split(',').includes(one));
}

/** Restrictions of single zones leave the others. */
function restrictionIn(size: Fields, location: string): string | null {
  const restriction = (size.objects('restrictions') ?? []).find(
    (one) =>
      one.text('type')?.toLowerCase() === 'location' &&
      (one.texts('values') ?? []).some((value) => value.toLowerCase() === location),
  );
  return restriction?.text('reasonCode') ?? null;
}

function securityTypeOf(text: string | null): SecurityType {
  const plain = text?.toLowerCase();
  if (plain === 'trustedlaunch') return 'trustedLaunch';
  return plain === 'confidentialvm' ? 'confidentialVM' : 'standard';
}

/** Without a placement Azure prefers the cache. */
export function ephemeralOf(settings: Fields | null): TemplateFacts['ephemeral'] {
  if (settings?.text('option') == null) return null;
  const placement = settings.text('placement')?.toLowerCase();
  if (placement === 'resourcedisk') return 'resourceDisk';
  return placement === 'nvmedisk' ? 'nvmeDisk' : 'cacheDisk';
}
