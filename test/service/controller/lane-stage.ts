// The controller's lanes on the emulated Azure through the real adapter, with a store in memory and nobody's jobs.
import type { Decision } from '../../../service/domain/decision.ts';
import { validatePoolSettings } from '../../../service/domain/pool-rules.ts';
import type { PoolSettings } from '../../../service/domain/pool.ts';
import { createAzure } from '../../../service/azure/client.ts';
import { freshRecollection, type PoolContext, type Recollection } from '../../../service/controller/context.ts';
import { observe } from '../../../service/controller/observe.ts';
import type { LaneKey } from '../../../service/domain/lane.ts';
import type { Observation } from '../../../service/domain/observation.ts';
import type { AzurePort, Lease, Store } from '../../../service/ports.ts';
import { createMemoryStore } from '../../../service/store/memory-store.ts';
import { scaleSet } from '../../builders.ts';
import { createBody, group, setPath, testCloud, type TestCloud } from '../../sandbox/azure/cloud.ts';
import { passContext } from './pass-context.ts';
import { smallClouds, type SmallClouds } from './small-clouds.ts';

export const lanesGroup = group.replace(/agents$/, 'lanes');
export { setPath as templateId };

export interface LaneStage {
  readonly cloud: TestCloud;
  readonly azure: AzurePort;
  readonly clouds: SmallClouds;
  readonly store: Store;
  readonly lease: Lease;
  readonly settings: PoolSettings;
  readonly context: PoolContext;
  readonly recollection: Recollection;
  /** `METHOD path` of everything that Azure was asked since the last look. */
  asked(): readonly string[];
  look(): Promise<Observation>;
  /** Of the image with the exact version, as the template stands now. */
  key(image: string, version: string): Promise<LaneKey>;
  /** Answers this in place of Azure for what it says yes to. */
  refuse: (method: string, path: string) => boolean;
}

export async function laneStage(change: Record<string, unknown> = {}): Promise<LaneStage> {
  const cloud = testCloud();
  cloud.call('PUT', lanesGroup, { location: 'eastus' });
  cloud.call('PUT', setPath, createBody());
  cloud.settle();
  const asked: string[] = [];
  const stage = { refuse: (_method: string, _path: string): boolean => false };
  const clock = { now: () => cloud.now(), sleep: (): Promise<void> => Promise.resolve() };
  const credential = { getToken: () => Promise.resolve({ token: 't', expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) };
  const azure = createAzure({
    send: (request) => {
      const { pathname } = new URL(request.url);
      asked.push(`${request.method} ${pathname.split('/').slice(-2).join('/')}`);
      if (stage.refuse(request.method, pathname))
        return Promise.resolve({
          status: 403,
          headers: {},
          body: '{"error":{"code":"AuthorizationFailed","message":"no"}}',
        });
      return Promise.resolve(cloud.azure.handle(request));
    },
    credential,
    clock,
    wallClock: clock,
    random: { next: () => 0.5 },
  });
  const settings = laneSettings(change);
  const store = createMemoryStore({ now: () => cloud.now() });
  await store.savePool(settings, null, false);
  const lease = (await store.acquireLease('linux', 'me', 36_000_000))!;
  const clouds = smallClouds(scaleSet());
  const context = passContext(
    { store, lease, clouds, now: () => cloud.now() },
    { settings, azure, extensionFor: () => Promise.resolve(agentExtension) },
  );
  const recollection = freshRecollection();
  const look = () => observe(context, recollection);
  return Object.assign(stage, {
    ...{ cloud, azure, clouds, store, lease, settings, context, recollection, look },
    asked: () => asked.splice(0),
    key: async (image: string, version: string) => {
      const { template } = await look();
      return { image, version, template: template?.value?.digest ?? '' };
    },
  });
}

export function laneDecision(
  kind: 'createLane' | 'removeLane',
  lane: LaneKey,
  scaleSetId: string | null = null,
): Decision {
  const target = { scaleSetId, instanceId: null, vmId: null, generationId: null, agentId: null, lane };
  return { kind, reason: { code: 'test', words: 'for the test' }, target };
}

function laneSettings(change: Record<string, unknown>): PoolSettings {
  const read = validatePoolSettings({
    name: 'linux',
    organization: 'https://dev.azure.com/fabrikam',
    poolId: 7,
    scaleSet: setPath,
    laneResourceGroup: lanesGroup,
    images: [
      { aliases: ['jammy'], source: { publisher: 'Canonical', offer: 'jammy', sku: '22_04-lts' } },
      {
        aliases: ['windows'],
        source: { publisher: 'MicrosoftWindowsServer', offer: 'WindowsServer', sku: '2022-datacenter-g2' },
        osType: 'windows',
        size: 'Standard_D4s_v5',
      },
    ],
    ...change,
  });
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return read.settings;
}

export const agentExtension = {
  name: 'Microsoft.Azure.DevOps.Pipelines.Agent',
  publisher: 'Microsoft.VisualStudio.Services',
  type: 'TeamServicesAgentLinux',
  typeHandlerVersion: '1.26',
  provisionAfterExtensions: [] as readonly string[],
  settings: { isPipelinesAgent: true },
};
