// One builder for each noun of the domain. Everything has a plain default, so what a test writes down is what it means.
import type { Agent } from '../service/domain/agent.ts';
import type { Instance } from '../service/domain/instance.ts';
import type { JobRequest } from '../service/domain/job-request.ts';
import type { Generation, Observation, OpenOperation } from '../service/domain/observation.ts';
import {
  second,
  minute,
  now0,
  imageAlias,
  fresh,
  jobRequest,
  agent,
  placeholderAgents,
  instance,
  lane,
  generation,
} from './record-builders.ts';

export * from './record-builders.ts';

/** One machine in its three records; the agent is null before the machine has claimed its registration. */
export interface Machine {
  readonly generation: Generation;
  readonly instance: Instance;
  readonly agent: Agent | null;
}

export interface MachineOverrides {
  readonly generation?: Partial<Generation>;
  readonly instance?: Partial<Instance>;
  readonly agent?: Partial<Agent> | null;
}

/** Online, enabled, without a job since nine minutes. */
export function machine(number: number, overrides: MachineOverrides = {}): Machine {
  return {
    generation: generation({ instanceId: String(number), ...overrides.generation }),
    instance: instance({ instanceId: String(number), ...overrides.instance }),
    agent: overrides.agent === null ? null : agent({ agentId: number, ...overrides.agent }),
  };
}

/** Created `ageMs` ago, not registered yet. */
export function bootingMachine(number: number, ageMs: number = 60 * second, overrides: MachineOverrides = {}): Machine {
  const startedAt = now0 - ageMs;
  return machine(number, {
    generation: {
      startedAt,
      agentId: null,
      agentName: null,
      claimedAt: null,
      firstOnlineAt: null,
      isDisabledByWeir: true,
      ...overrides.generation,
    },
    instance: { createdAt: startedAt, provisioningState: 'creating', powerState: 'starting', ...overrides.instance },
    agent: overrides.agent ?? null,
  });
}

export function busyMachine(number: number, requestId: number, overrides: MachineOverrides = {}): Machine {
  return machine(number, { ...overrides, agent: { assignedRequestId: requestId, ...overrides.agent } });
}

/** Has finished its job a few seconds ago; a one-job agent goes offline then. */
export function usedMachine(number: number, overrides: MachineOverrides = {}): Machine {
  const justNow = now0 - 5 * second;
  const after = {
    isOnline: false,
    statusChangedAt: justNow,
    lastCompletedRequestId: 500 + number,
    lastCompletedAt: justNow,
  };
  return machine(number, { ...overrides, agent: { ...after, ...overrides.agent } });
}

/** The request that runs on a busy machine. */
export function runningRequest(requestId: number, agentId: number, overrides: Partial<JobRequest> = {}): JobRequest {
  const times = { queuedAt: now0 - 5 * minute, assignedAt: now0 - 4 * minute, receivedAt: now0 - 4 * minute };
  return jobRequest({ requestId, reservedAgentId: agentId, lockedUntil: now0 + 10 * minute, ...times, ...overrides });
}

export interface Scene {
  readonly now?: number;
  readonly machines?: readonly Machine[];
  readonly requests?: readonly JobRequest[];
  readonly operations?: readonly OpenOperation[];
  /** Agents that are neither machines nor placeholders: somebody else's. */
  readonly strangers?: readonly Agent[];
  readonly capacity?: number;
  readonly withPlaceholder?: boolean;
}

/** A whole, fresh picture of one lane made of machines, with the pool's placeholder. */
export function scene(parts: Scene = {}, overrides: Partial<Observation> = {}): Observation {
  const machines = parts.machines ?? [];
  const withPlaceholder = parts.withPlaceholder ?? true;
  const agents = [
    ...machines.flatMap((one) => (one.agent === null ? [] : [one.agent])),
    ...(withPlaceholder ? placeholderAgents() : []),
    ...(parts.strangers ?? []),
  ];
  const instances = machines.map((one) => one.instance);
  return observation({
    now: parts.now ?? now0,
    jobRequests: fresh(parts.requests ?? []),
    agents: fresh(agents),
    lanes: [lane(instances, parts.capacity === undefined ? {} : { capacity: parts.capacity })],
    generations: machines.map((one) => one.generation),
    operations: parts.operations ?? [],
    placeholders: withPlaceholder
      ? placeholderAgents().map(({ agentId, name }) => ({ agentId, name, image: imageAlias }))
      : [],
    ...overrides,
  });
}

/** Fresh and empty: no requests, agents or instances. */
export function observation(overrides: Partial<Observation> = {}): Observation {
  return {
    now: now0,
    jobRequests: fresh([]),
    agents: fresh([]),
    lanes: [lane()],
    generations: [],
    operations: [],
    placeholders: [],
    ownsEverything: false,
    ...overrides,
  };
}
