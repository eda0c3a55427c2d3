// What the service says of itself, and the settings of a pool with the revision that a change must name.
import { Type, type Static } from '@sinclair/typebox';
import { Instant, Nullable } from './field-types.ts';

/** Only the organisation that was asked for is named: others are nobody's business. */
export const About = Type.Object({
  name: Type.Literal('weir'),
  version: Type.String(),
  organizations: Type.Array(Type.String()),
  isSandbox: Type.Boolean(),
});
export type About = Static<typeof About>;

export const Alive = Type.Object({ status: Type.Literal('ok') });

/** `settings` is a whole PoolSettings document; its JSON Schema is published on its own. */
export const SettingsView = Type.Object({
  settings: Type.Record(Type.String(), Type.Unknown()),
  revision: Type.Integer({ description: 'Also the ETag. A change names it in If-Match.' }),
  isManagedByFile: Type.Boolean({ description: 'True where only the configuration file may change the pool.' }),
  mayChange: Type.Boolean({ description: 'Whether who asks has the right to change the pool, by file or not.' }),
  savedBy: Type.Optional(
    Type.Union([Type.String(), Type.Null()], {
      description: 'Who made this revision; null where no person did, or nobody wrote it down.',
    }),
  ),
  savedAt: Type.Optional(Nullable(Instant)),
});
export type SettingsView = Static<typeof SettingsView>;

/** The body of a change: the whole settings. Anything may be sent; the rules of settings answer in words. */
export const SettingsChange = Type.Unknown({ description: 'A whole PoolSettings document.' });
