// The checks of a scale set and of everybody's rights there: what is so, why it matters, and what exactly mends it.
import { Type, type Static } from '@sinclair/typebox';
import { Choice, Instant, Nullable } from './field-types.ts';
import { FixCommands } from './validations.ts';

/** What could not be read is a warning: it is never taken for good. */
export const SetStatus = Choice('ok', 'warning', 'error');
export type SetStatus = Static<typeof SetStatus>;

export const SetCheckView = Type.Object({
  code: Type.String({ description: 'Stable, such as upgradePolicy or autoscale.' }),
  title: Type.String(),
  status: SetStatus,
  words: Type.String(),
  evidence: Type.Array(Type.Object({ name: Type.String(), value: Type.String() })),
  fix: Nullable(
    Type.Object({
      words: Type.String(),
      commands: Nullable(FixCommands),
      /** The service makes this change itself when a manager of the pool asks for it. */
      canFix: Type.Boolean(),
      /** Why the service cannot although the change is one that it makes; null: nothing stands in its way, or it never does. */
      cannot: Nullable(Type.String()),
    }),
  ),
});
export type SetCheckView = Static<typeof SetCheckView>;

export const RightView = Type.Object({
  who: Choice('service', 'azureDevOps', 'user'),
  title: Type.String(),
  status: SetStatus,
  words: Type.String(),
  lacks: Type.Array(Type.String({ description: 'Actions of Azure, or permissions of Azure DevOps, by name.' })),
  role: Nullable(
    Type.Object({
      name: Type.String(),
      fileName: Type.String({ description: 'The commands read the role from a file of this name.' }),
      json: Type.String(),
      scope: Type.String(),
    }),
  ),
  fix: Nullable(Type.Object({ words: Type.String(), commands: Nullable(FixCommands) })),
});
export type RightView = Static<typeof RightView>;

/** What somebody had the service change. */
export const FixEntry = Type.Object({
  at: Instant,
  by: Type.String(),
  check: Type.String(),
  title: Type.String(),
  outcome: Choice('asked', 'done', 'refused', 'unknown'),
  words: Type.String(),
});
export type FixEntry = Static<typeof FixEntry>;

export const ChecksView = Type.Object({
  now: Instant,
  /** Null: no pool has the scale set yet. */
  pool: Nullable(Type.String()),
  scaleSet: Type.Object({ id: Type.String(), name: Type.String() }),
  errors: Type.Integer(),
  warnings: Type.Integer(),
  checks: Type.Array(SetCheckView, { description: 'In the order in which people mend them.' }),
  rights: Type.Array(RightView),
  mayFix: Type.Boolean({ description: 'Whoever asks manages the pool.' }),
  fixes: Type.Array(FixEntry, { description: 'Newest first, at most 20.' }),
});
export type ChecksView = Static<typeof ChecksView>;

export const FixResult = Type.Object({
  isChanged: Type.Boolean({ description: 'False where it was good already.' }),
  words: Type.String(),
  checks: ChecksView,
});
export type FixResult = Static<typeof FixResult>;
