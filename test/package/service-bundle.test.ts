// The service's bundle, in a folder without node_modules: it starts on a configuration, answers, carries what machines
// fetch, and ends cleanly, while neither cloud can be reached.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bootProfiles } from '../../service/domain/replay-machines.ts';
import { linuxScript, windowsScript } from '../../service/enrolment/script.ts';
import { settings } from '../builders.ts';
import { run, type Ran } from '../cli/run-weir.ts';
import { until } from '../end-to-end/until.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'weir-bundle-'));
const bundle = join(folder, 'weir.mjs');
const configuration = join(folder, 'weir.yaml');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
let service: ChildProcess;
let url: string;
const heard = { out: '', note: '' };

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Neither cloud: the organisation's port is closed, and the identity in Azure has no token to ask with. */
function yaml(port: number, closedPort: number): string {
  const guid = (last: string) => `00000000-0000-0000-0000-0000000000${last}`;
  const group = `/subscriptions/${guid('01')}/resourceGroups/agents/providers/Microsoft.Compute`;
  return `publicUrl: http://127.0.0.1:${port}
listen: { port: ${port} }
organizations:
  - url: http://127.0.0.1:${closedPort}/fabrikam
    identity: { kind: personalAccessToken, token: { env: WEIR_PAT } }
subscriptions:
  - id: ${guid('01')}
    identity: { kind: workloadIdentity, tenantId: ${guid('02')}, clientId: ${guid('03')}, tokenFilePath: no-such-token }
pools:
  - { name: linux, poolId: 7, scaleSet: ${group}/virtualMachineScaleSets/linux, maxCapacity: 2 }
`;
}

const runBundle = (...args: readonly string[]): Promise<Ran> => run(process.execPath, [bundle, ...args]);

beforeAll(async () => {
  const webpack = join(root, 'node_modules', 'webpack', 'bin', 'webpack.js');
  const built = spawnSync(process.execPath, [webpack, '--config', 'webpack.config.mjs', '--config-name', 'service'], {
    cwd: root,
    encoding: 'utf8',
    timeout: 600_000,
  });
  expect({ status: built.status, said: built.status === 0 ? '' : `${built.stdout}${built.stderr}` }).toEqual({
    status: 0,
    said: '',
  });
  cpSync(join(root, 'dist', 'service'), folder, { recursive: true });
  // Somebody else may be given the port between the look at it and the start: then another one.
  do await start();
  while (service.exitCode !== null && heard.note.includes('in use'));
  expect({ code: service.exitCode, ...heard }).toMatchObject({ code: null });
}, 600_000);

async function start(): Promise<void> {
  const port = await freePort();
  writeFileSync(configuration, yaml(port, await freePort()));
  url = `http://127.0.0.1:${port}`;
  Object.assign(heard, { out: '', note: '' });
  const { PATH } = process.env;
  service = spawn(process.execPath, [bundle, 'start', '--config', configuration], {
    cwd: folder,
    env: { PATH, WEIR_PAT: 'sandbox-only' },
  });
  service.stdout?.setEncoding('utf8').on('data', (text: string) => (heard.out += text));
  service.stderr?.setEncoding('utf8').on('data', (text: string) => (heard.note += text));
  await until(
    'the bundle listens or has ended',
    120,
    () => heard.note.includes('Weir listens on') || service.exitCode !== null,
  );
}

afterAll(() => {
  if (service.exitCode === null) service.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

describe("the service's bundle", () => {
  it('answers that it lives and that its database does', async () => {
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const document = (await (await fetch(`${url}/v1/openapi.json`)).json()) as { info: { version: string } };
    expect(document.info.version).toBe(version);
  });

  it('carries the scripts that machines fetch, whole', async () => {
    for (const { path, text } of [linuxScript, windowsScript]) {
      const script = await fetch(`${url}${path}`);
      expect(script.status).toBe(200);
      expect(await script.text()).toBe(text);
    }
  });

  it('carries the thread of what-ifs as a file of its own, made by what Node calls a worker', async () => {
    const text = readFileSync(bundle, 'utf8');
    const [, maker, file] = /new (\w+)\(new URL\([^)]*?"\.\/([\w.-]+)"/.exec(
      text.slice(text.indexOf('createReplays(')),
    )!;
    expect(text).toMatch(new RegExp(`Worker as ${maker!}\\b[^\n]*"node:worker_threads"`));
    const thread = new Worker(join(folder, file!));
    const results: unknown[] = [];
    thread.on('message', (result) => results.push(result));
    thread.postMessage({
      jobs: [{ arrival: 0, duration: 60, label: '' }],
      ...{ from: 0, to: 10, profile: bootProfiles.linux, bootSeed: 1, settings: [settings()] },
    });
    await once(thread, 'exit');
    expect(results).toMatchObject([{ jobs: 1, policy: 'eventDriven' }]);
  });

  it('says in its log what cannot be reached, and goes on', async () => {
    const parts = ['job requests', 'agents', 'scale set', 'instances'];
    const said = () => heard.out.split('\n').filter((line) => line.includes('cannot be read'));
    await until('every part is told', 100, () => said().length >= parts.length);
    expect(parts.filter((part) => !said().some((line) => line.includes(`The ${part} cannot be read`)))).toEqual([]);
    // 50 is what pino calls an error: an unreachable cloud is a warning.
    const levels = heard.out
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { level: number }).level);
    expect(Math.max(...levels)).toBeLessThan(50);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it('ends at SIGTERM with exit code 0, and said nothing alarming', async () => {
    service.kill('SIGTERM');
    await once(service, 'exit');
    expect(service.exitCode).toBe(0);
    expect(heard.note.trim()).toBe(`Weir listens on ${url}. Ctrl-C stops it.`);
  });

  it('prints its version, and asks for a configuration where none is named', async () => {
    expect(await runBundle('--version')).toEqual({ code: 0, out: `${version}\n`, note: '' });
    const bare = await runBundle('start');
    expect(bare).toMatchObject({ code: 2, out: '' });
    expect(bare.note).toContain('--config');
    const misspelt = await runBundle('start', '--speed', '9');
    expect(misspelt).toMatchObject({ code: 2, out: '' });
  });
});
