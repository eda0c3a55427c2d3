// The smallest world in which a pool can live: virtual time, machines that boot, jobs that run, and decide in the middle.
// Only for stories about sizing: nothing here fails, and nothing speaks to a cloud.
import type { Agent } from '../../service/domain/agent.ts';
import { decide, type Verdict } from '../../service/domain/decide.ts';
import type { Decision } from '../../service/domain/decision.ts';
import type { Instance } from '../../service/domain/instance.ts';
import type { JobRequest } from '../../service/domain/job-request.ts';
import { emptyMemory, type Memory } from '../../service/domain/memory.ts';
import type { Generation, Observation, OpenOperation } from '../../service/domain/observation.ts';
import type { PoolSettings } from '../../service/domain/pool.ts';
import * as build from '../builders.ts';

interface TinyMachine {
  readonly id: string;
  life: number;
  bornAt: number;
  startedBy: 'create' | 'reimage';
  /** When the agent comes online, and null once it is. */
  onlineAt: number | null;
  firstOnlineAt: number | null;
  isEnabled: boolean;
  requestId: number | null;
  completed: { readonly requestId: number; readonly at: number } | null;
  operation: { readonly kind: 'delete' | 'reimage'; readonly since: number; readonly isRequested: boolean } | null;
  isBroken: boolean;
}

const createMs = 150_000;
const reimageMs = 90_000;
/** Disable, read, wait, read again, deregister. */
const settleMs = 30_000;
const deleteMs = 60_000;
/** Azure DevOps hands a job to an idle agent within this time, and the agent receives it. */
const tickMs = 5_000;

export class TinyWorld {
  now = build.now0;
  capacity = 0;
  largest = 0;
  readonly machines: TinyMachine[] = [];
  readonly said: { readonly at: number; readonly decision: Decision }[] = [];
  /** Numbers of machines that come up broken: Azure fails to provision them. */
  readonly broken = new Set<number>();
  readonly #settings: PoolSettings;
  #memory: Memory = emptyMemory;
  #requests: JobRequest[] = [];
  readonly #ends = new Map<number, number>();
  #lastMachine = 0;
  #lastRequest = 0;
  #last: Verdict | null = null;

  constructor(settings: PoolSettings) {
    this.#settings = settings;
  }

  /** Queues a job that runs for so long; returns its request id. */
  queue(durationMs: number): number {
    this.#lastRequest += 1;
    // A picture is never changed after it was shown, so neither is its list.
    this.#requests = [...this.#requests, build.jobRequest({ requestId: this.#lastRequest, queuedAt: this.now })];
    this.#ends.set(this.#lastRequest, durationMs);
    return this.#lastRequest;
  }

  /** Lets time pass in ticks; decide is asked at each, as the service does while anything moves. */
  run(forMs: number): void {
    const until = this.now + forMs;
    while (this.now < until) {
      this.now += tickMs;
      this.#bootAndWipe();
      this.#assignAndFinish();
      this.#pass();
      this.largest = Math.max(this.largest, this.machines.length);
    }
  }

  get idle(): number {
    return this.machines.filter((one) => isOnline(one) && one.requestId === null && !this.#isSpent(one)).length;
  }

  get busy(): number {
    return this.machines.filter((one) => one.requestId !== null).length;
  }

  get waiting(): number {
    return this.#requests.filter((request) => request.assignedAt === null).length;
  }

  get verdict(): Verdict {
    if (this.#last === null) throw new Error('Nothing was decided yet.');
    return this.#last;
  }

  /** The decisions of one kind, as "minutes after the start, code". */
  history(kind: Decision['kind']): readonly string[] {
    return this.said
      .filter((one) => one.decision.kind === kind)
      .map((one) => `${(one.at - build.now0) / build.minute} ${one.decision.reason.code}`);
  }

  #bootAndWipe(): void {
    for (const machine of [...this.machines]) {
      const operation = machine.operation;
      if (machine.onlineAt !== null && this.now >= machine.onlineAt && !machine.isBroken) {
        machine.onlineAt = null;
        machine.firstOnlineAt = this.now;
      }
      if (operation === null) continue;
      if (!operation.isRequested && this.now - operation.since >= settleMs) {
        if (machine.requestId !== null) throw new Error(`Machine ${machine.id} was taken away with a job on it.`);
        machine.operation = { ...operation, since: this.now, isRequested: true };
        if (operation.kind === 'delete') this.capacity -= 1;
      } else if (operation.isRequested && operation.kind === 'delete' && this.now - operation.since >= deleteMs) {
        this.machines.splice(this.machines.indexOf(machine), 1);
      } else if (operation.isRequested && operation.kind === 'reimage' && this.now - operation.since >= reimageMs) {
        const fresh = {
          life: machine.life + 1,
          bornAt: this.now,
          startedBy: 'reimage',
          onlineAt: this.now + 10_000,
        } as const;
        Object.assign(machine, fresh, { firstOnlineAt: null, isEnabled: false, completed: null, operation: null });
      }
    }
  }

  #assignAndFinish(): void {
    for (const machine of this.machines) {
      const request = this.#requests.find((one) => one.requestId === machine.requestId);
      if (request !== undefined && this.now >= (request.receivedAt ?? 0) + (this.#ends.get(request.requestId) ?? 0)) {
        this.#requests = this.#requests.filter((one) => one !== request);
        machine.requestId = null;
        machine.completed = { requestId: request.requestId, at: this.now };
      }
    }
    for (const request of this.#requests.filter((one) => one.assignedAt === null)) {
      const machine = this.machines.find((one) => this.#isFree(one));
      if (machine === undefined) return;
      machine.requestId = request.requestId;
      const taken = { assignedAt: this.now, receivedAt: this.now, reservedAgentId: agentIdOf(machine) };
      this.#requests = this.#requests.map((one) => (one === request ? { ...one, ...taken } : one));
    }
  }

  #isFree(machine: TinyMachine): boolean {
    const isWilling = isOnline(machine) && machine.isEnabled && machine.operation === null;
    return isWilling && machine.requestId === null && !this.#isSpent(machine);
  }

  /** A one-job agent that has run its job. */
  #isSpent(machine: TinyMachine): boolean {
    return this.#settings.recycleAfterEachUse && machine.completed !== null;
  }

