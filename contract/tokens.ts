// Connection tokens: what a pool's administrator issues in the hub and keeps in the service connection of a project.
import { Type, type Static } from '@sinclair/typebox';
import { Choice, Instant, Nullable } from './field-types.ts';

/** `validate`: live validations too; `pin`: also pins and admissions. Both read. */
export const TokenRole = Choice('validate', 'pin');
export type TokenRole = Static<typeof TokenRole>;

export const TokenRequest = Type.Object(
  {
    role: TokenRole,
    name: Type.String({ minLength: 1, maxLength: 80, description: 'What it is for, in words.' }),
    expiresInDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 365, default: 90 })),
  },
  { additionalProperties: false },
);
export type TokenRequest = Static<typeof TokenRequest>;

export const TokenView = Type.Object({
  tokenId: Type.String(),
  name: Type.String(),
  role: TokenRole,
  createdAt: Instant,
  createdBy: Type.String(),
  expiresAt: Instant,
  lastUsedAt: Nullable(Instant),
});
export type TokenView = Static<typeof TokenView>;

export const TokenList = Type.Object({ tokens: Type.Array(TokenView) });
export type TokenList = Static<typeof TokenList>;

/** The only time that the token itself is said. It begins with `weir_`. */
export const TokenIssued = Type.Object({ token: Type.String(), details: TokenView });
export type TokenIssued = Static<typeof TokenIssued>;

/** What a service connection is good for: asked by its "verify", with its token alone. Nulls: it holds none. */
export const Connection = Type.Object({
  organization: Nullable(Type.String()),
  pool: Nullable(Type.String()),
  role: Nullable(TokenRole),
  expiresAt: Nullable(Instant),
  words: Type.String(),
});
export type Connection = Static<typeof Connection>;
