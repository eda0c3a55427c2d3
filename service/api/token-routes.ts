// Connection tokens: issued once, shown once, revoked at any time. Only a digest is kept.
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { connectionTokenPrefix, imageRoutes } from '../../contract/routes.ts';
import { Connection, TokenIssued, TokenList, TokenRequest, type TokenView } from '../../contract/tokens.ts';
import { UserProblem } from '../problem.ts';
import type { Records } from '../records.ts';
import { askerOf, poolOf } from './access.ts';
import { answers, secured } from './answers.ts';
import { iso, isoOrNull } from './instant.ts';
import type { ApiOptions } from './options.ts';
import { connectionOf, digestOf, type ConnectionToken } from './pipeline.ts';

const PoolName = Type.Object({ pool: Type.String() });
const TokenName = Type.Object({ pool: Type.String(), token: Type.String() });
const day = 86_400_000;
/** More than a pool has projects; whoever needs more has lost count. */
const mostTokens = 50;

export function tokenRoutes(fastify: FastifyInstance, options: ApiOptions): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  const { store } = options;
  const manage = { config: { access: 'manage' as const } };
  const list = async (pool: string) => ({ tokens: (await tokensOf(store, pool)).map((row) => viewOf(row.value)) });
  app.get(
    imageRoutes.tokens,
    {
      ...manage,
      schema: {
        summary: 'The connection tokens of a pool, without the tokens themselves',
        security: secured,
        params: PoolName,
        response: answers(TokenList, 'Newest first.'),
      },
    },
    async (request) => await list(poolOf(request).pool),
  );
  app.post(
    imageRoutes.tokens,
    {
      ...manage,
      schema: {
        summary: 'Issue a connection token, which is shown this once',
        security: secured,
        params: PoolName,
        body: TokenRequest,
        response: answers(TokenIssued, 'Put it into a service connection.'),
      },
    },
    async (request) => {
      return await issue(options, poolOf(request).pool, request.body, askerOf(request).userName);
    },
  );
  app.delete(
    imageRoutes.token,
    {
      ...manage,
      schema: {
        summary: 'Revoke a connection token at once',
        security: secured,
        params: TokenName,
        response: answers(TokenList, 'Those that are left.'),
      },
    },
    async (request) => {
      const { pool } = poolOf(request);
      await revoke(store, pool, request.params.token);
      return await list(pool);
    },
  );
  connectionRoute(app, options);
}

async function issue(options: ApiOptions, pool: string, wanted: TokenRequest, createdBy: string): Promise<TokenIssued> {
  const { store, wallClock } = options;
  const { role, name, expiresInDays = 90 } = wanted;
  if ((await tokensOf(store, pool)).length >= mostTokens) {
    throw new UserProblem('TOKENS_MANY', `The pool has ${mostTokens} tokens already.`, {
      nextStep: 'Revoke those that nobody uses.',
    });
  }
  const secret = options.newSecret?.() ?? `${options.newId()}${options.newId()}`.replaceAll('-', '');
  const token = `${connectionTokenPrefix}${secret}`;
  const now = wallClock.now();
  const value: ConnectionToken = {
    tokenId: options.newId(),
    ...{ pool, name, role, createdBy },
    createdAt: now,
    expiresAt: now + expiresInDays * day,
    lastUsedAt: null,
  };
  const write = { kind: 'token', pool, key: digestOf(token), expected: null, document: value };
  await store.writeRecords([{ ...write, at: now, isOpen: true }]);
  return { token, details: viewOf(value) };
}

/** Jobs prove themselves by their OIDC tokens then, which such a connection need not protect. */
const withoutToken: Connection = {
  ...{ organization: null, pool: null, role: null, expiresAt: null },
  words: 'Without a connection token: jobs may read, and validate without machines.',
};

/** "Verify" of a service connection: the token alone says what it is good for, and changes nothing. */
function connectionRoute(fastify: FastifyInstance, options: ApiOptions): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  app.get(
    imageRoutes.connection,
    {
      schema: {
        summary: 'What a service connection is good for',
        security: [{ token: [] }, {}],
        response: answers(Connection, 'Asked with the connection token alone, or without any.'),
      },
    },
    async (request, reply) => {
      void reply.header('cache-control', 'no-store');
      const connection = await connectionOf(request, options.store, options.wallClock.now());
      if (connection === null) return withoutToken;
      const { pool, role, expiresAt } = connection.value;
      const record = await options.store.readPool(pool);
      if (record === null) throw new UserProblem('CONNECTION_TOKEN_REFUSED', 'The pool of the token is gone.');
      const words = role === 'pin' ? `May validate images of ${pool} and pin them.` : `May validate images of ${pool}.`;
      return { organization: record.settings.organization, pool, role, expiresAt: iso(expiresAt), words };
    },
  );
}

async function tokensOf(store: Records, pool: string) {
  const rows = await store.listRecords('token', pool);
  return rows.map((row) => ({ ...row, value: row.document as ConnectionToken }));
}

/** Somebody may use it at this moment, which changes its row: the newest row is removed. */
async function revoke(store: Records, pool: string, tokenId: string): Promise<void> {
  for (;;) {
    const row = (await tokensOf(store, pool)).find((one) => one.value.tokenId === tokenId);
    if (row === undefined) throw new UserProblem('TOKEN_NOT_FOUND', 'There is no such token.', { field: 'token' });
    const write = { kind: 'token', pool, key: row.key, expected: row.revision, document: null };
    if (await store.writeRecords([{ ...write, at: 0, isOpen: false }])) return;
  }
}

function viewOf({ tokenId, name, role, createdAt, createdBy, expiresAt, lastUsedAt }: ConnectionToken): TokenView {
  return {
    ...{ tokenId, name, role, createdBy },
    createdAt: iso(createdAt),
    expiresAt: iso(expiresAt),
    lastUsedAt: isoOrNull(lastUsedAt),
  };
}
