// The adapter that believes jobs, against the emulated organisation: a job that runs gets a token from the address that its own message
// names, the service checks it with the issuer's published keys, and reads the run back.
import { beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import type { AzureDevOpsOptions } from '../../sandbox/azure-devops/emulator.ts';
import type { JobTokenSigner } from '../../sandbox/azure-devops/organization.ts';
import { createJobTokenSigner } from '../../sandbox/azure-devops/serve.ts';
import { createJobTrust } from '../../service/azure-devops/job-trust.ts';
import { minute, scene, second, type Row, type Scene } from '../sandbox/azure-devops/organization.ts';

const organization = 'https://dev.azure.com/fabrikam';
let jobTokens: JobTokenSigner;

beforeAll(() => {
  jobTokens = createJobTokenSigner();
});

interface Job {
  readonly on: Scene;
  /** As the agent hands it to tasks. */
  readonly address: string;
  readonly access: string;
  readonly requestId: number;
  readonly runId: number;
  readonly projectId: string;
}

async function runningJob(
  options: Partial<AzureDevOpsOptions> = {},
  queued: Row = {},
  signer: JobTokenSigner | null = jobTokens,
): Promise<Job> {
  const on = scene({ ...(signer === null ? {} : { jobTokens: signer }), ...options });
  const agent = await on.goOnline('weir-0001');
  const asked = { demands: [], jobName: 'pin', definitionName: 'release', ...queued };
  await on.ask('POST', `_apis/distributedtask/pools/${on.poolId}/jobrequests?api-version=7.2-preview.1`, asked);
  on.pass(2 * second);
  const message = JSON.parse(String((await agent.poll()).json.body)) as Row & {
    readonly variables: Readonly<Record<string, { readonly value: string }>>;
  };
  const variable = (name: string): string => message.variables[name]?.value ?? '';
  return {
    on,
    address: variable('system.oidcRequestUri'),
    access: variable('system.accessToken'),
    requestId: Number(message.requestId),
    runId: Number(variable('build.buildId')),
    projectId: variable('system.teamProjectId'),
  };
}

async function tokenOf({ on, address, access }: Job, more = ''): Promise<string> {
  const answer = await on.ask('POST', `${address}?api-version=7.1${more}`, {}, { token: access });
  if (answer.status !== 200) throw new Error(answer.text);
  return String(answer.json.oidcToken);
}

function trustIn(on: Scene, at: { readonly now?: () => number; readonly home?: string } = {}) {
  return createJobTrust({
    organizations: [{ url: at.home ?? organization, authorization: () => Promise.resolve('Bearer weir') }],
    wallClock: { now: at.now ?? (() => on.now()), sleep: () => Promise.resolve() },
    send: async (request) => on.emulator.handle(request),
  });
}

describe('the token of a job that runs', () => {
  it('is believed, and says which pipeline and run it is', async () => {
    const job = await runningJob();
    const claims = await trustIn(job.on).verify(`${organization}/`, await tokenOf(job));
    expect(claims).toEqual({
      ...{ projectId: job.projectId, definitionId: 1, runId: job.runId },
      ...{ subject: 'p://fabrikam/Fabrikam/release', tokenId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
  });

  it('has the claims that two decoded ones have, and lives for ten minutes', async () => {
    const job = await runningJob();
    const now = job.on.now() / 1000;
    expect(decodeJwt(await tokenOf(job))).toMatchObject({
      ...{ aud: 'api://AzureADTokenExchange', iat: now, nbf: now - 600, exp: now + 600 },
      ...{ prj_id: job.projectId, def_id: '1', run_id: String(job.runId) },
      ...{ rpo_ref: 'refs/heads/main', rpo_uri: `${organization}/Fabrikam/_git/Fabrikam` },
    });
  });

  it('is another one each time, so that each counts once', async () => {
    const job = await runningJob();
    const [one, two] = [decodeJwt(await tokenOf(job)), decodeJwt(await tokenOf(job))];
    expect(one.jti).not.toBe(two.jti);
  });

  it('may leave the run out', async () => {
    const job = await runningJob({ jobTokenNamesRun: false });
    expect(await trustIn(job.on).verify(organization, await tokenOf(job))).toMatchObject({ runId: null });
  });

  it('is nobody’s once it is over, and from another issuer', async () => {
    const job = await runningJob();
    const token = await tokenOf(job);
    expect(await trustIn(job.on, { now: () => job.on.now() + 12 * minute }).verify(organization, token)).toBeNull();
    const elsewhere = scene({ jobTokens, random: () => 0.5 });
    expect(await trustIn(elsewhere).verify(organization, token)).toBeNull();
    const forged = await runningJob({}, {}, createJobTokenSigner());
    expect(await trustIn(job.on).verify(organization, await tokenOf(forged))).toBeNull();
  });

  it('that speaks for a service connection is nobody’s', async () => {
    const job = await runningJob();
    const { id } = job.on.emulator.addServiceConnection('azure production');
    const token = await tokenOf(job, `&serviceConnectionId=${id}`);
    expect(decodeJwt(token).sub).toBe('sc://fabrikam/Fabrikam/azure production');
    expect(await trustIn(job.on).verify(organization, token)).toBeNull();
    await expect(tokenOf(job, `&serviceConnectionId=${job.projectId}`)).rejects.toThrow('No service connection');
  });
});

describe('the address that gives them', () => {
  it.each<[string, number, (job: Job) => [path: string, token: string | null]]>([
    ['without a version', 400, ({ address, access }) => [address, access]],
    ['for whoever is not that job', 403, ({ address }) => [`${address}?api-version=7.1`, 'administrator']],
    ['for a job that nobody knows', 404, ({ address, access }) => [`${unknownJob(address)}?api-version=7.1`, access]],
  ])('refuses %s', async (_what, status, of) => {
    const job = await runningJob();
    const [path, token] = of(job);
    expect((await job.on.ask('POST', path, {}, { token })).status).toBe(status);
  });

  it('refuses a job that has ended, and is not built without a key', async () => {
    const job = await runningJob();
    const pool = `_apis/distributedtask/pools/${job.on.poolId}`;
    const ended = `${pool}/jobrequests/${job.requestId}?result=succeeded&api-version=7.2-preview.1`;
    expect((await job.on.ask('DELETE', ended)).status).toBe(204);
    await expect(tokenOf(job)).rejects.toThrow('TaskAgentAccessTokenExpiredException');
    await expect(tokenOf(await runningJob({}, {}, null))).rejects.toThrow('NotImplementedException');
  });
});

describe('the run of a job', () => {
  const read = ({ on, projectId, runId }: Job) => trustIn(on).readRun(organization, projectId, runId);

  it('goes on while its job does, and is over with it', async () => {
    const job = await runningJob();
    expect(await read(job)).toEqual({
      ...{ projectId: job.projectId, definitionId: 1, isInProgress: true, isForkPullRequest: false },
    });
    job.on.emulator.cancelJob(job.requestId);
    job.on.pass(20 * minute);
    expect(await read(job)).toMatchObject({ isInProgress: false });
    expect(await trustIn(job.on).readRun(organization, job.projectId, 4711)).toBeNull();
  });

  it.each([
    ['a fork', true],
    ['a branch', false],
  ])('says whether it is the pull request of %s', async (_what, isFork) => {
    const job = await runningJob({}, { pullRequest: { number: 7, isFork } });
    expect(await read(job)).toMatchObject({ isForkPullRequest: isFork });
    expect(decodeJwt(await tokenOf(job)).rpo_ref).toBe('refs/pull/7/merge');
  });
});

describe('behind a loopback port', () => {
  it('the issuer answers beside the organisation, by the origin that was asked', async () => {
    const origin = 'http://127.0.0.1:4711';
    const on = scene({ jobTokens });
    const { instanceId } = (await on.ask('GET', `${origin}/fabrikam/_apis/connectionData`)).json;
    const issuer = `${origin}/_vstoken/${String(instanceId)}`;
    const found = await on.ask('GET', `${issuer}/.well-known/openid-configuration`, undefined, { token: null });
    expect(found.json).toMatchObject({ issuer, jwks_uri: `${issuer}/.well-known/jwks` });
    const keys = await on.ask('GET', String(found.json.jwks_uri), undefined, { token: null });
    expect(keys.json).toMatchObject({ keys: [{ kty: 'RSA', alg: 'RS256', ...jobTokens.key }] });
    for (const path of ['_vstoken/other/.well-known/jwks', `_vstoken/${String(instanceId)}/none`])
      expect((await on.ask('GET', `${origin}/${path}`)).status).toBe(404);
  });

  it('signs UTF-8 as everybody else does', async () => {
    const job = await runningJob({}, { definitionName: 'Prüfung ✓ 試験' });
    expect(decodeJwt(await tokenOf(job)).sub).toBe('p://fabrikam/Fabrikam/Prüfung ✓ 試験');
  });
});

const unknownJob = (address: string): string =>
  address.replace(/jobs\/[^/]+/, 'jobs/00000000-0000-4000-8000-000000000000');
