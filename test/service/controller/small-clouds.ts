// Both clouds as plain data behind our ports, for stories of the controller: every call is noted in order, and a test
// may make the next call of a name fail or do something in between.
import type { Agent } from '../../../service/domain/agent.ts';
import type { Instance, ScaleSet, ScaleSetExtension } from '../../../service/domain/instance.ts';
import type { JobRequest } from '../../../service/domain/job-request.ts';
import type { AzureDevOpsPort, AzurePort, OperationStatus } from '../../../service/ports.ts';
import { CloudError } from '../../../service/problem.ts';

export interface SmallClouds {
  readonly azure: AzurePort;
  readonly azureDevOps: AzureDevOpsPort;
  readonly calls: string[];
  readonly agents: Map<number, Agent>;
  readonly instances: Map<string, Instance>;
  readonly requests: JobRequest[];
  scaleSet: ScaleSet;
  operation: OperationStatus;
  /** Called before the named call takes effect. */
  before: (call: string) => void;
}

export function smallClouds(scaleSet: ScaleSet): SmallClouds {
  const clouds: SmallClouds = {
    calls: [],
    agents: new Map(),
    instances: new Map(),
    requests: [],
    scaleSet,
    operation: { status: 'running' },
    before: () => undefined,
    azure: undefined as unknown as AzurePort,
    azureDevOps: undefined as unknown as AzureDevOpsPort,
  };
  const note = (call: string) => {
    clouds.before(call);
    clouds.calls.push(call);
  };
  return Object.assign(clouds, { azure: smallAzure(clouds, note), azureDevOps: smallAzureDevOps(clouds, note) });
}

function smallAzure(clouds: SmallClouds, note: (call: string) => void): AzurePort {
  const accepted = { operationUrl: 'https://management.azure.com/operations/1' };
  return {
    readScaleSet: () => effect(() => clouds.scaleSet),
    listInstances: () => effect(() => [...clouds.instances.values()]),
    readInstance: (_scaleSetId, instanceId) => effect(() => clouds.instances.get(instanceId) ?? null),
    setCapacity: (_scaleSet, capacity) =>
      effect(() => {
        note(`setCapacity ${capacity}`);
        clouds.scaleSet = { ...clouds.scaleSet, capacity };
        return accepted;
      }),
    deleteInstances: (_scaleSetId, ids) =>
      effect(() => {
        note(`deleteInstances ${ids.join(',')}`);
        for (const id of ids) clouds.instances.delete(id);
        return accepted;
      }),
    reimageInstance: (_scaleSetId, id) =>
      effect(() => {
        note(`reimageInstance ${id}`);
        return accepted;
      }),
    putExtension: (_scaleSetId, extension: ScaleSetExtension) =>
      effect(() => {
        note(`putExtension ${extension.name}`);
        clouds.scaleSet = {
          ...clouds.scaleSet,
          extensions: [...clouds.scaleSet.extensions.filter((one) => one.name !== extension.name), extension],
        };
        return accepted;
      }),
    listScaleSets: () => effect(() => [clouds.scaleSet]),
    createScaleSet: ({ scaleSetId }) =>
      effect(() => {
        note(`createScaleSet ${scaleSetId}`);
        return accepted;
      }),
    deleteScaleSet: (scaleSetId) =>
      effect(() => {
        note(`deleteScaleSet ${scaleSetId}`);
        return accepted;
      }),
    listImageVersions: () => effect(() => ({ kind: 'managed' as const, versions: [] })),
    followOperation: () => effect(() => clouds.operation),
  };
}

function smallAzureDevOps(clouds: SmallClouds, note: (call: string) => void): AzureDevOpsPort {
  const notBuilt = (name: string) => () =>
    Promise.reject(new CloudError('invalid', name, `The small clouds do not know ${name}.`));
  return {
    readPool: notBuilt('readPool'),
    listFinishedJobRequests: () => effect(() => []),
    bumpJobRequest: notBuilt('bumpJobRequest'),
    listJobRequests: () => effect(() => [...clouds.requests]),
    listAgentJobRequests: (_pool, agentId) =>
      effect(() => clouds.requests.filter((one) => one.reservedAgentId === agentId)),
    listAgents: () => effect(() => [...clouds.agents.values()]),
    readAgent: (_pool, agentId) =>
      effect(() => {
        note(`readAgent ${agentId}`);
        return clouds.agents.get(agentId) ?? null;
      }),
    registerAgent: (_pool, registration) =>
      effect(() => {
        note(`registerAgent ${registration.name}`);
        return {
          agentId: 500,
          name: registration.name,
          clientId: 'client',
          authorizationUrl: 'https://x/token',
          serverUrl: null,
        };
      }),
    replaceAgent: (_pool, agentId, { name, version, systemCapabilities, isEnabled }) =>
      effect(() => {
        note(`replaceAgent ${agentId} ${name}`);
        const agent = clouds.agents.get(agentId);
        if (agent === undefined) throw new CloudError('notFound', 'replaceAgent', 'no such agent', { status: 404 });
        const replaced = { ...agent, name, version, systemCapabilities, userCapabilities: {}, isEnabled };
        clouds.agents.set(agentId, replaced);
        return { agentId, name, clientId: 'client', authorizationUrl: 'https://x/token', serverUrl: null };
      }),
    setAgentEnabled: (_pool, agentId, isEnabled) =>
      effect(() => {
        note(`${isEnabled ? 'enable' : 'disable'} ${agentId}`);
        const agent = clouds.agents.get(agentId);
        if (agent === undefined) throw new CloudError('notFound', 'setAgentEnabled', 'no such agent', { status: 404 });
        clouds.agents.set(agentId, { ...agent, isEnabled });
      }),
    putUserCapabilities: (_pool, agentId, userCapabilities) =>
      effect(() => {
        note(`putUserCapabilities ${agentId}`);
        const agent = clouds.agents.get(agentId);
        if (agent === undefined) throw new CloudError('notFound', 'putUserCapabilities', 'no such agent');
        clouds.agents.set(agentId, { ...agent, userCapabilities });
      }),
    deleteAgent: (_pool, agentId) =>
      effect(() => {
        note(`deleteAgent ${agentId}`);
        const agent = clouds.agents.get(agentId);
        if (agent === undefined) return 'absent';
        if (agent.assignedRequestId !== null) return 'busy';
        clouds.agents.delete(agentId);
        return 'deleted';
      }),
    readAgentPackage: () =>
      effect(() => ({
        version: '5.0.0',
        downloadUrl: 'https://x/agent.tar.gz',
        fileName: 'agent.tar.gz',
        sha256: 'a'.repeat(64),
      })),
  };
}

async function effect<T>(call: () => T): Promise<T> {
  await Promise.resolve();
  return call();
}
