// The HTTP surface: limits of size and time, which hosts and pages are answered, and bodies that are strict JSON.
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import { fastify, LogController, type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Socket } from 'node:net';
import { idempotencyHeader, organizationHeader, routes } from '../../contract/routes.ts';
import { problemCodes, type ApiProblemCode } from '../../contract/problem-codes.ts';
import { UserProblem } from '../problem.ts';
import type { ApiOptions } from './options.ts';
import { shareCompilers } from './compilers.ts';
import { isHostAllowed, isOriginAllowed } from './origins.ts';
import { answerProblem, problemText } from './problem-answer.ts';
import { readStrictJson } from './strict-json.ts';

const second = 1000;
/** Twice the 16 KB of a careful server, so that a token of 20 KB is told that it is one (bad-input table, row 7). */
const headerBytes = 32_768;

export async function createServer(options: ApiOptions): Promise<FastifyInstance> {
  const app = bare(options);
  await shareCompilers(app, () => bare({ ...options, tls: undefined, logger: null }));
  // Before any plugin adds a route of its own: a route keeps the handler that stands when it is added.
  app.setErrorHandler((error, request, reply) => answerProblem(error, request, reply));
  app.addHook('onRequest', (request, _reply, done) => done(refusalOf(request, options)));
  readBodies(app);
  await app.register(helmet, {
    contentSecurityPolicy: { directives: { defaultSrc: ["'none'"] } },
    // Who may read an answer is CORS' to say, and nothing here goes by cookies. A browser that drops even the answer that
    // nobody reads would let the hub's connect page take a refusal for a silence.
    crossOriginResourcePolicy: { policy: 'cross-origin' },
  });
  await app.register(cors, {
    origin: (origin, done) => done(null, origin !== undefined && isOriginAllowed(origin, options.corsOrigins)),
    methods: ['GET', 'PUT', 'POST', 'DELETE'],
    allowedHeaders: ['authorization', 'content-type', 'if-match', idempotencyHeader, organizationHeader],
    exposedHeaders: ['etag', 'retry-after'],
    credentials: false,
    maxAge: 600,
  });
  await app.register(rateLimit, { global: false });
  app.setNotFoundHandler((request, reply) =>
    answerProblem(new UserProblem('ROUTE_NOT_FOUND', 'There is nothing at this address.'), request, reply),
  );
  return app;
}

/** Before anything else is read: under which name we were asked, and by a page of which origin. */
function refusalOf(request: FastifyRequest, options: ApiOptions): UserProblem | undefined {
  const path = request.url.split('?')[0];
  const isProbe = path === routes.health || path === routes.ready;
  if (!isProbe && options.hosts !== null && !isHostAllowed(request.host, options.hosts)) {
    return new UserProblem('HOST_UNKNOWN', 'This service does not answer under that name.');
  }
  const { origin } = request.headers;
  if (origin === undefined || isOriginAllowed(origin, options.corsOrigins)) return undefined;
  const value = origin.slice(0, 80);
  return new UserProblem('ORIGIN_NOT_ALLOWED', 'Pages of that origin may not call this service.', { value });
}

function bare(options: ApiOptions): FastifyInstance {
  const common = {
    genReqId: options.newId,
    bodyLimit: options.bodyLimit ?? 262_144,
    requestTimeout: 30 * second,
    keepAliveTimeout: 5 * second,
    maxRequestsPerSocket: 1000,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: options.trustedProxies === undefined ? false : [...options.trustedProxies],
    routerOptions: { maxParamLength: 400 },
    ajv: { customOptions: { removeAdditional: false as const, coerceTypes: false as const, verbose: true as const } },
    frameworkErrors: answerProblem,
    clientErrorHandler: (error: NodeJS.ErrnoException, socket: Socket) =>
      refuseConnection(error, socket, options.newId()),
    ...(options.logger === null ? { logger: false as const } : { loggerInstance: options.logger }),
  };
  const limits = { headersTimeout: 10 * second, maxHeaderSize: headerBytes };
  const app =
    options.tls === undefined
      ? fastify({ ...common, http: limits })
      : (fastify({
          ...common,
          https: { ...limits, ...options.tls, minVersion: 'TLSv1.2' },
        }) as unknown as FastifyInstance);
  app.server.maxConnections = 1000;
  return app;
}

/** What Node cannot read never becomes a request: both lengths at once, a broken request line, endless headers. */
function refuseConnection(error: NodeJS.ErrnoException, socket: Socket, correlationId: string): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const isTooLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const code: ApiProblemCode = isTooLarge ? 'HEADERS_TOO_LARGE' : 'HTTP_INVALID';
  const body = problemText(code, isTooLarge ? 'The headers are too large.' : 'This is no HTTP request.', correlationId);
  socket.end(
    [
      `HTTP/1.1 ${problemCodes[code].status} ${isTooLarge ? 'Request Header Fields Too Large' : 'Bad Request'}`,
      'Content-Type: application/problem+json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

function readBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => {
    let text: string;
    try {
      text = strict.decode(body);
    } catch {
      throw new UserProblem('BODY_NOT_JSON', 'The body is not UTF-8.', { field: 'body' });
    }
    return await Promise.resolve(readStrictJson(text));
  });
}
