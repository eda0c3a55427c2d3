// A door before the service that lets nobody change anything until as many have looked as a test wants: so that two who pin at once have
// both read the same revision.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HeldService {
  readonly url: string;
  close(): Promise<void>;
}

export async function heldUntilRead(serviceUrl: string, readers: number): Promise<HeldService> {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  let reads = 0;
  const server = createServer((request, response) => {
    const pass = async (): Promise<void> => {
      const body = await bodyOf(request);
      if (request.method !== 'GET') await opened;
      const answer = await fetch(new URL(request.url ?? '/', serviceUrl), {
        method: request.method ?? 'GET',
        headers: headersOf(request),
        ...(body === '' ? {} : { body }),
      });
      const text = await answer.text();
      reads += request.method === 'GET' ? 1 : 0;
      if (reads >= readers) open();
      response
        .writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' })
        .end(text);
    };
    pass().catch((error: unknown) => response.writeHead(502).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** Those of the connection itself belong to this side of the door. */
function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const own = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'keep-alive']);
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      own.has(name) || typeof value !== 'string' ? [] : [[name, value] as const],
    ),
  );
}
