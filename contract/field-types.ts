// Types of fields that many documents of the contract have.
import { Type, type TSchema } from '@sinclair/typebox';

export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** ISO 8601 in UTC. */
export const Instant = Type.String({ format: 'date-time' });

/** One of these names; an `enum`, which a union of literals would not be in JSON Schema. */
export const Choice = <const T extends readonly string[]>(...names: T) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: [...names] });
