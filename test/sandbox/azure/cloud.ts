// An emulated Azure with a resource group, seeded chance and a short way to ask it things: what every test of this folder starts from.
import { createAzureEmulator, sandboxSubscription } from '../../../sandbox/azure/emulator.ts';
import type {
  AzureEmulator,
  AzureEmulatorOptions,
  AzureEvent,
  MarketplaceImage,
} from '../../../sandbox/azure/emulator.ts';
import type { HttpResponse } from '../../../sandbox/http-message.ts';

export const start = Date.UTC(2026, 10, 24, 12);
export const origin = 'https://azure.test';
export const group = `/subscriptions/${sandboxSubscription}/resourceGroups/agents`;
export const setPath = `${group}/providers/Microsoft.Compute/virtualMachineScaleSets/pool`;

/** What the scale sets of tests are made of: a Marketplace image with two versions, so that nothing depends on the seeded ones. */
export const testImage = {
  publisher: 'Canonical',
  offer: 'jammy',
  sku: '22_04-lts',
  osType: 'Linux',
  hyperVGeneration: 'V2',
  architecture: 'x64',
  versions: ['0.9.0', '1.0.0'],
} satisfies MarketplaceImage;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The body read as JSON; tests look into it freely, so it is typed by what they expect. */
  json(): unknown;
}

export interface TestCloud {
  readonly azure: AzureEmulator;
  readonly events: AzureEvent[];
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Answer;
  /** Seconds. */
  advance(seconds: number): void;
  /** Lets everything happen that will happen by itself. */
  settle(): void;
  now(): number;
}

export function testCloud(options: Partial<AzureEmulatorOptions> & { seed?: number } = {}): TestCloud {
  const events: AzureEvent[] = [];
  let now = start;
  const azure = createAzureEmulator({
    now,
    random: seeded(options.seed ?? 1),
    onEvent: (event) => events.push(event),
    marketplace: [testImage],
    ...options,
  });
  const cloud: TestCloud = {
    azure,
    events,
    call: (method, path, body, headers = {}) => {
      const hasQuery = /[?&]api-version=/.test(path);
      const url = path.startsWith('http')
        ? path
        : `${origin}${path}${hasQuery ? '' : `${path.includes('?') ? '&' : '?'}api-version=2026-04-01`}`;
      const text = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
      return answerOf(
        azure.handle({ method, url, headers: { authorization: 'Bearer anything', ...headers }, ...text }),
      );
    },
    advance: (seconds) => {
      now += seconds * 1000;
      azure.advance(now);
    },
    settle: () => {
      for (let at = azure.nextEventAt(); at !== null; at = azure.nextEventAt()) {
        now = Math.max(now, at);
        azure.advance(now);
      }
    },
    now: () => now,
  };
  cloud.call('PUT', group, { location: 'eastus' });
  return cloud;
}

/** A create as the documented model wants it; `properties` and `sku` go over the defaults. */
export function createBody(
  over: { capacity?: number; size?: string; properties?: object; profile?: object; tags?: object } = {},
): Record<string, unknown> {
  return {
    location: 'eastus',
    sku: { name: over.size ?? 'Standard_D2s_v5', tier: 'Standard', capacity: over.capacity ?? 0 },
    ...(over.tags ? { tags: over.tags } : {}),
    properties: {
      orchestrationMode: 'Uniform',
      overprovision: false,
      singlePlacementGroup: false,
      platformFaultDomainCount: 1,
      upgradePolicy: { mode: 'Manual' },
      ...over.properties,
      virtualMachineProfile: { ...profile(), ...over.profile },
    },
  };
}

export function profile(): Record<string, unknown> {
  return {
    osProfile: { computerNamePrefix: 'pool', adminUsername: 'weir', adminPassword: 'not-a-real-password' },
    storageProfile: {
      imageReference: { publisher: 'Canonical', offer: 'jammy', sku: '22_04-lts', version: 'latest' },
      osDisk: { createOption: 'FromImage', caching: 'ReadOnly', managedDisk: { storageAccountType: 'Premium_LRS' } },
    },
    networkProfile: {
      networkInterfaceConfigurations: [
        {
          name: 'nic',
          properties: {
            primary: true,
            ipConfigurations: [
              {
                name: 'ip',
                properties: {
                  subnet: { id: `${group}/providers/Microsoft.Network/virtualNetworks/net/subnets/default` },
                },
              },
            ],
          },
        },
      ],
    },
  };
}

export function extension(name: string, after: readonly string[] = [], over: object = {}): Record<string, unknown> {
  return {
    name,
    properties: {
      publisher: 'Microsoft.Azure.Extensions',
      // Azure takes one extension of each handler.
      type: name === 'cse' ? 'CustomScript' : `Handler-of-${name}`,
      typeHandlerVersion: '2.1',
      settings: {},
      protectedSettings: { commandToExecute: `secret of ${name}` },
      ...(after.length > 0 ? { provisionAfterExtensions: after } : {}),
      ...over,
    },
  };
}

/** A set with so many instances, all of them up. */
export function settledSet(cloud: TestCloud, capacity: number, over: Parameters<typeof createBody>[0] = {}): void {
  const created = cloud.call('PUT', setPath, createBody({ ...over, capacity }));
  if (created.status !== 201) throw new Error(`The set was not created: ${created.text}`);
  cloud.settle();
}

export interface InstanceAnswer {
  readonly name: string;
  readonly instanceId: string;
  readonly etag: string;
  readonly properties: {
    readonly vmId: string;
    readonly provisioningState: string;
    readonly latestModelApplied: boolean;
    readonly protectionPolicy?: Record<string, boolean>;
    readonly storageProfile: { readonly imageReference: Record<string, string> };
    readonly instanceView?: InstanceViewAnswer;
  };
}

export interface InstanceViewAnswer {
  readonly statuses: readonly { readonly code: string; readonly level: string; readonly message?: string }[];
  readonly vmAgent?: { readonly statuses: readonly { readonly displayStatus: string }[] };
  readonly extensions?: readonly {
    readonly name: string;
    readonly type: string;
    readonly statuses: readonly { readonly code: string; readonly level: string; readonly message: string }[];
  }[];
}

export function instancesOf(cloud: TestCloud): InstanceAnswer[] {
  return (cloud.call('GET', `${setPath}/virtualMachines?$expand=instanceView`).json() as { value: InstanceAnswer[] })
    .value;
}

export function errorOf(answer: Answer): { code: string; message: string; target?: string } {
  return (answer.json() as { error: { code: string; message: string; target?: string } }).error;
}

export function capacityIn(cloud: TestCloud): number {
  return (cloud.call('GET', setPath).json() as { sku: { capacity: number } }).sku.capacity;
}

export function stateOf(cloud: TestCloud): string {
  return (cloud.call('GET', setPath).json() as { properties: { provisioningState: string } }).properties
    .provisioningState;
}

/** mulberry32 */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function answerOf(response: HttpResponse): Answer {
  return {
    status: response.status,
    headers: response.headers,
    text: response.body,
    json: () => JSON.parse(response.body) as unknown,
  };
}
