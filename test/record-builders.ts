// One builder for each record that both clouds and the ledger give. Everything has a plain default, so what a test writes down is what it means.
import type { Agent } from '../service/domain/agent.ts';
import type { Instance, ScaleSet } from '../service/domain/instance.ts';
import type { JobRequest } from '../service/domain/job-request.ts';
import { emptyMemory, type Memory } from '../service/domain/memory.ts';
import type { Generation, Lane, OpenOperation, Part } from '../service/domain/observation.ts';
import type { PoolSettings } from '../service/domain/pool.ts';

export const second = 1000;

export const minute = 60 * second;

export const hour = 60 * minute;

/** Monday 5 January 2026, 08:00 UTC: the instant that observations default to. */
export const now0 = Date.UTC(2026, 0, 5, 8);

export const scaleSetId =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/agents/providers/Microsoft.Compute/virtualMachineScaleSets/agents';

export const imageAlias = 'ubuntu-22.04';

export const placeholderId = 9000;

export function fresh<T>(value: T, readAt: number = now0): Part<T> {
  return { freshness: 'fresh', readAt, value, problem: null };
}

export function stale<T>(value: T, problem = 'The read failed.'): Part<T> {
  return { freshness: 'stale', readAt: now0 - minute, value, problem };
}

export function unknown<T>(empty: T, problem = 'It was never read.'): Part<T> {
  return { freshness: 'unknown', readAt: null, value: empty, problem };
}

export function settings(
  overrides: Partial<Omit<PoolSettings, 'sizing'>> & { readonly sizing?: Partial<PoolSettings['sizing']> } = {},
): PoolSettings {
  const { sizing, ...rest } = overrides;
  const recycleAfterEachUse = rest.recycleAfterEachUse ?? true;
  return {
    name: 'linux',
    organization: 'https://dev.azure.com/fabrikam',
    poolId: 7,
    scaleSet: scaleSetId,
    maxCapacity: 10,
    desiredIdle: 0,
    timeToLiveMinutes: 30,
    recycleAfterEachUse,
    maxSavedNodeCount: 0,
    agentInteractiveUI: false,
    osType: 'linux',
    agentVersion: 'latest',
    workFolder: null,
    paused: false,
    sizing: {
      policy: 'eventDriven',
      preset: 'balanced',
      sampleMinutes: 5,
      incrementPercent: 25,
      stepMinutes: 20,
      ...sizing,
    },
    images: [{ aliases: [imageAlias], source: null, version: 'latest', standbyPercent: '*' }],
    demands: {
      workFolders: [],
      customCapabilities: [],
      versionOverride: 'validated',
      discovery: false,
      tagWaitMinutes: 10,
    },
    priority: { batchSeconds: 10, agingMinutes: 60 },
    profile: recycleAfterEachUse
      ? { kind: 'stateless' }
      : { kind: 'stateful', maxAgentLifetimeHours: 168, gracePeriodMinutes: 0 },
    schedule: null,
    budget: null,
    maxLanes: 8,
    ...rest,
  };
}

export function memory(overrides: Partial<Memory> = {}): Memory {
  return { ...emptyMemory, ...overrides };
}

/** Queued a few seconds ago, with the demand that every job gets. */
export function jobRequest(overrides: Partial<JobRequest> = {}): JobRequest {
  const requestId = overrides.requestId ?? 1;
  return {
    requestId,
    queuedAt: now0 - 10 * second,
    assignedAt: null,
    receivedAt: null,
    finishedAt: null,
    result: null,
    lockedUntil: null,
    demands: ['Agent.Version -gtVersion 2.163.1'],
    reservedAgentId: null,
    matchedAgentIds: null,
    jobName: `job ${requestId}`,
    definitionName: 'build',
    runName: '20260105.1',
    runId: 100,
    projectId: null,
    statusMessage: null,
    ...overrides,
  };
}

/** What Azure DevOps says of a job for which the organisation has no parallel job left. */
export const parallelLimit =
  'The maximum number of requests that can run for parallelism type Self-Hosted has been reached.';

/** `count` queued requests with consecutive ids from `firstId`. */
export function jobRequests(count: number, overrides: Partial<JobRequest> = {}, firstId = 1): readonly JobRequest[] {
  return Array.from({ length: count }, (_, index) => jobRequest({ ...overrides, requestId: firstId + index }));
}

/** Online, enabled, without a job. */
export function agent(overrides: Partial<Agent> = {}): Agent {
  const agentId = overrides.agentId ?? 1;
  const name = overrides.name ?? `agents-${agentId}`;
  return {
    agentId,
    name,
    version: '4.260.0',
    isEnabled: true,
    isOnline: true,
    createdAt: now0 - 10 * minute,
    statusChangedAt: now0 - 9 * minute,
    systemCapabilities: {
      'Agent.Name': name,
      'Agent.Version': '4.260.0',
      'Agent.OS': 'Linux',
      'Agent.ComputerName': `agents${String(agentId).padStart(6, '0')}`,
      ImageOverride: imageAlias,
    },
    userCapabilities: {},
    assignedRequestId: null,
    lastCompletedRequestId: null,
    lastCompletedAt: null,
    ...overrides,
  };
}

