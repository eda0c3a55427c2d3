// The gate of every route: who asks, for which organisation, about which pool, and whether they may.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { jobTokenHeader, organizationHeader } from '../../contract/routes.ts';
import { UserProblem } from '../problem.ts';
import { endingOf, readPoolLife } from '../pool-life.ts';
import type { PoolRecord } from '../ports.ts';
import { defaultRateLimits, type ApiOptions } from './options.ts';
import { identifyPipeline, type Pipeline } from './pipeline.ts';
import { RestProblem } from './problem-answer.ts';
import { createRights, type Asker, type Rights } from './rights.ts';

/** `user`: a valid token; `read` and `manage`: that right on the pool in the path. A route without one is open. */
export type Access = 'user' | 'read' | 'manage';

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    /** Pipelines may come too: with their job token they have shown who they are, and not yet that they may write. */
    pipelines?: boolean;
  }
  interface FastifyRequest {
    /** A person; null for a pipeline. */
    asker: Asker | null;
    pipeline: Pipeline | null;
    pool: PoolRecord | null;
  }
}

const longestToken = 8192;
const minute = 60_000;

/** Adds the gate, and gives what the list of pools needs to ask on its own. */
export function guardAccess(app: FastifyInstance, options: ApiOptions): Rights {
  const rights = createRights(options.rights, () => options.wallClock.now());
  const spend = createSpending(app, options);
  app.decorateRequest('asker', null);
  app.decorateRequest('pipeline', null);
  app.decorateRequest('pool', null);
  app.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    const { access, pipelines } = request.routeOptions.config;
    if (access === undefined) {
      await spend.anonymous(request);
      return;
    }
    void reply.header('cache-control', 'no-store');
    if (pipelines === true) {
      request.pipeline = await pipelineOf(request, options, spend);
      if (request.pipeline !== null) {
        await spend.user(request);
        request.pool = await poolNamed(request, options, request.pipeline.organization);
        return;
      }
    }
    const asker = await identify(request, options, rights, spend);
    request.asker = asker;
    await spend.user(request);
    if (access !== 'user') request.pool = await poolFor(request, asker, access, options, rights);
  });
  return rights;
}

export function askerOf(request: FastifyRequest): Asker {
  if (request.asker === null) throw new Error('This route asks for no token.');
  return request.asker;
}

export function poolOf(request: FastifyRequest): PoolRecord {
  if (request.pool === null) throw new Error('This route names no pool.');
  return request.pool;
}

async function identify(request: FastifyRequest, options: ApiOptions, rights: Rights, spend: Spending): Promise<Asker> {
  try {
    const token = tokenOf(request);
    const organization = organizationOf(request, options);
    // Whoever guesses tokens makes us ask Azure DevOps for each of them: only known tokens pass once an address is spent.
    if (!rights.knows(organization, token)) await spend.checkRefusals(request);
    return await rights.whoIs(organization, token);
  } catch (error) {
    if (error instanceof UserProblem && error.code.startsWith('AUTH_')) await spend.refusal(request);
    throw error;
  }
}

async function pipelineOf(request: FastifyRequest, options: ApiOptions, spend: Spending): Promise<Pipeline | null> {
  if (request.headers[jobTokenHeader] === undefined) return null;
  try {
    await spend.checkRefusals(request);
    return await identifyPipeline(request, organizationOf(request, options), options.jobTrust);
  } catch (error) {
    if (error instanceof UserProblem && /^(AUTH_|JOB_TOKEN)/.test(error.code)) await spend.refusal(request);
    throw error;
  }
}

function tokenOf(request: FastifyRequest): string {
  const [, token] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (token === undefined) throw new UserProblem('AUTH_MISSING', 'The request carries no bearer token.');
  if (token.length > longestToken)
    throw new UserProblem('AUTH_SIZE', `The token is longer than ${longestToken} signs.`);
  return token;
}

