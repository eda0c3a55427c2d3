// Puts an emulator on a loopback port. Time comes by argument: the clock says what hour it is in the sandbox and how long
// to wait on the wall until another; between requests the emulator is woken when something is due.

import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Emulator, HttpRequest, HttpResponse } from './http-message.ts';

export interface ServeOptions {
  /** Loopback unless said otherwise. */
  readonly host?: string;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** PEM; with it the port speaks https. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Told of what an emulator threw: the client sees 500. */
  readonly onError?: (problem: unknown) => void;
}

export interface SandboxClock {
  /** Milliseconds since the epoch, in the sandbox. */
  now(): number;
  /** Milliseconds on the wall until that instant of the sandbox; negative when it has passed. */
  wallMsUntil(instant: number): number;
}

export interface RunningServer {
  /** `http://127.0.0.1:port`, without a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

/** One emulator with its time. Several that share a world are advanced by the world: use `serveRequests` for each. */
export async function serveEmulator(
  emulator: Emulator,
  clock: SandboxClock,
  options: ServeOptions = {},
): Promise<RunningServer> {
  let timer: NodeJS.Timeout | undefined;
  const wakeWhenDue = (): void => {
    clearTimeout(timer);
    const dueAt = emulator.nextEventAt();
    if (dueAt !== null) timer = setTimeout(passTime, Math.min(Math.max(clock.wallMsUntil(dueAt), 1), LONGEST_TIMER_MS));
  };
  const passTime = (): void => {
    emulator.advance(clock.now());
    wakeWhenDue();
  };
  const server = await serveRequests(async (request) => {
    emulator.advance(clock.now());
    const answer = emulator.handle(request);
    wakeWhenDue();
    const response = await answer;
    wakeWhenDue();
    return response;
  }, options);
  return {
    url: server.url,
    close: () => {
      clearTimeout(timer);
      return server.close();
    },
  };
}

/** The port alone: every request becomes plain data and its answer goes back. */
export async function serveRequests(
  handle: (request: HttpRequest) => HttpResponse | Promise<HttpResponse>,
  options: ServeOptions = {},
): Promise<RunningServer> {
  const { host = '127.0.0.1', port = 0, tls, onError } = options;
  const listener = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    respond(incoming, outgoing, tls === undefined ? 'http' : 'https', handle).catch((problem: unknown) => {
      onError?.(problem);
      if (!outgoing.headersSent) outgoing.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' });
      outgoing.end('The emulator failed.');
    });
  };
  const server = tls === undefined ? createHttpServer(listener) : createHttpsServer(tls, listener);
  await listen(server, port, host);
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${host}:${bound}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((problem) => (problem === undefined ? resolve() : reject(problem)));
        // Long polls would hold the port for most of a minute.
        server.closeAllConnections();
      }),
  };
}

/** What setTimeout can hold; a longer wait looks again then. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const BODY_BYTES_MOST = 16 * 1024 * 1024;

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function respond(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  scheme: string,
  handle: (request: HttpRequest) => HttpResponse | Promise<HttpResponse>,
): Promise<void> {
  const body = await readBody(incoming);
  if (body === null) {
    outgoing.writeHead(413).end();
    return;
  }
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
  const url = `${scheme}://${headers.host ?? 'localhost'}${incoming.url ?? '/'}`;
  const response = await handle({ method: incoming.method ?? 'GET', url, headers, body });
  if (outgoing.destroyed) return;
  outgoing.writeHead(response.status, { ...response.headers, 'content-length': Buffer.byteLength(response.body) });
  outgoing.end(incoming.method === 'HEAD' ? undefined : response.body);
}

/** Null when it is larger than any client of the two clouds would send. */
async function readBody(incoming: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_BYTES_MOST) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