/** Registered, never online. */
export function placeholderAgent(overrides: Partial<Agent> = {}): Agent {
  const base = {
    agentId: placeholderId,
    name: 'weir-placeholder-ubuntu-22.04',
    isOnline: false,
    statusChangedAt: null,
  };
  return agent({ ...base, systemCapabilities: { ...promised('Medium'), 'Agent.Name': base.name }, ...overrides });
}

/** One for each priority of the one image, the usual one first. */
export function placeholderAgents(): readonly Agent[] {
  const others = (['High', 'Low'] as const).map((priority, index) => {
    const name = `weir-placeholder-ubuntu-22.04-${priority}`;
    const systemCapabilities = { ...promised(priority), 'Agent.Name': name };
    return placeholderAgent({ agentId: placeholderId + 1 + index, name, systemCapabilities });
  });
  return [placeholderAgent(), ...others];
}

function promised(priority: string) {
  return {
    'Agent.Version': '4.260.0',
    'Agent.OS': 'Linux',
    'Agent.OSArchitecture': 'X64',
    'Weir.Placeholder': settings().name,
    ImageOverride: imageAlias,
    Priority: priority,
    WorkFolder: '/mnt/_work',
  };
}

/** Provisioned and running. */
export function instance(overrides: Partial<Instance> = {}): Instance {
  const instanceId = overrides.instanceId ?? '1';
  return {
    scaleSetId,
    instanceId,
    vmId: `vm-${instanceId}`,
    name: `agents_${instanceId}`,
    computerName: `agents${instanceId.padStart(6, '0')}`,
    createdAt: now0 - 12 * minute,
    provisioningState: 'succeeded',
    powerState: 'running',
    failures: [],
    isLatestModelApplied: true,
    ...overrides,
  };
}

export function scaleSet(overrides: Partial<ScaleSet> = {}): ScaleSet {
  return {
    id: scaleSetId,
    name: 'agents',
    location: 'westeurope',
    etag: '"1"',
    sku: { name: 'Standard_D2_v3', tier: 'Standard' },
    capacity: 0,
    provisioningState: 'succeeded',
    orchestrationMode: 'uniform',
    osType: 'linux',
    image: { id: null, publisher: 'Canonical', offer: 'ubuntu', sku: '22_04-lts', version: '22.04.202601050' },
    isEphemeral: true,
    overprovision: false,
    upgradePolicyMode: 'Manual',
    singlePlacementGroup: false,
    tags: {},
    extensions: [],
    ...overrides,
  };
}

/** A lane whose capacity is the number of instances that are not being deleted, unless told. */
export function lane(instances: readonly Instance[] = [], overrides: Partial<ScaleSet> = {}): Lane {
  const capacity = instances.filter((one) => one.provisioningState !== 'deleting').length;
  return { scaleSet: fresh(scaleSet({ capacity, ...overrides })), instances: fresh(instances) };
}

/** A life that began with a create and came online nine minutes ago. */
export function generation(overrides: Partial<Generation> = {}): Generation {
  const instanceId = overrides.instanceId ?? '1';
  return {
    generationId: `g-${instanceId}`,
    scaleSetId,
    instanceId,
    vmId: `vm-${instanceId}`,
    startedAt: now0 - 12 * minute,
    startedBy: 'create',
    agentId: Number(instanceId),
    agentName: `agents-${instanceId}`,
    claimedAt: now0 - 10 * minute,
    firstOnlineAt: now0 - 9 * minute,
    isDisabledByWeir: false,
    isSaved: false,
    ...overrides,
  };
}

/** An open delete of node 1, just intended. */
export function operation(overrides: Partial<OpenOperation> = {}): OpenOperation {
  const instanceId = overrides.instanceId === undefined ? '1' : overrides.instanceId;
  return {
    operationId: `op-${instanceId ?? 'set'}`,
    kind: 'delete',
    phase: 'intended',
    scaleSetId,
    generationId: instanceId === null ? null : `g-${instanceId}`,
    instanceId,
    vmId: instanceId === null ? null : `vm-${instanceId}`,
    agentId: instanceId === null ? null : Number(instanceId),
    fromCapacity: null,
    toCapacity: null,
    operationUrl: null,
    startedAt: now0 - 10 * second,
    phaseSince: now0 - 10 * second,
    deadlineAt: null,
    attempts: 0,
    reason: { code: 'idleTooLong', words: 'It has been idle for too long.' },
    lastProblem: null,
    ...overrides,
  };
}

/** A capacity that was asked for and taken `ageMs` ago. */
export function scaleOutOperation(
  fromCapacity: number,
  toCapacity: number,
  ageMs: number = 20 * second,
): OpenOperation {
  return operation({
    kind: 'scaleOut',
    phase: 'requested',
    instanceId: null,
    fromCapacity,
    toCapacity,
    operationUrl: 'https://management.azure.com/operations/1',
    startedAt: now0 - ageMs,
    phaseSince: now0 - ageMs,
    reason: { code: 'requestsWithoutNode', words: 'Job requests wait.' },
  });
}
