// The published client, azure-devops-node-api, drives the emulator over a loopback port: it finds its addresses by
// itself, reads our enumerations and dates, and gets its own exceptions.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import azdev from 'azure-devops-node-api';
import type { ITaskAgentApi } from 'azure-devops-node-api/TaskAgentApi.js';
import {
  TaskAgentPoolActionFilter,
  TaskAgentPoolOptions,
  TaskAgentPoolType,
  TaskAgentRequestUpdateOptions,
  TaskAgentStatus,
  TaskResult,
  type TaskAgent,
  type TaskAgentJobRequest,
} from 'azure-devops-node-api/interfaces/TaskAgentInterfaces.js';
import { createAzureDevOpsEmulator, type AzureDevOpsEmulator } from '../../sandbox/azure-devops/emulator.ts';
import { verifySignature } from '../../sandbox/azure-devops/serve.ts';
import { serveEmulator, type RunningServer } from '../../sandbox/serve.ts';

const start = Date.UTC(2026, 0, 5, 8);
let now = start;
let server: RunningServer;
let emulator: AzureDevOpsEmulator;
let client: azdev.WebApi;
let tasks: ITaskAgentApi;

beforeEach(async () => {
  now = start;
  emulator = createAzureDevOpsEmulator({
    now,
    random: lcg(),
    verifySignature,
    assignDelayMs: [1000, 1000],
    strictTokens: true,
    tokens: { secret: { name: 'Admin', rights: 63 } },
  });
  // The sandbox's clock stands still on the wall; a test moves it.
  server = await serveEmulator(emulator, { now: () => now, wallMsUntil: () => 3_600_000 });
  client = new azdev.WebApi(`${server.url}/fabrikam`, azdev.getPersonalAccessTokenHandler('secret'));
  tasks = await client.getTaskAgentApi();
});

afterEach(() => server.close());

const registration: TaskAgent = {
  name: 'weir-0001',
  version: '5.278.0',
  maxParallelism: 1,
  systemCapabilities: { 'Agent.Version': '5.278.0', 'Agent.OS': 'Linux' },
};

async function poolWithAgent(): Promise<{ readonly poolId: number; readonly agentId: number }> {
  const { id: poolId = 0 } = await tasks.addAgentPool({ name: 'linux', autoProvision: true });
  const { id: agentId = 0 } = await tasks.addAgent(registration, poolId);
  return { poolId, agentId };
}

function lcg(): () => number {
  let state = 1;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}

