// What jobs of a pool may ask for: which values, from where, which placeholder agents stand for them, and what is not covered.
import { Type, type Static } from '@sinclair/typebox';
import { Instant, Nullable } from './field-types.ts';

const Labels = Type.Record(Type.String(), Type.String(), { description: 'Demand name to the value that it may have.' });

export const AdmittedValue = Type.Object({
  demand: Type.String({
    description: 'ImageOverride, ImageVersionOverride, Priority, WorkFolder or CustomCapabilities.',
  }),
  value: Type.String(),
  /** The settings of the pool, or the pipelines that ask for it. */
  sources: Type.Array(Type.String()),
});
export type AdmittedValue = Static<typeof AdmittedValue>;

export const PlaceholderView = Type.Object({
  /** Of the agent in Azure DevOps. */
  name: Type.String(),
  labels: Labels,
  source: Type.String(),
  /** Null where it is not registered (yet): the next pass does it. */
  agentId: Nullable(Type.Integer()),
  /** Jobs that wait and that Azure DevOps matches with it. */
  waiting: Type.Integer(),
});
export type PlaceholderView = Static<typeof PlaceholderView>;

export const Admission = Type.Object({
  now: Instant,
  /** When the newest pass looked; null before the first. */
  observedAt: Nullable(Instant),
  values: Type.Array(AdmittedValue),
  placeholders: Type.Array(PlaceholderView),
  /** Combinations that are admissible and found no room. At most a hundred; `leftOutCount` counts all. */
  leftOut: Type.Array(Type.Object({ labels: Labels, source: Type.String() })),
  leftOutCount: Type.Integer(),
  /** What pipelines ask for and the pool cannot give. */
  refused: Type.Array(
    Type.Object({ demands: Type.Array(Type.String()), source: Type.String(), because: Type.String() }),
  ),
  discovery: Type.Object({
    isOn: Type.Boolean(),
    readAt: Nullable(Instant),
    /** Rights that its identity lacks, in words; empty when all is well. */
    missingRights: Type.Array(Type.String()),
  }),
  /** What nobody could read or can know, in words. */
  notCovered: Type.Array(Type.String()),
});
export type Admission = Static<typeof Admission>;
