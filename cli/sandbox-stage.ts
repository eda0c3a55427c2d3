// Both clouds in a box, the portal's pages and the real service on loopback ports, with a pool or more and the jobs that
// come to them: what `npm start` shows, and what a test serves an hour of real arrivals on.
import { createJobTokenSigner } from '../sandbox/azure-devops/serve.ts';
import { sandboxSubscription, sandboxTenant } from '../sandbox/azure/emulator.ts';
import { selfSignedCertificate } from '../sandbox/certificate.ts';
import { startPortal, type Portal } from '../sandbox/portal/serve.ts';
import type { Arrival } from '../sandbox/workload/arrivals.ts';
import { sharedAttestation } from '../sandbox/attestation.ts';
import { createClouds, type Clouds, type CloudsOptions } from '../sandbox/world/clouds.ts';
import { layOutEstate, layOutGround } from '../sandbox/world/estate.ts';
import { Feed } from '../sandbox/world/feed.ts';
import { serveClouds, type ServedClouds } from '../sandbox/world/served-clouds.ts';
import type { PoolSettings } from '../service/domain/pool.ts';
import { validatePoolSettings } from '../service/domain/pool-rules.ts';
import type { Clock, Send, Store } from '../service/ports.ts';
import { createSend } from '../service/send.ts';
import { scaledClock, wallClock, wallRandom } from '../service/wall.ts';
import { freePort } from './ports-in-use.ts';
import { startService } from './sandbox-service.ts';

export interface StageOptions extends Pick<CloudsOptions, 'onAzureEvent' | 'onAzureDevOpsEvent'> {
  /** Stays open: whoever opened it closes it. */
  readonly store: Store;
  /** How many times faster than the wall. */
  readonly speed: number;
  /** Of the page to open; the hub's is the next one. 0 takes any that is free, a taken one gives way to those above. */
  readonly port: number;
  /** Sorted; seconds after everything stands. */
  readonly arrivals: Iterable<Arrival>;
  /** Over those of the pool linux-build. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Beside linux-build. */
  readonly pools?: readonly StagePool[];
  readonly note: (line: string) => void;
}

export interface StagePool {
  readonly name: string;
  readonly scaleSetName: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Its scale set is the template of lanes, in a resource group of their own. */
  readonly hasLanes: boolean;
  readonly arrivals: Iterable<Arrival>;
}

export interface Stage {
  /** The page to open. */
  readonly url: string;
  readonly organizationUrl: string;
  readonly clouds: Clouds;
  readonly clock: Clock;
  readonly settings: PoolSettings;
  /** Jobs that Azure DevOps refused at once, in its words. */
  readonly failed: readonly string[];
  close(): Promise<void>;
}

const organization = 'fabrikam';

/** What stands already when something fails is taken down again. */
export async function raiseStage(options: StageOptions): Promise<Stage> {
  const { founded, ...stage } = await raised(options, [livingPool(options), ...(options.pools ?? [])]);
  const [first] = founded;
  if (first !== undefined) return { ...stage, settings: first.settings };
  await stage.close();
  throw new Error('A stage has at least one pool.');
}

/** Nothing of Weir, and no scale set: a resource group with a network, and the agent pool that every organisation has. */
export async function raiseEmptyStage(options: StageOptions): Promise<Omit<Stage, 'settings'>> {
  const { founded: _, ...stage } = await raised(options, []);
  return stage;
}

type Raised = Omit<Stage, 'settings'> & { readonly founded: readonly FoundedPool[] };

