// Both tasks as steps of real jobs: the bundled files as processes, against the real service and both emulators over sockets, with job
// tokens that the organisation signs and the service verifies.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ensureTaskBundles } from '../../cli/bundles.ts';
import { heldUntilRead } from './held-service.ts';
import { pipelineStage, pool, type PipelineStage, type RunningJob } from './pipeline-stage.ts';

const minutes = 60_000;
let on: PipelineStage;
let job: RunningJob;
let connection: string;

beforeAll(async () => {
  await ensureTaskBundles(() => undefined);
  on = await pipelineStage();
  await on.publish('1.0.0', { isLatest: true });
  job = await on.job({ jobName: 'build the image' });
  connection = await on.connect('pin');
}, 5 * minutes);

afterAll(async () => {
  await on.close();
});

const imageNow = async () => (await on.client.images(pool)).images[0]!;
const validate = (inputs: Readonly<Record<string, string>>, more: Parameters<PipelineStage['step']>[2] = {}) =>
  on.step(job, 'ValidateImage', { connection, inputs, ...more });
const pin = (inputs: Readonly<Record<string, string>>, more: Parameters<PipelineStage['step']>[2] = {}) =>
  on.step(job, 'PinImageVersion', { connection, inputs, ...more });

describe('a pipeline that brings a new image version', () => {
  it(
    'builds it, validates it, tries it with one job of its run, pins it for all, and rolls it back',
    async () => {
      expect(on.versionUnder(job)).toBe('1.0.0');
      await on.publish('2.0.0');
      const validated = await validate({ junitFile: 'checks.xml' });
      expect(validated).toMatchObject({
        result: 'Succeeded',
        variables: { imageVersion: '2.0.0', verdict: 'passed', reportUrl: expect.stringContaining(`/pools/${pool}/`) },
      });
      expect(validated.output).toContain('2 machines came online');
      expect(readFileSync(join(validated.folder, 'checks.xml'), 'utf8')).toContain('failures="0"');
      expect(on.leftovers()).toEqual([]);

      const version = validated.variables.imageVersion ?? '';
      const admitted = await pin({ version, scope: 'run' });
      expect(admitted).toMatchObject({
        result: 'Succeeded',
        variables: { imageVersion: '2.0.0', demand: 'ImageVersionOverride -equals 2.0.0' },
      });
      expect(await imageNow()).toMatchObject({ currentVersion: '1.0.0', pinnedVersion: null });
      const canary = await on.job({ runId: job.owner.id, demands: [admitted.variables.demand ?? ''] });
      expect([canary.owner.id, on.versionUnder(canary)]).toEqual([job.owner.id, '2.0.0']);
      await on.end(canary);

      const pinned = await pin({ version, reason: 'the canary passed' });
      expect(pinned).toMatchObject({
        result: 'Succeeded',
        variables: { imageVersion: '2.0.0', previousVersion: '1.0.0' },
      });
      const after = await on.job();
      expect(on.versionUnder(after)).toBe('2.0.0');
      await on.end(after);

      const back = await pin({ action: 'rollback' });
      expect(back).toMatchObject({ result: 'Succeeded', variables: { imageVersion: '', previousVersion: '2.0.0' } });
      const rolledBack = await on.job();
      expect(on.versionUnder(rolledBack)).toBe('1.0.0');
      await on.end(rolledBack);
      const { history } = await imageNow();
      const by = `p://fabrikam/Fabrikam/images run ${job.owner.id} (images)`;
      expect(history.filter((one) => one.runId !== null || one.by === by).map((one) => one.action)).toEqual([
        ...['rollback', 'pin', 'admitForRun'],
      ]);
    },
    4 * minutes,
  );
});

