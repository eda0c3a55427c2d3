// Pipelines at the door: a write needs a connection token of this pool, a job token used once, and a run that is what it
// says; the job token alone reads and validates statically.
import { describe, expect, it } from '@jest/globals';
import type { TokenList } from '../../../contract/tokens.ts';
import { contoso } from './api-fixture.ts';
import { imageFixture, trustJob, type ImageFixture, type JobCall } from './image-fixture.ts';

const body = { image: 'ubuntu', action: 'pin', version: '1.1.0', scope: 'pool' };
const pins = '/v1/pools/linux/pins';
const pinAs = (fixture: ImageFixture, call: Omit<JobCall, 'body'>) => fixture.asJob('POST', pins, { ...call, body });

describe('a pipeline that pins', () => {
  it('does so with both tokens, and is named in the history with its run', async () => {
    const fixture = await imageFixture();
    trustJob(fixture, 'job');
    const answer = await pinAs(fixture, { job: 'job', connection: await fixture.issue('pin') });
    expect(answer).toMatchObject({ status: 200, body: { imageVersion: '1.1.0' } });
    const images = (await fixture.ask('/v1/pools/linux/images')).body as { images: { history: { by: string }[] }[] };
    expect(images.images[0]?.history[0]?.by).toBe('p://fabrikam/web/release run 345 (release)');
  });

  it.each<readonly [string, Parameters<typeof trustJob>[2], Parameters<typeof trustJob>[3], string]>([
    ['of a fork', {}, { isForkPullRequest: true }, 'RUN_REFUSED'],
    ['of a run that is over', {}, { isInProgress: false }, 'RUN_REFUSED'],
    ['of a run of another pipeline', {}, { definitionId: 13 }, 'RUN_REFUSED'],
    ['of a run of another project', {}, { projectId: 'p2' }, 'RUN_REFUSED'],
    ['that names no run', { runId: null }, {}, 'RUN_REFUSED'],
  ])('%s is refused', async (_name, claims, run, code) => {
    const fixture = await imageFixture();
    trustJob(fixture, 'job', claims, run);
    const answer = await pinAs(fixture, { job: 'job', connection: await fixture.issue('pin') });
    expect(answer).toMatchObject({ status: 403, body: { code } });
    expect(fixture.changed).toEqual([]);
  });

  it('may name its run where the token does not, and no other where it does', async () => {
    const fixture = await imageFixture();
    const connection = await fixture.issue('pin');
    trustJob(fixture, 'told', { runId: null });
    fixture.runs.set(346, { projectId: 'p1', definitionId: 12, isInProgress: true, isForkPullRequest: false });
    expect((await pinAs(fixture, { job: 'told', connection, run: 346 })).status).toBe(200);
    trustJob(fixture, 'other');
    const answer = await pinAs(fixture, { job: 'other', connection, run: 346, revision: 2 });
    expect(answer.body).toMatchObject({ code: 'RUN_REFUSED', message: 'The job token is of another run.' });
  });

  it('uses each job token once', async () => {
    const fixture = await imageFixture();
    const connection = await fixture.issue('pin');
    trustJob(fixture, 'job');
    await pinAs(fixture, { job: 'job', connection });
    const again = await pinAs(fixture, { job: 'job', connection, revision: 2 });
    expect(again).toMatchObject({ status: 401, body: { code: 'JOB_TOKEN_REFUSED' } });
  });

  it('needs a connection token, of this pool, that may pin, and that nobody revoked', async () => {
    const fixture = await imageFixture();
    const tries = async (call: Omit<JobCall, 'job' | 'body'>, job: string) => {
      trustJob(fixture, job);
      return (await pinAs(fixture, { ...call, job })).body;
    };
    expect(await tries({}, 'a')).toMatchObject({ code: 'NEED_CONNECTION_TOKEN' });
    expect(await tries({ connection: 'weir_guess' }, 'b')).toMatchObject({ code: 'CONNECTION_TOKEN_REFUSED' });
    expect(await tries({ connection: 'manager' }, 'c')).toMatchObject({ code: 'CONNECTION_TOKEN_REFUSED' });
    expect(await tries({ connection: await fixture.issue('validate') }, 'd')).toMatchObject({
      code: 'NEED_TOKEN_ROLE',
    });
    const connection = await fixture.issue('pin');
    const { tokens } = (await fixture.ask('/v1/pools/linux/tokens')).body as TokenList;
    await fixture.ask(`/v1/pools/linux/tokens/${tokens.find((one) => one.role === 'pin')?.tokenId}`, {
      method: 'DELETE',
    });
    expect(await tries({ connection }, 'e')).toMatchObject({ code: 'CONNECTION_TOKEN_REFUSED' });
  });

  it('admits versions for its own run only', async () => {
    const fixture = await imageFixture();
    const connection = await fixture.issue('pin');
    trustJob(fixture, 'job');
    const own = await fixture.asJob('POST', pins, { job: 'job', connection, body: { ...body, scope: 'run' } });
    expect(own.body).toMatchObject({ words: 'Jobs of run 345 may ask for version 1.1.0 of ubuntu.' });
    trustJob(fixture, 'other');
    const foreign = { ...body, scope: 'run', runId: 999 };
    const answer = await fixture.asJob('POST', pins, { job: 'other', connection, body: foreign });
    expect(answer.body).toMatchObject({ code: 'PIN_INVALID', field: 'runId' });
  });
});

