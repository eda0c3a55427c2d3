// What is known of one node before its state is named. Most nodes are at work, and of those hardly anything has to be known: the rest is
// looked for where it is asked for.
import type { Agent } from './agent.ts';
import { bootingSince } from './booting-since.ts';
import type { Instance } from './instance.ts';
import type { Memory } from './memory.ts';
import type { NodeFacts } from './node-state.ts';
import type { Generation, OpenOperation } from './observation.ts';

interface Given {
  readonly now: number;
  readonly memory: Memory;
  readonly ownsEverything: boolean;
  /** Machines run one job only. */
  readonly isOneJob: boolean;
}

/** One object for all nodes of a pass, which looks at one after the other. */
export class Facts implements NodeFacts {
  readonly now: number;
  agent: Agent | null = null;
  instance: Instance | null = null;
  generation: Generation | null = null;
  operation: OpenOperation | null = null;
  requestId: number | null = null;
  lockedUntil: number | null = null;
  #key = '';
  readonly #given: Given;

  constructor(given: Given) {
    this.now = given.now;
    this.#given = given;
  }

  look(
    generation: Generation | null,
    instance: Instance | null,
    agent: Agent | null,
    key: string,
    operation: OpenOperation | null,
    requestId: number | null,
    lockedUntil: number | null,
  ): void {
    this.generation = generation;
    this.instance = instance;
    this.agent = agent;
    this.#key = key;
    this.operation = operation;
    this.requestId = requestId;
    this.lockedUntil = lockedUntil;
  }

  get isUsed(): boolean {
    return this.#given.isOneJob && this.agent !== null && this.#hasRunJob(this.agent);
  }

  get wasOnline(): boolean {
    const { generation, instance, agent } = this;
    if (generation !== null) return generation.firstOnlineAt !== null;
    if (agent === null || this.#isBeingWiped()) return false;
    if (agent.lastCompletedRequestId !== null) return true;
    // Without a record: a status that changed well after the registration went through online at least once.
    const bornAt = agent.createdAt ?? instance?.createdAt ?? null;
    return bornAt !== null && agent.statusChangedAt !== null && agent.statusChangedAt - bornAt > 60_000;
  }

  get bootingSince(): number {
    return bootingSince(this.generation, this.instance, this.#given.memory, this.#key, this.now);
  }

  get isRecorded(): boolean {
    return this.generation !== null || this.#given.ownsEverything;
  }

  /** A job of a registration that its machine took over ran on another machine. In a picture without records an agent that came online after its last job is on a machine that was wiped since. */
  #hasRunJob(agent: Agent): boolean {
    if (agent.lastCompletedRequestId === null || this.#isBeingWiped()) return false;
    if (this.generation !== null) return agent.lastCompletedRequestId !== (this.generation.formerRequestId ?? null);
    if (!agent.isOnline) return true;
    return (agent.statusChangedAt ?? 0) <= (agent.lastCompletedAt ?? 0);
  }

  #isBeingWiped(): boolean {
    const { generation, instance } = this;
    if (generation !== null) return false;
    return instance?.provisioningState === 'updating' || instance?.provisioningState === 'creating';
  }
}
