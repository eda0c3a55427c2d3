// Who is let in, with which rights, and what is said to everybody else.
import { describe, expect, it } from '@jest/globals';
import { registrationBody, scene, type Scene } from './organization.ts';

const pools = '_apis/distributedtask/pools';
const strict = () => scene({ strictTokens: true, tokens: { administrator: { name: 'Admin', rights: 63 } } });

describe('a bad token', () => {
  it.each([
    ['GET', 'bearer', 302],
    ['GET', 'basic', 203],
    ['POST', 'bearer', 302],
    ['POST', 'basic', 203],
    ['PATCH', 'basic', 401],
    ['DELETE', 'bearer', 401],
  ] as const)('of %s by %s gives %s and no JSON', async (method, scheme, status) => {
    const answer = await strict().ask(method, `${pools}/1?api-version=7.1`, undefined, { token: 'stolen', scheme });
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toContain('text/html');
  });

  it('gives 401 to a client that suppresses redirects', async () => {
    expect(
      (
        await strict().ask('GET', pools, undefined, {
          token: 'stolen',
          headers: { 'x-tfs-fedauthredirect': 'Suppress' },
        })
      ).status,
    ).toBe(401);
  });

  it('leads to a page that says 203', async () => {
    const on = strict();
    const answer = await on.ask('GET', pools, undefined, { token: null });
    expect(answer.status).toBe(302);
    expect(await on.ask('GET', answer.headers.location ?? '', undefined, { token: null })).toMatchObject({
      status: 203,
    });
  });

  it('is any empty one, even where tokens are not strict; every other one is an administrator’s', async () => {
    const on = scene();
    expect((await on.ask('GET', pools, undefined, { token: null })).status).toBe(302);
    expect((await on.ask('GET', pools, undefined, { token: '', scheme: 'basic' })).status).toBe(203);
    expect((await on.ask('GET', pools, undefined, { token: 'anything', scheme: 'basic' })).status).toBe(200);
    expect((await on.ask('GET', pools, undefined, { token: 'anything' })).status).toBe(200);
  });

  it('is the one of an agent or a job that is over, and it never becomes an administrator’s', async () => {
    const on = scene();
    const forged = 'weir-sandbox-agent-00000000-0000-4000-8000-000000000000';
    expect(await on.ask('GET', pools, undefined, { token: forged })).toMatchObject({
      status: 401,
      json: { typeKey: 'TaskAgentAccessTokenExpiredException' },
    });
  });

  it('is known where the owner of the sandbox recognises it', async () => {
    const on = scene({
      strictTokens: true,
      recognise: (token) => (token.startsWith('entra-') ? { name: 'Weir', rights: 63 } : null),
    });
    expect((await on.ask('GET', pools, undefined, { token: 'entra-1' })).status).toBe(200);
    expect((await on.ask('GET', pools, undefined, { token: 'other' })).status).toBe(302);
  });
});

describe('rights', () => {
  const people = (): Scene =>
    scene({
      tokens: {
        reader: { name: 'Reader', rights: 1 },
        stranger: { name: 'Stranger', rights: 0 },
        lead: { name: 'Lead', rights: 1, poolRights: { 3: 3 } },
      },
    });

  it.each([
    ['administrator', 1, true],
    ['administrator', 2, true],
    ['reader', 1, true],
    ['reader', 2, false],
    ['reader', 3, false],
    ['lead', 2, true],
  ])('of %s: permissions/%s is %s', async (token, bits, expected) => {
    const on = people();
    expect(
      await on.ask('GET', `${pools}/${on.poolId}/permissions/${bits}?api-version=7.2-preview.1`, undefined, { token }),
    ).toMatchObject({ status: 200, text: String(expected) });
  });

  it('to view are needed for a pool to exist at all', async () => {
    const on = people();
    expect(await on.rows(pools, { token: 'stranger' })).toEqual([]);
    expect(await on.ask('GET', `${pools}/${on.poolId}/agents`, undefined, { token: 'stranger' })).toMatchObject({
      status: 404,
      json: { typeKey: 'TaskAgentPoolNotFoundException' },
    });
  });

  it.each([
    ['POST', '/agents?api-version=7.1', registrationBody('a')],
    ['DELETE', '/agents/1?api-version=7.1', undefined],
    ['PATCH', '?api-version=7.1', { name: 'b' }],
    ['POST', '/jobrequests?api-version=7.2-preview.1', {}],
    ['PUT', '/poolmetadata?api-version=7.2-preview.1', '"x"'],
  ])('to manage are needed for %s %s', async (method, rest, body) => {
    const on = people();
    const answer = await on.ask(method, `${pools}/${on.poolId}${rest}`, body, { token: 'reader' });
    expect(answer).toMatchObject({
      status: 403,
      json: { typeKey: 'AccessDeniedException', message: expect.stringContaining('Reader needs Manage permissions') },
    });
  });

  it('filter the list of pools by what may be done with them', async () => {
    const on = people();
    expect((await on.rows(`${pools}?actionFilter=manage`, { token: 'lead' })).map((pool) => pool.id)).toEqual([
      on.poolId,
    ]);
    expect(await on.rows(`${pools}?actionFilter=2`, { token: 'reader' })).toEqual([]);
  });

  it('are told by connectionData, the same identity each time', async () => {
    const on = people();
    const who = async () =>
      (await on.ask('GET', '_apis/connectionData', undefined, { token: 'reader' })).json.authenticatedUser;
    expect(await who()).toMatchObject({ providerDisplayName: 'Reader' });
    expect(await who()).toEqual(await who());
  });
});

