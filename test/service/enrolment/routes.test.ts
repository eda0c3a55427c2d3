// What machines see on the wire.
import { describe, expect, it } from '@jest/globals';
import Fastify from 'fastify';
import { registerEnrolmentRoutes } from '../../../service/enrolment/routes.ts';
import { CloudError } from '../../../service/problem.ts';
import { operation } from '../../builders.ts';
import { attestedDocument } from './attested.ts';
import { generation, scene } from './scene.ts';

async function served(...parts: Parameters<typeof scene>) {
  const world = await scene(...parts);
  const app = Fastify({ logger: false });
  registerEnrolmentRoutes(app, world.enrolment);
  const post = async (url: string, body: unknown) => {
    const response = await app.inject({ method: 'POST', url, payload: body as object });
    return { status: response.statusCode, headers: response.headers, body: response.json<Record<string, unknown>>() };
  };
  const claim = async (change: Record<string, unknown> = {}) => {
    const { nonce } = (await post('/v1/enrolment/nonce', {})).body as { nonce: string };
    return await post('/v1/enrolment/claims', {
      nonce,
      document: attestedDocument(nonce),
      reported: { forbiddenVariables: [], workFolderVariable: null },
      ...change,
    });
  };
  return { world, app, post, claim };
}

describe('the addresses of enrolment', () => {
  it('issue a nonce of ten digits that nobody may cache', async () => {
    const { post } = await served();
    const answer = await post('/v1/enrolment/nonce', {});
    expect(answer).toMatchObject({
      status: 200,
      body: { nonce: expect.stringMatching(/^[0-9]{10}$/), expiresInSeconds: 120 },
    });
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('answer a claim once and a second one with 409', async () => {
    const { claim } = await served();
    const first = await claim();
    expect(first).toMatchObject({
      status: 200,
      body: { runOnce: true, files: { '.credentials': expect.stringContaining('OAuth') } },
    });
    expect(first.headers['cache-control']).toBe('no-store');
    expect(await claim()).toMatchObject({
      status: 409,
      body: { code: 'CLAIM_USED', message: 'This machine may not enrol.' },
    });
  });

  it('answer 425 while the machine is being reimaged, and 410 where it was given up during its claim', async () => {
    const { claim, world } = await served();
    const lease = world.lease;
    world.azureDevOps.onRegistered = () => world.store.endGeneration(lease, generation.generationId);
    expect(await claim()).toMatchObject({ status: 410, body: { code: 'CLAIM_LATE' } });
    await world.store.startGeneration(lease, { ...generation, generationId: 'g2' });
    const { scaleSetId, instanceId, vmId } = generation;
    const ofMachine = { generationId: 'g2', scaleSetId, instanceId, vmId, agentId: null };
    const wiped = operation({ kind: 'reimage', phase: 'requested', startedAt: world.now, ...ofMachine });
    await world.store.openOperation(lease, wiped);
    expect(await claim()).toMatchObject({
      status: 425,
      body: { code: 'CLAIM_NOT_YET', message: 'This machine may not enrol.' },
    });
  });

  it('never tell a machine why it is refused', async () => {
    const { post } = await served();
    const answer = await post('/v1/enrolment/claims', {
      nonce: '0000000000',
      document: attestedDocument('0000000000'),
      reported: { forbiddenVariables: [], workFolderVariable: null },
    });
    expect(answer.status).toBe(403);
    expect(Object.keys(answer.body).sort()).toEqual(['code', 'correlationId', 'field', 'message', 'nextStep', 'value']);
    expect(JSON.stringify(answer.body)).not.toContain('issued');
  });

  it.each([
    [{ nonce: '123' }],
    [{ document: 'x' }],
    [{ document: { encoding: 'pkcs7', signature: 'A'.repeat(40_000) } }],
    [{ computerName: 'a b' }],
    [{ reported: { forbiddenVariables: ['A=B'], workFolderVariable: null } }],
    [{ reported: { forbiddenVariables: Array.from({ length: 101 }, () => 'A'), workFolderVariable: null } }],
  ])('answer 400 to a body with %j', async (change) => {
    const { claim, world } = await served();
    expect(await claim(change)).toMatchObject({ status: 400, body: { code: 'ENROLMENT_BODY' } });
    expect(world.azureDevOps.calls).toEqual([]);
  });

  it('answer 503 with a time to wait while Azure DevOps is away', async () => {
    const { claim, world } = await served();
    world.azureDevOps.fails = {
      call: 'readAgentPackage',
      times: 1,
      error: new CloudError('throttled', 'readAgentPackage', 'slow down', { retryAfterMs: 7_000 }),
    };
    const busy = await claim();
    expect(busy).toMatchObject({ status: 503, body: { code: 'ENROLMENT_CLOUD' } });
    expect(busy.headers['retry-after']).toBe('7');
  });

  it('serve the constant scripts at versioned addresses, in ASCII', async () => {
    const { app } = await served();
    const script = await app.inject({ url: '/v1/enrolment/1/enableagent.sh' });
    expect(script.statusCode).toBe(200);
    expect(script.body).toMatch(/^#!\/bin\/bash\n/);
    expect(script.body).toContain('def claim_once():');
    expect(script.body).not.toContain('@@');
    expect(script.body).not.toMatch(/[^\t\n\x20-\x7e]/);
    const windows = await app.inject({ url: '/v1/enrolment/1/enableagent.ps1' });
    expect(windows.body).toContain('function ClaimOnce {');
    expect(windows.body).not.toContain('@@');
    expect((await app.inject({ url: '/v1/enrolment/2/enableagent.sh' })).statusCode).toBe(404);
  });
});
