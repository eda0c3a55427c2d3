// What is known of one image version before a machine is made of it: the version, its image, the size and the template.
// Null stands for what could not be read: a check then says so, and never passes on it.
import type { OsType, ScaleSetExtension } from './instance.ts';

export type Architecture = 'x64' | 'arm64';
export type Generation = 'V1' | 'V2';
export type SecurityType = 'standard' | 'trustedLaunch' | 'confidentialVM';

export interface ImageFacts {
  readonly now: number;
  readonly alias: string;
  readonly version: string;
  /** As Azure writes it in ids: `westus2`. */
  readonly region: string;
  readonly source: FactsSource;
  /** `denied`: Weir's identity may not read it. */
  readonly access: 'readable' | 'denied' | 'notFound';
  readonly image: ImageDefinitionFacts | null;
  readonly found: VersionFacts | null;
  /** Versions that there are, newest first; for whoever names one that there is not. */
  readonly versions: readonly string[];
  /** Only for images that have a purchase plan. */
  readonly plan: { readonly publisher: string; readonly product: string; readonly name: string } | null;
  readonly areTermsAccepted: boolean | null;
  readonly size: SizeFacts | null;
  readonly template: TemplateFacts;
  /** Machines that may be asked for at once. */
  readonly maxCapacity: number;
}

export type FactsSource =
  | { readonly kind: 'gallery' | 'managed'; readonly id: string }
  | { readonly kind: 'marketplace'; readonly publisher: string; readonly offer: string; readonly sku: string };

export interface ImageDefinitionFacts {
  readonly osType: OsType | null;
  readonly isGeneralized: boolean | null;
  readonly architecture: Architecture | null;
  readonly generation: Generation | null;
  /** What machines of the image may be: `standard` always, unless the image is for confidential machines alone. */
  readonly securityTypes: readonly SecurityType[] | null;
}

export interface VersionFacts {
  readonly provisioningState: 'succeeded' | 'creating' | 'failed' | 'deleting' | 'unknown';
  /** All target regions; null where the replication was not told. */
  readonly regions: readonly RegionFacts[] | null;
  readonly isExcludedEverywhere: boolean;
  readonly endOfLifeAt: number | null;
  readonly osDiskGigabytes: number | null;
}

export interface RegionFacts {
  readonly region: string;
  readonly state: 'replicated' | 'replicating' | 'failed' | 'unknown';
  readonly progress: number | null;
  readonly details: string | null;
  readonly replicas: number;
  readonly isExcluded: boolean;
}

/** Bytes are 0 where the size has no such disk, and null where Azure does not say. */
export interface SizeFacts {
  readonly name: string;
  readonly architecture: Architecture | null;
  readonly generations: readonly Generation[] | null;
  readonly isEphemeralSupported: boolean | null;
  readonly cacheBytes: number | null;
  readonly resourceDiskBytes: number | null;
  readonly nvmeBytes: number | null;
  readonly isTrustedLaunchSupported: boolean | null;
  readonly isConfidentialSupported: boolean | null;
  /** Why the subscription cannot use it in the region; null where nothing stands against it. */
  readonly restriction: string | null;
}

export interface TemplateFacts {
  readonly id: string;
  readonly osType: OsType;
  readonly size: string;
  readonly securityType: SecurityType;
  readonly osDiskGigabytes: number | null;
  /** Null: a managed disk. */
  readonly ephemeral: 'cacheDisk' | 'resourceDisk' | 'nvmeDisk' | null;
  readonly extensions: readonly ScaleSetExtension[];
}
