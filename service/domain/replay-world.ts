// The world of a replay: jobs arrive, Azure DevOps hands them to idle agents, machines boot, and decide is asked.
import { usualBootMs } from './boot-time.ts';
import { decide } from './decide.ts';
import type { Decision } from './decision.ts';
import { EventQueue } from './event-queue.ts';
import { adviceMayChangeAt } from './forecast.ts';
import type { JobRequest } from './job-request.ts';
import { emptyMemory, type Memory } from './memory.ts';
import type { Observation, Part } from './observation.ts';
import type { PoolSettings } from './pool.ts';
import {
  beginReimage,
  bootMachine,
  bringOnline,
  finishReimage,
  replayScaleSet,
  type BootProfile,
  type Machine,
} from './replay-machines.ts';
import type { Past } from './replay-past.ts';
import { wholeTrace, type ReplayWindow } from './replay-window.ts';
import type { TraceJob } from './trace.ts';

type Event =
  | { readonly kind: 'arrival'; readonly job: TraceJob; readonly requestId: number }
  | { readonly kind: 'ready'; readonly machine: Machine }
  | { readonly kind: 'finished'; readonly machine: Machine; readonly requestId: number };

/** Azure DevOps takes this long from the decision to give a job to an agent until the job begins. */
const assignmentMilliseconds = 5_000;
/** Passes are at least this far apart, as in the service. */
const passMilliseconds = 5_000;

export class ReplayWorld {
  readonly waits: number[] = [];
  machineSeconds = 0;
  maximumInstances = 0;
  creates = 0;
  deletes = 0;
  reimages = 0;

  #now = 0;
  #lastPassAt = -Infinity;
  #duePassAt = Infinity;
  #memory: Memory = emptyMemory;
  #lastMachine = 0;
  #lastAgent = 0;
  #unfinished: number;
  readonly #events = new EventQueue<Event>();
  readonly #machines = new Map<string, Machine>();
  readonly #queued = new Map<number, JobRequest>();
  readonly #running = new Map<number, JobRequest>();
  readonly #durations = new Map<number, number>();
  readonly #settings: PoolSettings;
  readonly #profile: BootProfile;
  readonly #random: () => number;
  readonly #countsUntil: number;
  readonly #isOneGroup: boolean;

