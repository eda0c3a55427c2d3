// The whole of Weir in memory and virtual time: the real service with its real clients against both emulators, a day in
// seconds. Only the clock, chance, the network and the store differ from production.
import { createAzure } from '../../service/azure/client.ts';
import { createAzureDevOps } from '../../service/azure-devops/client.ts';
import { createUserRights } from '../../service/azure-devops/user-rights.ts';
import type { PassOutcome } from '../../service/controller/pass.ts';
import type { WriteLine } from '../../service/controller/context.ts';
import { seededRandom } from '../../service/domain/chance.ts';
import type { PoolSettings } from '../../service/domain/pool.ts';
import { validatePoolSettings } from '../../service/domain/pool-rules.ts';
import type { AgentKeys } from '../../service/enrolment/keys.ts';
import type { HttpResponse, Store } from '../../service/ports.ts';
import { createService, type Service } from '../../service/service.ts';
import type { Arrival } from '../workload/arrivals.ts';
import { createClouds, type Clouds, type CloudsOptions } from './clouds.ts';
import { layOutEstate } from './estate.ts';
import { Feed } from './feed.ts';
import { VirtualClock } from './virtual-clock.ts';

export interface WorldOptions extends Pick<
  CloudsOptions,
  'matching' | 'onAzureEvent' | 'onAzureDevOpsEvent' | 'onMachineEvent'
> {
  readonly seed: number;
  /** Milliseconds since the epoch. */
  readonly startAt: number;
  readonly store: (now: () => number) => Promise<Store> | Store;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Sorted; seconds after the start. */
  readonly arrivals: Iterable<Arrival>;
  readonly generateKeys: () => Promise<AgentKeys>;
  readonly line?: WriteLine;
}

export interface World {
  readonly clouds: Clouds;
  readonly clock: VirtualClock;
  readonly store: Store;
  readonly service: Service;
  readonly settings: PoolSettings;
  /** Jobs that were queued; `failed` those that Azure DevOps refused at once. */
  readonly queued: readonly number[];
  readonly failed: readonly string[];
  readonly lastPass: PassOutcome | null;
  /** Lets everything happen up to that instant, or until the predicate holds after an event. */
  run(until: number, isEnough?: () => boolean): Promise<void>;
}

const organization = 'https://dev.azure.com/fabrikam';
const serviceUrl = 'http://localhost:1';
const subscriptionId = '00000000-0000-0000-0000-000000000001';

export async function createWorld(options: WorldOptions): Promise<World> {
  const clock = new VirtualClock(options.startAt);
  const random = seededRandom(options.seed);
  const late: { service: Service | null } = { service: null };
  const clouds = createClouds({
    ...options,
    now: options.startAt,
    random,
    organization: 'fabrikam',
    sendElsewhere: (request) => injected(late.service, request),
  });
  const store = await options.store(() => clock.now());
  const service = await createService(parts(options, clouds, clock, store, random));
  late.service = service;
  const estate = await layOutEstate({
    send: clouds.send,
    azureUrl: 'https://management.azure.com',
    azureToken: 'world',
    organizationUrl: organization,
    azureDevOpsToken: 'world',
    subscriptionId,
    resourceGroup: 'weir-agents',
    scaleSetName: 'agents',
    poolName: 'linux',
    osType: 'linux',
  });
  const read = validatePoolSettings({
    name: 'linux',
    organization,
    poolId: estate.poolId,
    scaleSet: estate.scaleSetId,
    ...options.settings,
  });
  if ('problems' in read) throw new Error(read.problems.map((problem) => problem.message).join(' '));
  await store.savePool(read.settings, null, false);
  return new RunningWorld(clouds, clock, store, service, read.settings, options.arrivals, options.startAt);
}

