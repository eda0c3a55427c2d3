// Everything the emulated cloud remembers, as plain JSON: it can be exported, kept in a file and imported again.
import type { JsonObject } from './json.ts';

export interface AzureState {
  readonly version: 1;
  now: number;
  /** Counts scheduled events, so that equal instants keep their order. */
  sequence: number;
  requestCount: number;
  readonly tokenKey: string;
  readonly resourceGroups: Record<string, ResourceGroup>;
  readonly scaleSets: Record<string, ScaleSet>;
  readonly operations: Record<string, Operation>;
  /** Ids of the operations that have not ended. */
  openOperations: string[];
  /** Where an instance lives, by vmId. */
  readonly homes: Record<string, Home>;
  /** Galleries, image definitions, image versions and managed images, by resource id in lower case. */
  readonly imageResources: Record<string, ImageResource>;
  /** What the Marketplace offers, in every region alike. */
  readonly marketplace: MarketplaceImage[];
  timeline: TimedEvent[];
  /** Plans of the Marketplace whose terms were accepted; absent: none. */
  acceptedPlans?: readonly string[];
  /** By their ids in lower case, as they are answered; absent: none. */
  autoscaleSettings?: Readonly<Record<string, JsonObject>>;
  /** Virtual networks, likewise. */
  networks?: Readonly<Record<string, JsonObject>>;
  locks?: Readonly<Record<string, JsonObject>>;
  /** Definitions and assignments by their id in small letters; absent: nobody made one. */
  policies?: Readonly<Record<string, JsonObject>>;
}

export interface ResourceGroup {
  readonly subscriptionId: string;
  readonly name: string;
  readonly location: string;
  tags: JsonObject;
  provisioningState: 'Succeeded' | 'Deleting';
}

export type ScaleSetState = 'Creating' | 'Updating' | 'Succeeded' | 'Failed' | 'Deleting';

export interface ScaleSet {
  readonly key: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
  readonly location: string;
  readonly createdAt: number;
  readonly uniqueId: string;
  readonly placementGroupId: string;
  sku: { name: string; tier: string; capacity: number };
  tags: JsonObject | null;
  /** `identity`, `plan`, `zones`, `extendedLocation` of the resource. */
  extras: JsonObject;
  /** `properties` as the customer gave them plus defaults, secrets included; never answered without redaction. */
  model: JsonObject;
  /** Rises whenever what an instance is made from changes; instances remember which one they have. */
  modelVersion: number;
  /** The virtual machine profiles that instances still stand on, by model version. */
  readonly profiles: Record<string, JsonObject>;
  etag: number;
  provisioningState: ScaleSetState;
  stateSince: number;
  error: Failure | null;
  nextInstanceId: number;
  /** Ids of instances that are gone: Azure may use them again. */
  freedIds: number[];
  readonly instances: Record<string, Instance>;
}

export interface Failure {
  readonly code: string;
  readonly message: string;
}

export type Activity =
  'create' | 'reimage' | 'upgrade' | 'restart' | 'redeploy' | 'start' | 'poweroff' | 'deallocate' | 'delete';
export type PowerState = 'starting' | 'running' | 'stopping' | 'stopped' | 'deallocating' | 'deallocated';

export interface Instance {
  readonly instanceId: string;
  readonly vmId: string;
  readonly computerName: string;
  readonly createdAt: number;
  readonly diskSuffix: string;
  readonly faultDomain: number;
  readonly zone: string | null;
  skuName: string;
  modelVersion: number;
  /** The image that was deployed, version resolved. */
  image: Record<string, string>;
  provisioningState: 'Creating' | 'Updating' | 'Succeeded' | 'Failed' | 'Deleting';
  stateSince: number;
  power: PowerState;
  /** How far the operating system of this life has come. */
  system: 'none' | 'provisioning' | 'up';
  activity: Activity | null;
  /** Who asked for what it is doing now. */
  by: string;
  error: Failure | null;
  everBooted: boolean;
  everSucceeded: boolean;
  protection: JsonObject | null;
  tags: JsonObject | null;
  extensions: ExtensionRun[];
  etag: number;
  /** The capacity falls when it is gone, and not before. */
  isCounted?: boolean;
  /** Rises with every new activity: an event that was scheduled for an older one is void. */
  step: number;
}