  constructor(
    jobs: readonly TraceJob[],
    settings: PoolSettings,
    profile: BootProfile,
    random: () => number,
    past: Past = {},
    { begins, ends }: ReplayWindow = wholeTrace,
    isOneGroup = false,
  ) {
    this.#isOneGroup = isOneGroup;
    this.#settings = settings;
    this.#profile = profile;
    this.#random = random;
    this.#memory = { ...emptyMemory, ...past };
    this.#unfinished = jobs.length;
    jobs.forEach((job, index) => this.#events.push(job.arrival * 1000, { kind: 'arrival', job, requestId: index + 1 }));
    this.#now = (begins ?? jobs[0]?.arrival ?? 0) * 1000;
    this.#countsUntil = ends === null ? -Infinity : ends * 1000;
    if (jobs.length > 0 || this.#now < this.#countsUntil) this.#planPass(this.#now);
  }

  /** Until the last job is done, the window is over and the machines beyond the standby are gone: they count until they are deleted. */
  run(): void {
    let lastFinishAt = this.#unfinished > 0 ? Infinity : this.#now;
    while (!this.#isOver(lastFinishAt)) {
      // A pass sees everything that happens at its instant.
      const isPass = this.#duePassAt < this.#events.nextAt;
      const at = isPass ? this.#duePassAt : this.#events.nextAt;
      if (at === Infinity && this.#unfinished > 0)
        throw new Error('The replay stopped moving with jobs left: a fault in the policy.');
      // What would happen only days after the last job costs nothing more.
      if (at === Infinity || at > this.#endsBy(lastFinishAt)) break;
      const isAtRest = this.#unfinished === 0 && this.#machines.size <= this.#settings.desiredIdle;
      if (isAtRest && at > this.#countsUntil) break;
      this.#now = at;
      const event = isPass ? undefined : this.#events.pop();
      if (event === undefined) this.#pass();
      else this.#happen(event);
      if (this.#unfinished === 0 && lastFinishAt === Infinity) lastFinishAt = this.#now;
    }
    this.#now = Math.max(this.#now, this.#countsUntil);
    for (const machine of this.#machines.values()) this.#bill(machine);
  }

  #isCounting(): boolean {
    return this.#unfinished > 0 || this.#now < this.#countsUntil;
  }

  #isOver(lastFinishAt: number): boolean {
    if (this.#isCounting()) return false;
    return this.#machines.size <= this.#settings.desiredIdle || this.#now >= this.#endsBy(lastFinishAt);
  }

  /** A policy that never scales in must not run for ever: the idle delay and one boot time-out are enough. */
  #endsBy(lastFinishAt: number): number {
    return Math.max(lastFinishAt, this.#countsUntil) + (this.#settings.timeToLiveMinutes + 60) * 60_000;
  }

  #happen(event: Event): void {
    switch (event.kind) {
      case 'arrival':
        this.#queued.set(event.requestId, requestOf(event.requestId, this.#now));
        this.#durations.set(event.requestId, event.job.duration * 1000);
        this.#assign();
        this.#planPassAfter('arrival');
        return;
      case 'ready':
        if (event.machine.readyAt !== this.#now || !this.#machines.has(event.machine.instance.instanceId)) return;
        this.#online(event.machine);
        this.#planPassAfter('ready');
        return;
      case 'finished':
        this.#finish(event.machine, event.requestId);
        this.#planPassAfter('finished');
        return;
    }
  }

  /** Azure DevOps' own rule looks at the queue when it samples; between samples only a used machine is something to act on. */
  #planPassAfter(event: 'arrival' | 'ready' | 'finished'): void {
    const { sizing, recycleAfterEachUse } = this.#settings;
    if (sizing.policy !== 'sampled' || (event === 'finished' && recycleAfterEachUse)) this.#planPass(this.#now);
  }

  #planPass(at: number): void {
    this.#duePassAt = Math.min(this.#duePassAt, Math.max(at, this.#lastPassAt + passMilliseconds));
  }

  #online(machine: Machine): void {
    this.#lastAgent += 1;
    if (machine.operation !== null) finishReimage(machine, this.#lastAgent, this.#now);
    // Azure DevOps' own scale set agents come up enabled; Weir's wait for the gate.
    bringOnline(machine, this.#lastAgent, this.#now, this.#settings.sizing.policy === 'sampled');
    this.#assign();
  }

  /** First in, first out over requests; the agent that became idle last takes the job. */
  #assign(): void {
    for (const [requestId, request] of this.#queued) {
      const machine = this.#newestIdle();
      if (machine?.agent == null) return;
      const begins = this.#now + assignmentMilliseconds;
      this.#queued.delete(requestId);
      this.#running.set(requestId, {
        ...request,
        assignedAt: this.#now,
        receivedAt: begins,
        reservedAgentId: machine.agent.agentId,
      });
      machine.agent = { ...machine.agent, assignedRequestId: requestId };
      machine.idleSince = null;
      this.waits.push(begins - request.queuedAt);
      this.#events.push(begins + (this.#durations.get(requestId) ?? 0), { kind: 'finished', machine, requestId });
    }
  }

  #newestIdle(): Machine | null {
    let newest: Machine | null = null;
    for (const machine of this.#machines.values()) {
      const agent = machine.agent;
      if (agent?.isEnabled !== true || agent.assignedRequestId !== null) continue;
      if (this.#settings.recycleAfterEachUse && agent.lastCompletedRequestId !== null) continue;
      if (newest === null || (machine.idleSince ?? 0) > (newest.idleSince ?? 0)) newest = machine;
    }
    return newest;
  }

  #finish(machine: Machine, requestId: number): void {
    this.#running.delete(requestId);
    this.#durations.delete(requestId);
    this.#unfinished -= 1;
    if (machine.agent === null) throw new Error('A machine lost its agent while a job ran: a fault in the policy.');
    // A one-job agent ends with its job and shows offline.
    const isOnline = !this.#settings.recycleAfterEachUse;
    machine.agent = {
      ...machine.agent,
      assignedRequestId: null,
      lastCompletedRequestId: requestId,
      lastCompletedAt: this.#now,
      isOnline,
    };
    machine.idleSince = this.#now;
    this.#assign();
  }

  #pass(): void {
    this.#lastPassAt = this.#now;
    this.#duePassAt = Infinity;
    const verdict = decide(this.#observe(), this.#settings, this.#memory);
    this.#memory = verdict.memory;
    for (const decision of verdict.decisions) this.#act(decision);
    const waiting = this.#queued.size;
    this.#assign();
    this.maximumInstances = Math.max(this.maximumInstances, this.#machines.size);
    // While something moves the service looks again soon, sees each boot before its end, and stops those nobody waits for.
    const isMoving = verdict.decisions.some(({ kind }) => kind === 'scaleOut' || kind === 'reimage');
    if (isMoving || this.#queued.size < waiting) this.#planPass(this.#now + passMilliseconds);
    // It looks at a pool at rest once a minute, most often for nothing.
    if (this.#memory.demand !== undefined && this.#isCounting())
      this.#planPass(adviceMayChangeAt(this.#memory.demand, usualBootMs(this.#memory, 'create') / 60_000));
    if (verdict.nextDueAt !== null) this.#planPass(Math.max(verdict.nextDueAt, this.#now + 1));
  }

  #observe(): Observation {
    const fresh = <T>(value: T): Part<T> => ({ freshness: 'fresh', readAt: this.#now, value, problem: null });
    const machines = [...this.#machines.values()];
    return {
      now: this.#now,
      jobRequests: fresh([...this.#queued.values(), ...this.#running.values()]),
      agents: fresh(machines.flatMap((machine) => (machine.agent === null ? [] : [machine.agent]))),
      lanes: [
        {
          scaleSet: fresh(replayScaleSet(machines.length, this.#isOneGroup)),
          instances: fresh(machines.map((machine) => machine.instance)),
        },
      ],
      generations: machines.map((machine) => machine.generation),
      operations: machines.flatMap((machine) => (machine.operation === null ? [] : [machine.operation])),
      placeholders: [{ agentId: 0, name: 'placeholder', image: '' }],
      ownsEverything: false,
    };
  }

  #act(decision: Decision): void {
    const machine = this.#machines.get(decision.target?.instanceId ?? '');
    if (decision.kind === 'scaleOut') this.#create((decision.to ?? 0) - (decision.from ?? 0));
    if (machine === undefined) return;
    const isBusy = machine.agent?.assignedRequestId != null;
    if (decision.kind === 'enable' && machine.agent !== null) {
      machine.agent = { ...machine.agent, isEnabled: true };
      machine.generation = { ...machine.generation, isDisabledByWeir: false };
    } else if (decision.kind === 'reclaim' && !isBusy) {
      this.#bill(machine);
      this.#machines.delete(machine.instance.instanceId);
      this.deletes += 1;
    } else if (decision.kind === 'reimage' && !isBusy) {
      beginReimage(machine, this.#now, this.#profile, this.#random, decision.reason);
      this.reimages += 1;
      this.#events.push(machine.readyAt ?? Infinity, { kind: 'ready', machine });
    }
  }

  #create(count: number): void {
    for (let index = 0; index < count; index += 1) {
      this.#lastMachine += 1;
      const machine = bootMachine(this.#lastMachine, this.#now, this.#profile, this.#random);
      this.#machines.set(machine.instance.instanceId, machine);
      this.creates += 1;
      if (machine.readyAt !== null && machine.readyAt !== Infinity)
        this.#events.push(machine.readyAt, { kind: 'ready', machine });
    }
  }

  #bill(machine: Machine): void {
    this.machineSeconds += (this.#now - machine.createdAt) / 1000;
  }
}

function requestOf(requestId: number, now: number): JobRequest {
  return {
    requestId,
    queuedAt: now,
    assignedAt: null,
    receivedAt: null,
    finishedAt: null,
    result: null,
    lockedUntil: null,
    demands: [],
    reservedAgentId: null,
    matchedAgentIds: null,
    jobName: null,
    definitionName: null,
    runName: null,
    runId: null,
    projectId: null,
    statusMessage: null,
  };
}
