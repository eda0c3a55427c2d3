// Whose job a token is: a real signature against the issuer's keys, and every way in which a token may be wrong.
import { beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { createJobTrust } from '../../../service/azure-devops/job-trust.ts';
import type { HttpRequest } from '../../../service/ports.ts';
import { CloudError } from '../../../service/problem.ts';

const organization = 'https://dev.azure.com/fabrikam';
const instanceId = 'aaaaaaaa-2222-4333-8444-555555555555';
const project = 'bbbbbbbb-2222-4333-8444-555555555555';
const issuer = `https://vstoken.dev.azure.com/${instanceId}`;
const now = Date.UTC(2026, 0, 5, 8);
let key: CryptoKey;
let other: CryptoKey;
let jwk: JWK;

beforeAll(async () => {
  const pair = await generateKeyPair('RS256');
  other = (await generateKeyPair('RS256')).privateKey;
  key = pair.privateKey;
  jwk = { ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
});

const good = { org_id: instanceId, prj_id: project, def_id: '12', run_id: '77', jti: 't1', sub: 'p://fabrikam/web/ci' };

async function token(
  change: Record<string, unknown> = {},
  more: { by?: CryptoKey; kid?: string } = {},
): Promise<string> {
  const seconds = now / 1000;
  const base = { iss: issuer, aud: 'api://AzureADTokenExchange', iat: seconds, nbf: seconds - 600, exp: seconds + 600 };
  return await new SignJWT({ ...base, ...good, ...change })
    .setProtectedHeader({ alg: 'RS256', kid: more.kid ?? 'k1' })
    .sign(more.by ?? key);
}

function trust(answers: Record<string, unknown> = {}) {
  const asked: HttpRequest[] = [];
  const served: Record<string, unknown> = {
    [`${organization}/_apis/connectionData`]: { instanceId },
    [`${issuer}/.well-known/openid-configuration`]: { jwks_uri: `${issuer}/.well-known/jwks` },
    [`${issuer}/.well-known/jwks`]: { keys: [jwk] },
    ...answers,
  };
  const made = createJobTrust({
    organizations: [{ url: organization, authorization: () => Promise.resolve('Bearer weir') }],
    wallClock: { now: () => now, sleep: () => Promise.resolve() },
    send: (request) => {
      asked.push(request);
      const body = served[request.url.split('?')[0] ?? ''];
      const headers = { 'content-type': 'application/json' };
      return Promise.resolve({ status: body === undefined ? 404 : 200, headers, body: JSON.stringify(body ?? {}) });
    },
  });
  return { ...made, asked };
}

describe('the token of a job', () => {
  it('says which pipeline and run it is, by ids', async () => {
    expect(await trust().verify(`${organization}/`, await token())).toEqual({
      ...{ projectId: project, definitionId: 12, runId: 77, subject: 'p://fabrikam/web/ci', tokenId: 't1' },
    });
  });

  it.each<[string, Record<string, unknown>]>([
    ['of another organisation', { iss: 'https://vstoken.dev.azure.com/cccccccc-2222-4333-8444-555555555555' }],
    ['that names another organisation inside', { org_id: 'cccccccc-2222-4333-8444-555555555555' }],
    ['for another audience', { aud: 'api://other' }],
    ['that has expired', { exp: now / 1000 - 120 }],
    ['that is not valid yet', { nbf: now / 1000 + 600 }],
    ['that was made long ago', { iat: now / 1000 - 7200 }],
    ['of a service connection', { sub: 'sc://fabrikam/web/azure' }],
    ['without a number of its own', { jti: undefined }],
    ['without a pipeline', { def_id: undefined }],
    ['with a run that is no number', { run_id: '77; drop' }],
  ])('is nobody’s where it is one %s', async (_what, change) => {
    expect(await trust().verify(organization, await token(change))).toBeNull();
  });

  it('is nobody’s where another key signed it, where none did, and where it is no token', async () => {
    const made = trust();
    const verify = async (home: string, text: string) => await made.verify(home, text);
    expect(await verify(organization, await token({}, { by: other }))).toBeNull();
    expect(await verify(organization, await token({}, { kid: 'k2' }))).toBeNull();
    const [, payload = ''] = (await token()).split('.');
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
    expect(await verify(organization, none)).toBeNull();
    expect(await verify(organization, 'nonsense')).toBeNull();
  });

  it('is checked with keys that are read once, without a token of ours, and from the issuer alone', async () => {
    const made = trust();
    await made.verify(organization, await token());
    await made.verify(organization, await token());
    expect(made.asked.map((one) => [new URL(one.url).host, one.headers.authorization])).toEqual([
      ['dev.azure.com', 'Bearer weir'],
      ['vstoken.dev.azure.com', undefined],
      ['vstoken.dev.azure.com', undefined],
    ]);
    const elsewhere = trust({
      [`${issuer}/.well-known/openid-configuration`]: { jwks_uri: 'https://evil.example/keys' },
    });
    await expect(elsewhere.verify(organization, await token())).rejects.toThrow(CloudError);
  });

  it('of an organisation that the service does not serve is not looked at', async () => {
    const made = trust();
    expect(await made.verify('https://dev.azure.com/contoso', await token())).toBeNull();
    expect(made.asked).toEqual([]);
  });
});

describe('the run of a job', () => {
  const url = `${organization}/${project}/_apis/build/builds/77`;
  const build = { project: { id: project.toUpperCase() }, definition: { id: 12 }, status: 'inProgress' };
  const read = (more: Record<string, unknown> = {}) =>
    trust({ [url]: { ...build, ...more } }).readRun(organization, project, 77);

  it('is read with the identity of Weir', async () => {
    const expected = { projectId: project, definitionId: 12, isInProgress: true, isForkPullRequest: false };
    expect(await read()).toEqual(expected);
    expect(await read({ status: 'completed' })).toEqual({ ...expected, isInProgress: false });
  });

  it.each([
    ['what triggered it', { triggerInfo: { 'pr.isFork': 'True' } }],
    ['its parameters', { parameters: '{"system.pullRequest.isFork":"true"}' }],
  ])('is of a fork where %s says so', async (_what, more) => {
    expect(await read(more)).toMatchObject({ isForkPullRequest: true });
  });

  it('is null where there is none', async () => {
    expect(await trust().readRun(organization, project, 78)).toBeNull();
  });
});