function parts(
  options: WorldOptions,
  clouds: Clouds,
  clock: VirtualClock,
  store: Store,
  random: () => number,
): Parameters<typeof createService>[0] {
  let lastId = 0;
  const credential = {
    getToken: () => Promise.resolve({ token: 'world', expiresOnTimestamp: Number.MAX_SAFE_INTEGER }),
  };
  const chance = { next: random };
  const azure = createAzure({ send: clouds.send, credential, clock, wallClock: clock, random: chance });
  const azureDevOps = createAzureDevOps({
    send: clouds.send,
    organization: new URL(organization),
    authorization: () => Promise.resolve('Bearer world'),
    clock,
    random: chance,
  });
  return {
    version: '0.0.0',
    store,
    clock,
    wallClock: clock,
    owner: 'world',
    organizations: [organization],
    azureDevOpsFor: () => azureDevOps,
    azureFor: () => azure,
    rights: createUserRights({ send: clouds.send, organizations: [{ url: organization }], wallClock: clock }),
    publicUrl: serviceUrl,
    corsOrigins: [],
    hosts: null,
    isSandbox: true,
    newId: () => `id-${String((lastId += 1))}`,
    newNonce: () => String(Math.floor(random() * 1e10)).padStart(10, '0'),
    generateKeys: options.generateKeys,
    line: options.line ?? (() => undefined),
    logger: null,
  };
}

async function injected(
  service: Service | null,
  request: { method: string; url: string; headers: Readonly<Record<string, string>>; body?: string },
): Promise<HttpResponse> {
  if (service === null) throw new Error('The service is not there yet.');
  const { pathname, search } = new URL(request.url);
  const answer = await service.app.inject({
    method: request.method as 'GET' | 'POST',
    url: `${pathname}${search}`,
    headers: { ...request.headers },
    ...(request.body === undefined ? {} : { payload: request.body }),
  });
  const headers = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, String(value)]));
  return { status: answer.statusCode, headers, body: answer.body };
}

class RunningWorld implements World {
  readonly clouds: Clouds;
  readonly clock: VirtualClock;
  readonly store: Store;
  readonly service: Service;
  readonly settings: PoolSettings;
  lastPass: PassOutcome | null = null;
  #nextPassAt: number;
  readonly #feed: Feed;

  constructor(
    clouds: Clouds,
    clock: VirtualClock,
    store: Store,
    service: Service,
    settings: PoolSettings,
    arrivals: Iterable<Arrival>,
    startAt: number,
  ) {
    this.clouds = clouds;
    this.clock = clock;
    this.store = store;
    this.service = service;
    this.settings = settings;
    this.#feed = new Feed(clouds.azureDevOps, settings.poolId, arrivals, startAt);
    this.#nextPassAt = startAt;
  }

  get queued(): readonly number[] {
    return this.#feed.queued;
  }

  get failed(): readonly string[] {
    return this.#feed.failed;
  }

  async run(until: number, isEnough: () => boolean = () => false): Promise<void> {
    while (this.clock.now() < until) {
      const at = Math.min(until, this.#nextPassAt, this.clouds.nextEventAt() ?? until, this.#feed.nextAt() ?? until);
      this.clock.reach(at);
      this.clouds.advance(this.clock.now());
      this.#feed.deliver(this.clock.now());
      await this.clouds.settle();
      if (this.clock.now() >= this.#nextPassAt) await this.#pass();
      if (isEnough()) return;
    }
  }

  async #pass(): Promise<void> {
    const passing = { outcome: this.service.controller.pass(this.settings.name) };
    this.lastPass = await this.#whileTimeMoves(passing.outcome);
    await this.clouds.settle();
    const now = this.clock.now();
    const poll = this.lastPass?.isMoving === false ? 15_000 : 5_000;
    const due = this.lastPass?.nextDueAt ?? null;
    this.#nextPassAt = due === null ? now + poll : Math.max(now + 1_000, Math.min(now + poll, due));
  }

  /** A client that waits (Retry-After, back-off) sleeps on the virtual clock, so time goes on when nothing else does. */
  async #whileTimeMoves<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const settled = work.finally(() => {
      isDone = true;
    });
    settled.catch(() => undefined);
    for (let quiet = 0; !isDone; quiet += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      const wakeAt = this.clock.nextWakeAt();
      if (isDone || quiet < 20 || wakeAt === null) continue;
      quiet = 0;
      this.clock.reach(wakeAt);
      this.clouds.advance(this.clock.now());
    }
    return await settled;
  }
}
