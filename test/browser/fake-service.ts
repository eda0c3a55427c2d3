// A service that speaks the contract from a scene held in memory: it can be slow, refuse and come back, as a test says.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Problem } from '../../contract/api.ts';
import { logCursor } from '../../contract/client.ts';
import { organizationHeader, routes } from '../../contract/routes.ts';
import { livingScene, organizationUrl, type Scene } from './scene.ts';
import { whatIfPage } from './what-if-scene.ts';

export interface FakeService {
  readonly url: string;
  scene: Scene;
  /** Answered to everything while set. */
  refusal: { readonly status: number; readonly problem: Omit<Problem, 'field' | 'value'> } | null;
  /** Nothing is answered while true. */
  isSilent: boolean;
  /** What was asked, newest last, as `path?query`. */
  readonly asked: string[];
  /** What was sent with a body. */
  readonly sent: { readonly path: string; readonly ifMatch: string | null; readonly body: unknown }[];
  /** A part of a pool that is refused with this status, by its name. */
  statuses: Record<string, number>;
  close(): Promise<void>;
}

const pageSize = 50;

export async function startFakeService(): Promise<FakeService> {
  const server = createServer((request, response) => {
    answer(service, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const service: FakeService = {
    url: `http://127.0.0.1:${port}`,
    scene: livingScene(),
    refusal: null,
    isSilent: false,
    asked: [],
    sent: [],
    statuses: {},
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return service;
}

function answer(service: FakeService, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', service.url);
  response.setHeader('access-control-allow-origin', request.headers.origin ?? '*');
  response.setHeader(
    'access-control-allow-headers',
    `authorization, content-type, if-match, idempotency-key, ${organizationHeader}`,
  );
  response.setHeader('access-control-allow-methods', 'GET, PUT, POST, DELETE');
  if (request.method === 'OPTIONS') {
    response.writeHead(204).end();
    return;
  }
  service.asked.push(url.pathname + url.search);
  if (service.isSilent) return;
  if (url.pathname.endsWith('/events') && service.refusal === null) {
    stream(response);
    return;
  }
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const text = Buffer.concat(chunks).toString('utf8');
    const ifMatch = request.headers['if-match'] ?? null;
    if (text !== '') service.sent.push({ path: url.pathname, ifMatch, body: JSON.parse(text) as unknown });
    const { status, body } = decide(service, request, url);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
}

/** A living service looks at its pools all the time; the page asks no faster for that. */
function stream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  response.write(': you follow now\n\n');
  const timer = setInterval(() => response.write('event: changed\ndata: {}\n\n'), 500);
  response.on('close', () => clearInterval(timer));
}

function decide(service: FakeService, request: IncomingMessage, url: URL): { status: number; body: unknown } {
  if (url.pathname === routes.health) return { status: 200, body: { status: 'ok' } };
  if (service.refusal !== null)
    return { status: service.refusal.status, body: { field: null, value: null, ...service.refusal.problem } };
  if (
    request.headers.authorization !== 'Bearer token-of-a-person' ||
    request.headers[organizationHeader] !== organizationUrl
  ) {
    return { status: 401, body: problem('NOT_SIGNED_IN', 'The service does not know who asks.', 'Reload the page.') };
  }
  const refused = service.statuses[url.pathname.split('/').at(-1) ?? ''];
  if (refused !== undefined)
    return { status: refused, body: problem('STALE_REVISION', 'It was changed meanwhile.', 'Read it again.') };
  const body = find(service.scene, url);
  const unknown = problem('POOL_UNKNOWN', 'There is no such pool here.', 'Go back to the list of pools.');
  return body === null ? { status: 404, body: unknown } : { status: 200, body };
}

function find(scene: Scene, url: URL): unknown {
  if (url.pathname === routes.about) return scene.about;
  if (url.pathname === routes.pools) return { now: scene.now, pools: scene.pools };
  if (url.pathname.startsWith('/v1/runs/')) return { now: scene.now, jobs: scene.runJobs };
  const last = url.pathname.split('/').at(-1) ?? '';
  if (!url.pathname.startsWith(`${routes.pools}/`)) return scene.parts[last] ?? null;
  const [, , , name = '', part] = url.pathname.split('/');
  const pool = scene.pools.find((one) => one.name === decodeURIComponent(name));
  if (pool === undefined) return null;
  if (part === 'log') return logPage(scene, url.searchParams.get(logCursor));
  if (part === 'series') return scene.series;
  if (part === 'timeline') return scene.timeline;
  if (part === 'statistics') return scene.statistics;
  if (part === 'explain') return scene.demandAnswer;
  if (part !== undefined && last in scene.parts) return scene.parts[last];
  if (part === 'what-if') return whatIfPage(null);
  return {
    now: scene.now,
    pool,
    nodes: scene.nodes,
    jobRequests: scene.jobRequests,
    problems: scene.problems,
    banners: scene.banners ?? [],
    agentRollouts: scene.agentRollouts ?? [],
  };
}

function logPage(scene: Scene, before: string | null) {
  const older = scene.log.filter((entry) => before === null || entry.id < Number(before));
  const entries = older.slice(0, pageSize);
  return { entries, next: older.length > pageSize ? entries.at(-1)!.id : null };
}

export function problem(code: string, message: string, nextStep: string): Problem {
  return { code, message, field: null, value: null, nextStep, correlationId: '5f0c2a' };
}
