// The facts of an image version at which nothing is wrong.
import type { ImageFacts } from '../../../service/domain/image-facts.ts';
import { now0, scaleSetId } from '../../builders.ts';

export function goodFacts(): ImageFacts {
  return {
    now: now0,
    alias: 'ubuntu-22.04',
    version: '1.2.3',
    region: 'westeurope',
    source: {
      kind: 'gallery',
      id: '/subscriptions/s/resourceGroups/images/providers/Microsoft.Compute/galleries/fleet/images/ubuntu',
    },
    access: 'readable',
    image: {
      osType: 'linux',
      isGeneralized: true,
      architecture: 'x64',
      generation: 'V2',
      securityTypes: ['standard'],
    },
    found: {
      provisioningState: 'succeeded',
      regions: [region('westeurope', 1), region('northeurope', 2)],
      isExcludedEverywhere: false,
      endOfLifeAt: null,
      osDiskGigabytes: 30,
    },
    versions: ['1.2.3', '1.2.2', '1.2.1'],
    plan: null,
    areTermsAccepted: null,
    size: {
      name: 'Standard_D2ds_v5',
      architecture: 'x64',
      generations: ['V1', 'V2'],
      isEphemeralSupported: true,
      cacheBytes: 75 * 2 ** 30,
      resourceDiskBytes: 75 * 2 ** 30,
      nvmeBytes: 0,
      isTrustedLaunchSupported: true,
      isConfidentialSupported: false,
      restriction: null,
    },
    template: {
      id: scaleSetId,
      osType: 'linux',
      size: 'Standard_D2ds_v5',
      securityType: 'standard',
      osDiskGigabytes: null,
      ephemeral: 'cacheDisk',
      extensions: [],
    },
    maxCapacity: 10,
  };
}

function region(name: string, replicas: number) {
  return { region: name, state: 'replicated' as const, progress: 100, details: null, replicas, isExcluded: false };
}