describe('ValidateImage', () => {
  it('looks without a connection token, and makes no machine without one', async () => {
    const looked = await validate({ version: '1.0.0', staticOnly: 'true' }, { connection: null });
    expect(looked).toMatchObject({ result: 'Succeeded', variables: { imageVersion: '1.0.0', verdict: 'passed' } });
    const made = await validate({ version: '1.0.0' }, { connection: null });
    expect(made).toMatchObject({ result: 'Failed', words: expect.stringContaining('NEED_CONNECTION_TOKEN') });
    expect(looked.output).toContain('holds no connection token');
  }, 300_000);

  it('looks straight at Azure with a connection that trusts the organisation, and with no other', async () => {
    const { id } = on.stage.clouds.azureDevOps.addServiceConnection('azure images');
    const looked = await on.onAzure(job, id, '1.0.0');
    expect(looked).toMatchObject({ result: 'Succeeded', variables: { imageVersion: '1.0.0', verdict: 'passed' } });
    const unknown = await on.onAzure(job, 'aaaaaaaa-0000-4000-8000-000000000001', '1.0.0');
    expect(unknown).toMatchObject({ result: 'Failed', words: expect.stringContaining('gave this job no OIDC token') });
  }, 300_000);

  it(
    'fails with what is wrong with a bad version, and leaves nothing behind',
    async () => {
      await on.publish('3.0.0', { nature: 'forbidden-variable' });
      const run = await validate({ version: '3.0.0', instanceCount: '1', junitFile: 'checks.xml' });
      expect(run).toMatchObject({ result: 'Failed', variables: { imageVersion: '3.0.0', verdict: 'failed' } });
      expect(run.words).toMatch(/^Version 3\.0\.0 did not pass: .*VSTS_AGENT_INPUT_/);
      expect(readFileSync(join(run.folder, 'checks.xml'), 'utf8')).toContain('<failure');
      expect(on.leftovers()).toEqual([]);
    },
    2 * minutes,
  );

  it(
    'that is cancelled takes its trial machines along',
    async () => {
      const stopAt = { text: 'The trial machines boot.', signal: 'SIGINT' as const };
      const run = await validate({ version: '2.0.0' }, { stopAt });
      expect(run).toMatchObject({ result: 'Failed', words: expect.stringContaining('Nothing is left.') });
      expect(on.leftovers()).toEqual([]);
    },
    2 * minutes,
  );
});

describe('PinImageVersion', () => {
  it('lets in for the run what was not validated only with a reason, and pins it for nobody', async () => {
    const refused = await pin({ version: '3.0.0', scope: 'run' });
    expect(refused).toMatchObject({ result: 'Failed', words: expect.stringContaining('IMAGE_NOT_VALIDATED') });
    const inputs = { version: '3.0.0', scope: 'run', requireValidated: 'false', reason: 'looking into it' };
    expect(await pin(inputs)).toMatchObject({ result: 'Succeeded' });
    const { versions, pinnedVersion } = await imageNow();
    expect(versions.find((one) => one.version === '3.0.0')?.admissions).toMatchObject([{ runId: job.owner.id }]);
    expect(pinnedVersion).toBeNull();
  }, 300_000);

  it('pins nothing with a connection that holds no token, and says what is missing', async () => {
    const { revision } = await imageNow();
    for (const scope of ['pool', 'run']) {
      const run = await pin({ version: '1.0.0', scope }, { connection: null });
      expect(run).toMatchObject({ result: 'Failed', variables: {} });
      expect(run.words).toMatch(
        /^Without a connection token of Weir a job may read, .* Issue a connection token for this pool /,
      );
    }
    expect((await imageNow()).revision).toBe(revision);
  }, 300_000);

  it('writes the demand into pipeline files of the checkout, for which no connection token is needed', async () => {
    const sources = mkdtempSync(join(tmpdir(), 'weir-sources-'));
    writeFileSync(join(sources, 'ci.yml'), `# ours\npool:\n  name: ${pool} # the pool\nsteps: []\n`);
    const inputs = { version: '2.0.0', scope: 'yaml', files: '**/*.yml' };
    const run = await pin(inputs, { sources, connection: null });
    expect(run).toMatchObject({ result: 'Succeeded', words: '1 of 1 files ask for version 2.0.0 now.' });
    const written = readFileSync(join(sources, 'ci.yml'), 'utf8');
    expect(written).toContain('demands: ImageVersionOverride -equals 2.0.0');
    expect(written).toContain('# ours');
    expect(written).toContain('# the pool');
  }, 300_000);

  it('of two at once does one, and tells the other who was first', async () => {
    const door = await heldUntilRead(on.serviceUrl, 2);
    try {
      const [one, two] = await Promise.all(
        ['1.0.0', '2.0.0'].map((version) =>
          pin({ version, requireValidated: 'false', reason: 'race' }, { serviceUrl: door.url }),
        ),
      );
      const [done, late] = one?.result === 'Succeeded' ? [one, two] : [two, one];
      expect([done?.result, late?.result]).toEqual(['Succeeded', 'Failed']);
      const version = done?.variables.imageVersion ?? '';
      expect(late?.words).toContain(`(pin to ${version}) changed image gold at the same moment, so nothing was done`);
      expect(await imageNow()).toMatchObject({ pinnedVersion: version });
    } finally {
      await door.close();
    }
  }, 300_000);

  it('unpins, so that the pool follows the newest again', async () => {
    const { pinnedVersion } = await imageNow();
    expect(await pin({ action: 'unpin' })).toMatchObject({ result: 'Succeeded', variables: { imageVersion: '' } });
    expect([pinnedVersion, (await imageNow()).pinnedVersion]).toEqual([expect.any(String), null]);
  }, 300_000);
});

