// The world that a baseline sizes: jobs of a trace, machines that boot by chance, first in first out, and the machine that
// became idle last takes the next job, which is the order that favours every rule that deletes the longest idle.
import { drawLognormal } from '../chance.ts';
import { EventQueue } from '../event-queue.ts';
import type { BootProfile } from '../replay-machines.ts';
import { wholeTrace, type ReplayWindow } from '../replay-window.ts';
import type { TraceJob } from '../trace.ts';
import type { Baseline, PoolView } from './baseline.ts';

export interface BaselineOptions {
  readonly jobs: readonly TraceJob[];
  readonly profile: BootProfile;
  readonly random: () => number;
  readonly maximum: number;
  /** Machines run one job each and are deleted after it. */
  readonly isOneJob: boolean;
  /** Absent: from the first job on, and to the last machine. */
  readonly window?: ReplayWindow;
  /** Machines that the rule never gives back: where no more are left after the last job, they count no longer. Absent: 0. */
  readonly standby?: number;
}

export interface BaselineFigures {
  /** Seconds, in the order in which the jobs began. */
  readonly waits: readonly number[];
  readonly machineSeconds: number;
  readonly maximumInstances: number;
  readonly creates: number;
  readonly deletes: number;
  readonly reimages: number;
}

interface Machine {
  readonly number: number;
  readonly createdAt: number;
  idleSince: number;
}

type Event =
  | { readonly kind: 'ready'; readonly machine: Machine }
  | { readonly kind: 'wiped'; readonly machine: Machine }
  | { readonly kind: 'givenUp'; readonly machine: Machine }
  | { readonly kind: 'finished'; readonly machine: Machine };

/** From the decision of who runs a job to its beginning. */
const assignmentSeconds = 5;
/** What a rule never gives back after the last job is not counted for ever. */
const afterglowSeconds = 3600;

/** Seconds and counts of one run; deterministic in its arguments. */
export function runBaseline<Memory>(baseline: Baseline<Memory>, options: BaselineOptions): BaselineFigures {
  return new BaselineWorld(baseline, options).run();
}

class BaselineWorld<Memory> implements PoolView {
  now = 0;
  busy = 0;
  wiping = 0;
  lastCreateAt = -Infinity;
  readonly maximum: number;
  readonly waitingSince: number[] = [];
  readonly idle: Machine[] = [];
  readonly boots: Machine[] = [];

  #memory: Memory;
  #nextLookAt = 0;
  #nextJob = 0;
  #machines = 0;
  #machineSeconds = 0;
  #most = 0;
  #creates = 0;
  #deletes = 0;
  #reimages = 0;
  #finishedJobs = 0;
  readonly #alive = new Set<Machine>();
  readonly #waits: number[] = [];
  readonly #durations: number[] = [];
  readonly #events = new EventQueue<Event>();
  readonly #baseline: Baseline<Memory>;
  readonly #options: BaselineOptions;

  constructor(baseline: Baseline<Memory>, options: BaselineOptions) {
    this.#baseline = baseline;
    this.#options = options;
    this.#memory = baseline.begin;
    this.maximum = options.maximum;
    this.now = (options.window ?? wholeTrace).begins ?? options.jobs[0]?.arrival ?? 0;
    this.#nextLookAt = this.now;
  }

