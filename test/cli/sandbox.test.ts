// `weir sandbox` as a process: one JSON line, both clouds on both ports, and an end without left-overs.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { runWeir } from './run-weir.ts';

const bin = join(import.meta.dirname, '../../cli/bin.mjs');
let child: ChildProcess | null = null;

afterEach(async () => {
  if (child?.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
});

interface Addresses {
  readonly http: string;
  readonly https: string;
  readonly azureDevOps: string;
  readonly subscriptionId: string;
}

async function start(...args: readonly string[]): Promise<Addresses> {
  child = spawn(process.execPath, ['--no-warnings=ExperimentalWarning', bin, 'sandbox', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout!.setEncoding('utf8'), 'data')) as [string];
  return JSON.parse(line) as Addresses;
}

async function stop(): Promise<number | null> {
  child!.kill('SIGINT');
  const [code] = (await once(child!, 'exit')) as [number | null];
  return code;
}

const headers = { authorization: 'Bearer anything' };

describe('weir sandbox', () => {
  it('serves both clouds until it is stopped', async () => {
    const { http, azureDevOps, subscriptionId } = await start('--speed', '60');
    const subscription = await fetch(`${http}/subscriptions/${subscriptionId}?api-version=2022-12-01`, { headers });
    expect(await subscription.json()).toMatchObject({ subscriptionId, state: 'Enabled' });
    const pools = await fetch(`${azureDevOps}/_apis/distributedtask/pools?api-version=7.1`, { headers });
    expect(((await pools.json()) as { value: { name: string }[] }).value.map((pool) => pool.name)).toContain('Default');
    expect(await stop()).toBe(0);
    await expect(fetch(http)).rejects.toThrow();
  });

  it('keeps its state in a file from one run to the next', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'weir-state-'));
    try {
      const file = join(folder, 'state.json');
      const first = await start('--state', file);
      const created = await fetch(`${first.azureDevOps}/_apis/distributedtask/pools?api-version=7.1`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'kept', poolType: 'automation' }),
      });
      expect(created.status).toBe(200);
      expect(await stop()).toBe(0);
      expect((await readFile(file, 'utf8')).length).toBeGreaterThan(100);
      const second = await start('--state', file);
      const found = await fetch(`${second.azureDevOps}/_apis/distributedtask/pools?poolName=kept&api-version=7.1`, {
        headers,
      });
      expect(((await found.json()) as { count: number }).count).toBe(1);
      expect(await stop()).toBe(0);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('says which port is in use', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    const ran = await runWeir('sandbox', '--port', String(port));
    holder.close();
    expect(ran).toMatchObject({ code: 1, out: '' });
    expect(ran.note).toContain(`Port ${port} is in use`);
  });

  it.each([
    [['--cert', 'x.pem'], 2, /--cert and --key belong together/],
    [['--cert', 'x.pem', '--key', 'y.pem'], 1, /cannot be read/],
    [['--state', '/'], 1, /cannot be read/],
    [['--speed', 'fast'], 2, /must be a number/],
    [['--prot', '1'], 2, /Did you mean --port\?/],
  ])('refuses %j in words', async (args, code, words) => {
    const ran = await runWeir('sandbox', ...args);
    expect(ran.code).toBe(code);
    expect(ran.note).toMatch(words);
    expect(ran.note).not.toMatch(/\n\s+at /);
  });
});
