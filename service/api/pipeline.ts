// Pipelines at the door (reliability-security.md 4.3): the job's OIDC token says who asks; for a write a connection token
// of the pool comes besides, and the run is read back, for a job says of itself whatever the author of a fork likes.
import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { connectionTokenPrefix, jobTokenHeader, runHeader } from '../../contract/routes.ts';
import type { TokenRole } from '../../contract/tokens.ts';
import type { JobClaims, JobTrust } from '../job-ports.ts';
import { UserProblem } from '../problem.ts';
import type { RecordRow, Records } from '../records.ts';
import { answered } from './rights.ts';

export interface Pipeline {
  readonly organization: string;
  readonly claims: JobClaims;
}

/** A connection token as it is kept: its key is a digest, never the token. Instants are the wall clock's. */
export interface ConnectionToken {
  readonly tokenId: string;
  readonly pool: string;
  readonly name: string;
  readonly role: TokenRole;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly expiresAt: number;
  readonly lastUsedAt: number | null;
}

/** Whoever passed, as the history names him. */
export interface Writer {
  readonly by: string;
  /** Of a pipeline. */
  readonly runId: number | null;
  readonly projectId: string | null;
}

const longestToken = 8192;

/** Null for everybody but pipelines. Throws UserProblem `JOB_TOKEN_REFUSED` or `AUTHZ_UNAVAILABLE`. */
export async function identifyPipeline(
  request: FastifyRequest,
  organization: string,
  trust: JobTrust | undefined,
): Promise<Pipeline | null> {
  const token = request.headers[jobTokenHeader];
  if (token === undefined) return null;
  if (typeof token !== 'string' || token.length > longestToken) throw refused('The job token is too long.');
  if (trust === undefined) throw refused('This service does not check job tokens.');
  const claims = await answered(() => trust.verify(organization, token));
  if (claims === null) throw refused('This is no valid OIDC token of a job of this organisation.');
  return { organization, claims };
}

/** Proves that a job may change the pool. Each job token does so once. */
export async function authorizePipeline(
  request: FastifyRequest,
  pipeline: Pipeline,
  pool: string,
  role: TokenRole,
  parts: { readonly store: Records; readonly trust: JobTrust | undefined; readonly now: number },
): Promise<Writer> {
  const { claims, organization } = pipeline;
  const connection = await connectionOf(request, parts.store, parts.now);
  if (connection?.value.pool !== pool) {
    throw connection === null
      ? new UserProblem(
          'NEED_CONNECTION_TOKEN',
          'Without a connection token of Weir a job may read, and validate without machines, and nothing more.',
        )
      : new UserProblem('CONNECTION_TOKEN_REFUSED', 'The connection token is not for this pool.');
  }
  if (role === 'pin' && connection.value.role !== 'pin')
    throw new UserProblem('NEED_TOKEN_ROLE', 'The connection token may validate, and not pin.');
  const used = { kind: 'jobToken', pool: '', key: digestOf(claims.tokenId), expected: null, isOpen: false };
  if (!(await parts.store.writeRecords([{ ...used, document: { pool }, at: parts.now }])))
    throw refused('This job token has been used before.');
  const runId = await checkedRun(request, claims, organization, parts.trust);
  await touch(parts.store, connection, parts.now);
  return { by: `${claims.subject} run ${runId} (${connection.value.name})`, runId, projectId: claims.projectId };
}

/** The token of the request as it is kept; null where the request carries none. Throws CONNECTION_TOKEN_REFUSED. */
export async function connectionOf(
  request: FastifyRequest,
  store: Records,
  now: number,
): Promise<{ readonly row: RecordRow; readonly value: ConnectionToken } | null> {
  const [, token] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (token === undefined) return null;
  const isForm = token.startsWith(connectionTokenPrefix) && token.length < 200;
  const row = isForm ? await store.findRecord('token', digestOf(token)) : null;
  const value = row === null ? null : (row.document as ConnectionToken);
  if (row !== null && value !== null && value.expiresAt > now) return { row, value };
  throw new UserProblem('CONNECTION_TOKEN_REFUSED', 'The connection token is unknown, revoked or has expired.');
}

export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function checkedRun(
  request: FastifyRequest,
  claims: JobClaims,
  organization: string,
  trust: JobTrust | undefined,
): Promise<number> {
  const said = request.headers[runHeader];
  const named = typeof said === 'string' && /^[1-9]\d{0,9}$/.test(said) ? Number(said) : null;
  const runId = claims.runId ?? named;
  if (runId === null) throw new UserProblem('RUN_REFUSED', 'Neither the job token nor the request names the run.');
  if (named !== null && named !== runId) throw new UserProblem('RUN_REFUSED', 'The job token is of another run.');
  const run = trust === undefined ? null : await answered(() => trust.readRun(organization, claims.projectId, runId));
  if (run?.projectId !== claims.projectId || run.definitionId !== claims.definitionId)
    throw new UserProblem('RUN_REFUSED', `Run ${runId} is not a run of this pipeline.`);
  if (!run.isInProgress) throw new UserProblem('RUN_REFUSED', `Run ${runId} is not in progress.`);
  if (run.isForkPullRequest)
    throw new UserProblem('RUN_REFUSED', `Run ${runId} is the pull request of a fork: it may change nothing.`);
  return runId;
}

/** For people only: whether it is still in use. Another use at this moment writes the same. */
async function touch(store: Records, { row, value }: { row: RecordRow; value: ConnectionToken }, now: number) {
  const document = { ...value, lastUsedAt: now };
  const write = { kind: 'token', pool: row.pool, key: row.key, expected: row.revision, document };
  await store.writeRecords([{ ...write, at: value.createdAt, isOpen: true }]);
}

function refused(words: string): UserProblem {
  return new UserProblem('JOB_TOKEN_REFUSED', words);
}