function organizationOf(request: FastifyRequest, options: ApiOptions): string {
  const header = request.headers[organizationHeader];
  const asked = typeof header === 'string' ? normalOrganization(header) : '';
  const known = options.organizations.find((one) => normalOrganization(one) === asked);
  if (known === undefined) {
    throw new UserProblem('AUTH_ORG', 'This service does not serve that organisation.', { field: organizationHeader });
  }
  return known;
}

export function normalOrganization(organization: string): string {
  return organization.replace(/\/+$/, '').toLowerCase();
}

/** What the asker may not see answers exactly as what does not exist. */
async function poolFor(
  request: FastifyRequest,
  asker: Asker,
  access: 'read' | 'manage',
  options: ApiOptions,
  rights: Rights,
): Promise<PoolRecord> {
  const record = await poolNamed(request, options, asker.organization);
  if (!(await rights.mayRead(asker, record.settings.poolId))) throw noPool();
  if (access === 'manage' && !(await rights.mayManage(asker, record.settings.poolId))) {
    throw new UserProblem('NEED_POOL_MANAGE', `You need the Administrator role on pool "${record.pool}".`);
  }
  if (access === 'manage' && request.method !== 'GET' && request.method !== 'DELETE') {
    await requireStaying(record, options);
  }
  return record;
}

/** What is on its way out is only read, and taken away from. */
async function requireStaying(record: PoolRecord, { store }: ApiOptions): Promise<void> {
  const { pool } = record;
  const life = await readPoolLife(store, pool);
  if (endingOf(life?.value, record) !== null) throw new UserProblem('POOL_ENDING', `Pool "${pool}" is being deleted.`);
}

async function poolNamed(request: FastifyRequest, options: ApiOptions, organization: string): Promise<PoolRecord> {
  const { pool: name } = request.params as { readonly pool: string };
  const record = await options.store.readPool(name);
  if (record === null || !isOf(record, { organization })) throw noPool();
  return record;
}

function noPool(): UserProblem {
  return new UserProblem('POOL_NOT_FOUND', 'There is no such pool, or you may not see it.');
}

export function isOf(record: PoolRecord, asker: Pick<Asker, 'organization'>): boolean {
  return normalOrganization(record.settings.organization) === normalOrganization(asker.organization);
}

interface Spending {
  readonly user: (request: FastifyRequest) => Promise<void>;
  readonly anonymous: (request: FastifyRequest) => Promise<void>;
  readonly refusal: (request: FastifyRequest) => Promise<void>;
  readonly checkRefusals: (request: FastifyRequest) => Promise<void>;
}

function createSpending(app: FastifyInstance, options: ApiOptions): Spending {
  const limits = { ...defaultRateLimits, ...options.rateLimits };
  const byUser = (request: FastifyRequest) => {
    const { asker, pipeline } = request;
    if (pipeline !== null) return `${pipeline.organization} ${pipeline.claims.subject}`;
    return `${asker?.organization ?? ''} ${asker?.userId ?? ''}`;
  };
  const limiter = (max: number, keyGenerator: (request: FastifyRequest) => string) =>
    app.createRateLimit({ max, timeWindow: minute, keyGenerator });
  const reads = limiter(limits.reads, byUser);
  const writes = limiter(limits.writes, byUser);
  const refusals = limiter(limits.refusals, (request) => request.ip);
  const anonymous = limiter(limits.anonymous, (request) => request.ip);
  const within = (result: Awaited<ReturnType<typeof reads>>) => {
    if (result.isAllowed || !result.isExceeded) return;
    throw new RestProblem('RATE_LIMIT', `More than ${result.max} such requests in a minute.`, result.ttlInSeconds);
  };
  return {
    user: async (request) => within(await (request.method === 'GET' ? reads : writes)(request)),
    anonymous: async (request) => within(await anonymous(request)),
    refusal: async (request) => {
      await refusals(request);
    },
    checkRefusals: async (request) => within(await refusals(request, { increment: false })),
  };
}