describe('the service', () => {
  it('refuses the pull request of a fork, whatever the task says', async () => {
    const fork = await on.job({ pullRequest: { number: 7, isFork: true } });
    const step = { connection, inputs: { version: '2.0.0' }, environment: { SYSTEM_PULLREQUEST_ISFORK: 'False' } };
    const run = await on.step(fork, 'PinImageVersion', step);
    expect(run).toMatchObject({ result: 'Failed', words: expect.stringContaining('is the pull request of a fork') });
    await on.end(fork);
  }, 300_000);

  it('refuses a job token that was used, and a run that the job does not belong to', async () => {
    const other = await pin({ version: '2.0.0' }, { environment: { BUILD_BUILDID: '4711' } });
    expect(other).toMatchObject({ result: 'Failed', words: expect.stringContaining('RUN_REFUSED') });
    const token = await on.jobToken(job);
    const ask = async (): Promise<string> => {
      const answer = await fetch(`${on.serviceUrl}/v1/pools/${pool}/pins`, {
        method: 'POST',
        headers: {
          ...{ authorization: `Bearer ${connection}`, 'content-type': 'application/json', 'if-match': '"1"' },
          ...{ 'x-weir-organization': on.organizationUrl, 'x-weir-job-token': token, 'idempotency-key': 'twice-0001' },
        },
        body: JSON.stringify({ image: 'gold', action: 'pin', version: '1.0.0', scope: 'pool' }),
      });
      return ((await answer.json()) as { code: string }).code;
    };
    expect([await ask(), await ask()]).toEqual(['STALE_REVISION', 'JOB_TOKEN_REFUSED']);
  }, 300_000);

  const evil = '##vso[task.setvariable variable=x]1';
  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['a pool that is a path', { pool: '../../v1/pools', version: '1.0.0' }, 'There is no such pool'],
    ['a pool that is a command', { pool: evil, version: '1.0.0' }, 'There is no such pool'],
    ['an image that is a command', { image: `${evil}\n##[error]x`, version: '1.0.0' }, 'has no image'],
    ['a version that is a command', { version: evil }, 'PIN_VERSION_FORMAT'],
    ['a variable that nobody set', { version: '$(image.version)' }, 'holds $(image.version)'],
    ['a reason that is too long', { version: '1.0.0', reason: 'x'.repeat(600) }, 'reason'],
    ['a version of long ago', { version: '0.0.0' }, 'IMAGE_VERSION_NOT_FOUND'],
  ])(
    'is asked for %s, and answers in words',
    async (_what, inputs, words) => {
      const run = await pin(inputs);
      expect(run).toMatchObject({ result: 'Failed', words: expect.stringContaining(words) });
      // What the library says for debugging begins with a command of its own: what follows in the line is only its text.
      const printed = run.output.split('\n').filter((line) => !line.startsWith('##vso[task.debug]'));
      expect(printed.join('\n')).not.toContain('##vso[task.setvariable variable=x]');
      expect(printed.join('\n')).not.toMatch(/^##\[error\]x/m);
    },
    5 * minutes,
  );

  it('hears nothing of a job that has ended', async () => {
    await on.end(job);
    const run = await pin({ version: '2.0.0' });
    expect(run).toMatchObject({ result: 'Failed', words: expect.stringContaining('gave this job no OIDC token') });
  }, 300_000);
});
