// `weir start` as a process of its own, as a person at a terminal has it: its words, its ports, and its end.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createClient, type Client } from '../../contract/client.ts';
import type { PortalConfiguration } from '../../sandbox/portal/configuration.ts';

const bin = join(import.meta.dirname, '../../cli/bin.mjs');

export interface StartedWeir {
  /** The page that it told people to open. */
  readonly url: string;
  /** Everything it has said so far on both channels. */
  said(): string;
  /** Sends the signal to the process and, like a terminal, to all of its children; `echoes` is how often parents repeat it. */
  stop(signal: NodeJS.Signals, echoes?: number): Promise<Ended>;
  /** For the end of a test that failed. */
  kill(): void;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly seconds: number;
  /** Processes of its group that are still there. */
  readonly left: readonly number[];
  readonly said: string;
}

/** Settles when the page's address is printed; rejects with what was said where the process ends before. */
export async function startWeir(...args: readonly string[]): Promise<StartedWeir> {
  // A group of its own, so that what it leaves behind can be found.
  const child = spawn(process.execPath, [bin, 'start', '--no-open', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const group = child.pid ?? 0;
  let said = '';
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  const url = await new Promise<string>((resolve, reject) => {
    const hear = (text: string): void => {
      said += text;
      const address = /Open {2}(http:\S+)/.exec(said)?.[1];
      if (address !== undefined) resolve(address);
    };
    child.stdout.setEncoding('utf8').on('data', hear);
    child.stderr.setEncoding('utf8').on('data', hear);
    child.on('error', reject);
    void ended.then(({ code }) => reject(new Error(`weir start ended with ${String(code)} and said: ${said}`)));
  });
  return {
    url,
    said: () => said,
    stop: async (signal, echoes = 0) => {
      const from = performance.now();
      process.kill(-group, signal);
      for (let echo = 0; echo < echoes; echo += 1) child.kill(signal);
      const { code, signal: killedBy } = await ended;
      return {
        ...{ code, signal: killedBy, said, left: await lastOf(group) },
        seconds: (performance.now() - from) / 1000,
      };
    },
    kill: () => {
      if (membersOf(group).length > 0) process.kill(-group, 'SIGKILL');
    },
  };
}

/** What the portal's page knows: where the service and the organisation are. */
export async function configurationOf(url: string): Promise<PortalConfiguration> {
  const answer = await fetch(new URL('/portal.json', url));
  return (await answer.json()) as PortalConfiguration;
}

/** The hub's own client, with the hub's token. */
export async function clientOf(url: string): Promise<Client<AbortSignal>> {
  const { serviceUrl, organization } = await configurationOf(url);
  return createClient({
    baseUrl: serviceUrl ?? '',
    organization: organization.url,
    getToken: async () => (await fetch(new URL('/token', url))).text(),
    fetch,
  });
}

/** Whether somebody answers there. To take the port for a moment would hinder others, and a connection of theirs may use its number. */
export async function isServed(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    return await new Promise((resolve) => {
      socket.once('error', () => resolve(false));
      socket.once('connect', () => resolve(true));
    });
  } finally {
    socket.destroy();
  }
}

/** Those that are still there when they have had time to go: a child ends a moment after it has closed what it spoke to. */
async function lastOf(group: number): Promise<readonly number[]> {
  for (let tries = 0; tries < 100 && membersOf(group).length > 0; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 100));
  return membersOf(group);
}

/** Linux tells the group of every process; elsewhere only whether somebody of it is there. */
function membersOf(group: number): readonly number[] {
  if (process.platform !== 'linux') {
    try {
      process.kill(-group, 0);
      return [group];
    } catch {
      return [];
    }
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => groupOf(pid) === group);
}

function groupOf(pid: number): number | null {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // After the program's name, which may hold blanks and parentheses: state, parent, group.
    return Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[2]);
  } catch {
    // It ended between the list and this look.
    return null;
  }
}
