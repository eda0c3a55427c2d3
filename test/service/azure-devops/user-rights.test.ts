// What a user may do, as Azure DevOps answers with the user's own token.
import { describe, expect, it } from '@jest/globals';
import { createUserRights } from '../../../service/azure-devops/user-rights.ts';
import type { HttpRequest, UserRights } from '../../../service/ports.ts';
import { type Scripted, empty, fakeSend, html, json, reset } from '../fake-send.ts';

const fabrikam = 'https://dev.azure.com/fabrikam';

interface Stage {
  readonly rights: UserRights;
  readonly requests: HttpRequest[];
  now: number;
}

function userRights(...script: readonly Scripted[]): Stage {
  const { send, requests } = fakeSend(...script);
  const stage: Stage = {
    requests,
    now: 0,
    rights: createUserRights({
      send,
      organizations: [{ url: fabrikam }, { url: 'https://dev.azure.com/contoso', instanceId: 'i-1' }],
      wallClock: { now: () => stage.now, sleep: () => Promise.resolve() },
    }),
  };
  return stage;
}

const connection = (user: object): Scripted =>
  json(200, { instanceId: 'I-1', authenticatedUser: { id: 'u-1', providerDisplayName: 'Ada', ...user } });

describe('whoIs', () => {
  it("asks with the user's token and gives id and name", async () => {
    const { rights, requests } = userRights(connection({}), connection({ customDisplayName: 'Ada L.' }));
    await expect(rights.whoIs(fabrikam, 'user-token')).resolves.toEqual({ id: 'u-1', name: 'Ada' });
    await expect(rights.whoIs(`${fabrikam.toUpperCase().replace('HTTPS', 'https')}/`, 'user-token')).resolves.toEqual({
      id: 'u-1',
      name: 'Ada L.',
    });
    expect(requests[0]).toMatchObject({
      url: `${fabrikam}/_apis/connectionData`,
      headers: { authorization: 'Bearer user-token' },
    });
    expect(requests[1]!.url).toBe(`${fabrikam}/_apis/connectionData`);
  });

  it.each([
    ['a refused token', json(401, {})],
    ['a sign-in page', html(203)],
    ['a redirect', empty(302)],
    ['an anonymous user', connection({ id: 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa' })],
    ['nobody', connection({ id: '00000000-0000-0000-0000-000000000000' })],
    ['public access', connection({ descriptor: 'System:PublicAccess;x' })],
  ] as const)('knows nobody behind %s', async (_, answer) => {
    await expect(userRights(answer).rights.whoIs(fabrikam, 't')).resolves.toBeNull();
  });

  it('believes an organisation only by its own id where that is known', async () => {
    const contoso = 'https://dev.azure.com/contoso';
    await expect(userRights(connection({})).rights.whoIs(contoso, 't')).resolves.toMatchObject({ id: 'u-1' });
    await expect(
      userRights(json(200, { instanceId: 'other', authenticatedUser: { id: 'u-1' } })).rights.whoIs(contoso, 't'),
    ).resolves.toBeNull();
  });

  it.each([
    ['throttled', json(429, {})],
    ['unavailable', json(500, {})],
    ['unavailable', reset()],
    ['unreadable', json(200, { authenticatedUser: {} })],
  ] as const)('throws where Azure DevOps is %s', async (kind, answer) => {
    await expect(userRights(answer).rights.whoIs(fabrikam, 't')).rejects.toMatchObject({ kind });
  });
});

describe('may', () => {
  it('asks permissions/1 to read and permissions/2 to manage', async () => {
    const { rights, requests } = userRights(json(200, true), json(200, false));
    await expect(rights.may(fabrikam, 7, 't', 'read')).resolves.toBe(true);
    await expect(rights.may(fabrikam, 7, 't', 'manage')).resolves.toBe(false);
    expect(requests.map((request) => request.url)).toEqual([
      `${fabrikam}/_apis/distributedtask/pools/7/permissions/1?api-version=7.2-preview.1`,
      `${fabrikam}/_apis/distributedtask/pools/7/permissions/2?api-version=7.2-preview.1`,
    ]);
  });

  it('sends no token to an organisation that is not in the table, nor one that could carry a header', async () => {
    const { rights, requests } = userRights();
    for (const foreign of [
      'https://dev.azure.com/evil',
      'https://dev.azure.com/fabrikam/../evil',
      'https://evil.example',
      `${fabrikam}@evil.example`,
      '',
    ]) {
      await expect(rights.may(foreign, 7, 't', 'read')).resolves.toBe(false);
      await expect(rights.whoIs(foreign, 't')).resolves.toBeNull();
    }
    await expect(rights.may(fabrikam, 7, 't\r\nx: y', 'read')).resolves.toBe(false);
    await expect(rights.may(fabrikam, 7, '', 'read')).resolves.toBe(false);
    expect(requests).toHaveLength(0);
  });

  it('keeps a verdict on reading for a minute, for this token and pool alone', async () => {
    const stage = userRights(json(200, true), json(200, false), json(200, false), json(200, false));
    await stage.rights.may(fabrikam, 7, 't', 'read');
    stage.now = 59_999;
    await expect(stage.rights.may(fabrikam, 7, 't', 'read')).resolves.toBe(true);
    expect(stage.requests).toHaveLength(1);
    await expect(stage.rights.may(fabrikam, 8, 't', 'read')).resolves.toBe(false);
    await expect(stage.rights.may(fabrikam, 7, 'another', 'read')).resolves.toBe(false);
    stage.now = 60_000;
    await expect(stage.rights.may(fabrikam, 7, 't', 'read')).resolves.toBe(false);
  });

  it('asks again before each write', async () => {
    const { rights } = userRights(json(200, true), json(200, false));
    await expect(rights.may(fabrikam, 7, 't', 'manage')).resolves.toBe(true);
    await expect(rights.may(fabrikam, 7, 't', 'manage')).resolves.toBe(false);
  });

  it.each([
    ['a refused token', json(401, {})],
    ['a forbidden pool', json(403, {})],
    ['a pool that is not there', json(404, { typeKey: 'TaskAgentPoolNotFoundException' })],
    ['a sign-in page', html(200)],
  ] as const)('is no for %s', async (_, answer) => {
    await expect(userRights(answer).rights.may(fabrikam, 7, 't', 'read')).resolves.toBe(false);
  });

  it('never allows on a failure, not even what it allowed before', async () => {
    const stage = userRights(json(200, true), reset(), json(200, 'yes'), json(503, {}));
    await stage.rights.may(fabrikam, 7, 't', 'read');
    stage.now = 60_000;
    await expect(stage.rights.may(fabrikam, 7, 't', 'read')).rejects.toMatchObject({ kind: 'unavailable' });
    stage.now = 0;
    await expect(stage.rights.may(fabrikam, 7, 't', 'read')).rejects.toMatchObject({ kind: 'unreadable' });
    await expect(stage.rights.may(fabrikam, 7, 't', 'read')).rejects.toMatchObject({ kind: 'unavailable' });
  });
});

describe('mayReadOf', () => {
  const ids = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
  const path = '_apis/security/permissionevaluationbatch';
  /** Odd pools may be seen; `change` plays with the answer. */
  const batch =
    (change: (row: Row, index: number) => object = (row) => row): Scripted =>
    ({ body }) => {
      const { evaluations } = JSON.parse(body ?? '') as { evaluations: Row[] };
      const rows = evaluations.map((row) => ({
        ...row,
        value: Number(row.token.slice('AgentPools/'.length)) % 2 === 1,
      }));
      return json(200, { alwaysAllowAdministrators: false, evaluations: rows.map(change) });
    };
  interface Row {
    readonly securityNamespaceId: string;
    readonly token: string;
    readonly permissions: number;
    readonly value: boolean;
  }

  it('asks about a thousand pools in four calls, and about none of them again within the minute', async () => {
    const stage = userRights(batch(), batch(), batch(), batch(), json(200, true));
    const seen = await stage.rights.mayReadOf(fabrikam, ids(1000), 't');
    expect([seen.size, seen.has(1), seen.has(2), seen.has(999)]).toEqual([500, true, false, true]);
    expect(new Set(stage.requests.map(({ method, url }) => `${method} ${url}`))).toEqual(
      new Set([`POST ${fabrikam}/${path}?api-version=7.1`]),
    );
    const body = JSON.parse(stage.requests[3]?.body ?? '') as {
      alwaysAllowAdministrators: boolean;
      evaluations: Row[];
    };
    expect([body.alwaysAllowAdministrators, body.evaluations[249]]).toEqual([
      false,
      { securityNamespaceId: '101eae8c-1709-47f9-b228-0e476c35b3ba', token: 'AgentPools/1000', permissions: 1 },
    ]);
    expect((await stage.rights.mayReadOf(fabrikam, ids(1000), 't')).size).toBe(500);
    await expect(stage.rights.may(fabrikam, 2, 't', 'read')).resolves.toBe(false);
    expect(stage.requests).toHaveLength(4);
    stage.now = 60_000;
    await expect(stage.rights.may(fabrikam, 2, 't', 'read')).resolves.toBe(true);
  });

  it.each([
    ['forbidden', json(403, { typeKey: 'AccessDeniedException' })],
    ['not there', json(404, {})],
    ['not known', json(400, {})],
  ] as const)('asks pool by pool where the batch is %s, and tries it again in ten minutes', async (_, refusal) => {
    const stage = userRights(refusal, json(200, true), json(200, false), json(200, false), json(200, true), batch());
    expect([...(await stage.rights.mayReadOf(fabrikam, [1, 2], 't'))]).toEqual([1]);
    stage.now = 60_000;
    expect([...(await stage.rights.mayReadOf(fabrikam, [1, 2], 't'))]).toEqual([2]);
    stage.now = 600_000;
    expect([...(await stage.rights.mayReadOf(fabrikam, [1, 2], 't'))]).toEqual([1]);
    expect(stage.requests).toHaveLength(6);
  });

  it.each([
    ['unavailable', json(503, {})],
    ['throttled', json(429, {})],
    ['unreadable', batch((row, index) => (index === 1 ? { token: row.token } : row))],
    ['unreadable', batch((row, index) => (index === 1 ? { ...row, token: 'AgentPools/9' } : row))],
  ] as const)('throws where the answer is %s, and lets nobody in', async (kind, answer) => {
    await expect(userRights(answer).rights.mayReadOf(fabrikam, [1, 2], 't')).rejects.toMatchObject({ kind });
  });

  it('sends nothing to an organisation that is not in the table, and nothing where there is nothing to ask', async () => {
    const { rights, requests } = userRights();
    expect((await rights.mayReadOf('https://dev.azure.com/evil', [1, 2], 't')).size).toBe(0);
    expect((await rights.mayReadOf(fabrikam, [1, 2], 't\r\nx: y')).size).toBe(0);
    expect((await rights.mayReadOf(fabrikam, [], 't')).size).toBe(0);
    expect(requests).toHaveLength(0);
  });
});
