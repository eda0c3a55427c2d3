// One process of the service in the world: its lives one after the other, and when its next pass is due.
import type { PassOutcome } from '../../service/controller/pass.ts';
import type { Clock } from '../../service/ports.ts';
import { CloudError, LeaseLost, UserProblem } from '../../service/problem.ts';
import type { Incarnation } from './incarnation.ts';
import { Crash } from './life.ts';
import type { VirtualClock } from './virtual-clock.ts';

export interface ProcessOptions {
  /** As the journal names it. */
  readonly controller: number;
  readonly clock: VirtualClock;
  /** The service's own, which may be wrong. */
  readonly serviceClock: Clock;
  readonly first: Incarnation;
  readonly restart: () => Promise<Incarnation>;
  /** Seconds between passes while something moves, and at rest; what is due by itself is never late. */
  readonly movingSeconds: number;
  readonly restSeconds: number;
  /** Seconds from the end of a process to its next start. */
  readonly restartSeconds: () => number;
  readonly note: (kind: string, controller: number) => void;
  /** What a pass could see, in short: where it is as it was, a pass would see nothing new. */
  readonly digest: () => string;
}

const pauseSeconds = 10;
/** Nothing that a pass waits for by itself (a settling agent, the next try) is older than this. */
const longestQuietSeconds = 30;

export class Process {
  lastPass: PassOutcome | null = null;
  /** A pass that goes on in the background. */
  isBusy = false;
  #incarnation: Incarnation;
  #startAt: number | null = null;
  #nextPassAt: number;
  #seen = '';
  #seenAt: number;
  readonly #options: ProcessOptions;

  constructor(options: ProcessOptions) {
    this.#options = options;
    this.#incarnation = options.first;
    this.#nextPassAt = options.clock.now();
    this.#seenAt = options.clock.now();
  }

  get incarnation(): Incarnation {
    return this.#incarnation;
  }

  get isAlive(): boolean {
    return this.#startAt === null && !this.#incarnation.life.isDead;
  }

  /** When it passes or starts next. */
  nextAt(): number {
    return this.#startAt ?? this.#nextPassAt;
  }

  noteDeath(): void {
    if (!this.#incarnation.life.isDead || this.#startAt !== null) return;
    this.#startAt = this.#options.clock.now() + this.#options.restartSeconds() * 1000;
    this.#options.note('serviceCrash', this.#options.controller);
  }

  /** Somebody stops it: whatever it is in the middle of reaches the world no more. */
  end(): void {
    this.#incarnation.life.isDead = true;
  }

  isStartDue(): boolean {
    return this.#startAt !== null && this.#options.clock.now() >= this.#startAt;
  }

  /** Looks again at once (a hook, a call of the API). */
  wake(): void {
    this.#seen = '';
    this.#nextPassAt = Math.min(this.#nextPassAt, this.#options.clock.now());
  }

  async startAgain(): Promise<void> {
    await this.#incarnation.service.app.close();
    this.#incarnation = await this.#options.restart();
    this.#startAt = null;
    this.#nextPassAt = this.#options.clock.now();
    this.#seen = '';
    this.#options.note('serviceStart', this.#options.controller);
  }

  /** A pass that would see what the last one saw is put off for a little while. */
  isPassDue(): boolean {
    const now = this.#options.clock.now();
    if (this.#startAt !== null || this.isBusy || now < this.#nextPassAt) return false;
    const due = this.#dueAt(now);
    const isQuiet = this.#seen === this.#options.digest() && now - this.#seenAt < longestQuietSeconds * 1000;
    if (this.lastPass === null || !isQuiet || (due !== null && due <= now)) return true;
    this.#nextPassAt = this.#due(now);
    return false;
  }

  async pass(pool: string): Promise<void> {
    this.isBusy = true;
    try {
      this.lastPass = await this.#incarnation.service.controller.pass(pool);
    } catch (error) {
      // What the controller's own loop answers by trying again; a crash is a fault of ours; the rest is a mistake.
      if (!(error instanceof Crash) && !isOutside(error)) throw error;
      this.lastPass = null;
    } finally {
      this.isBusy = false;
    }
  }

  /** After a pass, when the machines have said what they had to say to it. */
  rest(): void {
    const now = this.#options.clock.now();
    this.noteDeath();
    this.#seen = this.#options.digest();
    this.#seenAt = now;
    this.#nextPassAt = this.#due(now);
  }

  /** What the service named, on the world's clock. */
  #dueAt(now: number): number | null {
    const due = this.lastPass?.nextDueAt ?? null;
    return due === null ? null : due - this.#options.serviceClock.now() + now;
  }

  #due(now: number): number {
    const { movingSeconds, restSeconds } = this.#options;
    const poll = this.lastPass === null ? pauseSeconds : this.lastPass.isMoving ? movingSeconds : restSeconds;
    const due = this.#dueAt(now);
    return due === null ? now + poll * 1000 : Math.max(now + 1_000, Math.min(now + poll * 1000, due));
  }
}

function isOutside(error: unknown): boolean {
  return error instanceof CloudError || error instanceof LeaseLost || error instanceof UserProblem;
}