  run(): BaselineFigures {
    const { jobs, window = wholeTrace, standby = 0 } = this.#options;
    const countsUntil = window.ends ?? -Infinity;
    let endsAt = jobs.length === 0 ? countsUntil : Infinity;
    const isCounting = () => this.#finishedJobs < jobs.length || this.now < countsUntil;
    while (this.now <= endsAt && (isCounting() || this.#alive.size > standby)) {
      this.#step();
      if (this.#finishedJobs === jobs.length && endsAt === Infinity)
        endsAt = Math.max(countsUntil, this.now + afterglowSeconds);
    }
    for (const machine of this.#alive) this.#machineSeconds += this.now - machine.createdAt;
    return {
      waits: this.#waits,
      machineSeconds: this.#machineSeconds,
      maximumInstances: this.#most,
      creates: this.#creates,
      deletes: this.#deletes,
      reimages: this.#reimages,
    };
  }

  /** The earliest of the next job, the next event and the next look; jobs before looks, so that none is seen late. */
  #step(): void {
    const job = this.#options.jobs[this.#nextJob];
    const jobAt = job?.arrival ?? Infinity;
    const eventAt = this.#events.nextAt;
    if (job !== undefined && jobAt <= eventAt && jobAt <= this.#nextLookAt) {
      this.now = jobAt;
      this.#nextJob += 1;
      this.waitingSince.push(jobAt);
      this.#durations.push(job.duration);
      this.#assign();
      const isLastOfInstant = this.#options.jobs[this.#nextJob]?.arrival !== jobAt;
      if (this.#baseline.isTold && isLastOfInstant) this.#look();
    } else if (eventAt <= this.#nextLookAt) {
      this.now = eventAt;
      const event = this.#events.pop();
      if (event !== undefined) this.#happen(event);
    } else {
      this.now = this.#nextLookAt;
      this.#nextLookAt += this.#baseline.period;
      this.#look();
    }
  }

  #happen({ kind, machine }: Event): void {
    if (kind === 'finished') {
      this.busy -= 1;
      this.#finishedJobs += 1;
      if (!this.#options.isOneJob && !this.#baseline.isAlwaysOneJob) this.#free(machine);
      else if (this.#baseline.reimages === true) this.#reimage(machine);
      else this.#end(machine);
    } else if (kind === 'wiped') {
      this.wiping -= 1;
      this.#free(machine);
    } else if (this.#alive.has(machine)) {
      this.boots.splice(this.boots.indexOf(machine), 1);
      if (kind === 'givenUp') this.#end(machine);
      else this.#free(machine);
    }
  }

  #reimage(machine: Machine): void {
    this.#reimages += 1;
    this.wiping += 1;
    const wipedAt = this.now + drawLognormal(this.#options.profile.reimage, this.#options.random);
    this.#events.push(wipedAt, { kind: 'wiped', machine });
  }

  #free(machine: Machine): void {
    machine.idleSince = this.now;
    this.idle.push(machine);
    this.#assign();
  }

  #assign(): void {
    while (this.waitingSince.length > 0) {
      const machine = this.idle.pop();
      if (machine === undefined) return;
      const arrival = this.waitingSince.shift() ?? this.now;
      const beginsAt = this.now + assignmentSeconds;
      this.busy += 1;
      this.#waits.push(beginsAt - arrival);
      this.#events.push(beginsAt + (this.#durations.shift() ?? 0), { kind: 'finished', machine });
    }
  }

  #look(): void {
    const move = this.#baseline.look(this, this.#memory);
    this.#memory = move.memory;
    for (const { number } of move.remove) this.#remove(number);
    const room = this.maximum - this.#alive.size;
    for (let left = Math.min(move.create, room); left > 0; left -= 1) this.#create();
    this.#most = Math.max(this.#most, this.#alive.size);
  }

  #remove(number: number): void {
    for (const list of [this.idle, this.boots]) {
      const place = list.findIndex((machine) => machine.number === number);
      const [machine] = place < 0 ? [] : list.splice(place, 1);
      if (machine !== undefined) this.#end(machine);
    }
  }

  #create(): void {
    const { profile, random } = this.#options;
    const isLost = random() < profile.neverOnline;
    const boot = drawLognormal(profile.create, random);
    this.#machines += 1;
    this.#creates += 1;
    this.lastCreateAt = this.now;
    const machine: Machine = { number: this.#machines, createdAt: this.now, idleSince: this.now };
    this.#alive.add(machine);
    this.boots.push(machine);
    const isGivenUp = isLost || boot > this.#baseline.givesUpAfter;
    const at = this.now + (isGivenUp ? this.#baseline.givesUpAfter : boot);
    if (at < Infinity) this.#events.push(at, { kind: isGivenUp ? 'givenUp' : 'ready', machine });
  }

  #end(machine: Machine): void {
    this.#alive.delete(machine);
    this.#deletes += 1;
    this.#machineSeconds += this.now - machine.createdAt;
  }
}
