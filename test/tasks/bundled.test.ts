// Both tasks as the agent runs them: bundled, as processes, against a service that a test scripts.
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ensureTaskBundles } from '../../cli/bundles.ts';
import { runBundledTask } from './bundled-task.ts';
import { scriptedService, type Answer, type Asked, type Scripted } from './scripted-service.ts';

let service: Scripted | null = null;

beforeAll(() => ensureTaskBundles(() => undefined), 120_000);
afterEach(async () => {
  await service?.close();
  service = null;
});

const at = '2026-11-24T10:00:00.000Z';
const started: Answer = { status: 202, body: { validationId: 'v1', image: 'ubuntu', version: '2.0.0' } };

function report(change: Record<string, unknown> = {}): Answer {
  const check = {
    ...{ code: 'online', title: 'Comes online', kind: 'live', status: 'ok', words: 'Both came online.' },
    ...{ evidence: [], fix: null, instance: null },
  };
  return {
    status: 200,
    body: {
      ...{ now: at, validationId: 'v1', image: 'ubuntu', version: '2.0.0', verdict: 'passed', phase: 'finished' },
      ...{ words: 'Every check passed.', startedAt: at, finishedAt: at, startedBy: 'run', staticOnly: false },
      ...{ errors: 0, warnings: 0, instanceCount: 2, probeScript: null, deadlineAt: null, scaleSet: null },
      ...{ checks: [check], instances: [], bootSeconds: { p50: 90, p95: 120, samples: 2 } },
      events: [{ at, words: 'Both machines are online.' }],
      ...change,
    },
  };
}

async function validate(
  answer: (asked: Asked, count: number) => Answer,
  inputs: Record<string, string> = {},
  more = {},
) {
  service = await scriptedService(answer);
  const { url, oidcUrl } = service;
  return await runBundledTask('ValidateImage', {
    ...{ serviceUrl: url, oidcUrl },
    inputs: { pool: 'linux', image: 'ubuntu', ...inputs },
    ...more,
  });
}

const isStart = ({ method, path }: Asked) => method === 'POST' && path.endsWith('/validations');