export interface ExtensionRun {
  readonly name: string;
  /** `publisher.type`, by which it has its own way of telling; absent in states that were kept before. */
  readonly handler?: string;
  state: 'waiting' | 'running' | 'succeeded' | 'failed';
  exitCode: number;
  output: string;
  at: number;
}

export interface Home {
  readonly scaleSet: string;
  readonly instanceId: string;
}

export type ImageResourceKind = 'gallery' | 'definition' | 'version' | 'image';

export interface ImageResource {
  readonly key: string;
  readonly kind: ImageResourceKind;
  /** As it was first written. */
  readonly id: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
  readonly location: string;
  readonly createdAt: number;
  tags: JsonObject | null;
  /** `properties` as the customer gave them, plus defaults. */
  properties: JsonObject;
  provisioningState: 'Creating' | 'Updating' | 'Succeeded' | 'Failed' | 'Deleting';
  /** Of a version: how far it has come in each of its target regions, by the region's plain name. */
  replication: Record<string, Replication>;
}

export interface Replication {
  /** As the customer wrote it: `West US`. */
  readonly region: string;
  state: 'Replicating' | 'Completed' | 'Failed';
  readonly startedAt: number;
  readonly endsAt: number;
  /** A test has decided that it will not arrive. */
  failsWith: string | null;
}

export interface MarketplaceImage {
  readonly publisher: string;
  readonly offer: string;
  readonly sku: string;
  readonly osType: 'Linux' | 'Windows';
  readonly hyperVGeneration: 'V1' | 'V2';
  readonly architecture: 'x64' | 'Arm64';
  readonly versions: readonly string[];
  /** Has to be agreed to before a machine is made. */
  readonly plan?: { readonly publisher: string; readonly product: string; readonly name: string };
  readonly osDiskGigabytes?: number;
}

export interface Operation {
  readonly id: string;
  readonly name: string;
  readonly subscriptionId: string;
  readonly location: string;
  /** The scale set or image resource it works on, or the resource group of a group's deletion. */
  readonly subject: string;
  readonly kind:
    'model' | 'deleteInstances' | 'deleteSet' | 'deleteGroup' | 'instances' | 'resource' | 'deleteResource';
  readonly by: string;
  readonly startedAt: number;
  readonly notBefore: number;
  endedAt: number | null;
  status: 'InProgress' | 'Succeeded' | 'Failed' | 'Canceled';
  error: (Failure & { details?: (Failure & { target: string })[] }) | null;
  waitsFor: string[];
  readonly failures: (Failure & { target: string })[];
}

/** What will happen by itself. An instance event names the step it belongs to. */
export type TimedEvent = { readonly at: number; readonly order: number } & Happening;

export type Happening =
  | {
      readonly kind: 'osProvisioning' | 'stop' | 'osUp' | 'settled' | 'gone' | 'extensionBudget';
      readonly vmId: string;
      readonly step: number;
    }
  | {
      readonly kind: 'extensionEnds';
      readonly vmId: string;
      readonly step: number;
      readonly extension: string;
      readonly exitCode: number;
      readonly output: string;
    }
  | {
      readonly kind: 'fails';
      readonly vmId: string;
      readonly step: number;
      readonly code: string;
      readonly message: string;
    }
  | { readonly kind: 'selfReboot' | 'evict'; readonly vmId: string }
  | { readonly kind: 'bootedAgain'; readonly vmId: string; readonly step: number }
  | { readonly kind: 'replicated'; readonly resource: string; readonly region: string; readonly startedAt: number }
  | { readonly kind: 'operationDue'; readonly operation: string };
