// A whole agent's life over plain requests: registered with its own key, logged in, online, one job, gone.
import { describe, expect, it } from '@jest/globals';
import {
  assertion,
  keyPair,
  listenerClaims,
  minute,
  registrationBody,
  scene,
  second,
  tokenForm,
  type Row,
} from './organization.ts';

describe('an agent', () => {
  it('lives from registration through one job to its deletion', async () => {
    const on = scene();
    const agent = await on.goOnline('weir-0001');
    const waiting = agent.poll();
    const queued = await on.queue(['Agent.OS -equals Linux'], { 'weir.durationSeconds': '90' });
    expect(queued).not.toHaveProperty('assignTime');

    on.pass(2 * second);
    const message = (await waiting).json;
    expect(message.messageType).toBe('PipelineAgentJobRequest');
    const job = JSON.parse(String(message.body)) as Row & {
      readonly variables: Readonly<Record<string, { readonly value: string }>>;
      readonly plan: Row;
      readonly resources: {
        readonly endpoints: readonly [
          { readonly authorization: { readonly parameters: { readonly AccessToken: string } } },
        ];
      };
    };
    expect(job.variables['weir.durationSeconds']?.value).toBe('90');
    expect(job.plan).toMatchObject({ planType: 'Build', version: 9 });

    const requestId = Number(job.requestId);
    const request = `_apis/distributedtask/pools/${on.poolId}/jobrequests/${requestId}`;
    const started = (await on.ask('GET', request)).json;
    expect(started).toMatchObject({
      assignTime: '2026-01-05T08:00:01.000Z',
      receiveTime: '2026-01-05T08:00:01.000Z',
      lockedUntil: '2026-01-05T08:10:01.000Z',
    });

    on.pass(minute);
    expect((await agent.renew(requestId)).json.lockedUntil).toBe('2026-01-05T08:11:02.000Z');
    const pool = `_apis/distributedtask/pools/${on.poolId}`;
    const deletion = `${pool}/messages/${Number(message.messageId)}?sessionId=${agent.sessionId}&api-version=7.2-preview.1`;
    expect((await on.ask('DELETE', deletion, undefined, { token: agent.token })).status).toBe(204);

    const events = `${String(job.plan.scopeIdentifier)}/_apis/distributedtask/hubs/Build/plans/${String(job.plan.planId)}/events?api-version=2.0-preview.1`;
    const completed = {
      name: 'JobCompleted',
      jobId: job.jobId,
      requestId,
      result: 'succeeded',
      agentShuttingDown: true,
    };
    const { AccessToken: jobToken } = job.resources.endpoints[0].authorization.parameters;
    expect((await on.ask('POST', events, completed, { token: jobToken })).status).toBe(204);
    expect((await on.ask('GET', request)).json).toMatchObject({
      result: 'succeeded',
      finishTime: '2026-01-05T08:01:02.000Z',
    });

    const view = (
      await on.ask('GET', `${pool}/agents/${agent.id}?includeAssignedRequest=true&includeLastCompletedRequest=true`)
    ).json;
    expect(view).not.toHaveProperty('assignedRequest');
    expect(view.lastCompletedRequest).toMatchObject({ requestId, result: 'succeeded' });
    expect(
      (
        await on.ask('DELETE', `${pool}/sessions/${agent.sessionId}?api-version=7.2-preview.1`, undefined, {
          token: agent.token,
        })
      ).status,
    ).toBe(204);
    expect((await on.ask('DELETE', `${pool}/agents/${agent.id}?api-version=7.1`)).status).toBe(204);
    expect(on.events.map((event) => event.kind)).toEqual([
      'agentRegistered',
      'agentOnline',
      'jobQueued',
      'jobAssigned',
      'jobStarted',
      'jobFinished',
      'agentOffline',
      'agentDeleted',
    ]);
  });

  it('that said it shuts down gets no further job before its next session', async () => {
    const on = scene();
    const agent = await on.goOnline('weir-0002');
    const first = Number((await on.queue([])).requestId);
    on.pass(2 * second);
    await agent.poll();
    await complete(on, first, true);
    const next = Number((await on.queue([])).requestId);
    on.pass(minute);
    expect(await requestOf(on, next)).not.toHaveProperty('assignTime');
    await on.ask(
      'DELETE',
      `_apis/distributedtask/pools/${on.poolId}/sessions/${agent.sessionId}?api-version=7.2-preview.1`,
      undefined,
      { token: agent.token },
    );
    const session = { ownerName: 'weir-0002', agent: { id: agent.id, name: agent.name } };
    await on.ask('POST', `_apis/distributedtask/pools/${on.poolId}/sessions?api-version=7.2-preview.1`, session, {
      token: agent.token,
    });
    on.pass(2 * second);
    expect(await requestOf(on, next)).toHaveProperty('assignTime');
  });

  it('brings its capabilities anew with each session, and loses none of the user', async () => {
    const on = scene();
    const id = await on.register('linux-1', { userCapabilities: { Priority: 'High' } });
    const pool = `_apis/distributedtask/pools/${on.poolId}`;
    const session = {
      ownerName: 'host',
      agent: { id, name: 'linux-1', version: '5.278.0' },
      systemCapabilities: { 'Agent.Version': '5.278.0', maven: '/usr/bin/mvn' },
    };
    await on.ask('POST', `${pool}/sessions?api-version=7.2-preview.1`, session);
    expect((await on.ask('GET', `${pool}/agents/${id}?includeCapabilities=true`)).json).toMatchObject({
      status: 'online',
      systemCapabilities: { 'Agent.Version': '5.278.0', maven: '/usr/bin/mvn' },
      userCapabilities: { Priority: 'High' },
    });
  });
});

