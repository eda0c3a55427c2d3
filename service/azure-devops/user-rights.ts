// Asks Azure DevOps what a user may do, with the user's own token (azure-devops-wire.md 1 and 8): the service's identity
// could only answer for itself. The token goes to organisations of a given table and nowhere else, and is never kept.
import { createHash } from 'node:crypto';
import type { Clock, HttpResponse, Send, UserRights } from '../ports.ts';
import { CloudError, type CloudErrorKind } from '../problem.ts';
import { fieldsOf, unreadable } from '../wire.ts';
import { bodyOf, exchange, type Ask } from './exchange.ts';
import { batchesOf, batchRequest, isRefused, readBatch } from './permission-batch.ts';

export interface UserRightsOptions {
  readonly send: Send;
  /** `instanceId` is the organisation's own id; where given, another one is not believed. */
  readonly organizations: readonly { readonly url: string; readonly instanceId?: string }[];
  /** Verdicts age on the wall, whatever the pace of the sandbox. */
  readonly wallClock: Clock;
  readonly deadline?: (milliseconds: number) => AbortSignal;
}

/** Reads may rest on a verdict of the last minute; `manage`, which stands before writes, is asked each time. */
const verdictLivesMs = 60_000;
const maximumVerdicts = 10_000;
/** So long a token whose batch was refused is not asked for one again. */
const singlyLivesMs = 10 * 60_000;
const callTimeoutMs = 20_000;
const bits = { read: 1, manage: 2 } as const;

export function createUserRights(options: UserRightsOptions): UserRights {
  const verdicts = new Map<string, Verdict>();
  /** Tokens whose batches were refused, and until when their pools are asked about one by one. */
  const singly = new Map<string, number>();
  const rights: UserRights = {
    whoIs: async (organization, token) => {
      const home = homeOf(options, organization);
      if (home === null || !isToken(token)) return null;
      const answer = await ask(options, 'whoIs', home.url, { method: 'GET', path: '_apis/connectionData' }, token);
      return refuses(answer, ['denied'])
        ? null
        : readUser(bodyOf('whoIs', answer, options.wallClock.now()), home.instanceId);
    },
    may: async (organization, poolId, token, right) => {
      const home = homeOf(options, organization);
      if (home === null || !isToken(token) || !Number.isInteger(poolId)) return false;
      const key = keyOf(home.url, poolId, right, token);
      const known = verdicts.get(key);
      if (right === 'read' && known !== undefined && options.wallClock.now() < known.until) return known.isAllowed;
      verdicts.delete(key);
      const path = `_apis/distributedtask/pools/${poolId}/permissions/${bits[right]}`;
      const answer = await ask(options, 'may', home.url, { method: 'GET', path, apiVersion: '7.2-preview.1' }, token);
      if (refuses(answer, ['denied', 'notFound'])) return false;
      const isAllowed = bodyOf('may', answer, options.wallClock.now());
      if (typeof isAllowed !== 'boolean') throw unreadable('permissions', 'true or false', isAllowed);
      if (right === 'read') remember(verdicts, key, isAllowed, options.wallClock.now());
      return isAllowed;
    },
    mayReadOf: async (organization, poolIds, token) => {
      const home = homeOf(options, organization);
      if (home === null || !isToken(token)) return new Set();
      const wanted = [...new Set(poolIds)].filter(Number.isInteger);
      const now = options.wallClock.now();
      const known = (poolId: number) => verdicts.get(keyOf(home.url, poolId, 'read', token));
      const open = wanted.filter((poolId) => (known(poolId)?.until ?? 0) <= now);
      const who = keyOf(home.url, 0, 'read', token);
      const isRefusing = now < (singly.get(who) ?? 0);
      const asked = isRefusing ? null : await askTogether(options, home.url, open, token);
      if (asked === null && !isRefusing) {
        if (singly.size >= maximumVerdicts) singly.clear();
        singly.set(who, now + singlyLivesMs);
      }
      for (const [poolId, isAllowed] of asked ?? [])
        remember(verdicts, keyOf(home.url, poolId, 'read', token), isAllowed, options.wallClock.now());
      const each = await Promise.all(
        wanted.map(async (poolId) => asked?.get(poolId) ?? (await rights.may(organization, poolId, token, 'read'))),
      );
      return new Set(wanted.filter((_, index) => each[index] === true));
    },
  };
  return rights;
}

