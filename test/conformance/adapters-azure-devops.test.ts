// The service's Azure DevOps adapter against the Azure DevOps emulator, in memory: two parts written from the same facts
// by different hands. Where they disagree, one of them has misread the facts.
import { describe, expect, it } from '@jest/globals';
import { personalAccessToken } from '../../service/azure-devops/authorization.ts';
import type { AgentRegistration } from '../../service/ports.ts';
import { capabilities, keyPair, minute, second, start } from '../sandbox/azure-devops/organization.ts';
import { stage } from './azure-devops-scene.ts';

const registration = (name: string): AgentRegistration => ({
  name,
  version: '5.278.0',
  osDescription: 'Linux 6.8.0',
  systemCapabilities: { ...capabilities(name), ImageOverride: 'ubuntu' },
  publicKey: keyPair().publicKey,
});

describe('the Azure DevOps adapter and the Azure DevOps emulator', () => {
  it('agree on pools', async () => {
    const { port, poolId, emulator } = stage();
    await expect(port.readPool(poolId)).resolves.toEqual({
      poolId,
      name: 'linux',
      isHosted: false,
      poolType: 'automation',
      isElastic: false,
    });
    await expect(port.readPool(987)).rejects.toMatchObject({
      kind: 'notFound',
      code: 'TaskAgentPoolNotFoundException',
    });
    const hosted = emulator.addPool({ name: 'theirs', isHosted: true });
    await expect(port.readPool(hosted.id)).resolves.toMatchObject({ isHosted: true });
  });

  it('agree on the life of a registration', async () => {
    const { port, poolId } = stage();
    const registered = await port.registerAgent(poolId, registration('a1'));
    expect(registered).toMatchObject({
      name: 'a1',
      clientId: expect.stringMatching(/./),
      authorizationUrl: expect.stringMatching(/^https:/),
    });
    await expect(port.readAgent(poolId, registered.agentId)).resolves.toMatchObject({
      name: 'a1',
      version: '5.278.0',
      isEnabled: true,
      isOnline: false,
      createdAt: start,
      systemCapabilities: { 'Agent.Name': 'a1', ImageOverride: 'ubuntu' },
      userCapabilities: {},
      assignedRequestId: null,
    });
    await expect(port.registerAgent(poolId, registration('a1'))).rejects.toMatchObject({
      kind: 'conflict',
      code: 'TaskAgentExistsException',
    });
    await expect(port.deleteAgent(poolId, registered.agentId)).resolves.toBe('deleted');
    await expect(port.deleteAgent(poolId, registered.agentId)).resolves.toBe('absent');
    await expect(port.readAgent(poolId, registered.agentId)).resolves.toBeNull();
    await expect(port.listAgents(poolId)).resolves.toEqual([]);
  });

  it('agree on the switch of an agent and on its user capabilities, each as one whole set', async () => {
    const { port, poolId } = stage();
    const { agentId } = await port.registerAgent(poolId, registration('a1'));
    await port.setAgentEnabled(poolId, agentId, false);
    await port.putUserCapabilities(poolId, agentId, { Priority: 'High', tag: 'x' });
    await expect(port.readAgent(poolId, agentId)).resolves.toMatchObject({
      isEnabled: false,
      userCapabilities: { Priority: 'High', tag: 'x' },
    });
    await port.putUserCapabilities(poolId, agentId, { Priority: 'Low' });
    await port.setAgentEnabled(poolId, agentId, true);
    const [agent] = await port.listAgents(poolId);
    expect(agent).toMatchObject({
      isEnabled: true,
      userCapabilities: { Priority: 'Low' },
      systemCapabilities: { ImageOverride: 'ubuntu' },
    });
    expect(agent!.userCapabilities).not.toHaveProperty('tag');
  });

  it('agree on a job from queued to finished', async () => {
    const on = stage();
    const { port, poolId } = on;
    await port.registerAgent(poolId, registration('placeholder'));
    const { requestId } = await on.queue(['ImageOverride -equals ubuntu']);
    expect(await port.listJobRequests(poolId)).toEqual([
      expect.objectContaining({
        requestId,
        queuedAt: start,
        assignedAt: null,
        receivedAt: null,
        result: null,
        reservedAgentId: null,
        jobName: 'build',
      }),
    ]);
    const [waiting] = await port.listJobRequests(poolId);
    expect(waiting!.demands).toEqual([
      'ImageOverride -equals ubuntu',
      expect.stringMatching(/^Agent\.Version -gtVersion /),
    ]);
    const agent = await on.goOnline('a1', { systemCapabilities: { ...capabilities('a1'), ImageOverride: 'ubuntu' } });
    await expect(port.readAgent(poolId, agent.id)).resolves.toMatchObject({ isOnline: true });

    on.pass(5 * second);
    const [assigned] = await port.listAgentJobRequests(poolId, agent.id);
    expect(assigned).toMatchObject({ requestId, reservedAgentId: agent.id, receivedAt: null });
    expect(assigned!.assignedAt).toBeGreaterThan(start);
    await expect(port.readAgent(poolId, agent.id)).resolves.toMatchObject({ assignedRequestId: requestId });
    await expect(port.deleteAgent(poolId, agent.id)).resolves.toBe('busy');

    await agent.poll();
    await agent.renew(Number(requestId));
    const [running] = await port.listJobRequests(poolId);
    expect(running!.receivedAt).toBeGreaterThanOrEqual(assigned!.assignedAt!);
    expect(running!.lockedUntil).toBeGreaterThan(on.now());

    on.pass(minute);
    const { planId, planType, scopeId, jobId } = (
      await on.rows(`_apis/distributedtask/pools/${poolId}/jobrequests`)
    )[0]!;
    const plan = `${String(scopeId)}/_apis/distributedtask/hubs/${String(planType)}/plans/${String(planId)}`;
    const completed = { name: 'JobCompleted', jobId, requestId, result: 'succeeded', agentShuttingDown: false };
    expect(
      await on.ask('POST', `${plan}/events?api-version=7.2-preview.1`, completed, { token: agent.token }),
    ).toMatchObject({ status: 204 });
    await expect(port.listJobRequests(poolId)).resolves.toEqual([]);
    const [finished] = await port.listFinishedJobRequests(poolId, 1);
    expect(finished).toMatchObject({ requestId, result: 'succeeded', finishedAt: on.now() });
    const idle = await port.readAgent(poolId, agent.id);
    expect(idle).toMatchObject({
      assignedRequestId: null,
      lastCompletedRequestId: requestId,
      lastCompletedAt: on.now(),
    });
    await expect(port.deleteAgent(poolId, agent.id)).resolves.toBe('deleted');
  });

  it('agree that a cancelled job is finished, and no longer in the live list', async () => {
    const on = stage();
    const { port, poolId, emulator } = on;
    await port.registerAgent(poolId, registration('placeholder'));
    const first = Number((await on.queue([])).requestId);
    on.pass(minute);
    const second = Number((await on.queue([])).requestId);
    emulator.cancelJob(first);
    on.pass(minute);
    emulator.cancelJob(second);
    await expect(port.listJobRequests(poolId)).resolves.toEqual([]);
    const finished = await port.listFinishedJobRequests(poolId, 5);
    expect(finished.map((request) => [request.requestId, request.result])).toEqual([
      [second, 'canceled'],
      [first, 'canceled'],
    ]);
    expect(await port.listFinishedJobRequests(poolId, 1)).toHaveLength(1);
  });

  it('agree that the last bumped request is first', async () => {
    const on = stage();
    const { port, poolId } = on;
    await port.registerAgent(poolId, registration('placeholder'));
    const ids: number[] = [];
    for (let count = 0; count < 3; count += 1) ids.push(Number((await on.queue([])).requestId));
    await port.bumpJobRequest(poolId, ids[1]!);
    await port.bumpJobRequest(poolId, ids[2]!);
    const agent = await on.goOnline('a1');
    on.pass(5 * second);
    await expect(port.readAgent(poolId, agent.id)).resolves.toMatchObject({ assignedRequestId: ids[2] });
    await expect(port.bumpJobRequest(poolId, 99_999)).rejects.toMatchObject({ kind: 'notFound' });
  });

  it('agree on a job that no registered agent matches: it has failed, and never waits', async () => {
    const on = stage();
    const { port, poolId } = on;
    await port.registerAgent(poolId, registration('placeholder'));
    await on.queue(['ImageOverride -equals windows']);
    await expect(port.listJobRequests(poolId)).resolves.toEqual([]);
    const [failed] = await port.listFinishedJobRequests(poolId, 1);
    expect(failed).toMatchObject({ result: 'failed' });
  });

  it('agree on the agent package', async () => {
    const { port } = stage();
    const newest = await port.readAgentPackage('linux-x64', 'latest');
    expect(newest).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    await expect(port.readAgentPackage('linux-x64', newest.version)).resolves.toEqual(newest);
    await expect(port.readAgentPackage('linux-x64', '0.0.1')).rejects.toMatchObject({ kind: 'notFound' });
  });

  it('agree on being asked to rest, refused or not', async () => {
    let headers: Record<string, string> | null = null;
    let isRefused = false;
    const on = stage({
      throttle: () => (headers === null ? null : { headers, ...(isRefused ? { status: 429 as const } : {}) }),
    });
    headers = { 'retry-after': '12' };
    await expect(on.port.listAgents(on.poolId)).resolves.toEqual([]);
    await expect(on.port.listAgents(on.poolId)).rejects.toMatchObject({ kind: 'throttled', retryAfterMs: 12_000 });
    on.pass(12 * second);
    isRefused = true;
    await expect(on.port.listAgents(on.poolId)).rejects.toMatchObject({
      kind: 'throttled',
      status: 429,
      retryAfterMs: 12_000,
    });
  });

  it('agree on tokens: a good one as bearer and as password, and none of a stranger', async () => {
    const known = { name: 'Weir', rights: 63 };
    const on = stage({ strictTokens: true, tokens: { good: known, administrator: known } });
    await expect(on.as(personalAccessToken('good')).listAgents(on.poolId)).resolves.toEqual([]);
    await expect(on.as(() => Promise.resolve('Bearer good')).listAgents(on.poolId)).resolves.toEqual([]);
    await expect(on.as(() => Promise.resolve('Bearer forged')).listAgents(on.poolId)).rejects.toMatchObject({
      kind: 'denied',
    });
    await expect(on.as(personalAccessToken('forged')).listAgents(on.poolId)).rejects.toMatchObject({ kind: 'denied' });
  });

  it('agree that a reader may not change an agent', async () => {
    const on = stage({
      strictTokens: true,
      tokens: { administrator: { name: 'Weir', rights: 63 }, reader: { name: 'Rea', rights: 1 } },
    });
    const { agentId } = await on.port.registerAgent(on.poolId, registration('a1'));
    const reader = on.as(() => Promise.resolve('Bearer reader'));
    await expect(reader.listAgents(on.poolId)).resolves.toHaveLength(1);
    await expect(reader.setAgentEnabled(on.poolId, agentId, false)).rejects.toMatchObject({ kind: 'denied' });
    await expect(reader.deleteAgent(on.poolId, agentId)).rejects.toMatchObject({ kind: 'denied' });
  });
});
