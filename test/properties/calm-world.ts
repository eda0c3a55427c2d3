// The smallest world with several images: a minute is one step, in which everything that was asked for is done, jobs are
// given away as Azure DevOps does it, and decide is asked once. It refuses whatever must never happen.
import { capabilitiesOf, type Agent } from '../../service/domain/agent.ts';
import { decide, type Verdict } from '../../service/domain/decide.ts';
import type { Decision } from '../../service/domain/decision.ts';
import { meetsDemands } from '../../service/domain/demand.ts';
import { diagnoser, type Diagnosis } from '../../service/domain/diagnosis.ts';
import type { ImageState } from '../../service/domain/image-state.ts';
import type { Instance } from '../../service/domain/instance.ts';
import type { JobRequest } from '../../service/domain/job-request.ts';
import { laneName, type LaneKey } from '../../service/domain/lane.ts';
import { emptyMemory, type Memory } from '../../service/domain/memory.ts';
import type { Generation, Lane, Observation } from '../../service/domain/observation.ts';
import type { PoolSettings } from '../../service/domain/pool.ts';
import * as build from '../builders.ts';

interface Machine {
  readonly set: Set;
  readonly number: number;
  life: number;
  bornAt: number;
  isOnline: boolean;
  isEnabled: boolean;
  /** Whoever disabled it, if it is. */
  isHeld: boolean;
  requestId: number | null;
  lastRequestId: number | null;
}

interface Set {
  readonly name: string;
  readonly key: LaneKey;
  capacity: number;
}

export interface Job {
  readonly demands: readonly string[];
  /** Null: whatever there is; what the machine must be on which it starts. */
  readonly image: string;
  readonly version: string | null;
  readonly minutes: number;
}

const groupId = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/lanes';
const idOf = (set: Set): string => `${groupId}/providers/Microsoft.Compute/virtualMachineScaleSets/${set.name}`;

export class CalmWorld {
  now = build.now0;
  readonly started = new Map<number, { readonly image: string; readonly version: string | null }>();
  largest = 0;
  readonly #settings: PoolSettings;
  #images: readonly ImageState[];
  readonly #sets: Set[] = [];
  readonly #machines: Machine[] = [];
  readonly #jobs = new Map<number, Job>();
  readonly #queuedAt = new Map<number, number>();
  readonly #left = new Map<number, number>();
  #bumped: readonly number[] = [];
  #memory: Memory = emptyMemory;
  #lastRequest = 0;
  #lastMachine = 0;

  constructor(settings: PoolSettings, images: readonly ImageState[]) {
    this.#settings = { ...settings, laneResourceGroup: groupId };
    this.#images = images;
  }

  /** A machine that has been there for a while; Weir left it open only where every job may have it. */
  addMachine(key: LaneKey, isOpen: boolean, isHeld = false): void {
    const set = this.#setOf(key);
    set.capacity += 1;
    const machine = this.#make(set);
    Object.assign(machine, { isOnline: true, isEnabled: isOpen && !isHeld, isHeld, bornAt: this.now - build.minute });
  }

  queue(job: Job): number {
    this.#lastRequest += 1;
    this.#jobs.set(this.#lastRequest, job);
    this.#queuedAt.set(this.#lastRequest, this.now);
    return this.#lastRequest;
  }

  setImages(images: readonly ImageState[]): void {
    this.#images = images;
  }

