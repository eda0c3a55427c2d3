// A service and an OIDC address on loopback that answer what a test says, and remember what they were asked.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown> | null;
}

export interface Scripted {
  readonly url: string;
  readonly oidcUrl: string;
  readonly asked: Asked[];
  close(): Promise<void>;
}

export type Answer = { readonly status: number; readonly body: unknown };

/** Each OIDC token is another one: `oidc-1`, `oidc-2` …; `?form=jwt` gives them the parts of a JSON web token. */
export async function scriptedService(answer: (asked: Asked, count: number) => Answer): Promise<Scripted> {
  const asked: Asked[] = [];
  let tokens = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const path = request.url ?? '/';
      const send = ({ status, body }: Answer): void => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      };
      if (path.startsWith('/oidc')) {
        const isAllowed = request.headers.authorization === 'Bearer job-access' && path.includes('api-version=7.1');
        const token = `${path.includes('form=jwt') ? 'e30.e30.' : ''}oidc-${(tokens += 1)}`;
        send(isAllowed ? { status: 200, body: { oidcToken: token } } : { status: 401, body: {} });
        return;
      }
      const one = {
        ...{ method: request.method ?? 'GET', path, headers: request.headers },
        body: text === '' ? null : (JSON.parse(text) as Record<string, unknown>),
      };
      asked.push(one);
      send(answer(one, asked.length));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...{ url, asked },
    oidcUrl: `${url}/oidc`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