async function raised(options: StageOptions, pools: readonly StagePool[]): Promise<Raised> {
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const one of closers.splice(0).reverse()) await one();
  };
  try {
    return { ...(await raise(options, pools, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Clouds, then the pages, then the service, then jobs. */
async function raise(
  options: StageOptions,
  pools: readonly StagePool[],
  closers: (() => Promise<void>)[],
): Promise<Omit<Raised, 'close'>> {
  const { store, speed } = options;
  const clock = scaledClock(speed);
  const certificate = await selfSignedCertificate();
  const send = createSend({ certificateAuthority: certificate.cert });
  const attestation = await sharedAttestation();
  const clouds = createClouds({
    now: clock.now(),
    random: () => wallRandom.next(),
    organization,
    sendElsewhere: send,
    signDocument: attestation.signDocument,
    jobTokens: createJobTokenSigner(() => wallClock.now()),
    ...(options.onAzureEvent === undefined ? {} : { onAzureEvent: options.onAzureEvent }),
    ...(options.onAzureDevOpsEvent === undefined ? {} : { onAzureDevOpsEvent: options.onAzureDevOpsEvent }),
  });
  const feeds: Feed[] = [];
  const served = await serveClouds({
    clouds,
    now: () => clock.now(),
    speed,
    httpPort: 0,
    httpsPort: 0,
    certificate,
    onMoved: (now) => feeds.forEach((feed) => feed.deliver(now)),
    onProblem: (problem) => options.note(`weir: the sandbox failed: ${String(problem)}`),
  });
  closers.push(() => served.close());
  const organizationUrl = `${served.httpUrl}/${organization}`;
  const founded = await foundPools(store, pools, served, send, organizationUrl);
  // Several stages may rise at once where any port will do.
  const servicePort = await freePort(options.port === 0 ? 0 : 8090);
  const portal = await openPortal(options, organizationUrl, `http://127.0.0.1:${servicePort}`);
  closers.push(() => portal.close());
  const service = await startService({
    ...{ store, clock, wallClock, send, port: servicePort, organizationUrl },
    hubOrigin: portal.hubOrigin,
    azureUrl: served.httpsUrl,
    tenantId: sandboxTenant,
    attestationRoot: attestation.root,
    subscriptionId: sandboxSubscription,
    speed,
    line: (level, words) => {
      if (level === 'error') options.note(words);
    },
  });
  closers.push(() => service.close());
  await untilFirstPasses(store, founded);
  for (const { poolId, arrivals } of founded) feeds.push(new Feed(clouds.azureDevOps, poolId, arrivals, clock.now()));
  return { url: portal.url, organizationUrl, clouds, clock, founded, failed: feeds[0]?.failed ?? [] };
}

/** Before its first pass a pool has no placeholders, and Azure DevOps would fail every job at once (DESIGN fact 2). */
async function untilFirstPasses(store: Store, pools: readonly FoundedPool[]): Promise<void> {
  for (const { settings } of pools) {
    for (let look = 0; look < 600 && (await store.readView(settings.name)) === null; look += 1) {
      await wallClock.sleep(100);
    }
  }
}

async function openPortal(options: StageOptions, organizationUrl: string, serviceUrl: string): Promise<Portal> {
  return await startPortal({
    port: options.port,
    hubPort: options.port === 0 ? 0 : options.port + 1,
    serviceUrl,
    organization: { name: organization, url: organizationUrl },
    project: { id: '00000000-0000-0000-0000-0000000000f1', name: 'Fabrikam' },
    user: { id: '00000000-0000-0000-0000-0000000000a1', name: 'sandbox', displayName: 'Sandbox user' },
    accessToken: () => 'sandbox-user',
    log: options.note,
  });
}

function livingPool({ settings, arrivals }: StageOptions): StagePool {
  return {
    name: 'linux-build',
    scaleSetName: 'agents',
    settings: {
      maxCapacity: 40,
      desiredIdle: 1,
      images: [{ aliases: ['ubuntu-22.04'], version: 'latest', standbyPercent: '*' }],
      ...settings,
    },
    hasLanes: false,
    arrivals,
  };
}

interface FoundedPool {
  readonly settings: PoolSettings;
  readonly poolId: number;
  readonly arrivals: Iterable<Arrival>;
}

/** The sandbox's clouds begin empty at every start, so what the store remembers of earlier pools is let go. */
async function foundPools(
  store: Store,
  pools: readonly StagePool[],
  served: ServedClouds,
  send: Send,
  organizationUrl: string,
): Promise<readonly FoundedPool[]> {
  for (const record of await store.listPools()) await store.deletePool(record.pool);
  const founded: FoundedPool[] = [];
  for (const pool of pools) founded.push(await foundPool(store, pool, served, send, organizationUrl));
  if (founded.length === 0) await layOutGround(ownersOf(served, send, organizationUrl));
  return founded;
}

function ownersOf(served: ServedClouds, send: Send, organizationUrl: string) {
  return {
    send,
    azureUrl: served.httpsUrl,
    azureToken: 'estate',
    organizationUrl,
    azureDevOpsToken: 'estate',
    subscriptionId: sandboxSubscription,
    resourceGroup: 'weir-agents',
  };
}

async function foundPool(
  store: Store,
  pool: StagePool,
  served: ServedClouds,
  send: Send,
  organizationUrl: string,
): Promise<FoundedPool> {
  const estate = await layOutEstate({
    ...ownersOf(served, send, organizationUrl),
    scaleSetName: pool.scaleSetName,
    poolName: pool.name,
    osType: 'linux',
  });
  const read = validatePoolSettings({
    name: pool.name,
    organization: organizationUrl,
    poolId: estate.poolId,
    scaleSet: estate.scaleSetId,
    ...(pool.hasLanes ? { laneResourceGroup: estate.laneResourceGroup } : {}),
    ...pool.settings,
  });
  if ('problems' in read)
    throw new Error(read.problems.map((problem) => `${problem.field}: ${problem.message}`).join(' '));
  await store.savePool(read.settings, null, false);
  return { settings: read.settings, poolId: estate.poolId, arrivals: pool.arrivals };
}
