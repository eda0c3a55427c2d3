// Who asks, and what Azure DevOps lets them do: asked with their own token, remembered for reads for at most a minute.
import { createHash } from 'node:crypto';
import { CloudError, UserProblem } from '../problem.ts';
import type { UserRights } from '../ports.ts';
import { RestProblem } from './problem-answer.ts';

export interface Asker {
  /** As it stands in our configuration, never as it came: requests go where we were told, and nowhere else. */
  readonly organization: string;
  readonly token: string;
  readonly userId: string;
  readonly userName: string;
}

export interface Rights {
  /** Null where the answer has to come from Azure DevOps. */
  knows(organization: string, token: string): boolean;
  whoIs(organization: string, token: string): Promise<Asker>;
  mayRead(asker: Asker, poolId: number): Promise<boolean>;
  /** Those of the pools that the asker may see; what is not remembered is asked about together. */
  mayReadOf(asker: Asker, poolIds: readonly number[]): Promise<ReadonlySet<number>>;
  /** Never remembered: a write is asked for each time. */
  mayManage(asker: Asker, poolId: number): Promise<boolean>;
}

const memoryMilliseconds = 60_000;
const mostEntries = 10_000;

interface Entry<T> {
  readonly value: Promise<T>;
  readonly until: number;
}

/** `now` is the wall's clock in milliseconds: tokens live there. */
export function createRights(rights: UserRights, now: () => number): Rights {
  const users = new Map<string, Entry<Asker>>();
  const reads = new Map<string, Entry<boolean>>();

  function remembered<T>(
    entries: Map<string, Entry<T>>,
    key: string,
    token: string,
    ask: () => Promise<T>,
  ): Promise<T> {
    const known = entries.get(key);
    if (known !== undefined && known.until > now()) return known.value;
    const value = answered(ask);
    // Set alone, a key keeps its old place, and the freshest answer would be the next to go.
    entries.delete(key);
    entries.set(key, { value, until: Math.min(now() + memoryMilliseconds, expiryOf(token)) });
    // A failure is not an answer: the next request asks again.
    value.catch(() => entries.get(key)?.value === value && entries.delete(key));
    const [oldest] = entries.keys();
    if (entries.size > mostEntries && oldest !== undefined) entries.delete(oldest);
    return value;
  }

  return {
    knows: (organization, token) => (users.get(keyOf(organization, token))?.until ?? 0) > now(),
    whoIs: (organization, token) =>
      remembered(users, keyOf(organization, token), token, async () => {
        const user = await rights.whoIs(organization, token);
        if (user === null) throw new UserProblem('AUTH_REFUSED', 'Azure DevOps does not accept this token.');
        return { organization, token, userId: user.id, userName: user.name };
      }),
    mayRead: ({ organization, token }, poolId) =>
      remembered(reads, `${keyOf(organization, token)} ${poolId}`, token, () =>
        rights.may(organization, poolId, token, 'read'),
      ),
    mayReadOf: async ({ organization, token }, poolIds) => {
      const keyed = poolIds.map((poolId) => ({ poolId, key: `${keyOf(organization, token)} ${poolId}` }));
      const unknown = new Set(
        keyed.filter(({ key }) => (reads.get(key)?.until ?? 0) <= now()).map(({ poolId }) => poolId),
      );
      const together = unknown.size === 0 ? null : rights.mayReadOf(organization, [...unknown], token);
      // What was known when the question went out may be gone by its turn, pushed out by those before it: it was not
      // asked about, so that answer says nothing of it.
      const each = keyed.map(({ poolId, key }) =>
        remembered(reads, key, token, async () =>
          together !== null && unknown.has(poolId)
            ? (await together).has(poolId)
            : await rights.may(organization, poolId, token, 'read'),
        ),
      );
      const may = await Promise.all(each);
      return new Set(poolIds.filter((_, index) => may[index] === true));
    },
    mayManage: ({ organization, token }, poolId) => answered(() => rights.may(organization, poolId, token, 'manage')),
  };
}

/** No answer never means yes. */
export async function answered<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    const rest = Math.ceil((error.retryAfterMs ?? 10_000) / 1000);
    throw new RestProblem('AUTHZ_UNAVAILABLE', 'Azure DevOps does not say what you may do.', rest);
  }
}

/** The token itself is never kept longer than its request. */
function keyOf(organization: string, token: string): string {
  return createHash('sha256').update(`${organization}\n${token}`).digest('base64');
}

/** When a token that is a JWT says it ends; only ever shortens what is remembered, so it need not be verified. */
function expiryOf(token: string): number {
  const [, payload] = token.split('.');
  if (payload === undefined) return Infinity;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    const isDated = typeof claims === 'object' && claims !== null && 'exp' in claims && typeof claims.exp === 'number';
    return isDated ? Number(claims.exp) * 1000 : Infinity;
  } catch {
    // Not a JWT, such as a personal access token with a dot in it.
    return Infinity;
  }
}
