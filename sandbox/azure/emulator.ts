// Azure Resource Manager and Entra as far as a scale set needs them, as one object: requests in, answers out, time by argument
// (azure-wire.md). Nothing here was compared with the real cloud beyond what that document's evidence says.
import type { Emulator, HttpRequest, HttpResponse } from '../http-message.ts';
import { harmless } from './adversary.ts';
import type { Adversary } from './adversary.ts';
import { attestedDocumentOf } from './attested-document.ts';
import type { SignDocument } from './attested-document.ts';
import { guid, schedule } from './cloud.ts';
import type { AzureEvent, Cloud } from './cloud.ts';
import { isDeployable } from './deployable-image.ts';
import type { ExtensionOutcome, Guest, GuestHost } from './guest.ts';
import { advanceTo } from './happenings.ts';
import type { JsonObject } from './json.ts';
import { imageOfModel } from './model-image.ts';
import type { Permits } from './permissions.ts';
import { scaleSetId } from './resource-ids.ts';
import { answer } from './router.ts';
import { marketplaceSeed, publish } from './marketplace-seed.ts';
import { willFail } from './replication.ts';
import type { AzureState, Home, Instance, MarketplaceImage, ScaleSet } from './state.ts';
import { defaultTimings } from './timings.ts';
import type { Timings } from './timings.ts';
import { createThrottle } from './throttle.ts';
import type { ThrottlingOptions } from './throttle.ts';
import { issueToken } from './tokens.ts';
import { sandboxTenant } from './sign-in.ts';
import { usualVariants } from './variants.ts';
import type { Variants } from './variants.ts';

export type { AzureEvent } from './cloud.ts';
export type { AzureState, MarketplaceImage } from './state.ts';
export type { Adversary } from './adversary.ts';
export type { Variants } from './variants.ts';
export type { ThrottlingOptions } from './throttle.ts';
export type { Timings } from './timings.ts';
export { sandboxTenant } from './sign-in.ts';
export { sandboxSubscription } from './subscriptions.ts';

export interface AzureEmulatorOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** From 0 up to, but not including, 1. */
  readonly random: () => number;
  readonly guest?: Guest;
  readonly onEvent?: (event: AzureEvent) => void;
  /** Only tokens of this emulator's own sign-in are accepted; by default any bearer is. */
  readonly strictTokens?: boolean;
  readonly timings?: Partial<Timings>;
  /** Cores that a region grants, in all and for each family. */
  readonly coresLimit?: number;
  /** Items in one page of a list. */
  readonly pageSize?: number;
  /** Marketplace images besides those that are always there. */
  readonly marketplace?: readonly MarketplaceImage[];
  /** Azure's limits on how often it may be asked, honoured in the emulator's own time; absent: it may be asked without end. */
  readonly throttling?: ThrottlingOptions;
  /** A seam for tests: an answer is given instead of the operation's own. */
  readonly admit?: (operation: string, resource: string) => HttpResponse | null;
  /** What is not known of Azure. */
  readonly variants?: Partial<Variants>;
  /** What goes wrong with machines by Azure's own doing; absent: nothing. */
  readonly adversary?: Adversary;
  /** Role-based access control: asked for each request with the caller, the action and the scope; absent: everything is allowed. */
  readonly permits?: Permits;
  /** Signs the attested documents of machines; absent: they have the shape only. */
  readonly signDocument?: SignDocument;
}

/** What is true of an instance now, for checkers; never what a client may see. */
export interface InstanceTruth {
  readonly scaleSet: string;
  readonly instanceId: string;
  readonly vmId: string;
  readonly computerName: string;
  readonly provisioningState: Instance['provisioningState'];
  readonly power: Instance['power'];
  readonly isUp: boolean;
  readonly image: Readonly<Record<string, string>>;
  readonly createdAt: number;
  /** Who asked for what it is doing, or did last. */
  readonly by: string;
}

export interface AzureEmulator extends Emulator, GuestHost {
  handle(request: HttpRequest): HttpResponse;
  setGuest(guest: Guest): void;
  exportState(): AzureState;
  importState(state: AzureState): void;
  /** Azure takes a machine back, whatever its priority. It happens at the next `advance`. */
  evict(vmId: string): void;
  /** A version of a known Marketplace image appears, or a whole image with its versions. */
  publishMarketplace(image: MarketplaceImage): void;
  /** The copy of a gallery version into a region, which is on its way, will not arrive; `details` is what Azure says of it. */
  failReplication(versionId: string, region: string, details?: string): void;
  instances(): readonly InstanceTruth[];
  /** What the scale set's next machines would be made of; null where there is no such set. For checkers. */
  imageOfModel(scaleSetId: string): JsonObject | null;
  /** Whether Azure could make a machine of it in that region now. For checkers. */
  isDeployable(location: string, imageReference: JsonObject): boolean;
  /** A token that names its client, so that events can tell who asked. */
  tokenFor(clientId: string): string;
}

