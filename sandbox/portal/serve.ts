// Puts the portal on two ports of this machine: the host page under one origin, the hub's bundle under another, as in
// production, where the hub comes from a content network and must not share an origin with Azure DevOps.
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { configurationPath, hubPage, settingsPath, tokenPath, type PortalConfiguration } from './configuration.ts';

export interface PortalOptions {
  /** Where the host page listens; the hub's origin is `localhost`, another name for the same loopback. */
  readonly host?: string;
  /** Taken ports are passed over: the next free one is used and told to `log`. */
  readonly port: number;
  readonly hubPort: number;
  readonly serviceUrl: string | null;
  readonly organization: PortalConfiguration['organization'];
  readonly project: PortalConfiguration['project'];
  readonly user: PortalConfiguration['user'];
  readonly accessToken: () => string;
  readonly log: (line: string) => void;
}

export interface Portal {
  /** The page to open. */
  readonly url: string;
  readonly hubOrigin: string;
  close(): Promise<void>;
}

export async function startPortal(options: PortalOptions): Promise<Portal> {
  const host = options.host ?? '127.0.0.1';
  const hub = await listen(host, options.hubPort, 'hub', options.log, serveFolder(bundles('hub')));
  const hubOrigin = `http://localhost:${String(hub.port)}`;
  const { organization, project, user, serviceUrl } = options;
  const configuration: PortalConfiguration = {
    organization,
    project,
    user,
    serviceUrl,
    hubUrl: `${hubOrigin}/hub.html`,
  };
  const files = serveFolder(bundles('portal'));
  const page = await listen(host, options.port, 'portal', options.log, async (path) => {
    if (path === configurationPath) return { status: 200, type: types['.json'], body: JSON.stringify(configuration) };
    if (path === tokenPath) return { status: 200, type: 'text/plain', body: options.accessToken() };
    return extname(path) === '' ? files('/portal.html') : files(path);
  });
  return {
    url: `http://${host}:${String(page.port)}${settingsPath(configuration, 'project', hubPage)}`,
    hubOrigin,
    close: async () => {
      await Promise.all([close(page.server), close(hub.server)]);
    },
  };
}

interface File {
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
}

type Serve = (path: string) => Promise<File>;

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.woff': 'font/woff',
  '.png': 'image/png',
} as const;

function bundles(name: string): string {
  return fileURLToPath(new URL(`../../dist/${name}`, import.meta.url));
}

function serveFolder(folder: string): Serve {
  return async (path) => {
    // `normalize` on an absolute path cannot climb above its root, so the answer never leaves the folder.
    const file = join(folder, normalize(path));
    const extension = extname(file);
    try {
      return {
        status: 200,
        type: isKnown(extension) ? types[extension] : 'application/octet-stream',
        body: await readFile(file),
      };
    } catch (cause) {
      if (!isMissing(cause)) throw cause;
      return {
        status: 404,
        type: 'text/plain',
        body: `There is no ${path} here. The bundles are made by "npm run build".`,
      };
    }
  };
}

function isKnown(extension: string): extension is keyof typeof types {
  return extension in types;
}

function isMissing(cause: unknown): boolean {
  return (
    typeof cause === 'object' &&
    cause !== null &&
    'code' in cause &&
    (cause.code === 'ENOENT' || cause.code === 'EISDIR')
  );
}

async function listen(host: string, wanted: number, name: string, log: (line: string) => void, serve: Serve) {
  const server = createServer((request, response) => {
    respond(request, response, serve).catch((cause: unknown) => {
      log(`The ${name} could not answer ${request.url ?? ''}: ${String(cause)}`);
      response.writeHead(500).end();
    });
  });
  let port = wanted;
  // Above the last port there is none: then any free one.
  while (port > 65_535 || !(await tryListen(server, host, port))) port = port < 65_535 ? port + 1 : 0;
  const address = server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  if (wanted !== 0 && actual !== wanted)
    log(`Port ${String(wanted)} is taken: the ${name} listens on ${String(actual)}.`);
  return { server, port: actual };
}

async function respond(request: IncomingMessage, response: ServerResponse, serve: Serve): Promise<void> {
  const path = decodeURIComponent(new URL(request.url ?? '/', 'http://portal').pathname);
  const file = await serve(path);
  // Bundles change between two starts under the same names: a cached one would be the old one.
  response.writeHead(file.status, { 'content-type': file.type, 'cache-control': 'no-store' }).end(file.body);
}

function tryListen(server: Server, host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const failed = (cause: NodeJS.ErrnoException): void => {
      if (cause.code === 'EADDRINUSE') resolve(false);
      else reject(cause);
    };
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      resolve(true);
    });
  });
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