  #pass(): void {
    const verdict = decide(this.observe(), this.#settings, this.#memory);
    this.#last = verdict;
    this.#memory = verdict.memory;
    for (const decision of verdict.decisions) {
      this.said.push({ at: this.now, decision });
      this.#act(decision);
    }
  }

  #act(decision: Decision): void {
    if (decision.kind === 'scaleOut') {
      this.capacity = decision.to ?? this.capacity;
      while (this.#living() < this.capacity) this.#create();
      return;
    }
    const machine = this.machines.find((one) => one.id === decision.target?.instanceId);
    if (machine === undefined) return;
    if (decision.kind === 'enable') machine.isEnabled = true;
    if (decision.kind !== 'reclaim' && decision.kind !== 'reimage') return;
    machine.isEnabled = false;
    machine.operation = {
      kind: decision.kind === 'reclaim' ? 'delete' : 'reimage',
      since: this.now,
      isRequested: false,
    };
  }

  #living(): number {
    return this.machines.filter((one) => !(one.operation?.kind === 'delete' && one.operation.isRequested)).length;
  }

  #create(): void {
    this.#lastMachine += 1;
    this.machines.push({
      id: String(this.#lastMachine),
      life: 0,
      bornAt: this.now,
      startedBy: 'create',
      onlineAt: this.now + createMs,
      firstOnlineAt: null,
      isEnabled: false,
      requestId: null,
      completed: null,
      operation: null,
      isBroken: this.broken.has(this.#lastMachine),
    });
  }

  observe(): Observation {
    const agents = this.machines.flatMap((machine) => this.#agentOf(machine));
    const base = build.scene({ now: this.now, requests: this.#requests, strangers: agents });
    return {
      ...base,
      lanes: [
        build.lane(
          this.machines.map((machine) => this.#instanceOf(machine)),
          { capacity: this.capacity },
        ),
      ],
      generations: this.machines.map((machine) => this.#generationOf(machine)),
      operations: this.machines.flatMap((machine) => this.#operationOf(machine)),
    };
  }

  #agentOf(machine: TinyMachine): readonly Agent[] {
    const isDeregistered = machine.operation?.isRequested === true;
    if (machine.firstOnlineAt === null || isDeregistered) return [];
    const hasLeft = this.#settings.recycleAfterEachUse && machine.completed !== null;
    return [
      build.agent({
        agentId: agentIdOf(machine),
        isEnabled: machine.isEnabled,
        isOnline: !hasLeft,
        createdAt: machine.bornAt,
        statusChangedAt: machine.completed?.at ?? machine.firstOnlineAt,
        assignedRequestId: machine.requestId,
        lastCompletedRequestId: machine.completed?.requestId ?? null,
        lastCompletedAt: machine.completed?.at ?? null,
      }),
    ];
  }

  #instanceOf(machine: TinyMachine): Instance {
    const isDeleting = machine.operation?.kind === 'delete' && machine.operation.isRequested;
    const isBroken = machine.isBroken && this.now >= (machine.onlineAt ?? 0);
    const provisioningState = isDeleting ? 'deleting' : isBroken ? 'failed' : 'succeeded';
    return build.instance({ instanceId: machine.id, createdAt: machine.bornAt, provisioningState });
  }

  #generationOf(machine: TinyMachine): Generation {
    return build.generation({
      instanceId: machine.id,
      generationId: `g-${machine.id}-${machine.life}`,
      startedAt: machine.bornAt,
      startedBy: machine.startedBy,
      agentId: machine.firstOnlineAt === null ? null : agentIdOf(machine),
      firstOnlineAt: machine.firstOnlineAt,
      isDisabledByWeir: !machine.isEnabled,
    });
  }

  #operationOf(machine: TinyMachine): readonly OpenOperation[] {
    if (machine.operation === null) return [];
    const { kind, since, isRequested } = machine.operation;
    const generationId = `g-${machine.id}-${machine.life}`;
    const phase = isRequested ? 'requested' : 'settling';
    return [
      build.operation({ instanceId: machine.id, generationId, kind, phase, startedAt: since, phaseSince: since }),
    ];
  }
}

function isOnline(machine: TinyMachine): boolean {
  return machine.firstOnlineAt !== null && machine.operation === null;
}

function agentIdOf(machine: TinyMachine): number {
  return Number(machine.id) * 100 + machine.life;
}
