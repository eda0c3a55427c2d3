// Who calls, and what they may do. Any non-empty token is an administrator unless the tokens are strict or the token is
// named in the table; agents and jobs have tokens of their own that only fit their own work.

import type { HttpRequest, HttpResponse } from '../http-message.ts';
import { textFromBase64 } from './encoding.ts';
import { accessDenied, accessTokenExpired, agentNotFound, poolNotFound } from './errors.ts';
import type { Identity, Organization } from './organization.ts';
import type { PoolRecord } from './state.ts';
import { isIssued } from './issued-token.ts';

/** Bits of the DistributedTask security namespace (azure-devops-wire.md 1). */
export const RIGHTS = { view: 1, manage: 2, listen: 4, administer: 8, use: 16, create: 32 } as const;
const ALL_RIGHTS = 63;

export interface Caller extends Identity {
  readonly agentId: number | null;
  readonly requestId: number | null;
}

const ADMINISTRATOR: Identity = { name: 'Sandbox Administrator', rights: ALL_RIGHTS };

/** Null: the request carries no token, or one that nobody knows. */
export function callerOf(organization: Organization, request: HttpRequest): Caller | null {
  const token = tokenOf(request);
  if (token === null) return null;
  if (isIssued(token)) return issuedCaller(organization, token);
  const { tokens, recognise, strictTokens } = organization.rules;
  const known = Object.hasOwn(tokens, token) ? tokens[token] : (recognise(token) ?? undefined);
  if (known !== undefined) return { ...known, agentId: null, requestId: null };
  return strictTokens ? null : { ...ADMINISTRATOR, agentId: null, requestId: null };
}

/** Once over, such a token is never anybody else's: not even where any other token would do. */
function issuedCaller(organization: Organization, token: string): Caller {
  const issued = organization.state.tokens.get(token);
  if (issued === undefined || issued.expiresAt <= organization.now) throw accessTokenExpired();
  const { agentId, requestId } = issued;
  if (issued.kind === 'job')
    return { name: 'Project Collection Build Service', rights: RIGHTS.view, agentId: null, requestId };
  // Whatever a deleted agent asks for, this is the answer that makes its listener exit.
  if (!organization.state.agents.has(agentId)) throw agentNotFound(agentId, 'its pool');
  return { name: `agent ${agentId}`, rights: RIGHTS.listen, agentId, requestId: null };
}

export function hasRights(caller: Identity, poolId: number, rights: number): boolean {
  return ((caller.poolRights?.[poolId] ?? caller.rights) & rights) === rights;
}

/** A pool that the caller may not see does not exist for them. */
export function visiblePool(organization: Organization, caller: Identity, poolId: string): PoolRecord {
  const pool = organization.state.pools.get(Number(poolId));
  if (pool === undefined || !hasRights(caller, pool.id, RIGHTS.view)) throw poolNotFound(poolId);
  return pool;
}

export function managedPool(organization: Organization, caller: Identity, poolId: string): PoolRecord {
  const pool = visiblePool(organization, caller, poolId);
  if (!hasRights(caller, pool.id, RIGHTS.manage)) throw accessDenied(caller.name, 'Manage', `pool ${pool.name}`);
  return pool;
}

/**
 * The answer to a bad token: a GET or POST is sent to the sign-in page or given its HTML with status 203, and only a
 * client that suppresses redirects, or writes otherwise, sees 401 (azure-devops-wire.md 0, reliability-security.md D1).
 */
export function signInResponse(request: HttpRequest, origin: string): HttpResponse {
  const suppressed = request.headers['x-tfs-fedauthredirect']?.toLowerCase() === 'suppress';
  const html = { 'content-type': 'text/html; charset=utf-8' };
  if (suppressed || (request.method !== 'GET' && request.method !== 'POST')) {
    const challenge = `Bearer authorization_uri=${origin}/_signin, Basic realm="${origin}/"`;
    return {
      status: 401,
      headers: { ...html, 'www-authenticate': challenge },
      body: page('TF400813: The user is not authorized to access this resource.'),
    };
  }
  if (request.headers.authorization?.toLowerCase().startsWith('basic ') === true)
    return { status: 203, headers: html, body: SIGN_IN_PAGE };
  return {
    status: 302,
    headers: { ...html, location: `${origin}/_signin?reply_to=${encodeURIComponent(request.url)}` },
    body: page('Object moved'),
  };
}

export function signInPage(): HttpResponse {
  return { status: 203, headers: { 'content-type': 'text/html; charset=utf-8' }, body: SIGN_IN_PAGE };
}

const page = (words: string): string =>
  `<!DOCTYPE html><html lang="en"><head><title>Azure DevOps</title></head><body><h1>${words}</h1></body></html>`;
const SIGN_IN_PAGE = page('Azure DevOps | Sign In');

function tokenOf(request: HttpRequest): string | null {
  const [scheme = '', credentials = ''] = (request.headers.authorization ?? '').trim().split(/\s+/);
  if (credentials === '') return null;
  if (scheme.toLowerCase() === 'bearer') return credentials;
  if (scheme.toLowerCase() !== 'basic') return null;
  const pair = textFromBase64(credentials) ?? '';
  const token = pair.includes(':') ? pair.slice(pair.indexOf(':') + 1) : '';
  return token === '' ? null : token;
}
