// A large pool as decide sees it, for timing: agents of several images, busy, idle and booting, and a queue that asks for them.
import type { Agent } from '../../service/domain/agent.ts';
import { seededRandom } from '../../service/domain/chance.ts';
import type { Instance } from '../../service/domain/instance.ts';
import type { JobRequest } from '../../service/domain/job-request.ts';
import { emptyMemory, type Memory } from '../../service/domain/memory.ts';
import type { Generation, Observation, Part } from '../../service/domain/observation.ts';
import type { PoolImage, PoolSettings } from '../../service/domain/pool.ts';
import { replayScaleSet } from '../../service/domain/replay-machines.ts';

export interface PictureSize {
  readonly agents: number;
  readonly queued: number;
  readonly images: number;
}

export interface Picture {
  readonly observation: Observation;
  readonly settings: PoolSettings;
  readonly memory: Memory;
}

const now = Date.UTC(2026, 0, 5, 8);
const minute = 60_000;

/** 70 % of the agents are busy, 15 % idle, 15 % boot; each agent has thirty capabilities. */
export function decidePicture(size: PictureSize, base: PoolSettings, seed: number): Picture {
  const random = seededRandom(seed);
  const agents: Agent[] = [];
  const instances: Instance[] = [];
  const generations: Generation[] = [];
  const requests: JobRequest[] = [];
  const set = replayScaleSet(size.agents);
  for (let number = 1; number <= size.agents; number += 1) {
    const image = `image-${String(number % size.images)}`;
    const share = random();
    const isBooting = share >= 0.85;
    const requestId = share < 0.7 ? 1_000_000 + number : null;
    instances.push(instanceOf(set.id, number));
    generations.push(generationOf(set.id, number, isBooting));
    if (isBooting) continue;
    agents.push(agentOf(number, image, requestId));
    if (requestId !== null) requests.push(requestOf(requestId, image, number, now - 20 * minute));
  }
  for (let index = 1; index <= size.queued; index += 1) {
    const image = `image-${String(Math.floor(random() * size.images))}`;
    requests.push(requestOf(index, image, null, now - (size.queued - index) * 30));
  }
  const images: readonly PoolImage[] = Array.from({ length: size.images }, (_, index) => ({
    aliases: [`image-${String(index)}`],
    source: null,
    version: 'latest',
    standbyPercent: '*',
  }));
  return {
    observation: {
      now,
      jobRequests: fresh(requests),
      agents: fresh(agents),
      lanes: [{ scaleSet: fresh(set), instances: fresh(instances) }],
      generations,
      operations: [],
      placeholders: [],
      ownsEverything: false,
    },
    settings: { ...base, scaleSet: set.id, maxCapacity: 2 * size.agents, recycleAfterEachUse: false, images },
    memory: emptyMemory,
  };
}

function fresh<T>(value: T): Part<T> {
  return { freshness: 'fresh', readAt: now, value, problem: null };
}

function agentOf(number: number, image: string, requestId: number | null): Agent {
  const systemCapabilities: Record<string, string> = { 'Agent.Version': '4.248.0', ImageOverride: image };
  for (let index = 0; index < 28; index += 1) systemCapabilities[`tool.${String(index)}`] = `/usr/bin/${String(index)}`;
  return {
    agentId: number,
    name: `agent-${String(number)}`,
    version: '4.248.0',
    isEnabled: true,
    isOnline: true,
    createdAt: now - 60 * minute,
    statusChangedAt: now - 50 * minute,
    systemCapabilities,
    userCapabilities: {},
    assignedRequestId: requestId,
    lastCompletedRequestId: null,
    lastCompletedAt: null,
  };
}

function instanceOf(scaleSetId: string, number: number): Instance {
  return {
    scaleSetId,
    instanceId: String(number),
    vmId: `vm-${String(number)}`,
    name: `pool_${String(number)}`,
    computerName: `pool${String(number)}`,
    createdAt: now - 60 * minute,
    provisioningState: 'succeeded',
    powerState: 'running',
    failures: [],
    isLatestModelApplied: true,
  };
}

function generationOf(scaleSetId: string, number: number, isBooting: boolean): Generation {
  return {
    generationId: `g-${String(number)}`,
    scaleSetId,
    instanceId: String(number),
    vmId: `vm-${String(number)}`,
    startedAt: now - (isBooting ? minute : 60 * minute),
    startedBy: 'create',
    agentId: isBooting ? null : number,
    agentName: isBooting ? null : `agent-${String(number)}`,
    claimedAt: isBooting ? null : now - 55 * minute,
    firstOnlineAt: isBooting ? null : now - 50 * minute,
    isDisabledByWeir: false,
    isSaved: false,
  };
}

function requestOf(requestId: number, image: string, agentId: number | null, queuedAt: number): JobRequest {
  const assignedAt = agentId === null ? null : queuedAt + 5_000;
  return {
    requestId,
    queuedAt,
    assignedAt,
    receivedAt: assignedAt,
    finishedAt: null,
    result: null,
    lockedUntil: null,
    demands: ['Agent.Version -gtVersion 2.182.1', `ImageOverride -equals ${image}`],
    reservedAgentId: agentId,
    matchedAgentIds: null,
    jobName: null,
    definitionName: null,
    runName: null,
    runId: null,
    projectId: null,
    statusMessage: null,
  };
}
