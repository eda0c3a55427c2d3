// Why a job waits, as the hub shows it: the verdict with its evidence, the tester of demands, and the jobs of one run.
import { Type, type Static } from '@sinclair/typebox';
import { Instant, Nullable } from './field-types.ts';

/** One agent, or one image of which a machine could be made, and the demands that it does not meet. */
export const NearMissView = Type.Object({
  of: Type.Union([Type.Literal('agent'), Type.Literal('image')]),
  name: Type.String(),
  state: Type.String(),
  fails: Type.Array(Type.Object({ demand: Type.String(), has: Nullable(Type.String()) })),
});
export type NearMissView = Static<typeof NearMissView>;

/** An agent that a verdict speaks of. */
export const NamedAgent = Type.Object({
  name: Type.String(),
  state: Type.String({ description: 'In words: kept, disabled, offline.' }),
});

/** Absent in what an older service wrote. */
const agentsField = Type.Optional(Type.Array(NamedAgent));

/** What a verdict stands on; part of every job request, and the whole answer of the tester. */
export const verdictFields = {
  verdict: Type.String({ description: 'One of the closed list of verdicts.' }),
  words: Type.String(),
  nextStep: Nullable(Type.String()),
};

/** Absent in what an older service wrote. */
export const evidenceFields = {
  resolvesItself: Type.Optional(Type.Boolean()),
  /** From 1, among the requests that wait. */
  position: Type.Optional(Nullable(Type.Integer())),
  estimatedStartSeconds: Type.Optional(Nullable(Type.Number())),
  nearMisses: Type.Optional(Type.Array(NearMissView)),
  /** Sentences: what else the verdict stands on. */
  facts: Type.Optional(Type.Array(Type.String())),
  agents: agentsField,
  /** Of the job: the run and project it belongs to. */
  runId: Type.Optional(Nullable(Type.Integer())),
  projectId: Type.Optional(Nullable(Type.String())),
};

export const DemandQuestion = Type.Object(
  {
    /** One demand in a line, or YAML as a pipeline writes it: a list, `demands:`, or `pool:`. */
    text: Type.String({ maxLength: 16_384 }),
  },
  { additionalProperties: false },
);
export type DemandQuestion = Static<typeof DemandQuestion>;

export const DemandAnswer = Type.Object({
  demands: Type.Array(Type.String(), { description: 'As they were read.' }),
  ...verdictFields,
  resolvesItself: Type.Boolean(),
  estimatedStartSeconds: Nullable(Type.Number()),
  nearMisses: Type.Array(NearMissView),
  facts: Type.Array(Type.String()),
  agents: agentsField,
  /** Agents and images that meet every demand. */
  fits: Type.Array(
    Type.Object({
      of: Type.Union([Type.Literal('agent'), Type.Literal('image')]),
      name: Type.String(),
      state: Type.String(),
    }),
  ),
  /** When the picture was taken that the answer is about. */
  pictureAt: Instant,
});
export type DemandAnswer = Static<typeof DemandAnswer>;