interface Verdict {
  readonly isAllowed: boolean;
  readonly until: number;
}

function keyOf(organization: URL, poolId: number, right: keyof typeof bits, token: string): string {
  return createHash('sha256').update(`${organization.href}\n${poolId}\n${right}\n${token}`).digest('hex');
}

function remember(verdicts: Map<string, Verdict>, key: string, isAllowed: boolean, now: number): void {
  if (verdicts.size >= maximumVerdicts) verdicts.clear();
  verdicts.set(key, { isAllowed, until: now + verdictLivesMs });
}

/** Null where Azure DevOps does not take such a question from this token. One pool is no batch. */
async function askTogether(
  options: UserRightsOptions,
  organization: URL,
  poolIds: readonly number[],
  token: string,
): Promise<ReadonlyMap<number, boolean> | null> {
  if (poolIds.length < 2) return new Map();
  const verdicts = new Map<number, boolean>();
  for (const batch of batchesOf(poolIds)) {
    try {
      const answer = await ask(options, 'mayReadOf', organization, batchRequest(batch, bits.read), token);
      const raw = bodyOf('mayReadOf', answer, options.wallClock.now());
      for (const [poolId, isAllowed] of readBatch(raw, batch)) verdicts.set(poolId, isAllowed);
    } catch (problem) {
      if (isRefused(problem)) return null;
      throw problem;
    }
  }
  return verdicts;
}

/** The address comes from the table, never from the request that named it. */
function homeOf(
  options: UserRightsOptions,
  organization: string,
): { readonly url: URL; readonly instanceId: string | null } | null {
  const wanted = plain(organization);
  const entry = options.organizations.find((known) => plain(known.url) === wanted);
  return entry === undefined ? null : { url: new URL(entry.url), instanceId: entry.instanceId ?? null };
}

function plain(url: string): string {
  return url.replace(/\/+$/, '').toLowerCase();
}

/** Anything else could carry a second header. */
function isToken(token: string): boolean {
  return /^[\x21-\x7e]{1,16384}$/.test(token);
}

async function ask(
  options: UserRightsOptions,
  operation: string,
  organization: URL,
  request: Ask,
  token: string,
): Promise<HttpResponse> {
  const signal = options.deadline?.(callTimeoutMs);
  return exchange(options.send, organization, `Bearer ${token}`, operation, request, signal);
}

/** A refusal of one of these kinds is an answer; anything else that fails is none, and is thrown by who reads the body. */
function refuses(answer: HttpResponse, kinds: readonly CloudErrorKind[]): boolean {
  try {
    bodyOf('userRights', answer, 0);
    return false;
  } catch (problem) {
    return problem instanceof CloudError && kinds.includes(problem.kind);
  }
}

/** Somebody whom nobody knows is no user: public organisations answer the anonymous too. */
function readUser(raw: unknown, instanceId: string | null): { readonly id: string; readonly name: string } | null {
  const connection = fieldsOf(raw, 'connectionData');
  if (instanceId !== null && connection.text('instanceId')?.toLowerCase() !== instanceId.toLowerCase()) return null;
  const user = connection.object('authenticatedUser');
  if (user === null) return null;
  const id = user.requiredText('id');
  const isAnonymous =
    /^(.)\1{7}-(\1{4}-){3}\1{12}$/.test(id) || /^System:PublicAccess/i.test(user.text('descriptor') ?? '');
  if (isAnonymous) return null;
  return { id, name: user.text('customDisplayName') ?? user.text('providerDisplayName') ?? id };
}
