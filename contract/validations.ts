// A validation of one image version: what is asked for, and the report with its checks, evidence and boot timelines.
import { Type, type Static } from '@sinclair/typebox';
import { Choice, Instant, Nullable } from './field-types.ts';
import { Verdict } from './images.ts';

export const ValidationRequest = Type.Object(
  {
    image: Type.String({ description: 'Any alias of the image.' }),
    version: Type.Optional(
      Nullable(Type.String({ description: 'Exact; null: the newest that was not validated yet.' })),
    ),
    instanceCount: Type.Optional(Type.Integer({ minimum: 1, maximum: 10, default: 2 })),
    /** Runs on each trial machine as the agent's user; exit code 0 passes. Null: the one of the settings, or none. */
    probeScript: Type.Optional(Nullable(Type.String({ maxLength: 8192 }))),
    staticOnly: Type.Optional(Type.Boolean({ default: false })),
    timeoutMinutes: Type.Optional(Type.Integer({ minimum: 5, maximum: 120, default: 60 })),
  },
  { additionalProperties: false },
);
export type ValidationRequest = Static<typeof ValidationRequest>;

/** Of 202. */
export const ValidationStarted = Type.Object({
  validationId: Type.String(),
  image: Type.String(),
  version: Type.String({ description: 'The exact version that is validated.' }),
});
export type ValidationStarted = Static<typeof ValidationStarted>;

export const ValidationPhase = Choice(
  'staticChecks',
  'reserving',
  'creating',
  'booting',
  'probing',
  'reimaging',
  'probingAgain',
  'cleaning',
  'finished',
);
export type ValidationPhase = Static<typeof ValidationPhase>;

export const CheckStatus = Choice('ok', 'warning', 'error', 'skipped', 'pending');
export type CheckStatus = Static<typeof CheckStatus>;

/** One command in the quoting of each shell; absent commands are the same nowhere, so all three are given. */
export const FixCommands = Type.Object({ bash: Type.String(), powershell: Type.String(), cmd: Type.String() });
export type FixCommands = Static<typeof FixCommands>;

export const CheckView = Type.Object({
  code: Type.String({ description: 'Stable, such as imageReplicated or agentOnline.' }),
  title: Type.String(),
  kind: Choice('static', 'live'),
  status: CheckStatus,
  words: Type.String(),
  evidence: Type.Array(Type.Object({ name: Type.String(), value: Type.String() })),
  fix: Nullable(Type.Object({ words: Type.String(), commands: Nullable(FixCommands) })),
  /** The trial machine that it is about; null: all of them. */
  instance: Nullable(Type.String()),
});
export type CheckView = Static<typeof CheckView>;

/** A bar of the Gantt: from one thing that was seen to the next. `to` is null while it lasts. */
export const TimelineSpan = Type.Object({
  phase: Choice('creating', 'extensions', 'agentStarting', 'probe', 'reimaging', 'agentStartingAgain', 'probeAgain'),
  from: Instant,
  to: Nullable(Instant),
  failed: Type.Boolean(),
});
export type TimelineSpan = Static<typeof TimelineSpan>;

export const TrialInstanceView = Type.Object({
  name: Type.String(),
  computerName: Nullable(Type.String()),
  agentName: Nullable(Type.String()),
  state: Choice(
    'creating',
    'booting',
    'online',
    'probed',
    'reimaging',
    'onlineAgain',
    'passed',
    'failed',
    'saved',
    'gone',
  ),
  spans: Type.Array(TimelineSpan),
  bootSeconds: Nullable(Type.Number()),
  reimageSeconds: Nullable(Type.Number()),
  /** The last output of a failing extension or probe, as it came; hostile text. */
  consoleTail: Nullable(Type.String()),
});
export type TrialInstanceView = Static<typeof TrialInstanceView>;

const summaryFields = {
  validationId: Type.String(),
  image: Type.String(),
  version: Type.String(),
  /** Null while it runs. */
  verdict: Nullable(Verdict),
  phase: ValidationPhase,
  /** What happens at the moment or what came of it, in one sentence. */
  words: Type.String(),
  startedAt: Instant,
  finishedAt: Nullable(Instant),
  startedBy: Type.String(),
  staticOnly: Type.Boolean(),
  errors: Type.Integer(),
  warnings: Type.Integer(),
};

export const ValidationSummary = Type.Object(summaryFields);
export type ValidationSummary = Static<typeof ValidationSummary>;

export const ValidationList = Type.Object({
  now: Instant,
  validations: Type.Array(ValidationSummary, { description: 'Newest first, at most 100.' }),
});
export type ValidationList = Static<typeof ValidationList>;

export const ValidationReport = Type.Object({
  now: Instant,
  ...summaryFields,
  instanceCount: Type.Integer(),
  probeScript: Nullable(Type.String()),
  deadlineAt: Nullable(Instant),
  /** The trial scale set while it stands. */
  scaleSet: Nullable(Type.String()),
  checks: Type.Array(CheckView),
  instances: Type.Array(TrialInstanceView),
  /** Seconds from the request to an online agent, over the trial machines that came online. */
  bootSeconds: Nullable(Type.Object({ p50: Type.Number(), p95: Type.Number(), samples: Type.Integer() })),
  /** What happened, oldest first: one line for each change of state. */
  events: Type.Array(Type.Object({ at: Instant, words: Type.String() })),
});
export type ValidationReport = Static<typeof ValidationReport>;
