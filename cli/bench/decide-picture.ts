// A large pool as decide sees it, for timing: one lane for each image, agents that are busy, idle and booting, and a queue that
// asks for them. It is a pass in the middle of the work: the gates are closed and the placeholders stand as former passes left them.
import type { Agent } from '../../service/domain/agent.ts';
import { seededRandom } from '../../service/domain/chance.ts';
import { decide } from '../../service/domain/decide.ts';
import type { ImageVersion } from '../../service/domain/image-state.ts';
import type { Instance } from '../../service/domain/instance.ts';
import type { JobRequest } from '../../service/domain/job-request.ts';
import { laneIdOf } from '../../service/domain/lane-owner.ts';
import { laneName, type LaneKey } from '../../service/domain/lane.ts';
import { placeholderCapability } from '../../service/domain/lost-placeholder.ts';
import { emptyMemory, type Memory } from '../../service/domain/memory.ts';
import type { Generation, Observation, Part } from '../../service/domain/observation.ts';
import type { PoolImage, PoolSettings } from '../../service/domain/pool.ts';
import { replayScaleSet } from '../../service/domain/replay-machines.ts';
import { sameLists } from '../../service/domain/same-lists.ts';
import { wantedPlaceholders } from '../../service/domain/wanted-placeholders.ts';

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
const group = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/bench';
const version = '1.0.0';

/** Each call gives the same picture, made of new objects. */
export function decidePictures(size: PictureSize, base: PoolSettings, seed: number): () => Picture {
  const settings = settingsOf(size, base);
  const first = pictureOf(size, settings, seed, new Set());
  // What the first look closes stays closed for the passes after it.
  const drained = decide(first, settings, emptyMemory).decisions.flatMap(({ kind, target }) =>
    kind === 'drain' && target?.agentId != null ? [target.agentId] : [],
  );
  const closed = new Set(drained);
  return () => ({ observation: pictureOf(size, settings, seed, closed), settings, memory: emptyMemory });
}

function settingsOf(size: PictureSize, base: PoolSettings): PoolSettings {
  const images: readonly PoolImage[] = Array.from({ length: size.images }, (_, index) => ({
    aliases: [aliasOf(index)],
    source: { id: `${group}/providers/Microsoft.Compute/galleries/bench/images/${aliasOf(index)}` },
    version: 'latest',
    standbyPercent: '*',
  }));
  const laneResourceGroup = `${group}-lanes`;
  const sizes = { maxCapacity: 2 * size.agents, maxLanes: size.images, recycleAfterEachUse: false };
  return { ...base, ...sizes, scaleSet: replayScaleSet(0).id, laneResourceGroup, images };
}

function aliasOf(index: number): string {
  return `image-${String(index)}`;
}

/** 70 % of the agents are busy, 15 % idle, 15 % boot; each agent has thirty capabilities. */
function pictureOf(size: PictureSize, settings: PoolSettings, seed: number, closed: ReadonlySet<number>): Observation {
  const random = seededRandom(seed);
  const template = { digest: 'template', scaleSet: replayScaleSet(0) };
  const agents: Agent[] = [];
  const generations: Generation[] = [];
  const requests: JobRequest[] = [];
  // As the reader gives them.
  const same = sameLists();
  const lanes = settings.images.map((_, index) => laneOf(aliasOf(index), settings));
  for (let number = 1; number <= size.agents; number += 1) {
    const index = number % size.images;
    const share = random();
    const isBooting = share >= 0.85;
    const requestId = share < 0.7 ? 1_000_000 + number : null;
    const lane = lanes[index];
    if (lane === undefined) continue;
    lane.instances.push(instanceOf(lane.id, number));
    generations.push(generationOf(lane.id, number, isBooting, closed.has(number)));
    if (isBooting) continue;
    agents.push(agentOf(number, aliasOf(index), requestId, !closed.has(number)));
    if (requestId !== null) requests.push(requestOf(requestId, aliasOf(index), number, now - 20 * minute));
  }
  for (let index = 1; index <= size.queued; index += 1) {
    const image = aliasOf(Math.floor(random() * size.images));
    requests.push(requestOf(index, image, null, now - (size.queued - index) * 30));
  }
  const images = settings.images.map(({ aliases }) => ({
    alias: aliases[0] ?? '',
    kind: 'gallery' as const,
    versions: [imageVersion],
  }));
  const picture = {
    now,
    jobRequests: fresh(requests.map((request) => ({ ...request, demands: same.texts(request.demands) }))),
    lanes: lanes.map(({ key, id, name, instances }) => ({
      key,
      scaleSet: fresh({ ...replayScaleSet(instances.length), id, name }),
      instances: fresh(instances),
    })),
    generations,
    operations: [],
    ownsEverything: false,
    images: fresh(images),
    template: fresh(template),
  };
  const placeholders = wantedPlaceholders(picture, settings).map((one, index) => {
    const agentId = 2_000_000 + index;
    const agent = { ...agentOf(agentId, '', null, true), name: one.name, isOnline: false };
    agents.push({ ...agent, systemCapabilities: { ...one.capabilities, [placeholderCapability]: settings.name } });
    return { agentId, name: one.name, image: one.set.image };
  });
  return { ...picture, agents: fresh(agents), placeholders };
}

const imageVersion: ImageVersion = {
  ...{ version, publishedAt: null, provisioningState: 'succeeded', isExcludedFromLatest: false },
  ...{ endOfLifeAt: null, replication: 'replicated' },
};

function laneOf(image: string, settings: PoolSettings) {
  const key: LaneKey = { image, version, template: '' };
  return { key, id: laneIdOf(settings, key) ?? '', name: laneName(settings, key), instances: [] as Instance[] };
}

function fresh<T>(value: T): Part<T> {
  return { freshness: 'fresh', readAt: now, value, problem: null };
}

function agentOf(number: number, image: string, requestId: number | null, isEnabled: boolean): Agent {
  const systemCapabilities: Record<string, string> = { 'Agent.Version': '4.248.0', ImageOverride: image };
  systemCapabilities.ImageVersionOverride = version;
  for (let index = 0; index < 27; index += 1) systemCapabilities[`tool.${String(index)}`] = `/usr/bin/${String(index)}`;
  return {
    agentId: number,
    name: `agent-${String(number)}`,
    version: '4.248.0',
    isEnabled,
    isOnline: true,
    createdAt: now - 60 * minute,
    statusChangedAt: now - 50 * minute,
    // As JSON gives it: to an object that grew name by name every look takes longer.
    systemCapabilities: { ...systemCapabilities },
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

function generationOf(scaleSetId: string, number: number, isBooting: boolean, isClosed: boolean): Generation {
  return {
    generationId: `g-${String(number).padStart(6, '0')}`,
    scaleSetId,
    instanceId: String(number),
    vmId: `vm-${String(number)}`,
    startedAt: now - (isBooting ? minute : 60 * minute),
    startedBy: 'create',
    agentId: isBooting ? null : number,
    agentName: isBooting ? null : `agent-${String(number)}`,
    claimedAt: isBooting ? null : now - 55 * minute,
    firstOnlineAt: isBooting ? null : now - 50 * minute,
    isDisabledByWeir: isClosed,
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