export function createAzureEmulator(options: AzureEmulatorOptions): AzureEmulator {
  let state = newState(options);
  let guest = options.guest ?? null;
  const cloud: Cloud = {
    get state() {
      return state;
    },
    random: options.random,
    timings: { ...defaultTimings, ...options.timings },
    strictTokens: options.strictTokens ?? false,
    coresLimit: options.coresLimit ?? 10_000,
    pageSize: options.pageSize ?? 100,
    guest: () => guest,
    emit: (event) => options.onEvent?.(event),
    admit: options.admit ?? (() => null),
    throttle: options.throttling === undefined ? null : createThrottle(options.throttling),
    variants: { ...usualVariants, ...options.variants },
    adversary: options.adversary ?? harmless,
    permits: options.permits ?? null,
  };
  return {
    handle: (request) => answer(cloud, request),
    advance: (now) => advanceTo(cloud, now),
    nextEventAt: () => state.timeline[0]?.at ?? null,
    setGuest: (next) => {
      guest = next;
    },
    exportState: () => copied(state),
    importState: (imported) => {
      // A state that was exported before there were images has none.
      state = copied({ ...imported, ...imagesOf(imported, options) });
    },
    evict: (vmId) => {
      requireMachine(state, vmId);
      schedule(cloud, state.now, { kind: 'evict', vmId });
    },
    publishMarketplace: (image) => {
      publish(state.marketplace, image);
    },
    failReplication: (versionId, region, details = 'The copy of the image failed.') => {
      willFail(state, versionId, region, details);
    },
    instances: () => truths(state),
    imageOfModel: (id) => imageOfModel(cloud, id),
    isDeployable: (location, imageReference) => isDeployable(cloud, location, imageReference),
    tokenFor: (clientId) =>
      issueToken(cloud, 'https://sandbox', sandboxTenant, clientId, 'https://management.azure.com'),
    extensionFinished: (vmId, extension, outcome) => extensionFinished(cloud, vmId, extension, outcome),
    attestedDocument: (vmId, nonce) => {
      const [set, instance] = requireMachine(state, vmId);
      return attestedDocumentOf(set, instance, nonce, state.now, options.signDocument ?? null);
    },
    rebootedItself: (vmId) => {
      if (state.homes[vmId]) schedule(cloud, state.now, { kind: 'selfReboot', vmId });
    },
  };
}

function newState(options: AzureEmulatorOptions): AzureState {
  const { now, random } = options;
  return {
    version: 1,
    now,
    sequence: 0,
    requestCount: 0,
    tokenKey: guid(random),
    resourceGroups: {},
    scaleSets: {},
    operations: {},
    openOperations: [],
    homes: {},
    ...imagesOf({}, options),
    timeline: [],
  };
}

function imagesOf(
  state: Partial<AzureState>,
  options: AzureEmulatorOptions,
): Pick<AzureState, 'imageResources' | 'marketplace'> {
  const marketplace = state.marketplace ?? marketplaceSeed();
  if (!state.marketplace) for (const image of options.marketplace ?? []) publish(marketplace, image);
  return { imageResources: state.imageResources ?? {}, marketplace };
}

function copied(state: AzureState): AzureState {
  return JSON.parse(JSON.stringify(state)) as AzureState;
}

// A machine may answer at any moment, also while it is being called: what it says takes effect as an event of its own.
function extensionFinished(cloud: Cloud, vmId: string, extension: string, outcome: ExtensionOutcome): void {
  const found = machine(cloud.state, vmId);
  // It was deleted while the extension ran: nobody waits for the answer any more.
  if (!found) return;
  const { exitCode, output } = outcome;
  schedule(cloud, cloud.state.now, { kind: 'extensionEnds', vmId, step: found[1].step, extension, exitCode, output });
}

function truths(state: AzureState): InstanceTruth[] {
  return Object.values(state.scaleSets).flatMap((set) =>
    Object.values(set.instances).map((instance) => ({
      scaleSet: scaleSetId(set),
      instanceId: instance.instanceId,
      vmId: instance.vmId,
      computerName: instance.computerName,
      provisioningState: instance.provisioningState,
      power: instance.power,
      isUp: instance.system === 'up' && instance.power === 'running',
      image: instance.image,
      createdAt: instance.createdAt,
      by: instance.by,
    })),
  );
}

function requireMachine(state: AzureState, vmId: string): [ScaleSet, Instance] {
  const found = machine(state, vmId);
  if (!found) throw new Error(`There is no machine with vmId ${vmId}.`);
  return found;
}

function machine(state: AzureState, vmId: string): [ScaleSet, Instance] | null {
  const home: Home | undefined = state.homes[vmId];
  const set = home && state.scaleSets[home.scaleSet];
  const instance = home && set?.instances[home.instanceId];
  return set && instance ? [set, instance] : null;
}
