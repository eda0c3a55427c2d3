// The whole of Weir in memory and virtual time: the real service with its real clients against both emulators, a day in
// seconds. Only the clock, chance, the network and the store differ from production.
import type { PassOutcome } from '../../service/controller/pass.ts';
import type { WriteLine } from '../../service/controller/context.ts';
import { seededRandom } from '../../service/domain/chance.ts';
import type { PoolSettings } from '../../service/domain/pool.ts';
import { validatePoolSettings } from '../../service/domain/pool-rules.ts';
import type { AgentKeys } from '../../service/enrolment/keys.ts';
import type { Store } from '../../service/ports.ts';
import { CloudError, LeaseLost, UserProblem } from '../../service/problem.ts';
import type { Service } from '../../service/service.ts';
import type { Send } from '../http-message.ts';
import type { Arrival } from '../workload/arrivals.ts';
import { sharedAttestation } from '../attestation.ts';
import { createClouds, type Clouds, type CloudsOptions } from './clouds.ts';
import { layOutEstate } from './estate.ts';
import { Feed } from './feed.ts';
import { incarnate, injected, organizationUrl, type Incarnation, type IncarnationOptions } from './incarnation.ts';
import { vmIdOfClaim, type Journal } from './journal.ts';
import { personName, serviceName } from './journal-words.ts';
import { Crash } from './life.ts';
import { VirtualClock } from './virtual-clock.ts';

export interface WorldOptions
  extends
    Pick<
      CloudsOptions,
      | 'matching'
      | 'onAzureEvent'
      | 'onAzureDevOpsEvent'
      | 'onMachineEvent'
      | 'rules'
      | 'coresLimit'
      | 'pageSize'
      | 'throttling'
      | 'permits'
      | 'extensionEnds'
    >,
    Pick<IncarnationOptions, 'crashAt' | 'ports'> {
  readonly seed: number;
  /** Milliseconds since the epoch. */
  readonly startAt: number;
  readonly store: (now: () => number) => Promise<Store> | Store;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Sorted; seconds after the start. */
  readonly arrivals: Iterable<Arrival>;
  readonly generateKeys: () => Promise<AgentKeys>;
  readonly line?: WriteLine;
  /** What stands between the service and both clouds: faults. */
  readonly sendOfService?: (send: Send, clock: VirtualClock) => Send;
  /** Told for which machine agents are registered, and of the service's ends and starts. */
  readonly journal?: () => Journal;
  /** Seconds between passes at rest; what is due by itself is never late. */
  readonly restSeconds?: number;
  /** Seconds from the end of a process to its next start. */
  readonly restartSeconds?: () => number;
}

/** Something that happens to the world at instants of its own: people, evictions. */
export interface Happenings {
  nextAt(): number | null;
  deliver(now: number): Promise<void>;
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
  /** In memory, to whichever cloud, as somebody who is not the service. */
  readonly sendAsPerson: Send;
  also(happenings: Happenings): void;
  /** Lets everything happen up to that instant, or until the predicate holds after an event. */
  run(until: number, isEnough?: () => boolean): Promise<void>;
}

const subscriptionId = '00000000-0000-0000-0000-000000000001';

export async function createWorld(options: WorldOptions): Promise<World> {
  const clock = new VirtualClock(options.startAt);
  const random = seededRandom(options.seed);
  const late: { incarnation: Incarnation | null } = { incarnation: null };
  const attestation = await sharedAttestation();
  const clouds = createClouds({
    throttling: { polls: 'perTarget', unitsPerCall: 0.3 },
    ...options,
    signDocument: attestation.signDocument,
    now: options.startAt,
    random,
    organization: 'fabrikam',
    rules: { ...options.rules, tokens: { [serviceName]: { name: serviceName, rights: 63 } } },
    sendElsewhere: (request) => {
      const journal = options.journal?.();
      const vmId = journal === undefined ? null : vmIdOfClaim(request.body);
      if (journal === undefined || vmId === null) return injected(late.incarnation, request);
      return journal.whileClaiming(vmId, () => injected(late.incarnation, request));
    },
  });
  const store = await options.store(() => clock.now());
  const [sendAsPerson, start] = [
    asPerson(clouds),
    starter({ ...options, attestationRoot: attestation.root }, clouds, clock, store, random),
  ];
  const first = await start();
  late.incarnation = first;
  const estate = await layOutEstate({
    send: clouds.send,
    azureUrl: 'https://management.azure.com',
    azureToken: clouds.azure.tokenFor(personName),
    organizationUrl,
    azureDevOpsToken: personName,
    subscriptionId,
    resourceGroup: 'weir-agents',
    scaleSetName: 'agents',
    poolName: 'linux',
    osType: 'linux',
  });
  const read = validatePoolSettings({
    name: 'linux',
    organization: organizationUrl,
    poolId: estate.poolId,
    scaleSet: estate.scaleSetId,
    ...options.settings,
  });
  if ('problems' in read) throw new Error(read.problems.map((problem) => problem.message).join(' '));
  await store.savePool(read.settings, null, false);
  const restart = async () => (late.incarnation = await start());
  return new RunningWorld({ clouds, clock, store, first, restart, sendAsPerson }, read.settings, options);
}

function asPerson(clouds: Clouds): Send {
  return (request) => {
    const isAzure = clouds.origins.azure.has(new URL(request.url).origin);
    const token = isAzure ? clouds.azure.tokenFor(personName) : personName;
    return clouds.send({ ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } });
  };
}

