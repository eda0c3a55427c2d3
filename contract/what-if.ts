// What-if: the jobs of a pool, or of a file, replayed with other settings. It runs as a job of the service, one for each pool.
import { Type, type Static } from '@sinclair/typebox';
import { Choice, Instant, Nullable } from './field-types.ts';

const closed = { additionalProperties: false } as const;

/** Characters of a file of jobs. */
export const traceLimit = 4_000_000;

/** What is absent stays as the pool has it. */
export const SettingsEdit = Type.Object(
  {
    maxCapacity: Type.Optional(Type.Integer()),
    desiredIdle: Type.Optional(Type.Integer()),
    timeToLiveMinutes: Type.Optional(Type.Integer()),
    recycleAfterEachUse: Type.Optional(Type.Boolean()),
    policy: Type.Optional(Choice('eventDriven', 'sampled')),
    preset: Type.Optional(Choice('economy', 'balanced', 'fast')),
  },
  closed,
);
export type SettingsEdit = Static<typeof SettingsEdit>;

export const WhatIfRequest = Type.Object(
  {
    /** A week before `to` unless given; both belong to the history of the pool only. */
    from: Type.Optional(Instant),
    to: Type.Optional(Instant),
    trace: Type.Optional(
      Type.String({
        description:
          'Instead of the history: lines of arrival_seconds,duration_seconds,label; at most 4,000,000 characters.',
      }),
    ),
    edit: Type.Optional(SettingsEdit),
  },
  closed,
);
export type WhatIfRequest = Static<typeof WhatIfRequest>;

/** Of 202. */
export const WhatIfStarted = Type.Object({ whatIfId: Type.String() });
export type WhatIfStarted = Static<typeof WhatIfStarted>;

const Waits = Type.Object({ mean: Type.Number(), p50: Type.Number(), p95: Type.Number() });

export const WhatIfRow = Type.Object({
  /** `sampled` is Azure DevOps' own rule; `edited` is what was asked for, where that is none of the others. */
  name: Choice('economy', 'balanced', 'fast', 'sampled', 'edited'),
  isCurrent: Type.Boolean(),
  isEdited: Type.Boolean(),
  /** The part of the settings to put over those of the pool to apply this row. */
  settings: Type.Object({
    maxCapacity: Type.Integer(),
    desiredIdle: Type.Integer(),
    timeToLiveMinutes: Type.Integer(),
    recycleAfterEachUse: Type.Boolean(),
    profile: Type.Record(Type.String(), Type.Unknown()),
    sizing: Type.Object({
      policy: Choice('eventDriven', 'sampled'),
      preset: Choice('economy', 'balanced', 'fast'),
      sampleMinutes: Type.Integer(),
      incrementPercent: Type.Integer(),
      stepMinutes: Type.Integer(),
    }),
  }),
  waitSeconds: Waits,
  vmHours: Type.Number(),
  /** What nobody can do without who lets no job wait and knows the future. */
  c0VmHours: Type.Number(),
  workVmHours: Type.Number({ description: 'The jobs alone.' }),
  maximumInstances: Type.Integer(),
  creates: Type.Integer(),
  reimages: Type.Integer(),
  /** No other row has less waiting for the same machine hours, nor fewer for the same waiting. */
  isOnFront: Type.Boolean(),
});
export type WhatIfRow = Static<typeof WhatIfRow>;

export const WhatIfView = Type.Object({
  whatIfId: Type.String(),
  state: Choice('running', 'finished', 'cancelled', 'failed'),
  words: Type.String({ description: 'What happens at the moment or what came of it, in one sentence.' }),
  startedAt: Instant,
  startedBy: Type.String(),
  isTrace: Type.Boolean(),
  /** Of the history; null for a file. */
  from: Nullable(Instant),
  to: Nullable(Instant),
  jobs: Type.Integer({ description: 'Those that count; earlier ones were only learned from.' }),
  done: Type.Integer(),
  of: Type.Integer(),
  /** In the order in which they were replayed; all of them when it is finished. */
  rows: Type.Array(WhatIfRow),
  /** What really was; null for a file. `vmHours` is null where nobody looked for a good part of the time. */
  measured: Nullable(Type.Object({ waitSeconds: Waits, vmHours: Nullable(Type.Number()) })),
  /** How long machines were taken to boot, and what the replay leaves out. */
  notes: Type.Array(Type.String()),
});
export type WhatIfView = Static<typeof WhatIfView>;

export const WhatIfPage = Type.Object({
  now: Instant,
  /** The finished jobs that Weir keeps of this pool. */
  history: Type.Object({
    jobs: Type.Integer(),
    from: Nullable(Instant),
    to: Nullable(Instant),
    keptDays: Type.Integer(),
    neededJobs: Type.Integer(),
  }),
  newest: Nullable(WhatIfView),
});
export type WhatIfPage = Static<typeof WhatIfPage>;
