// The pool of a counted replay: machines in the order in which they boot and idle, and the plan of one pass for them.
import { learnBoots } from './boot-log.ts';
import { bootShape, bootTimes, lateAfterMs, usualBootMs } from './boot-time.ts';
import type { Paying } from './demand-history.ts';
import { adviceMayChangeAt, noteDemand } from './forecast.ts';
import { emptyMemory, type Memory } from './memory.ts';
import { bootDeadlineMs } from './node-state.ts';
import type { PoolSettings } from './pool.ts';
import { hasLanes } from './lane-owner.ts';
import { raceInRoom } from './race.ts';
import { raceCostAfter } from './race-cost.ts';
import type { Past } from './replay-past.ts';
import { breakEvenMs, forecasts, idleTimeoutMs, payingNow, sizingNumbers } from './sizing-presets.ts';
import { extraBoots, isSurplus, surplusBoots, type SpareCounts } from './sizing-rules.ts';
import { advise, noAdvice, type Advice } from './spare-advice.ts';
import { standbyRace } from './standby-race.ts';
import { wantedStandby } from './standby.ts';

export interface CountedMachine {
  readonly createdAt: number;
  /** When the create or the reimage began that was the last. */
  bootingSince: number;
  startedBy: 'create' | 'reimage';
  /** The pass that first saw it idle; Infinity before. */
  idleSince: number;
  /** Counts the reimages. */
  life: number;
  isEnabled: boolean;
  isGone: boolean;
}

export interface CountedPlan {
  readonly create: number;
  readonly reimage: readonly CountedMachine[];
  readonly remove: readonly CountedMachine[];
  /** The earliest instant at which something is due by itself; Infinity where nothing is. */
  readonly dueAt: number;
}

interface CountedView {
  readonly spare: SpareCounts;
  /** Waiting requests for which nothing idles or boots. */
  readonly unmet: number;
  /** Those for which nothing idles. */
  readonly waiting: number;
  /** On time. */
  readonly booting: number;
  readonly standbyShort: number;
  readonly advice: Advice;
  readonly spread: number;
  readonly late: Readonly<Record<CountedMachine['startedBy'], number>>;
}

export class CountedPool {
  size = 0;
  /** Oldest boot first. */
  #boots: CountedMachine[] = [];
  /** Longest idle first; those behind the gate too. */
  #idle: CountedMachine[] = [];
  /** They have run their one job. */
  #used: CountedMachine[] = [];
  #busyMachines = new Set<CountedMachine>();
  #memory: Memory = emptyMemory;
  #paying: Paying | undefined;
  #seen = { create: [] as number[], reimage: [] as number[], cancelled: [] as number[] };
  readonly #settings: PoolSettings;

  constructor(settings: PoolSettings, past: Past) {
    this.#settings = settings;
    this.#memory = { ...emptyMemory, ...past };
  }

  *machines(): Generator<CountedMachine> {
    yield* this.#boots;
    yield* this.#idle;
    yield* this.#used;
    yield* this.#busyMachines;
  }

  add(now: number): CountedMachine {
    const machine: CountedMachine = {
      ...{ createdAt: now, bootingSince: now, startedBy: 'create', idleSince: Infinity },
      ...{ life: 0, isEnabled: false, isGone: false },
    };
    this.#boots.push(machine);
    this.size += 1;
    return machine;
  }

  comeOnline(machine: CountedMachine, now: number): void {
    this.#boots.splice(this.#boots.indexOf(machine), 1);
    this.#seen[machine.startedBy].push(Math.max(0, Math.round((now - machine.bootingSince) / 1000)));
    machine.idleSince = Infinity;
    this.#idle.push(machine);
  }

