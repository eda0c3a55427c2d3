// An API over the store of plain data, with users whose rights a test sets pool by pool.
import type { FastifyBaseLogger, FastifyInstance, InjectOptions } from 'fastify';
import { createApi, type ApiOptions } from '../../../service/api/create-api.ts';
import { CloudError } from '../../../service/problem.ts';
import type { Lease, Store, UserRights } from '../../../service/ports.ts';
import { createMemoryStore } from '../../../service/store/memory-store.ts';
import { now0, settings } from '../../builders.ts';

export const fabrikam = 'https://dev.azure.com/fabrikam';
export const contoso = 'https://dev.azure.com/contoso';

export interface User {
  readonly id: string;
  /** `organization poolId` → what the user may there. */
  readonly may: Readonly<Record<string, 'read' | 'manage'>>;
  /** Organisations for which the token is valid. */
  readonly organizations: readonly string[];
}

/** Tokens are their users' names; a token that is nobody's is not valid. */
export interface FakeRights extends UserRights {
  isSilent: boolean;
  calls: number;
}

export function fakeRights(users: Readonly<Record<string, User>>): FakeRights {
  const answer = async <T>(value: T): Promise<T> => {
    rights.calls += 1;
    if (rights.isSilent) throw new CloudError('unavailable', 'whoIs', 'no answer', { retryAfterMs: 7000 });
    return await Promise.resolve(value);
  };
  const userOf = (organization: string, token: string): User | undefined => {
    const user = users[token];
    return user?.organizations.includes(organization) === true ? user : undefined;
  };
  const rights: FakeRights = {
    isSilent: false,
    calls: 0,
    whoIs: (organization, token) => {
      const user = userOf(organization, token);
      return answer(user === undefined ? null : { id: user.id, name: token });
    },
    may: (organization, poolId, token, right) => {
      const granted = userOf(organization, token)?.may[`${organization} ${poolId}`];
      return answer(granted === 'manage' || granted === right);
    },
    mayReadOf: (organization, poolIds, token) => {
      const { may = {} } = userOf(organization, token) ?? {};
      return answer(new Set(poolIds.filter((poolId) => may[`${organization} ${poolId}`] !== undefined)));
    },
  };
  return rights;
}

export interface Fixture {
  readonly app: FastifyInstance;
  readonly store: Store;
  readonly rights: FakeRights;
  readonly lease: Lease;
  readonly saved: string[];
  readonly time: { wall: number; sandbox: number };
  readonly ask: (
    url: string,
    more?: Partial<InjectOptions> & { token?: string; organization?: string },
  ) => Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly text: string;
  readonly body: unknown;
}

/** Fabrikam has pool `linux` (7), contoso pool `windows` (7 as well: ids are only unique in one organisation). */
export const users: Readonly<Record<string, User>> = {
  manager: { id: 'm', organizations: [fabrikam], may: { [`${fabrikam} 7`]: 'manage' } },
  reader: { id: 'r', organizations: [fabrikam], may: { [`${fabrikam} 7`]: 'read' } },
  founder: { id: 'f', organizations: [fabrikam], may: { [`${fabrikam} 7`]: 'manage', [`${fabrikam} 8`]: 'manage' } },
  watcher: { id: 'w', organizations: [fabrikam], may: { [`${fabrikam} 8`]: 'read' } },
  stranger: { id: 's', organizations: [fabrikam], may: {} },
  contosoManager: { id: 'c', organizations: [contoso], may: { [`${contoso} 7`]: 'manage' } },
};

export async function apiFixture(
  overrides: Partial<ApiOptions> = {},
  logger: FastifyBaseLogger | null = null,
): Promise<Fixture> {
  const time = { wall: 1000, sandbox: now0 };
  const store = createMemoryStore({ now: () => time.wall });
  const rights = fakeRights(users);
  const saved: string[] = [];
  await store.savePool(settings({ name: 'linux', organization: fabrikam, poolId: 7 }), null, false);
  await store.savePool(settings({ name: 'windows', organization: contoso, poolId: 7 }), null, false);
  const lease = await store.acquireLease('linux', 'test', 60_000);
  if (lease === null) throw new Error('A new store has no leases.');
  let ids = 0;
  const app = await createApi({
    store,
    rights,
    organizations: [fabrikam, contoso],
    corsOrigins: ['https://weir.gallerycdn.vsassets.io', 'http://localhost:4000'],
    hosts: ['weir.example', 'localhost', '127.0.0.1'],
    clock: { now: () => time.sandbox },
    wallClock: { now: () => time.wall },
    about: { version: '0.1.0', isSandbox: true },
    newId: () => `id-${(ids += 1)}`,
    logger,
    onSettingsSaved: (pool) => saved.push(pool),
    ...overrides,
  });
  const ask: Fixture['ask'] = async (url, { token, organization, headers, ...more } = {}) => {
    const answer = await app.inject({
      url,
      method: 'GET',
      ...more,
      headers: {
        ...(token === '' ? {} : { authorization: `Bearer ${token ?? 'manager'}` }),
        ...(organization === '' ? {} : { 'x-weir-organization': organization ?? fabrikam }),
        host: 'localhost',
        ...headers,
      },
    });
    return {
      status: answer.statusCode,
      headers: answer.headers,
      text: answer.body,
      body: answer.headers['content-type']?.toString().includes('json') === true ? answer.json<unknown>() : null,
    };
  };
  return { app, store, rights, lease, saved, time, ask };
}