describe('a request', () => {
  it.each([
    ['POST', '_apis/distributedtask/agentclouds', 'addAgentCloud'],
    ['PATCH', '_apis/distributedtask/elasticpools/7', 'updateElasticPool'],
    ['POST', 'Fabrikam/_apis/pipelines/4/runs', 'runPipeline'],
    ['GET', '_apis/git/repositories', 'GET _apis/git/repositories'],
    ['POST', '_apis/distributedtask/pools/1/messages/5', 'POST _apis/distributedtask/pools/1/messages/5'],
  ])('%s %s that is not built says so by name', async (method, path, operation) => {
    expect(await scene().ask(method, path)).toMatchObject({
      status: 501,
      json: { message: `The Azure DevOps emulator does not build the operation ${operation}.` },
    });
  });

  it.each([
    ['POST', pools, 400, /No api-version was supplied for the \\"POST\\" request/],
    ['GET', pools, 200, /./],
    ['GET', `${pools}?api-version=7.1`, 200, /./],
    ['GET', `${pools}?api-version=7.2`, 400, /under preview/],
    ['GET', `${pools}?api-version=7.2-preview.1`, 200, /./],
    ['GET', `${pools}/1/jobrequests?api-version=7.1`, 400, /under preview/],
    ['GET', `${pools}/1/jobrequests?api-version=5.1-preview.1`, 200, /./],
    ['GET', `${pools}?api-version=9.0`, 400, /out of range/],
    ['GET', `${pools}?api-version=new`, 400, /not a version/],
  ])('%s %s gives %s for its api-version', async (method, path, status, words) => {
    const answer = await scene().ask(method, path);
    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(words);
  });

  it('may name its version in the Accept header, and its route in any case', async () => {
    const answer = await scene().ask(
      'POST',
      '_APIS/DistributedTask/Pools',
      { name: 'x' },
      { headers: { accept: 'application/json;api-version=7.1' } },
    );
    expect(answer.status).toBe(200);
  });

  it.each(['{', '[]', '"text"', 'null'])('with the body %s is refused', async (body) => {
    expect((await scene().ask('POST', `${pools}?api-version=7.1`, body)).status).toBe(400);
  });

  it('to another organisation finds nothing', async () => {
    expect((await scene().ask('GET', 'https://dev.azure.com/contoso/_apis/projects')).status).toBe(404);
  });

  it('from a browser passes the preflight and may be read by the extension', async () => {
    const on = scene();
    const headers = { origin: 'https://extension.example', 'access-control-request-method': 'PATCH' };
    expect(
      (await on.ask('OPTIONS', pools, undefined, { headers, token: null })).headers['access-control-allow-methods'],
    ).toContain('PATCH');
    expect(
      (await on.ask('GET', pools, undefined, { headers: { origin: 'https://extension.example' } })).headers[
        'access-control-allow-origin'
      ],
    ).toBe('https://extension.example');
  });

  it('can be throttled: by headers on the answer, or refused with 429', async () => {
    const on = scene({
      throttle: ({ operation }) =>
        operation === 'getAgentPools'
          ? { headers: { 'retry-after': '5' } }
          : { status: 429, headers: { 'retry-after': '30' } },
    });
    expect(await on.ask('GET', pools)).toMatchObject({ status: 200, headers: { 'retry-after': '5' } });
    expect(await on.ask('GET', `${pools}/1`)).toMatchObject({
      status: 429,
      headers: { 'retry-after': '30' },
      json: { message: expect.stringContaining('TF400733') },
    });
  });
});