  get waiting(): readonly number[] {
    return [...this.#jobs.keys()].filter((id) => !this.started.has(id));
  }

  /** Verdicts of the moment, as the hub would show them after a pass. */
  diagnose(): ReadonlyMap<number, Diagnosis> {
    const picture = this.#picture();
    const verdict = this.#ask(picture);
    const tell = diagnoser(picture, verdict.nodes, this.#settings, verdict.memory);
    return new Map(picture.jobRequests.value.map((request) => [request.requestId, tell(request)]));
  }

  step(): readonly Decision[] {
    this.now += build.minute;
    for (const machine of this.#machines) machine.isOnline = true;
    this.#finish();
    this.#assign();
    const verdict = this.#ask(this.#picture());
    this.#memory = verdict.memory;
    for (const decision of verdict.decisions) this.#apply(decision);
    this.largest = Math.max(this.largest, this.#machines.length);
    return verdict.decisions;
  }

  #ask(picture: Observation): Verdict {
    return decide(picture, this.#settings, this.#memory);
  }

  #finish(): void {
    for (const machine of this.#machines) {
      if (machine.requestId === null) continue;
      const left = (this.#left.get(machine.requestId) ?? 0) - 1;
      this.#left.set(machine.requestId, left);
      if (left > 0) continue;
      Object.assign(machine, { lastRequestId: machine.requestId, requestId: null });
    }
  }

  #assign(): void {
    const place = (id: number): number => this.#bumped.indexOf(id);
    const queue = this.waiting.toSorted((a, b) => place(b) - place(a) || a - b);
    for (const id of queue) {
      const job = this.#jobs.get(id);
      const machine = this.#machines.find((one) => this.#isFree(one) && meets(job, this.#agentOf(one)));
      if (job === undefined || machine === undefined) continue;
      const { image, version } = machine.set.key;
      if (job.image !== image || (job.version !== null && job.version !== version)) {
        throw new Error(`Request ${id} for ${job.image} ${job.version ?? ''} started on ${image} ${version ?? ''}.`);
      }
      machine.requestId = id;
      this.#left.set(id, job.minutes);
      this.started.set(id, { image, version });
    }
  }

  #isFree(machine: Machine): boolean {
    const isSpent = this.#settings.recycleAfterEachUse && machine.lastRequestId !== null;
    return machine.isOnline && machine.isEnabled && machine.requestId === null && !isSpent;
  }

  #apply(decision: Decision): void {
    const { kind, target } = decision;
    const machine = this.#machines.find((one) => generationId(one) === target?.generationId);
    const set = this.#sets.find((one) => idOf(one) === target?.scaleSetId);
    switch (kind) {
      case 'createLane':
        if (target?.lane !== undefined) this.#setOf(target.lane);
        return;
      case 'removeLane':
        if (this.#machines.some((one) => one.set === set)) throw new Error('A lane with machines was removed.');
        if (set !== undefined) this.#sets.splice(this.#sets.indexOf(set), 1);
        return;
      case 'scaleOut':
        if (set !== undefined) this.#grow(set, decision.to ?? 0);
        return;
      case 'bump':
        this.#bumped = [...this.#bumped.filter((id) => id !== decision.request), decision.request ?? 0];
        return;
      default:
        if (machine !== undefined) this.#change(machine, kind);
    }
  }

  #change(machine: Machine, kind: Decision['kind']): void {
    if (kind !== 'enable' && kind !== 'drain' && machine.requestId !== null)
      throw new Error(`A busy machine was to ${kind}.`);
    if (kind === 'enable') machine.isEnabled = true;
    if (kind === 'drain') machine.isEnabled = false;
    if (kind === 'reclaim') {
      machine.set.capacity -= 1;
      this.#machines.splice(this.#machines.indexOf(machine), 1);
    }
    if (kind === 'reimage') {
      const fresh = { life: machine.life + 1, bornAt: this.now, lastRequestId: null };
      Object.assign(machine, fresh, { isOnline: false, isEnabled: false });
    }
  }

  #grow(set: Set, to: number): void {
    if (to < set.capacity) throw new Error('A capacity was lowered.');
    for (; set.capacity < to; set.capacity += 1) this.#make(set);
    if (this.#machines.length > this.#settings.maxCapacity) throw new Error('The maximum was passed.');
  }

  #make(set: Set): Machine {
    this.#lastMachine += 1;
    const fresh = { life: 1, bornAt: this.now, isOnline: false, isEnabled: false, isHeld: false };
    const machine = { set, number: this.#lastMachine, ...fresh, requestId: null, lastRequestId: null };
    this.#machines.push(machine);
    return machine;
  }

  #setOf(key: LaneKey): Set {
    const name = laneName(this.#settings, key);
    const known = this.#sets.find((one) => one.name === name);
    if (known !== undefined) return known;
    if (this.#sets.length >= this.#settings.maxLanes) throw new Error('There are more lanes than the pool may have.');
    const set = { name, key, capacity: 0 };
    this.#sets.push(set);
    return set;
  }

  #picture(): Observation {
    const template: Lane = { ...build.lane([], { name: 'template' }), key: null };
    return build.observation({
      now: this.now,
      jobRequests: build.fresh([...this.#jobs.keys()].flatMap((id) => this.#requestOf(id))),
      agents: build.fresh(this.#machines.filter((one) => one.isOnline).map((one) => this.#agentOf(one))),
      lanes: [template, ...this.#sets.map((set) => this.#laneOf(set))],
      generations: this.#machines.map(generationOf),
      images: build.fresh(this.#images),
      template: build.fresh({ digest: '', scaleSet: build.scaleSet() }),
    });
  }

  /** Finished ones are not listed. */
  #requestOf(requestId: number): readonly JobRequest[] {
    const queuedAt = this.#queuedAt.get(requestId) ?? this.now;
    const demands = this.#jobs.get(requestId)?.demands ?? [];
    const request = build.jobRequest({ requestId, queuedAt, demands });
    if (!this.started.has(requestId)) return [request];
    const machine = this.#machines.find((one) => one.requestId === requestId);
    const times = { assignedAt: this.now, receivedAt: this.now };
    return machine === undefined ? [] : [{ ...request, ...times, reservedAgentId: agentId(machine) }];
  }

  #laneOf(set: Set): Lane {
    const instances = this.#machines.filter((one) => one.set === set).map(instanceOf);
    return { ...build.lane(instances, { id: idOf(set), name: set.name, capacity: set.capacity }), key: set.key };
  }

  #agentOf(machine: Machine): Agent {
    const { image, version } = machine.set.key;
    return build.agent({
      agentId: agentId(machine),
      isEnabled: machine.isEnabled,
      createdAt: machine.bornAt,
      statusChangedAt: machine.bornAt,
      systemCapabilities: {
        'Agent.Version': '4.260.0',
        ImageOverride: image,
        ...(version === null ? {} : { ImageVersionOverride: version }),
      },
      assignedRequestId: machine.requestId,
      lastCompletedRequestId: machine.lastRequestId,
      lastCompletedAt: machine.lastRequestId === null ? null : this.now,
    });
  }
}

function meets(job: Job | undefined, agent: Agent): boolean {
  return job !== undefined && meetsDemands(job.demands, capabilitiesOf(agent));
}

/** Each life is another registration. */
function agentId(machine: Machine): number {
  return machine.number * 100 + machine.life;
}

function generationId(machine: Machine): string {
  return `g-${machine.number}-${machine.life}`;
}

function generationOf(machine: Machine): Generation {
  return build.generation({
    ...{ generationId: generationId(machine), scaleSetId: idOf(machine.set), instanceId: String(machine.number) },
    ...{ vmId: `vm-${machine.number}`, startedAt: machine.bornAt, startedBy: machine.life > 1 ? 'reimage' : 'create' },
    ...{ agentId: machine.isOnline ? agentId(machine) : null, claimedAt: machine.isOnline ? machine.bornAt : null },
    ...{ firstOnlineAt: machine.isOnline ? machine.bornAt : null },
    isDisabledByWeir: !machine.isEnabled && !machine.isHeld,
  });
}

function instanceOf(machine: Machine): Instance {
  return build.instance({
    ...{ scaleSetId: idOf(machine.set), instanceId: String(machine.number), vmId: `vm-${machine.number}` },
    ...{ name: `${machine.set.name}_${machine.number}`, createdAt: machine.bornAt },
  });
}
