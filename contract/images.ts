// The images of a pool as hub and tasks see them: what each version is, who pinned what and why, how far a new version is.
import { Type, type Static } from '@sinclair/typebox';
import { Choice, Instant, Nullable } from './field-types.ts';

/** What the last finished validation of a version said; `broken` came to no verdict, such as for want of quota. */
export const Verdict = Choice('passed', 'failed', 'cancelled', 'broken');
export type Verdict = Static<typeof Verdict>;

export const AdmissionWhy = Choice('configured', 'newest', 'pinned', 'validated', 'forRun', 'lastKnownGood', 'canary');

export const ImageVersionView = Type.Object({
  version: Type.String(),
  publishedAt: Nullable(Instant),
  ageDays: Nullable(Type.Integer()),
  replication: Choice('replicated', 'replicating', 'failed', 'absent', 'unknown'),
  provisioningState: Type.String(),
  isExcludedFromLatest: Type.Boolean(),
  endOfLifeAt: Nullable(Instant),
  /** False where the gallery does not list it any more: nodes of it may still live. */
  exists: Type.Boolean(),
  nodes: Type.Integer({ description: 'Nodes of the pool that run it now.' }),
  isPinned: Type.Boolean(),
  /** What new machines get now. */
  isCurrent: Type.Boolean(),
  /** What "latest" stands for now. */
  isLatest: Type.Boolean(),
  isLastKnownGood: Type.Boolean(),
  validation: Nullable(Type.Object({ validationId: Type.String(), verdict: Verdict, at: Instant })),
  /** Why jobs may ask for it, and until when; null: until it is withdrawn. */
  admissions: Type.Array(
    Type.Object({
      why: AdmissionWhy,
      until: Nullable(Instant),
      runId: Nullable(Type.Integer()),
      by: Nullable(Type.String()),
    }),
  ),
  /** The value of a demand that asks for it, ready to copy. */
  demand: Type.String(),
});
export type ImageVersionView = Static<typeof ImageVersionView>;

export const PinHistoryEntry = Type.Object({
  at: Instant,
  by: Type.String(),
  action: Choice('pin', 'unpin', 'rollback', 'admitForRun', 'stopped', 'fellBack', 'promoted'),
  /** Null: follow the newest. */
  from: Nullable(Type.String()),
  to: Nullable(Type.String()),
  reason: Type.String(),
  validationId: Nullable(Type.String()),
  runId: Nullable(Type.Integer()),
  /** True where the policy asked for a passed validation and somebody overrode it. */
  isOverride: Type.Boolean(),
  revision: Type.Integer(),
});
export type PinHistoryEntry = Static<typeof PinHistoryEntry>;

export const RolloutView = Type.Object({
  phase: Choice('canary', 'rollingOut', 'done', 'stopped'),
  version: Type.String(),
  from: Nullable(Type.String()),
  startedAt: Instant,
  /** Share of new machines that get the new version, in percent. */
  canaryPercent: Type.Integer(),
  booted: Type.Integer(),
  failed: Type.Integer(),
  failurePercent: Type.Integer(),
  thresholdPercent: Type.Integer(),
  nodesNew: Type.Integer(),
  nodesOld: Type.Integer(),
  words: Type.String(),
});
export type RolloutView = Static<typeof RolloutView>;

export const ImageView = Type.Object({
  alias: Type.String({ description: 'First alias; the others stand in `aliases`.' }),
  aliases: Type.Array(Type.String()),
  kind: Choice('gallery', 'marketplace', 'managed', 'template'),
  source: Type.String({ description: 'Resource id, publisher:offer:sku, or "the image of the scale set".' }),
  /** What the settings say: "latest" or an exact version. */
  configured: Type.String(),
  /** An exact version that a person or pipeline set; null: as configured. */
  pinnedVersion: Nullable(Type.String()),
  currentVersion: Nullable(Type.String()),
  latestVersion: Nullable(Type.String()),
  lastKnownGood: Nullable(Type.String()),
  /** What a rollback would pin; its version null: the newest is followed again. Null: there is nothing to go back to. */
  rollback: Type.Optional(Nullable(Type.Object({ version: Nullable(Type.String()) }))),
  /** A pin names it in If-Match; it grows with each change of this image. */
  revision: Type.Integer(),
  requiresValidation: Type.Boolean({
    description: 'The policy: only validated versions are pinned without an override.',
  }),
  rollout: Nullable(RolloutView),
  /** Something that people must see at once, such as a rollout that stopped and went back. */
  banner: Nullable(Type.String()),
  /** Such as an image that is older than the policy allows. */
  alarm: Nullable(Type.String()),
  versions: Type.Array(ImageVersionView),
  history: Type.Array(PinHistoryEntry, { description: 'Newest first, at most 50.' }),
});
export type ImageView = Static<typeof ImageView>;

/** `problems` says why a part is not fresh; versions are then the last that were read. */
export const ImagesView = Type.Object({
  now: Instant,
  pool: Type.String(),
  images: Type.Array(ImageView),
  problems: Type.Array(Type.String()),
});
export type ImagesView = Static<typeof ImagesView>;

/** The body of a pin. Sent with If-Match (the image's revision; not for scope run) and Idempotency-Key. */
export const PinChange = Type.Object(
  {
    image: Type.String({ description: 'Any alias of the image.' }),
    action: Choice('pin', 'unpin', 'rollback'),
    version: Type.Optional(Nullable(Type.String({ description: 'Exact; only for pin.' }))),
    scope: Choice('pool', 'run'),
    runId: Type.Optional(
      Nullable(Type.Integer({ minimum: 1, description: 'Of scope run; a pipeline names its own.' })),
    ),
    /** Of scope run: at most a week, a day unless given. The end of the run ends it earlier. */
    untilMinutes: Type.Optional(Nullable(Type.Integer({ minimum: 1, maximum: 10_080 }))),
    /** Null or absent: as the policy says. False overrides the policy and needs a reason. */
    requireValidated: Type.Optional(Nullable(Type.Boolean())),
    reason: Type.Optional(Type.String({ maxLength: 500 })),
  },
  { additionalProperties: false },
);
export type PinChange = Static<typeof PinChange>;

export const PinResult = Type.Object({
  image: Type.String(),
  /** Null: the newest is followed. */
  imageVersion: Nullable(Type.String()),
  previousVersion: Nullable(Type.String()),
  /** Such as `ImageVersionOverride -equals 1.2.3`; null where nothing exact stands. */
  demand: Nullable(Type.String()),
  revision: Type.Integer(),
  until: Nullable(Instant),
  words: Type.String(),
});
export type PinResult = Static<typeof PinResult>;