  /** Its job is done. */
  free(machine: CountedMachine, isUsedUp: boolean): void {
    this.#busyMachines.delete(machine);
    machine.idleSince = Infinity;
    (isUsedUp ? this.#used : this.#idle).push(machine);
  }

  /** The one that became idle last takes the next job. */
  takeNewestIdle(): CountedMachine | undefined {
    for (let place = this.#idle.length - 1; place >= 0; place -= 1) {
      const machine = this.#idle[place];
      if (machine?.isEnabled !== true) continue;
      this.#idle.splice(place, 1);
      this.#busyMachines.add(machine);
      return machine;
    }
    return undefined;
  }

  openGate(): void {
    for (let place = this.#idle.length - 1; place >= 0; place -= 1) {
      const machine = this.#idle[place];
      if (machine !== undefined) machine.isEnabled = true;
    }
  }

  beginReimage(machine: CountedMachine, now: number): void {
    this.#used.splice(this.#used.indexOf(machine), 1);
    machine.bootingSince = now;
    machine.startedBy = 'reimage';
    machine.isEnabled = false;
    machine.life += 1;
    this.#boots.push(machine);
  }

  remove(machine: CountedMachine): void {
    for (const list of [this.#boots, this.#idle, this.#used]) {
      const place = list.indexOf(machine);
      if (place >= 0) list.splice(place, 1);
    }
    machine.isGone = true;
    this.size -= 1;
  }

  remember(now: number, queued: number): void {
    const boots = learnBoots(this.#memory.boots, this.#seen);
    this.#seen = { create: [], reimage: [], cancelled: [] };
    const memory = boots === this.#memory.boots ? this.#memory : { ...this.#memory, boots };
    if (!forecasts(this.#settings)) {
      const idle = Math.max(0, this.#idle.length - wantedStandby(this.#settings));
      const busy = this.#busyMachines.size;
      const most = Math.max(0, this.#settings.maxCapacity - busy);
      const moment = { now, busy, idle, waiting: Math.min(most, Math.max(0, queued - this.#idle.length)) };
      this.#memory = { ...memory, races: raceCostAfter(memory.races, moment, bootTimes(memory)) };
      return;
    }
    const { maxCapacity: most } = this.#settings;
    const all = this.#busyMachines.size + queued;
    const waiting = Math.max(0, queued - this.#idle.length);
    let paid = this.size;
    for (const one of this.#boots) if (one.startedBy === 'reimage') paid -= 1;
    const paying = payingNow(this.#settings, wantedStandby(this.#settings), paid);
    const demand = noteDemand(memory.demand, now, all, bootTimes(memory), most, waiting, this.#paying);
    this.#paying = paying;
    this.#memory = demand === memory.demand ? memory : { ...memory, demand };
  }

  adviceMayChangeAt(): number {
    const { demand } = this.#memory;
    return demand === undefined ? Infinity : adviceMayChangeAt(demand, usualBootMs(this.#memory, 'create') / 60_000);
  }

  /** The steps of decide in its order: what is past its deadline, what is used up, need and race, surplus boots, idle ones. */
  plan(now: number, queued: number): CountedPlan {
    this.#seeIdle(now);
    const view = this.#view(now, queued);
    const used = this.#recycle(view);
    const dead = this.#boots.filter((one) => one.startedBy === 'create' && one.createdAt + bootDeadlineMs <= now);
    const unmet = view.unmet - Math.min(view.unmet, used.reimage.length);
    const wiped = Math.max(0, used.reimage.length - view.unmet);
    const short = Math.max(0, view.standbyShort - wiped);
    const asked = view.waiting - view.unmet + unmet;
    // In lanes a race leaves places to jobs of other versions, of which a trace has none.
    const free = hasLanes(this.#settings) ? this.#settings.maxCapacity - this.size + view.booting : Infinity;
    const need = { waiting: asked, booting: view.booting, free: free - short };
    const racing = raceInRoom(view.spare.racing, view.spare.standby, free - asked);
    const spare = { ...view.spare, racing, booting: view.spare.booting + wiped };
    const { worth } = sizingNumbers(this.#settings, this.#memory);
    const extra = extraBoots(need, spare, view.advice.make, view.spread, worth);
    const room = Math.max(0, this.#settings.maxCapacity - this.size);
    const create = Math.min(unmet + short + extra, room);
    const cancelled = queued > 0 ? [] : this.#cancel(now, view, dead);
    for (const one of cancelled) this.#seen.cancelled.push(Math.round((now - one.createdAt) / 1000));
    const idle = this.#surplusIdle(now, view, queued);
    return {
      create,
      reimage: used.reimage,
      remove: [...dead, ...used.remove, ...cancelled, ...idle.due],
      dueAt: Math.min(idle.dueAt, this.#nextLateAt(now)),
    };
  }

  /** They stand at the end in the order in which they became idle. */
  #seeIdle(now: number): void {
    for (let place = this.#idle.length - 1; place >= 0; place -= 1) {
      const machine = this.#idle[place];
      if (machine?.idleSince !== Infinity) return;
      machine.idleSince = now;
    }
  }

  #view(now: number, queued: number): CountedView {
    const { length: idle } = this.#idle;
    const late = { create: lateAfterMs(this.#memory, 'create'), reimage: lateAfterMs(this.#memory, 'reimage') };
    let young = 0;
    // The same sum as in #nextLateAt: a difference may be rounded below what it waited for, and nobody would look again.
    for (const one of this.#boots) if (one.bootingSince + late[one.startedBy] > now) young += 1;
    const standby = wantedStandby(this.#settings);
    const spareIdle = Math.max(0, idle - queued);
    const waiting = Math.max(0, queued - idle);
    const booting = Math.max(0, young - waiting);
    const racing = spareIdle > 0 ? standby : standbyRace(this.#settings, this.#memory);
    return {
      spare: { idle: spareIdle, booting, standby, racing },
      unmet: Math.max(0, waiting - young),
      waiting,
      booting: young,
      standbyShort: Math.max(0, standby - spareIdle - booting),
      advice: this.#advice(now),
      spread: bootShape(this.#memory, 'create').spread,
      late,
    };
  }

  #advice(now: number): Advice {
    if (!forecasts(this.#settings)) return noAdvice;
    const boot = usualBootMs(this.#memory, 'create') / 60_000;
    return advise(this.#memory.demand, boot, sizingNumbers(this.#settings, this.#memory).worth, now);
  }

  #recycle({ unmet, standbyShort, spare, advice }: CountedView) {
    const isRoomy = this.size <= this.#settings.maxCapacity;
    const canWait = isRoomy && idleTimeoutMs(this.#settings, this.#memory) >= usualBootMs(this.#memory, 'reimage');
    const foreseen = isRoomy ? advice.keep - spare.idle - spare.booting : 0;
    const wiped = canWait ? this.#used.length : unmet + Math.max(standbyShort, foreseen);
    return { reimage: this.#used.slice(0, wiped), remove: this.#used.slice(wiped) };
  }

  #cancel(now: number, view: CountedView, dead: readonly CountedMachine[]) {
    const boots = this.#boots.filter((one) => one.startedBy === 'create' && !dead.includes(one));
    const isLate = (one: CountedMachine) => one.createdAt + view.late.create <= now;
    const young = boots.filter((one) => !isLate(one)).reverse();
    return [...boots.filter(isLate), ...young.slice(0, surplusBoots(view.spare, view.advice.keep))];
  }

  #surplusIdle(now: number, { spare, advice }: CountedView, queued: number) {
    const due: CountedMachine[] = [];
    let dueAt = Infinity;
    if (spare.idle === 0) return { due, dueAt };
    const timeout = idleTimeoutMs(this.#settings, this.#memory);
    const cap = breakEvenMs(this.#settings, this.#memory) / sizingNumbers(this.#settings, this.#memory).distrust;
    const counts = { spare: spare.idle, standby: spare.standby, keep: advice.keep, make: advice.make };
    // Claims take the nodes that are idle for the longest.
    for (let place = 0; place < spare.idle; place += 1) {
      const machine = this.#idle[place + Math.min(queued, this.#idle.length)];
      if (machine === undefined || !isSurplus(place, now - machine.idleSince, cap, counts)) continue;
      const endsAt = machine.idleSince + timeout;
      if (endsAt <= now) due.push(machine);
      else dueAt = Math.min(dueAt, endsAt);
    }
    return { due, dueAt };
  }

  #nextLateAt(now: number): number {
    let dueAt = Infinity;
    for (const { startedBy, bootingSince, createdAt } of this.#boots) {
      for (const at of [bootingSince + lateAfterMs(this.#memory, startedBy), createdAt + bootDeadlineMs])
        if (at > now) dueAt = Math.min(dueAt, at);
    }
    return dueAt;
  }
}