/** Each call begins a new life of the service's process. */
function starter(
  options: WorldOptions & Pick<IncarnationOptions, 'attestationRoot'>,
  clouds: Clouds,
  clock: VirtualClock,
  store: Store,
  random: () => number,
): () => Promise<Incarnation> {
  let [lastId, lives] = [0, 0];
  return () => {
    lives += 1;
    return incarnate({
      ...options,
      store,
      clock,
      random,
      owner: `world ${String(lives)}`,
      send: options.sendOfService?.(clouds.send, clock) ?? clouds.send,
      azureToken: clouds.azure.tokenFor(serviceName),
      azureDevOpsToken: serviceName,
      newId: () => `id-${String((lastId += 1))}`,
    });
  };
}

interface RunningParts extends Pick<World, 'clouds' | 'clock' | 'store' | 'sendAsPerson'> {
  readonly first: Incarnation;
  readonly restart: () => Promise<Incarnation>;
}

class RunningWorld implements World {
  readonly clouds: Clouds;
  readonly clock: VirtualClock;
  readonly store: Store;
  readonly settings: PoolSettings;
  readonly sendAsPerson: Send;
  lastPass: PassOutcome | null = null;
  #incarnation: Incarnation;
  #startAt: number | null = null;
  #nextPassAt: number;
  readonly #parts: RunningParts;
  readonly #options: WorldOptions;
  readonly #feed: Feed;
  readonly #happenings: Happenings[] = [];

  constructor(parts: RunningParts, settings: PoolSettings, options: WorldOptions) {
    this.clouds = parts.clouds;
    this.clock = parts.clock;
    this.store = parts.store;
    this.sendAsPerson = parts.sendAsPerson;
    this.settings = settings;
    this.#parts = parts;
    this.#options = options;
    this.#incarnation = parts.first;
    this.#feed = new Feed(parts.clouds.azureDevOps, settings.poolId, options.arrivals, options.startAt);
    this.#nextPassAt = options.startAt;
  }

  get service(): Service {
    return this.#incarnation.service;
  }

  get queued(): readonly number[] {
    return this.#feed.queued;
  }

  get failed(): readonly string[] {
    return this.#feed.failed;
  }

  also(happenings: Happenings): void {
    this.#happenings.push(happenings);
  }

  async run(until: number, isEnough: () => boolean = () => false): Promise<void> {
    while (this.clock.now() < until) {
      const others = this.#happenings.map((one) => one.nextAt() ?? until);
      const due = [this.#startAt ?? this.#nextPassAt, this.clouds.nextEventAt() ?? until, this.#feed.nextAt() ?? until];
      this.clock.reach(Math.min(until, ...due, ...others));
      await this.#move();
      await this.#whileTimeMoves(this.clouds.settle());
      this.#noteDeath();
      if (this.#startAt !== null && this.clock.now() >= this.#startAt) await this.#startAgain();
      if (this.#startAt === null && this.clock.now() >= this.#nextPassAt) await this.#pass();
      if (isEnough()) return;
    }
  }

  async #move(): Promise<void> {
    const now = this.clock.now();
    this.clouds.advance(now);
    this.#feed.deliver(now);
    for (const one of this.#happenings) if ((one.nextAt() ?? Infinity) <= now) await one.deliver(now);
  }

  #noteDeath(): void {
    if (!this.#incarnation.life.isDead || this.#startAt !== null) return;
    const seconds = this.#options.restartSeconds?.() ?? 10;
    this.#startAt = this.clock.now() + seconds * 1000;
    this.#options.journal?.().write(this.clock.now(), 'serviceCrash', { controller: 1 });
  }

  async #startAgain(): Promise<void> {
    await this.#incarnation.service.app.close();
    this.#incarnation = await this.#parts.restart();
    this.#startAt = null;
    this.#nextPassAt = this.clock.now();
    this.#options.journal?.().write(this.clock.now(), 'serviceStart', { controller: 1 });
  }

  async #pass(): Promise<void> {
    try {
      this.lastPass = await this.#whileTimeMoves(this.service.controller.pass(this.settings.name));
    } catch (error) {
      // What the controller's own loop answers by trying again; a crash is a fault of ours; the rest is a mistake.
      if (!(error instanceof Crash) && !isOutside(error)) throw error;
      this.lastPass = null;
    }
    await this.#whileTimeMoves(this.clouds.settle());
    this.#noteDeath();
    const now = this.clock.now();
    const rest = (this.#options.restSeconds ?? 15) * 1000;
    const poll = this.lastPass === null ? 10_000 : this.lastPass.isMoving ? 5_000 : rest;
    const due = this.lastPass?.nextDueAt ?? null;
    this.#nextPassAt = due === null ? now + poll : Math.max(now + 1_000, Math.min(now + poll, due));
  }

  /** A client that waits (Retry-After, back-off) sleeps on the virtual clock, so time goes on when nothing else does. */
  async #whileTimeMoves<T>(work: Promise<T>): Promise<T> {
    const progress = { isDone: false };
    const isOver = () => progress.isDone;
    const settled = work.finally(() => {
      progress.isDone = true;
    });
    settled.catch(() => undefined);
    for (let quiet = 0; !isOver(); quiet += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      const wakeAt = earliest(this.clock.nextWakeAt(), this.clouds.nextAnswerAt());
      if (isOver() || quiet < 20 || wakeAt === null) continue;
      quiet = 0;
      this.clock.reach(wakeAt);
      await this.#move();
    }
    return await settled;
  }
}

function earliest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}

function isOutside(error: unknown): boolean {
  return error instanceof CloudError || error instanceof LeaseLost || error instanceof UserProblem;
}
