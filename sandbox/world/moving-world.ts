// How time goes on in the world: from event to event of clouds, people and processes, and while a client of the service
// waits in the middle of its pass.
import type { PassOutcome } from '../../service/controller/pass.ts';
import type { PoolSettings } from '../../service/domain/pool.ts';
import { validatePoolSettings } from '../../service/domain/pool-rules.ts';
import type { Store } from '../../service/ports.ts';
import type { Service } from '../../service/service.ts';
import type { Send } from '../http-message.ts';
import type { Arrival } from '../workload/arrivals.ts';
import type { Clouds } from './clouds.ts';
import { Feed } from './feed.ts';
import type { Process } from './process.ts';
import type { VirtualClock } from './virtual-clock.ts';

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
  /** A process is in the middle of a pass. */
  readonly isPassing: boolean;
  also(happenings: Happenings): void;
  /** Every process looks at once (a hook, a call of the API). */
  wake(): void;
  /** Every process ends; each starts again after its time. */
  stopService(): void;
  /** As a person does it in the hub. */
  changeSettings(change: Readonly<Record<string, unknown>>): Promise<void>;
  /** Lets everything happen up to that instant, or until the predicate holds after an event. */
  run(until: number, isEnough?: () => boolean): Promise<void>;
}

export interface MovingParts extends Pick<World, 'clouds' | 'clock' | 'store' | 'sendAsPerson'> {
  readonly processes: readonly Process[];
}

/** What is fed into the queue, and from when on; milliseconds since the epoch. */
export interface Feeding {
  readonly arrivals: Iterable<Arrival>;
  readonly startAt: number;
}

/** Many may wake in one instant, one after the other; so many that the run would never end. */
const mostWithoutTime = 5_000;

export class MovingWorld implements World {
  readonly clouds: Clouds;
  readonly clock: VirtualClock;
  readonly store: Store;
  settings: PoolSettings;
  readonly sendAsPerson: Send;
  readonly #processes: readonly Process[];
  readonly #feed: Feed;
  #failure: Error | null = null;
  readonly #happenings: Happenings[] = [];

  constructor(parts: MovingParts, settings: PoolSettings, { arrivals, startAt }: Feeding) {
    this.clouds = parts.clouds;
    this.clock = parts.clock;
    this.store = parts.store;
    this.sendAsPerson = parts.sendAsPerson;
    this.settings = settings;
    this.#processes = parts.processes;
    this.#feed = new Feed(parts.clouds.azureDevOps, settings.poolId, arrivals, startAt);
  }

  get service(): Service {
    return this.#first.incarnation.service;
  }

  get lastPass(): PassOutcome | null {
    return this.#first.lastPass;
  }

  get #first(): Process {
    const [first] = this.#processes;
    if (first === undefined) throw new Error('A world has at least one process.');
    return first;
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

  get isPassing(): boolean {
    return this.#processes.some((process) => process.isBusy);
  }

  wake(): void {
    for (const process of this.#processes) process.wake();
  }

  stopService(): void {
    for (const process of this.#processes) process.end();
  }

  async changeSettings(change: Readonly<Record<string, unknown>>): Promise<void> {
    const record = await this.store.readPool(this.settings.name);
    const read = validatePoolSettings({ ...this.settings, ...change });
    if (record === null || 'problems' in read) throw new Error('The settings could not be changed.');
    await this.store.savePool(read.settings, record.revision, false);
    this.settings = read.settings;
  }

  async run(until: number, isEnough: () => boolean = () => false): Promise<void> {
    while (this.clock.now() < until) {
      this.clock.reach(Math.min(until, ...this.#instants()));
      await this.#move();
      await this.#whileTimeMoves(this.clouds.settle());
      for (const process of this.#processes) {
        process.noteDeath();
        if (process.isStartDue() && !process.isBusy) await process.startAgain();
      }
      for (const rival of this.#processes.slice(1)) if (rival.isPassDue()) this.#passBeside(rival);
      if (this.#first.isPassDue()) {
        await this.#whileTimeMoves(this.#first.pass(this.settings.name));
        await this.#whileTimeMoves(this.clouds.settle());
        this.#first.rest();
      }
      if (this.#failure !== null) throw this.#failure;
      if (isEnough()) return;
    }
  }

  #instants(): readonly number[] {
    const others = this.#happenings.map((one) => one.nextAt());
    const isBusy = this.#processes.some((process) => process.isBusy);
    const sleepers = isBusy ? [this.clock.nextWakeAt(), this.clouds.nextAnswerAt()] : [];
    const processes = this.#processes.filter((process) => !process.isBusy).map((process) => process.nextAt());
    return [...processes, this.clouds.nextEventAt(), this.#feed.nextAt(), ...others, ...sleepers].filter(
      (at) => at !== null,
    );
  }

  /** The other process passes whenever it is due, also while the first one waits in the middle of its own pass. */
  #passBeside(rival: Process): void {
    rival.pass(this.settings.name).then(
      () => rival.rest(),
      (failure: unknown) => {
        this.#failure = failure instanceof Error ? failure : new Error(String(failure));
      },
    );
  }

  async #move(): Promise<void> {
    const now = this.clock.now();
    this.clouds.advance(now);
    this.#feed.deliver(now);
    for (const one of this.#happenings) if ((one.nextAt() ?? Infinity) <= now) await one.deliver(now);
  }

  /** A client that waits (Retry-After, back-off) sleeps on the virtual clock, so time goes on when nothing else does. */
  async #whileTimeMoves<T>(work: Promise<T>): Promise<T> {
    const progress = { isDone: false };
    const isOver = () => progress.isDone;
    const settled = work.finally(() => {
      progress.isDone = true;
    });
    settled.catch(() => undefined);
    for (let [quiet, still] = [0, 0]; !isOver(); quiet += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      const wakeAt = earliest(this.clock.nextWakeAt(), this.clouds.nextAnswerAt());
      if (isOver() || quiet < 20 || wakeAt === null) continue;
      quiet = 0;
      const rivals = this.#processes.slice(1).filter((rival) => !rival.isBusy && rival.isAlive);
      const before = this.clock.now();
      this.clock.reach(Math.min(wakeAt, ...rivals.map((rival) => rival.nextAt())));
      await this.#move();
      for (const rival of rivals) if (rival.isPassDue()) this.#passBeside(rival);
      still = this.clock.now() > before ? 0 : still + 1;
      if (still > mostWithoutTime) throw new Error('Somebody sleeps again and again, and no time goes by.');
    }
    return await settled;
  }
}

function earliest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}
