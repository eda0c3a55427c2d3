// Nodes in detail and what people may do with one, the timeline of all of them, and what a pool's past adds up to.
import { Type, type Static } from '@sinclair/typebox';
import { Choice, Instant, Nullable } from './field-types.ts';
import { MachineHours } from './machine-hours.ts';

/** What an extension of a machine says of itself; of machines that boot or have failed. `message` is hostile text. */
export const NodeStep = Type.Object({
  name: Type.String(),
  code: Type.String(),
  level: Type.Union([Type.Literal('info'), Type.Literal('warning'), Type.Literal('error')]),
  message: Type.String(),
});
export type NodeStep = Static<typeof NodeStep>;

/** How far the reclaim protocol is; `words` says why it began and who asked for it. */
export const NodeOperation = Type.Object({
  kind: Type.String(),
  phase: Type.String(),
  words: Type.String(),
  startedAt: Instant,
  phaseSince: Instant,
  problem: Nullable(Type.String()),
});
export type NodeOperation = Static<typeof NodeOperation>;

export const NodeBoot = Type.Object({
  startedBy: Type.Union([Type.Literal('create'), Type.Literal('reimage')]),
  startedAt: Instant,
  /** When the machine asked for its agent's configuration. */
  claimedAt: Nullable(Instant),
  onlineAt: Nullable(Instant),
});
export type NodeBoot = Static<typeof NodeBoot>;

/** Part of a node's view; absent where an older service wrote it. */
export const nodeDetailFields = {
  image: Type.Optional(Nullable(Type.String())),
  imageVersion: Type.Optional(Nullable(Type.String())),
  agentVersion: Type.Optional(Nullable(Type.String())),
  workFolder: Type.Optional(Nullable(Type.String())),
  /** Why the work folder is another one than was asked for, in words. */
  workFolderProblem: Type.Optional(Nullable(Type.String())),
  isSaved: Type.Optional(Type.Boolean()),
  /** Why it is kept, in words; `deadlineAt` says until when. */
  savedBecause: Type.Optional(Nullable(Type.String())),
  boot: Type.Optional(Nullable(NodeBoot)),
  steps: Type.Optional(Type.Array(NodeStep)),
  operation: Type.Optional(Nullable(NodeOperation)),
};

/** `release` gives a node that was kept back to the pool. */
export const nodeActions = ['drain', 'delete', 'save', 'reimage', 'release'] as const;
export type NodeAction = (typeof nodeActions)[number];

export const NodeRequest = Type.Object(
  { reason: Type.Optional(Type.String({ maxLength: 400, description: 'Stands in the log beside your name.' })) },
  { additionalProperties: false },
);
export type NodeRequest = Static<typeof NodeRequest>;

export const NodeAccepted = Type.Object({
  node: Type.String({ description: 'Its name.' }),
  action: Type.Union(nodeActions.map((action) => Type.Literal(action))),
  words: Type.String({ description: 'What happens now.' }),
});
export type NodeAccepted = Static<typeof NodeAccepted>;

/** Columns of equal length, newest first; `node` points into `nodes`, `state` into `states`. */
export const Timeline = Type.Object({
  now: Instant,
  from: Instant,
  to: Instant,
  nodes: Type.Array(Type.Object({ key: Type.String(), name: Type.String() })),
  states: Type.Array(Type.String()),
  node: Type.Array(Type.Integer()),
  state: Type.Array(Type.Integer()),
  start: Type.Array(Instant),
  /** Null while the state lasts. */
  end: Type.Array(Nullable(Instant)),
  isCut: Type.Boolean({ description: 'There is more than fits; the newest is here.' }),
});
export type Timeline = Static<typeof Timeline>;

export const BootTimesView = Type.Object({
  image: Type.String(),
  version: Nullable(Type.String()),
  startedBy: Type.Union([Type.Literal('create'), Type.Literal('reimage')]),
  boots: Type.Integer(),
  p50Seconds: Type.Number(),
  p90Seconds: Type.Number(),
  p95Seconds: Type.Number(),
  slowestSeconds: Type.Number(),
  newestAt: Instant,
});
export type BootTimesView = Static<typeof BootTimesView>;

/** What the pool's past adds up to between two instants. */
export const Statistics = Type.Object({
  now: Instant,
  from: Instant,
  to: Instant,
  /** Jobs that started in that time; null quantiles where none did. */
  waits: Type.Object({
    jobs: Type.Integer(),
    p50Seconds: Nullable(Type.Number()),
    p95Seconds: Nullable(Type.Number()),
  }),
  machineHours: Type.Number(),
  busyHours: Type.Number(),
  /** Time of which Weir knows how many machines there were, and time of which it does not. */
  knownHours: Type.Number(),
  gapHours: Type.Number(),
  /** `machineHours` by size and image, the most first; absent where an older service answers. */
  machines: Type.Optional(Type.Array(MachineHours)),
  boots: Type.Array(BootTimesView),
});
export type Statistics = Static<typeof Statistics>;

/** What somebody should know before anything else, such as a panic stop. */
export const Banner = Type.Object({
  code: Type.String(),
  level: Type.Union([Type.Literal('error'), Type.Literal('warning')]),
  words: Type.String(),
});
export type Banner = Static<typeof Banner>;

/** How far another version of the agent has come into a pool, while it comes in. Machines count, not placeholders. */
export const AgentRolloutView = Type.Object({
  osType: Choice('linux', 'windows'),
  /** Tried by a share of the machines, or given to all new ones. */
  phase: Choice('canary', 'rollingOut'),
  version: Type.String(),
  from: Nullable(Type.String({ description: 'What the pool ran before, and goes back to by itself.' })),
  startedAt: Instant,
  machines: Type.Integer({ description: 'Of this operating system, all versions.' }),
  machinesNew: Type.Integer(),
  booted: Type.Integer({ description: 'Machines that came up on it since it began, also those that are gone.' }),
  failed: Type.Integer(),
  words: Type.String({ description: 'How far it is.' }),
  nextStep: Type.String({ description: 'What happens next by itself.' }),
});
export type AgentRolloutView = Static<typeof AgentRolloutView>;

/** One event of a stream: this pool was looked at anew, so whatever is shown of it may be read again. */
export const PoolChanged = Type.Object({ pool: Type.String(), at: Instant });
export type PoolChanged = Static<typeof PoolChanged>;