describe('ValidateImage', () => {
  it('tells what happens, sets its outputs, and attaches summary and JUnit file', async () => {
    const run = await validate((asked) => (isStart(asked) ? started : report()), {
      junitFile: 'checks.xml',
      instanceCount: '3',
    });
    expect(run.result).toBe('Succeeded');
    expect(run.output).toContain('10:00:00  Both machines are online.');
    expect(run.variables).toMatchObject({ imageVersion: '2.0.0', verdict: 'passed' });
    expect(run.variables.reportUrl).toContain('/pools/linux/images/v1');
    expect(run.output).toMatch(/##vso\[task\.uploadsummary\].*weir-validation-v1\.md/);
    expect(readFileSync(join(run.folder, 'weir-validation-v1.md'), 'utf8')).toContain('| ✅ | Comes online |');
    expect(readFileSync(join(run.folder, 'checks.xml'), 'utf8')).toContain('<testcase');
    expect(service!.asked[0]?.body).toMatchObject({
      image: 'ubuntu',
      version: null,
      instanceCount: 3,
      staticOnly: false,
    });
  });

  it('proves who asks with the connection token and a new OIDC token for each request', async () => {
    await validate((asked) => (isStart(asked) ? started : report()));
    const headers = service!.asked.map((one) => one.headers);
    expect(headers.every((one) => one.authorization === 'Bearer weir_secret' && one['x-weir-run'] === '77')).toBe(true);
    expect(headers.map((one) => one['x-weir-job-token'])).toEqual(['oidc-1', 'oidc-2']);
    expect(headers[0]?.['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('fails with the check that failed and what mends it', async () => {
    const check = {
      ...{ code: 'x', title: 'Start-up script', kind: 'live', status: 'error', words: 'It ended with exit code 7.' },
      ...{ evidence: [], instance: 'trial_0', fix: { words: 'Mend the script.', commands: null } },
    };
    const run = await validate((asked) => (isStart(asked) ? started : report({ verdict: 'failed', checks: [check] })));
    expect(run.result).toBe('Failed');
    expect(run.words).toBe('Version 2.0.0 did not pass: Start-up script: It ended with exit code 7. Mend the script.');
  });

  it('prints nothing from outside that the agent would obey', async () => {
    const evil = '##vso[task.setvariable variable=x]1\n##[error]boo';
    const events = [{ at, words: evil }];
    const run = await validate((asked) => (isStart(asked) ? started : report({ events, words: evil })));
    expect(run.output).not.toContain('##vso[task.setvariable variable=x]');
    expect(run.output).not.toContain('##[error]boo');
    expect(readFileSync(join(run.folder, 'weir-validation-v1.md'), 'utf8')).not.toMatch(/##(vso)?\[/);
  });

  it('never prints the connection token or a job token', async () => {
    const run = await validate((asked) => (isStart(asked) ? started : report()));
    // What the library itself says for debugging, of secrets that the agent knows and masks, is not the task's.
    const printed = run.output.split('\n').filter((line) => !/^##vso\[task\.(setsecret|debug)/.test(line));
    expect(printed.join('\n')).not.toMatch(/weir_secret|oidc-\d|job-access/);
  });

  it.each([
    ['a variable that was not expanded', { version: '$(imageVersion)' }, 'its name. (INPUT_UNEXPANDED)'],
    ['a number that is none', { instanceCount: 'two' }, 'instanceCount must be a whole number'],
    [
      'a time in hexadecimals',
      { timeoutMinutes: '0x20' },
      '5…120, and is "0x20". Correct timeoutMinutes in the YAML. (INPUT_TIMEOUT)',
    ],
    ['a switch that is neither', { staticOnly: 'yes' }, 'staticOnly is "yes". Write true or false. (INPUT_CHOICE)'],
    ['an empty pool', { pool: ' ' }, 'into the YAML. (INPUT_POOL)'],
  ])('names the input that is wrong: %s', async (_what, inputs: Record<string, string>, words) => {
    const run = await validate(() => started, inputs);
    expect(run).toMatchObject({ result: 'Failed', words: expect.stringContaining(words) });
    expect(service!.asked).toEqual([]);
  });

  it('passes on the problem of the service with its next step', async () => {
    const problem = {
      code: 'IMAGE_UNKNOWN',
      message: 'There is no image ubuntu.',
      nextStep: 'Name an alias.',
      correlationId: 'c1',
    };
    const run = await validate(() => ({ status: 422, body: { ...problem, field: null, value: null } }));
    expect(run.words).toBe('There is no image ubuntu. Name an alias. (IMAGE_UNKNOWN, c1)');
  });

  it('says so where the agent gives no OIDC token', async () => {
    const run = await validate(() => started, {}, { oidcUrl: undefined });
    expect(run).toMatchObject({ result: 'Failed', words: expect.stringContaining('no address for OIDC tokens') });
  });

  it('asks again while the service is away for a moment', async () => {
    const run = await validate((asked, count) =>
      isStart(asked) ? started : count === 2 ? { status: 503, body: {} } : report(),
    );
    expect(run.result).toBe('Succeeded');
    expect(run.output).toContain('Asking again.');
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('cancels the validation when the run is cancelled by %s', async (signal) => {
    let isCancelled = false;
    const run = await validate(
      (asked) => {
        if (isStart(asked)) return started;
        if (asked.method === 'DELETE') isCancelled = true;
        return report(isCancelled ? { verdict: 'cancelled' } : { verdict: null, phase: 'booting' });
      },
      {},
      { stopAt: { text: 'Both machines are online.', signal } },
    );
    expect(isCancelled).toBe(true);
    expect(run.result).toBe('Failed');
  });
});

const image = {
  ...{ alias: 'ubuntu', aliases: ['ubuntu', 'ubuntu-latest'], currentVersion: '1.0.0', revision: 4, history: [] },
  versions: [{ version: '2.0.0', exists: true }],
};
const images: Answer = { status: 200, body: { now: at, pool: 'linux', images: [image], problems: [] } };
const pinned: Answer = {
  status: 200,
  body: {
    ...{ image: 'ubuntu', imageVersion: '2.0.0', previousVersion: '1.0.0', revision: 5, until: null },
    ...{ demand: 'ImageVersionOverride -equals 2.0.0', words: 'New machines are of 2.0.0.' },
  },
};

async function pin(answer: (asked: Asked, count: number) => Answer, inputs: Record<string, string>, sources?: string) {
  service = await scriptedService(answer);
  const { url, oidcUrl } = service;
  const all = { pool: 'linux', image: 'Ubuntu-Latest', ...inputs };
  return await runBundledTask('PinImageVersion', {
    ...{ serviceUrl: url, oidcUrl, inputs: all },
    ...(sources === undefined ? {} : { sources }),
  });
}

describe('PinImageVersion', () => {
  it('pins from the revision that it read, and sets its outputs', async () => {
    const run = await pin((asked) => (asked.method === 'POST' ? pinned : images), {
      version: '2.0.0',
      reason: 'weekly',
    });
    expect(run).toMatchObject({ result: 'Succeeded', words: 'New machines are of 2.0.0.' });
    expect(run.variables).toEqual({
      imageVersion: '2.0.0',
      previousVersion: '1.0.0',
      demand: 'ImageVersionOverride -equals 2.0.0',
    });
    const { headers, body } = service!.asked[1]!;
    expect(headers['if-match']).toBe('"4"');
    expect(body).toMatchObject({ action: 'pin', version: '2.0.0', scope: 'pool', reason: 'weekly' });
  });

  it('lets a version in for the run without naming a revision', async () => {
    const run = await pin((asked) => (asked.method === 'POST' ? pinned : images), { version: '2.0.0', scope: 'run' });
    expect(run.result).toBe('Succeeded');
    expect(service!.asked[1]?.headers['if-match']).toBeUndefined();
  });

  it('says who was first where two pin at once, and changes nothing', async () => {
    const history = [{ at, by: 'Ada', action: 'pin', from: '1.0.0', to: '3.0.0' }];
    const stale = {
      code: 'STALE_REVISION',
      message: 'Changed.',
      nextStep: 'Read again.',
      correlationId: 'c',
      field: null,
      value: null,
    };
    const run = await pin(
      (asked, count) =>
        asked.method === 'POST'
          ? { status: 412, body: stale }
          : count === 1
            ? images
            : {
                status: 200,
                body: {
                  now: at,
                  pool: 'linux',
                  images: [{ ...image, history, currentVersion: '3.0.0' }],
                  problems: [],
                },
              },
      { version: '2.0.0' },
    );
    expect(run.words).toContain('Ada (pin to 3.0.0) changed image ubuntu at the same moment, so nothing was done');
  });

  it.each([
    ['a pin without a version', {}, 'A pin needs a version.'],
    ['an action that there is not', { action: 'push', version: '2.0.0' }, 'Write one of pin, unpin, rollback.'],
    ['a rollback of a run', { action: 'rollback', scope: 'run' }, 'only for scope: pool'],
    ['an image that the pool has not', { image: 'windows', version: '2.0.0' }, 'It offers: ubuntu, ubuntu-latest.'],
  ])('refuses %s in words', async (_what, inputs: Record<string, string>, words) => {
    const run = await pin(() => images, inputs);
    expect(run).toMatchObject({ result: 'Failed', words: expect.stringContaining(words) });
  });

  it('writes the demand into the pipeline files that are named, prints what changed, and touches no other', async () => {
    const sources = mkdtempSync(join(tmpdir(), 'weir-sources-'));
    writeFileSync(join(sources, 'azure-pipelines.yml'), '# ours\npool: linux\nsteps: []\n');
    writeFileSync(join(sources, 'other.yml'), 'pool: windows\n');
    const run = await pin(() => images, { version: '2.0.0', scope: 'yaml', files: '*.yml' }, sources);
    expect(run).toMatchObject({ result: 'Succeeded', words: '1 of 2 files ask for version 2.0.0 now.' });
    expect(readFileSync(join(sources, 'azure-pipelines.yml'), 'utf8')).toBe(
      '# ours\npool:\n  name: linux\n  demands: ImageVersionOverride -equals 2.0.0\nsteps: []\n',
    );
    expect(readFileSync(join(sources, 'other.yml'), 'utf8')).toBe('pool: windows\n');
    expect(run.output).toContain('- pool: linux');
    expect(readdirSync(sources).sort()).toEqual(['azure-pipelines.yml', 'other.yml']);
  });

  it('leads nowhere outside of the sources', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'weir-outside-'));
    writeFileSync(join(outside, 'x.yml'), 'pool: linux\n');
    const sources = mkdtempSync(join(tmpdir(), 'weir-sources-'));
    const run = await pin(() => images, { version: '2.0.0', scope: 'yaml', files: join(outside, 'x.yml') }, sources);
    expect(run).toMatchObject({ result: 'Failed', words: expect.stringContaining('outside of the sources') });
    expect(readFileSync(join(outside, 'x.yml'), 'utf8')).toBe('pool: linux\n');
  });
});