describe('the token endpoint of agents', () => {
  const pair = keyPair();
  const registered = async () => {
    const on = scene();
    const answer = await on.ask('POST', `_apis/distributedtask/pools/${on.poolId}/agents?api-version=7.1`, {
      ...registrationBody('a'),
      authorization: { publicKey: pair.publicKey },
    });
    return { on, id: Number(answer.json.id), authorization: answer.json.authorization as Row };
  };

  it('grants a token for an assertion signed with the registered key', async () => {
    const { on, authorization } = await registered();
    const answer = await on.ask(
      'POST',
      String(authorization.authorizationUrl),
      tokenForm(assertion(pair.privateKey, listenerClaims(authorization, on.now()))),
      { token: null },
    );
    expect(answer).toMatchObject({ status: 200, json: { token_type: 'bearer', expires_in: 3000 } });
  });

  it.each<[string, (claims: Row, now: number) => Row, RegExp]>([
    [
      'an expired assertion, with the server time in the text',
      (claims, now) => ({ ...claims, exp: now / 1000 - 1 }),
      /Current server time is 2026-01-05T08:00:00.000Z/,
    ],
    [
      'an assertion that lives for an hour',
      (claims, now) => ({ ...claims, exp: now / 1000 + 3600 }),
      /longer than it may/,
    ],
    ['an assertion without expiry', (claims) => ({ ...claims, exp: undefined }), /no expiry/],
    ['another audience', (claims) => ({ ...claims, aud: 'https://elsewhere.example' }), /audience/],
    ['a subject that is not the issuer', (claims) => ({ ...claims, sub: 'someone' }), /subject/],
    ['an unknown client', (claims) => ({ ...claims, iss: 'ffffffff-ffff-4fff-8fff-ffffffffffff' }), /not registered/],
  ])('refuses %s', async (_name, change, words) => {
    const { on, authorization } = await registered();
    const token = assertion(pair.privateKey, change(listenerClaims(authorization, on.now()), on.now()));
    const answer = await on.ask('POST', String(authorization.authorizationUrl), tokenForm(token), { token: null });
    expect(answer.status).toBe(400);
    expect(answer.json.error_description).toMatch(words);
  });

  it('refuses a key that is not the registered one, and every other algorithm', async () => {
    const { on, authorization } = await registered();
    const url = String(authorization.authorizationUrl);
    const foreign = assertion(keyPair().privateKey, listenerClaims(authorization, on.now()));
    expect((await on.ask('POST', url, tokenForm(foreign), { token: null })).json).toMatchObject({
      error: 'invalid_client',
    });
    const unsigned = assertion(pair.privateKey, listenerClaims(authorization, on.now()), { alg: 'none' });
    expect((await on.ask('POST', url, tokenForm(unsigned), { token: null })).json).toMatchObject({
      error: 'invalid_request',
    });
  });

  it('takes only the new key after the agent was replaced, and none after it was deleted', async () => {
    const { on, id, authorization } = await registered();
    const other = keyPair();
    const path = `_apis/distributedtask/pools/${on.poolId}/agents/${id}?api-version=7.1`;
    const put = await on.ask('PUT', path, {
      id,
      ...registrationBody('a'),
      authorization: { publicKey: other.publicKey },
    });
    const renewed = put.json.authorization as Row;
    const ask = (from: KeyOf, claims: Row) =>
      on.ask('POST', String(claims.aud), tokenForm(assertion(from.privateKey, claims)), { token: null });
    expect(put.json.id).toBe(id);
    expect((await ask(pair, listenerClaims(authorization, on.now()))).status).toBe(400);
    expect((await ask(other, listenerClaims(renewed, on.now()))).status).toBe(200);
    await on.ask('DELETE', path);
    expect((await ask(other, listenerClaims(renewed, on.now()))).status).toBe(400);
  });

  it('gives tokens that end, with the exception that makes the listener fetch another', async () => {
    const on = scene();
    const agent = await on.goOnline('weir-0001');
    on.pass(60 * minute);
    expect(await agent.poll()).toMatchObject({
      status: 401,
      json: { typeKey: 'TaskAgentAccessTokenExpiredException' },
    });
  });
});

type KeyOf = ReturnType<typeof keyPair>;

async function requestOf(on: ReturnType<typeof scene>, requestId: number): Promise<Row> {
  return (await on.ask('GET', `_apis/distributedtask/pools/${on.poolId}/jobrequests/${requestId}`)).json;
}

async function complete(on: ReturnType<typeof scene>, requestId: number, agentShuttingDown: boolean): Promise<void> {
  const { scopeId, planId, jobId } = await requestOf(on, requestId);
  const path = `${String(scopeId)}/_apis/distributedtask/hubs/build/plans/${String(planId)}/events?api-version=7.2-preview.1`;
  await on.ask('POST', path, { name: 'JobCompleted', jobId, requestId, result: 'succeeded', agentShuttingDown });
}
