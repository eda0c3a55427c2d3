// What the service says to hub and tasks: the shapes of the API. Instants are ISO 8601 strings in UTC.
import { Type, type Static } from '@sinclair/typebox';
import { evidenceFields, verdictFields } from './diagnosis.ts';
import { Instant, Nullable } from './field-types.ts';
import { AgentRolloutView, Banner, nodeDetailFields } from './nodes.ts';

const problemFields = {
  code: Type.String(),
  message: Type.String(),
  field: Nullable(Type.String()),
  value: Nullable(Type.String()),
  nextStep: Type.String(),
};

export const Problem = Type.Object({
  ...problemFields,
  correlationId: Type.String(),
  /** Where several things are wrong at once, all of them; the first is also the problem itself. */
  problems: Type.Optional(Type.Array(Type.Object(problemFields))),
});
export type Problem = Static<typeof Problem>;

export const Reason = Type.Object({ code: Type.String(), words: Type.String() });

export const PoolState = Type.Union([
  Type.Literal('healthy'),
  Type.Literal('degraded'),
  Type.Literal('atMaximum'),
  Type.Literal('paused'),
  Type.Literal('starting'),
  Type.Literal('deleting'),
]);
export type PoolState = Static<typeof PoolState>;

export const PoolSummary = Type.Object({
  name: Type.String(),
  organization: Type.String(),
  poolId: Type.Integer(),
  scaleSet: Type.String({ description: 'Name of the scale set, not its resource id.' }),
  osType: Type.Union([Type.Literal('linux'), Type.Literal('windows')]),
  policy: Type.String(),
  state: PoolState,
  /** One sentence, such as "3 jobs wait: 2 machines boot, ready in about 70 s". */
  sentence: Type.String(),
  agentsIdle: Type.Integer(),
  agentsBusy: Type.Integer(),
  agentsStarting: Type.Integer(),
  queued: Type.Integer(),
  running: Type.Integer(),
  instances: Type.Integer(),
  maximum: Type.Integer(),
  standby: Type.Integer(),
  /** When the newest pass looked at both clouds; null before the first. */
  observedAt: Nullable(Instant),
  /** Whether the configuration file has the pool, so that only the file changes it; a service of before does not say. */
  isManagedByFile: Type.Optional(Type.Boolean()),
});
export type PoolSummary = Static<typeof PoolSummary>;

export const PoolList = Type.Object({ now: Instant, pools: Type.Array(PoolSummary) });
export type PoolList = Static<typeof PoolList>;

export const NodeView = Type.Object({
  key: Type.String(),
  name: Type.String(),
  state: Type.String({ description: 'One of the 23 ElasticNodeState names.' }),
  stateSince: Instant,
  deadlineAt: Nullable(Instant),
  agentName: Nullable(Type.String()),
  isEnabled: Nullable(Type.Boolean()),
  isOnline: Nullable(Type.Boolean()),
  instanceName: Nullable(Type.String()),
  startedAt: Nullable(Instant),
  requestId: Nullable(Type.Integer()),
  jobName: Nullable(Type.String()),
  /** What went wrong inside the instance, in words; null where nothing did. */
  failure: Nullable(Type.String()),
  ...nodeDetailFields,
});
export type NodeView = Static<typeof NodeView>;

export const JobRequestView = Type.Object({
  requestId: Type.Integer(),
  state: Type.Union([
    Type.Literal('queued'),
    Type.Literal('assigned'),
    Type.Literal('running'),
    Type.Literal('finished'),
  ]),
  jobName: Type.String(),
  definitionName: Nullable(Type.String()),
  runName: Nullable(Type.String()),
  queuedAt: Instant,
  startedAt: Nullable(Instant),
  finishedAt: Nullable(Instant),
  result: Nullable(Type.String()),
  agentName: Nullable(Type.String()),
  demands: Type.Array(Type.String()),
  ...verdictFields,
  ...evidenceFields,
});
export type JobRequestView = Static<typeof JobRequestView>;

export const PoolDetail = Type.Object({
  now: Instant,
  pool: PoolSummary,
  nodes: Type.Array(NodeView),
  jobRequests: Type.Array(JobRequestView),
  /** Why a part of the picture is not fresh, in words; empty when all is well. */
  problems: Type.Array(Type.String()),
  /** Alarms that stand now: a panic stop, boots that keep failing, a version that was rolled back. */
  banners: Type.Optional(Type.Array(Banner)),
  /** Other versions of the agent that come in now, one for each operating system at most. */
  agentRollouts: Type.Optional(Type.Array(AgentRolloutView)),
});
export type PoolDetail = Static<typeof PoolDetail>;

/** The jobs of one pipeline run, over all pools that the asker may see. */
export const RunJobs = Type.Object({
  now: Instant,
  jobs: Type.Array(Type.Object({ pool: Type.String(), request: JobRequestView })),
});
export type RunJobs = Static<typeof RunJobs>;

export const LogEntryView = Type.Object({
  id: Type.Integer(),
  at: Instant,
  level: Type.Union([Type.Literal('error'), Type.Literal('warning'), Type.Literal('info')]),
  kind: Type.String(),
  reason: Reason,
  node: Nullable(Type.String()),
  request: Nullable(Type.Integer()),
  outcome: Type.String(),
});
export type LogEntryView = Static<typeof LogEntryView>;
export const LogPage = Type.Object({ entries: Type.Array(LogEntryView), next: Nullable(Type.Integer()) });
export type LogPage = Static<typeof LogPage>;

/** Columns of equal length, oldest first: small on the wire and what a chart wants. */
export const Series = Type.Object({
  at: Type.Array(Instant),
  queued: Type.Array(Type.Integer()),
  agentsBusy: Type.Array(Type.Integer()),
  agentsIdle: Type.Array(Type.Integer()),
  agentsStarting: Type.Array(Type.Integer()),
  instances: Type.Array(Type.Integer()),
});
export type Series = Static<typeof Series>;
