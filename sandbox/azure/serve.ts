// Puts an emulator on a port of the loopback interface, with or without TLS. It never advances time: whoever owns the emulator does.
import { createServer as createHttpServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Emulator, HttpRequest } from '../http-message.ts';

const largestBody = 16 * 1024 * 1024;

export interface ServeOptions {
  /** 0 takes any free port. */
  readonly port: number;
  readonly host?: string;
  /** PEM texts; without them the server speaks plain http. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

export interface EmulatorServer {
  readonly port: number;
  /** `https://127.0.0.1:8443`, without a slash at the end. */
  readonly url: string;
  /** Stops listening and drops every open connection, waiting polls included. */
  close(): Promise<void>;
}

/** Rejects with the system's own error when the port cannot be had. */
export async function serveEmulator(emulator: Emulator, options: ServeOptions): Promise<EmulatorServer> {
  const { tls, host = '127.0.0.1' } = options;
  const scheme = tls ? 'https' : 'http';
  const listener = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    answer(emulator, scheme, incoming, outgoing).catch((error: unknown) => fail(outgoing, error));
  };
  const server = tls ? createHttpsServer({ cert: tls.cert, key: tls.key }, listener) : createHttpServer(listener);
  await listen(server, options.port, host);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return { port: address.port, url: `${scheme}://${host}:${address.port}`, close: () => close(server) };
}

async function answer(
  emulator: Emulator,
  scheme: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const body = await read(incoming);
  if (body === null) {
    outgoing.writeHead(413).end();
    return;
  }
  const request: HttpRequest = {
    method: incoming.method ?? 'GET',
    url: absoluteUrl(scheme, incoming),
    headers: flat(incoming.headers),
    body,
  };
  const response = await emulator.handle(request);
  if (outgoing.destroyed) return;
  outgoing.writeHead(response.status, response.headers);
  outgoing.end(incoming.method === 'HEAD' ? undefined : response.body);
}

// Links in answers lead back to where the client came from, so the Host header decides, not the address we listen on.
function absoluteUrl(scheme: string, incoming: IncomingMessage): string {
  const target = incoming.url ?? '/';
  if (/^https?:\/\//i.test(target)) return target;
  return `${scheme}://${incoming.headers.host ?? 'localhost'}${target}`;
}

async function read(incoming: IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of incoming) {
    const bytes = part as Buffer;
    size += bytes.length;
    if (size > largestBody) return null;
    parts.push(bytes);
  }
  return Buffer.concat(parts).toString('utf8');
}

function flat(headers: IncomingHttpHeaders): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return result;
}

// A mistake of the emulator is visible to the client that met it, with its text.
function fail(outgoing: ServerResponse, error: unknown): void {
  if (outgoing.destroyed) return;
  const message = error instanceof Error ? error.message : String(error);
  if (!outgoing.headersSent) outgoing.writeHead(500, { 'content-type': 'application/json; charset=utf-8' });
  outgoing.end(JSON.stringify({ error: { code: 'InternalServerError', message: `The emulator failed: ${message}` } }));
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => {
      if (error) reject(error);
      else resolve();
    });
    server.closeAllConnections();
  });
}
