// Proves that a token is a job's own (pipelines-and-yaml.md 4.1) and reads its run back with Weir's identity: what a job says
// of itself is under the control of whoever wrote the pull request.
import { createLocalJWKSet, errors, jwtVerify, type JSONWebKeySet, type JWTPayload } from 'jose';
import type { JobClaims, JobTrust, RunFacts } from '../job-ports.ts';
import type { Clock, Send } from '../ports.ts';
import { CloudError } from '../problem.ts';
import { fieldsOf, parseJson, unreadable, type Fields } from '../wire.ts';
import { bodyOf, exchange } from './exchange.ts';

export interface JobTrustOptions {
  readonly send: Send;
  readonly organizations: readonly { readonly url: string; readonly authorization: () => Promise<string> }[];
  /** Tokens live on the wall. */
  readonly wallClock: Clock;
  readonly deadline?: (milliseconds: number) => AbortSignal;
  /** `https://vstoken.dev.azure.com` unless given. */
  readonly issuerOrigin?: string;
}

/** Not chosen by the caller, and shared with every other relying party: so a token counts once, and never alone for a write. */
const audience = 'api://AzureADTokenExchange';
const defaultIssuerOrigin = 'https://vstoken.dev.azure.com';
const keysLiveMs = 3_600_000;
const longestTokenAgeSeconds = 1_500;
const toleranceSeconds = 60;
const callTimeoutMs = 20_000;

interface Issuer {
  readonly name: string;
  readonly instanceId: string;
  readonly keys: JSONWebKeySet;
  readonly readAt: number;
}

export function createJobTrust(options: JobTrustOptions): JobTrust {
  const issuers = new Map<string, Issuer>();
  return {
    verify: async (organization, token) => {
      const home = homeOf(options, organization);
      if (home === null) return null;
      const known = issuers.get(home.url) ?? null;
      const now = options.wallClock.now();
      const issuer = known !== null && now - known.readAt < keysLiveMs ? known : await readIssuer(options, home);
      issuers.set(home.url, issuer);
      return await claimsOf(token, issuer, now);
    },
    readRun: async (organization, projectId, runId) => {
      const home = homeOf(options, organization);
      return home === null ? null : await readRun(options, home, projectId, runId);
    },
  };
}

type Home = JobTrustOptions['organizations'][number];

function homeOf({ organizations }: JobTrustOptions, organization: string): Home | null {
  const plain = (url: string): string => url.replace(/\/+$/, '').toLowerCase();
  return organizations.find((one) => plain(one.url) === plain(organization)) ?? null;
}

/** Null for everything that is not a fresh token of this organisation; only a problem of ours is thrown. */
async function claimsOf(token: string, issuer: Issuer, now: number): Promise<JobClaims | null> {
  try {
    const { payload } = await jwtVerify(token, createLocalJWKSet(issuer.keys), {
      ...{ issuer: issuer.name, audience, algorithms: ['RS256'], currentDate: new Date(now) },
      ...{ clockTolerance: toleranceSeconds, maxTokenAge: longestTokenAgeSeconds },
      requiredClaims: ['sub', 'jti', 'exp', 'iat'],
    });
    return readClaims(payload, issuer.instanceId);
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}

function readClaims(payload: JWTPayload, instanceId: string): JobClaims | null {
  const text = (name: string): string => {
    const value = payload[name];
    return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
  };
  const isOurs = text('org_id') === '' || text('org_id').toLowerCase() === instanceId.toLowerCase();
  const definitionId = Number(text('def_id'));
  const run = text('run_id');
  const isWhole = /^[0-9a-f-]{36}$/i.test(text('prj_id')) && /^[1-9]\d*$/.test(text('def_id'));
  const { sub = '', jti = '' } = payload;
  if (!isOurs || !isWhole || !sub.startsWith('p://') || jti === '') return null;
  if (run !== '' && !/^[1-9]\d*$/.test(run)) return null;
  const runId = run === '' ? null : Number(run);
  return { projectId: text('prj_id').toLowerCase(), definitionId, runId, subject: sub, tokenId: jti };
}

/** The organisation's id from its own word, then the keys from the one host that signs for all organisations. */
async function readIssuer(options: JobTrustOptions, home: Home): Promise<Issuer> {
  const connection = await get(options, home, 'readInstance', '_apis/connectionData');
  const instanceId = connection.requiredText('instanceId');
  const origin = options.issuerOrigin ?? defaultIssuerOrigin;
  const name = `${origin}/${instanceId}`;
  const discovery = await open(options, `${name}/.well-known/openid-configuration`);
  const keysUrl = discovery.requiredText('jwks_uri');
  if (!URL.canParse(keysUrl) || new URL(keysUrl).origin !== new URL(origin).origin)
    throw unreadable('jwks_uri', `an address at ${origin}`, keysUrl);
  const keys = await open(options, keysUrl);
  if (keys.objects('keys') === null) throw unreadable('keys', 'a list', keys.raw().keys);
  return { name, instanceId, keys: keys.raw() as unknown as JSONWebKeySet, readAt: options.wallClock.now() };
}

async function readRun(
  options: JobTrustOptions,
  home: Home,
  projectId: string,
  runId: number,
): Promise<RunFacts | null> {
  try {
    const build = await get(
      options,
      home,
      'readRun',
      `${encodeURIComponent(projectId)}/_apis/build/builds/${runId}`,
      '7.1',
    );
    return {
      projectId: (build.object('project')?.requiredText('id') ?? '').toLowerCase(),
      definitionId: build.object('definition')?.requiredNumber('id') ?? 0,
      isInProgress: build.text('status') === 'inProgress',
      isForkPullRequest: isFork(build),
    };
  } catch (error) {
    if (error instanceof CloudError && error.kind === 'notFound') return null;
    throw error;
  }
}

/** Two places say it; either is enough (pipelines-and-yaml.md 4.3). */
function isFork(build: Fields): boolean {
  const isTrue = (value: unknown): boolean => String(value).toLowerCase() === 'true';
  if (isTrue(build.object('triggerInfo')?.raw()['pr.isFork'])) return true;
  const parameters = build.text('parameters');
  if (parameters === null || parameters === '') return false;
  return isTrue(fieldsOf(parseJson(parameters, 'parameters'), 'parameters').raw()['system.pullRequest.isFork']);
}

async function get(options: JobTrustOptions, home: Home, operation: string, path: string, apiVersion?: string) {
  const ask = { method: 'GET' as const, path, ...(apiVersion === undefined ? {} : { apiVersion }) };
  const signal = options.deadline?.(callTimeoutMs);
  const answer = await exchange(options.send, new URL(home.url), await home.authorization(), operation, ask, signal);
  return fieldsOf(bodyOf(operation, answer, options.wallClock.now()), operation);
}

/** Keys are public: no token goes along. */
async function open(options: JobTrustOptions, url: string): Promise<Fields> {
  const signal = options.deadline?.(callTimeoutMs);
  const answer = await options.send({ method: 'GET', url, headers: { accept: 'application/json' } }, signal);
  return fieldsOf(bodyOf('readKeys', answer, options.wallClock.now()), 'keys');
}