describe('azure-devops-node-api', () => {
  it('connects, and lists projects', async () => {
    expect((await client.connect()).authenticatedUser?.providerDisplayName).toBe('Admin');
    const core = await client.getCoreApi();
    const [project] = await core.getProjects();
    expect(project?.name).toBe('Fabrikam');
    expect((await core.getProject('Fabrikam')).id).toBe(project?.id);
  });

  it('makes, finds, changes and deletes pools', async () => {
    const pool = await tasks.addAgentPool({
      name: 'linux',
      autoProvision: true,
      poolType: TaskAgentPoolType.Automation,
    });
    const id = pool.id ?? 0;
    expect(pool).toMatchObject({
      name: 'linux',
      poolType: 1,
      options: TaskAgentPoolOptions.None,
      createdOn: new Date(start),
    });
    expect(await tasks.getAgentPools('linux')).toHaveLength(1);
    expect(
      await tasks.getAgentPools(undefined, undefined, TaskAgentPoolType.Automation, TaskAgentPoolActionFilter.Manage),
    ).toHaveLength(3);
    expect(await tasks.getAgentPoolsByIds([id, 1])).toHaveLength(2);
    expect(await tasks.hasPoolPermissions(id, 2)).toBe(true);
    expect((await tasks.updateAgentPool({ autoUpdate: false }, id)).autoUpdate).toBe(false);
    await tasks.deleteAgentPool(id);
    expect(await tasks.getAgentPool(id)).toBeNull();
  });

  it('opens and closes queues', async () => {
    const { poolId } = await poolWithAgent();
    const [queue] = await tasks.getAgentQueuesForPools([poolId], 'Fabrikam');
    expect(queue).toMatchObject({ name: 'linux', pool: { id: poolId, size: 1 } });
    expect(await tasks.getAgentQueues('Fabrikam', 'linux')).toHaveLength(1);
    expect(await tasks.getAgentQueuesByNames(['linux', 'Default'], 'Fabrikam')).toHaveLength(2);
    expect(await tasks.getAgentQueuesByIds([queue?.id ?? 0], 'Fabrikam')).toHaveLength(1);
    await tasks.deleteAgentQueue(queue?.id ?? 0, 'Fabrikam');
    expect(await tasks.getAgentQueue(queue?.id ?? 0, 'Fabrikam')).toBeNull();
    const again = await tasks.addAgentQueue({ name: 'linux', pool: { id: poolId } }, 'Fabrikam', true);
    expect(again.pool?.id).toBe(poolId);
  });

  it('registers agents, relabels, disables and deletes them', async () => {
    const { poolId, agentId } = await poolWithAgent();
    await tasks.updateAgentUserCapabilities({ Priority: 'High' }, poolId, agentId);
    const [agent] = await tasks.getAgents(poolId, 'weir-0001', true, true, true);
    expect(agent).toMatchObject({
      id: agentId,
      status: TaskAgentStatus.Offline,
      enabled: true,
      createdOn: new Date(start),
      systemCapabilities: { 'Agent.OS': 'Linux' },
      userCapabilities: { Priority: 'High' },
    });
    expect(await tasks.getAgents(poolId, undefined, false, false, false, undefined, ['Priority -equals low'])).toEqual(
      [],
    );
    expect((await tasks.updateAgent({ id: agentId, enabled: false }, poolId, agentId)).enabled).toBe(false);
    expect((await tasks.replaceAgent({ ...registration, id: agentId }, poolId, agentId)).userCapabilities).toEqual({});
    await expect(tasks.addAgent(registration, poolId)).rejects.toMatchObject({
      statusCode: 409,
      result: { typeKey: 'TaskAgentExistsException' },
    });
    await tasks.deleteAgent(poolId, agentId);
    expect(await tasks.getAgent(poolId, agentId)).toBeNull();
  });

  it('listens as an agent, runs a job and is asked about its requests', async () => {
    const { poolId, agentId } = await poolWithAgent();
    const session = await tasks.createAgentSession(
      { ownerName: 'host', agent: { id: agentId, name: 'weir-0001', version: '5.278.0' } },
      poolId,
    );
    const sessionId = session.sessionId ?? '';
    await expect(
      tasks.createAgentSession({ ownerName: 'other', agent: { id: agentId, name: 'weir-0001' } }, poolId),
    ).rejects.toMatchObject({ statusCode: 409 });
    const queued: TaskAgentJobRequest = await tasks.queueAgentRequestByPool(
      { demands: [{ name: 'Agent.OS', value: 'linux' }] },
      poolId,
    );
    const requestId = queued.requestId ?? 0;
    expect(queued).toMatchObject({ poolId, matchesAllAgentsInPool: true, queueTime: new Date(start) });
    now += 5000;
    const message = await tasks.getMessage(poolId, sessionId);
    expect(message.messageType).toBe('PipelineAgentJobRequest');
    await tasks.deleteMessage(poolId, message.messageId ?? 0, sessionId);
    const zero = '00000000-0000-0000-0000-000000000000';
    expect((await tasks.updateAgentRequest({ requestId }, poolId, requestId, zero)).lockedUntil).toEqual(
      new Date(now + 600_000),
    );
    expect(await tasks.getAgentRequestsForAgent(poolId, agentId, 0)).toHaveLength(1);
    await expect(tasks.deleteAgent(poolId, agentId)).rejects.toMatchObject({
      statusCode: 400,
      result: { typeKey: 'TaskAgentJobStillRunningException' },
    });
    await tasks.updateAgentRequest(
      { requestId, result: TaskResult.SucceededWithIssues, finishTime: new Date(now) },
      poolId,
      requestId,
      zero,
    );
    expect(await tasks.getAgentRequest(poolId, requestId)).toMatchObject({
      result: TaskResult.SucceededWithIssues,
      reservedAgent: { id: agentId, status: TaskAgentStatus.Online },
    });
    expect(await tasks.getAgentRequests(poolId, 10)).toHaveLength(1);
    expect(await tasks.getAgentRequestsForAgents(poolId, [agentId], 5)).toHaveLength(1);
    expect((await tasks.getAgents(poolId, undefined, false, true, true))[0]).toMatchObject({
      lastCompletedRequest: { requestId },
    });
    await tasks.deleteAgentSession(poolId, sessionId);
    expect((await tasks.getAgent(poolId, agentId)).status).toBe(TaskAgentStatus.Offline);
  });

  it('runs the last bumped request next', async () => {
    const { poolId, agentId } = await poolWithAgent();
    const ids: number[] = [];
    for (let count = 0; count < 3; count += 1)
      ids.push((await tasks.queueAgentRequestByPool({ demands: [] }, poolId)).requestId ?? 0);
    await tasks.updateAgentRequest(
      { requestId: ids[2] },
      poolId,
      ids[2] ?? 0,
      '00000000-0000-0000-0000-000000000000',
      TaskAgentRequestUpdateOptions.BumpRequestToTop,
    );
    await tasks.createAgentSession({ ownerName: 'host', agent: { id: agentId, name: 'weir-0001' } }, poolId);
    now += 5000;
    expect((await tasks.getAgentRequestsForAgent(poolId, agentId, 0)).map((request) => request.requestId)).toEqual([
      ids[2],
    ]);
  });

  it('reads packages, pool metadata and the requests of a queue', async () => {
    const { poolId } = await poolWithAgent();
    const [newest] = await tasks.getPackages('agent', 'linux-x64', 1);
    expect(newest?.version).toMatchObject({ major: 5 });
    await tasks.setAgentPoolMetadata(null, 'owned by Weir', poolId);
    expect((await plain('GET', `_apis/distributedtask/pools/${poolId}/poolmetadata`)).body).toBe('owned by Weir');
    const [queue] = await tasks.getAgentQueuesForPools([poolId], 'Fabrikam');
    await tasks.queueAgentRequestByPool({ demands: [] }, poolId);
    expect(await tasks.getAgentRequestsForQueue('Fabrikam', queue?.id ?? 0, 10)).toHaveLength(1);
  });

  it('is told by name what is not built', async () => {
    const { body } = await plain('GET', '_apis/distributedtask/agentclouds');
    expect(JSON.parse(body)).toMatchObject({
      message: 'The Azure DevOps emulator does not build the operation getAgentClouds.',
    });
  });

  it('with a bad token gets the sign-in page, not data', async () => {
    const answer = await plain('GET', '_apis/distributedtask/pools', 'stolen');
    expect(answer).toMatchObject({ status: 203, type: 'text/html; charset=utf-8' });
    const stranger = new azdev.WebApi(`${server.url}/fabrikam`, azdev.getPersonalAccessTokenHandler('stolen'));
    await expect(stranger.getTaskAgentApi().then((api) => api.getAgentPools())).rejects.toBeDefined();
  });
});