describe('a job token alone', () => {
  it('reads images and validations, as often as it likes', async () => {
    const fixture = await imageFixture();
    trustJob(fixture, 'job');
    for (const url of ['/v1/pools/linux/images', '/v1/pools/linux/images', '/v1/pools/linux/validations'])
      expect((await fixture.asJob('GET', url, { job: 'job' })).status).toBe(200);
  });

  it('validates statically, and not with machines', async () => {
    const fixture = await imageFixture();
    trustJob(fixture, 'job');
    const url = '/v1/pools/linux/validations';
    const still = await fixture.asJob('POST', url, { job: 'job', body: { image: 'ubuntu', staticOnly: true } });
    expect(still).toMatchObject({ status: 202, body: { version: '1.2.0' } });
    const live = await fixture.asJob('POST', url, { job: 'job', body: { image: 'ubuntu', version: '1.1.0' } });
    expect(live).toMatchObject({ status: 403, body: { code: 'NEED_CONNECTION_TOKEN' } });
  });

  it('opens nothing that is for people, and nothing of another organisation', async () => {
    const fixture = await imageFixture();
    trustJob(fixture, 'job');
    for (const url of ['/v1/pools', '/v1/pools/linux/settings', '/v1/pools/linux/tokens'])
      expect((await fixture.asJob('GET', url, { job: 'job' })).body).toMatchObject({ code: 'AUTH_MISSING' });
    const foreign = await fixture.asJob('GET', '/v1/pools/windows/images', { job: 'job' });
    expect(foreign).toMatchObject({ status: 404, body: { code: 'POOL_NOT_FOUND' } });
    const other = await fixture.asJob('GET', '/v1/pools/windows/images', { job: 'job', organization: contoso });
    expect(other).toMatchObject({ status: 401, body: { code: 'JOB_TOKEN_REFUSED' } });
  });

  it('that is forged is refused, and guessing is slowed down', async () => {
    const fixture = await imageFixture();
    const answers = [];
    for (let index = 0; index < 25; index += 1)
      answers.push(await fixture.asJob('GET', '/v1/pools/linux/images', { job: `guess ${index}` }));
    expect(answers[0]).toMatchObject({ status: 401, body: { code: 'JOB_TOKEN_REFUSED' } });
    expect(answers.at(-1)).toMatchObject({ status: 429, body: { code: 'RATE_LIMIT' } });
  });
});

describe('a connection token', () => {
  it('is shown once and listed without itself', async () => {
    const fixture = await imageFixture();
    const token = await fixture.issue('validate');
    expect(token).toMatch(/^weir_[A-Za-z0-9]{6,}$/);
    const list = await fixture.ask('/v1/pools/linux/tokens');
    expect(list.text).not.toContain(token.slice(5));
    expect(list.body).toMatchObject({
      tokens: [{ name: 'release', role: 'validate', createdBy: 'manager', lastUsedAt: null }],
    });
  });

  it('says alone what it is good for, until it has expired', async () => {
    const fixture = await imageFixture();
    const token = await fixture.issue('pin');
    const ask = () => fixture.ask('/v1/connection', { token });
    expect((await ask()).body).toMatchObject({
      pool: 'linux',
      role: 'pin',
      organization: 'https://dev.azure.com/fabrikam',
    });
    fixture.time.wall += 91 * 86_400_000;
    expect(await ask()).toMatchObject({ status: 401, body: { code: 'CONNECTION_TOKEN_REFUSED' } });
  });

  it('is not needed to verify a connection that has none, which says what jobs may do with it', async () => {
    const fixture = await imageFixture();
    const { status, body } = await fixture.ask('/v1/connection', { token: '' });
    expect([status, body]).toMatchObject([200, { pool: null, role: null, words: expect.stringContaining('may read') }]);
  });

  it('opens no other door by itself', async () => {
    const fixture = await imageFixture();
    const token = await fixture.issue('pin');
    expect((await fixture.ask('/v1/pools/linux/images', { token })).status).toBe(401);
  });

  it('is for managers of the pool to issue, see and revoke', async () => {
    const fixture = await imageFixture();
    for (const [method, url] of [
      ['GET', '/v1/pools/linux/tokens'],
      ['POST', '/v1/pools/linux/tokens'],
      ['DELETE', '/v1/pools/linux/tokens/x'],
    ] as const) {
      const payload = method === 'POST' ? { payload: { role: 'pin', name: 'x' } } : {};
      expect((await fixture.ask(url, { method, token: 'reader', ...payload })).status).toBe(403);
    }
    const gone = await fixture.ask('/v1/pools/linux/tokens/x', { method: 'DELETE' });
    expect(gone).toMatchObject({ status: 404, body: { code: 'TOKEN_NOT_FOUND' } });
  });

  it('shows when it was used last', async () => {
    const fixture = await imageFixture();
    const connection = await fixture.issue('pin');
    trustJob(fixture, 'job');
    await pinAs(fixture, { job: 'job', connection });
    const { tokens } = (await fixture.ask('/v1/pools/linux/tokens')).body as TokenList;
    expect(tokens[0]?.lastUsedAt).toBe(new Date(fixture.time.wall).toISOString());
  });
});
