// The production `Send`: one request over a socket, one whole response back. It follows no redirect, bounds time and
// size, and rejects with `unavailable` where no whole response came.
import http from 'node:http';
import https from 'node:https';
import { rootCertificates } from 'node:tls';
import type { HttpRequest, HttpResponse, Send } from './ports.ts';
import { CloudError } from './problem.ts';

export interface SendOptions {
  /** For the whole exchange; 60 s unless given. */
  readonly timeoutMs?: number;
  /** 16 MB unless given; a longer body is `unreadable`. */
  readonly maximumBodyBytes?: number;
  /** PEM text, trusted beside the public authorities. */
  readonly certificateAuthority?: string;
}

/** Idle connections are kept for the next request, and never keep the process alive. */
export function createSend(options: SendOptions = {}): Send {
  const timeoutMs = options.timeoutMs ?? 60_000;
  const maximumBodyBytes = options.maximumBodyBytes ?? 16 * 1024 * 1024;
  const plainAgent = new http.Agent({ keepAlive: true });
  const ca = options.certificateAuthority;
  const secureAgent = new https.Agent({
    keepAlive: true,
    ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
  });
  return (request, signal) => {
    const deadline = AbortSignal.timeout(timeoutMs);
    const either = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
    return exchange(request, either, request.url.startsWith('https:') ? secureAgent : plainAgent, maximumBodyBytes);
  };
}

function exchange(
  request: HttpRequest,
  signal: AbortSignal,
  agent: http.Agent,
  maximumBodyBytes: number,
): Promise<HttpResponse> {
  const where = `${request.method} ${withoutQuery(request.url)}`;
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void => reject(noResponse(where, cause, signal));
    const body = request.body === undefined ? null : Buffer.from(request.body, 'utf8');
    const module = agent instanceof https.Agent ? https : http;
    const outgoing = module.request(request.url, {
      method: request.method,
      agent,
      signal,
      headers: {
        ...request.headers,
        'accept-encoding': 'identity',
        ...(body === null ? {} : { 'content-length': body.length }),
      },
    });
    outgoing.on('error', fail);
    outgoing.on('response', (incoming) => {
      readBody(incoming, maximumBodyBytes, where).then(
        (text) => resolve({ status: incoming.statusCode ?? 0, headers: flatHeaders(incoming), body: text }),
        (cause: unknown) => {
          outgoing.destroy();
          fail(cause);
        },
      );
    });
    outgoing.end(body ?? undefined);
  });
}

async function readBody(incoming: http.IncomingMessage, maximumBodyBytes: number, where: string): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of incoming as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > maximumBodyBytes) {
      throw new CloudError('unreadable', where, `${where}: the answer is longer than ${maximumBodyBytes} bytes`);
    }
    parts.push(part);
  }
  if (!incoming.complete) throw new Error('the connection ended in the middle of the answer');
  return Buffer.concat(parts).toString('utf8');
}

function flatHeaders(incoming: http.IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(incoming.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}

function noResponse(where: string, cause: unknown, signal: AbortSignal): CloudError {
  if (cause instanceof CloudError) return cause;
  const words = signal.aborted ? 'no answer in time' : cause instanceof Error ? cause.message : String(cause);
  return new CloudError('unavailable', where, `${where}: ${words}`, { cause });
}

/** Queries can hold keys, and messages are logged. */
function withoutQuery(url: string): string {
  return url.replace(/\?.*$/, '');
}