describe('the server', () => {
  it('settles a long poll when the sandbox’s clock comes to it', async () => {
    const { poolId, agentId } = await poolWithAgent();
    const { sessionId = '' } = await tasks.createAgentSession(
      { ownerName: 'host', agent: { id: agentId, name: 'weir-0001' } },
      poolId,
    );
    now += 2_000;
    await plain('GET', '_apis/projects');
    const waiting = plain('GET', `_apis/distributedtask/pools/${poolId}/messages?sessionId=${sessionId}`);
    // Only a poll that has arrived can be settled; the server knows it then.
    await until(() => emulator.nextEventAt() === now + 50_000);
    now += 51_000;
    await plain('GET', '_apis/projects');
    expect(await waiting).toMatchObject({ status: 202, body: '' });
  });

  it('wakes the emulator by itself when something is due', async () => {
    const fast = createAzureDevOpsEmulator({ now: start, random: lcg(), verifySignature, assignDelayMs: [1000, 1000] });
    const { id: poolId } = fast.addPool({ name: 'linux' });
    const began = performance.now();
    const clock = {
      now: () => start + (performance.now() - began) * 20,
      wallMsUntil: (at: number) => (at - start) / 20 - (performance.now() - began),
    };
    const woken = await serveEmulator(fast, clock);
    try {
      const ask = (method: string, path: string, body: unknown) =>
        fetch(`${woken.url}/fabrikam/_apis/distributedtask/pools/${poolId}/${path}?api-version=7.2-preview.1`, {
          method,
          headers: { authorization: 'Bearer x', 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
      await ask('POST', 'agents', registration);
      const [agent] = fast.agents();
      await ask('POST', 'sessions', { ownerName: 'host', agent: { id: agent?.id, name: 'weir-0001' } });
      await ask('POST', 'jobrequests', {});
      await until(() => fast.requests()[0]?.assignTime !== null);
      expect(fast.requests()[0]?.reservedAgent?.name).toBe('weir-0001');
    } finally {
      await woken.close();
    }
  });
});

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo(); tries += 1) {
    if (tries > 10_000) throw new Error('It never happened.');
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

async function plain(
  method: string,
  path: string,
  token = 'secret',
): Promise<{ readonly status: number; readonly type: string | null; readonly body: string }> {
  const authorization = `Basic ${Buffer.from(`:${token}`).toString('base64')}`;
  const response = await fetch(`${server.url}/fabrikam/${path}`, {
    method,
    headers: { authorization },
    redirect: 'manual',
  });
  return { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
}
