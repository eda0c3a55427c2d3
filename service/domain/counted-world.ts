// The world of a replay in counts: the rules of sizing that decide follows too, on one scale set of one image, without a
// picture of every machine at every pass. A test holds its figures to those of decide itself (replay-world.ts).
import { drawLognormal } from './chance.ts';
import { CountedPool, type CountedMachine } from './counted-pool.ts';
import { EventQueue } from './event-queue.ts';
import type { PoolSettings } from './pool.ts';
import type { BootProfile } from './replay-machines.ts';
import type { Past } from './replay-past.ts';
import { wholeTrace, type ReplayWindow } from './replay-window.ts';
import type { TraceJob } from './trace.ts';

type Event =
  | { readonly kind: 'ready'; readonly machine: CountedMachine; readonly life: number }
  | { readonly kind: 'finished'; readonly machine: CountedMachine };

/** Azure DevOps takes this long from the decision to give a job to an agent until the job begins. */
const assignmentMs = 5_000;
/** Passes are at least this far apart, as in the service. It looks at a pool at rest each minute, most often for nothing. */
const passMs = 5_000;

export class CountedWorld {
  /** Milliseconds. */
  readonly waits: number[] = [];
  machineSeconds = 0;
  maximumInstances = 0;
  creates = 0;
  deletes = 0;
  reimages = 0;

  #now = 0;
  #lastPassAt = -Infinity;
  #duePassAt = Infinity;
  #nextJob = 0;
  #unfinished: number;
  readonly #pool: CountedPool;
  readonly #events = new EventQueue<Event>();
  readonly #queuedAt: number[] = [];
  readonly #durations: number[] = [];
  readonly #jobs: readonly TraceJob[];
  readonly #settings: PoolSettings;
  readonly #profile: BootProfile;
  readonly #random: () => number;
  readonly #countsUntil: number;

  constructor(
    jobs: readonly TraceJob[],
    settings: PoolSettings,
    profile: BootProfile,
    random: () => number,
    past: Past = {},
    { begins, ends }: ReplayWindow = wholeTrace,
  ) {
    this.#jobs = jobs;
    this.#settings = settings;
    this.#profile = profile;
    this.#random = random;
    this.#pool = new CountedPool(settings, past);
    this.#unfinished = jobs.length;
    this.#now = (begins ?? jobs[0]?.arrival ?? 0) * 1000;
    this.#countsUntil = ends === null ? -Infinity : ends * 1000;
    if (jobs.length > 0 || this.#now < this.#countsUntil) this.#planPass(this.#now);
  }

  /**
   * As long as jobs run and the window lasts, and then until the machines beyond the standby are gone, for at most an idle delay
   * and an hour.
   */
  run(): void {
    let endsBy = this.#unfinished > 0 ? Infinity : this.#endsBy();
    while (this.#isCounting() || this.#pool.size > this.#settings.desiredIdle) {
      const at = Math.min(this.#nextArrivalAt(), this.#events.nextAt, this.#duePassAt);
      // What would happen only days after the last job costs nothing more.
      if (at === Infinity || at > endsBy) break;
      if (this.#unfinished === 0 && at > this.#countsUntil && this.#pool.size <= this.#settings.desiredIdle) break;
      this.#now = at;
      this.#step();
      if (this.#unfinished === 0 && endsBy === Infinity) endsBy = this.#endsBy();
    }
    if (this.#unfinished > 0) throw new Error('The replay stopped moving with jobs left: a fault in the policy.');
    this.#now = Math.max(this.#now, this.#countsUntil);
    for (const machine of this.#pool.machines()) this.#bill(machine);
  }

  #isCounting(): boolean {
    return this.#unfinished > 0 || this.#now < this.#countsUntil;
  }

  #endsBy(): number {
    return Math.max(this.#now, this.#countsUntil) + (this.#settings.timeToLiveMinutes + 60) * 60_000;
  }

  #nextArrivalAt(): number {
    return (this.#jobs[this.#nextJob]?.arrival ?? Infinity) * 1000;
  }

  #step(): void {
    if (this.#nextArrivalAt() <= this.#now) {
      for (; this.#nextArrivalAt() <= this.#now; this.#nextJob += 1) {
        this.#queuedAt.push(this.#now);
        this.#durations.push((this.#jobs[this.#nextJob]?.duration ?? 0) * 1000);
      }
      this.#assign();
      this.#planPass(this.#now);
    } else if (this.#events.nextAt <= this.#now) {
      const event = this.#events.pop();
      if (event !== undefined) this.#happen(event);
    } else this.#pass();
  }

  #happen(event: Event): void {
    const { machine } = event;
    if (event.kind === 'finished') {
      this.#unfinished -= 1;
      this.#pool.free(machine, this.#settings.recycleAfterEachUse);
    } else {
      if (machine.isGone || machine.life !== event.life) return;
      this.#pool.comeOnline(machine, this.#now);
    }
    this.#assign();
    this.#planPass(this.#now);
  }

  #planPass(at: number): void {
    this.#duePassAt = Math.min(this.#duePassAt, Math.max(at, this.#lastPassAt + passMs));
  }

  #assign(): void {
    while (this.#queuedAt.length > 0) {
      const machine = this.#pool.takeNewestIdle();
      if (machine === undefined) return;
      const begins = this.#now + assignmentMs;
      this.waits.push(begins - (this.#queuedAt.shift() ?? this.#now));
      this.#events.push(begins + (this.#durations.shift() ?? 0), { kind: 'finished', machine });
    }
  }

  #pass(): void {
    this.#lastPassAt = this.#now;
    this.#duePassAt = Infinity;
    const pool = this.#pool;
    const plan = pool.plan(this.#now, this.#queuedAt.length);
    for (const machine of plan.remove) this.#delete(machine);
    for (const machine of plan.reimage) this.#reimage(machine);
    for (let left = plan.create; left > 0; left -= 1) this.#create();
    pool.openGate();
    const waiting = this.#queuedAt.length;
    pool.remember(this.#now, waiting);
    this.#assign();
    this.maximumInstances = Math.max(this.maximumInstances, pool.size);
    // While something moves the service looks again soon, and stops the boots that nobody waits for any more.
    if (plan.create + plan.reimage.length > 0 || this.#queuedAt.length < waiting) this.#planPass(this.#now + passMs);
    if (this.#isCounting()) this.#planPass(pool.adviceMayChangeAt());
    if (plan.dueAt < Infinity) this.#planPass(Math.max(plan.dueAt, this.#now + 1));
  }

  #create(): void {
    const isLost = this.#random() < this.#profile.neverOnline;
    const seconds = drawLognormal(this.#profile.create, this.#random);
    const machine = this.#pool.add(this.#now);
    this.creates += 1;
    if (!isLost) this.#events.push(this.#now + seconds * 1000, { kind: 'ready', machine, life: machine.life });
  }

  #reimage(machine: CountedMachine): void {
    this.#pool.beginReimage(machine, this.#now);
    this.reimages += 1;
    const readyAt = this.#now + drawLognormal(this.#profile.reimage, this.#random) * 1000;
    this.#events.push(readyAt, { kind: 'ready', machine, life: machine.life });
  }

  #delete(machine: CountedMachine): void {
    this.#pool.remove(machine);
    this.deletes += 1;
    this.#bill(machine);
  }

  #bill(machine: CountedMachine): void {
    this.machineSeconds += (this.#now - machine.createdAt) / 1000;
  }
}
