// Pools that people make and delete while the service runs.
import { Type, type Static } from '@sinclair/typebox';
import { Instant, Nullable } from './field-types.ts';

/** The body of `POST /v1/pools`; whoever sends it has the Administrator role on the agent pool that it names. */
export const NewPool = Type.Object(
  {
    settings: Type.Unknown({ description: 'A whole PoolSettings document.' }),
    adoptInstances: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
        maxItems: 1000,
        description: 'vmIds of exactly the machines that stand in the scale set: Weir deletes them, each by its id.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type NewPool = Static<typeof NewPool>;

/** What stays behind, and the command that removes it, where somebody wants that. */
export const Leftover = Type.Object({ words: Type.String(), command: Nullable(Type.String()) });
export type Leftover = Static<typeof Leftover>;

export const PoolDeletion = Type.Object({
  now: Instant,
  isDeleting: Type.Boolean(),
  since: Nullable(Instant),
  by: Nullable(Type.String()),
  /** What is left to go. */
  machines: Type.Integer(),
  busy: Type.Integer(),
  placeholders: Type.Integer(),
  /** Scale sets that Weir made for the pool. */
  scaleSets: Type.Integer(),
  validations: Type.Integer(),
  /** Jobs that wait for the pool, and that nothing of Weir will serve. */
  waiting: Type.Integer(),
  /** Why it does not go on, in words; empty where it does. */
  problems: Type.Array(Type.String()),
  goes: Type.Array(Type.String()),
  stays: Type.Array(Leftover),
});
export type PoolDeletion = Static<typeof PoolDeletion>;
