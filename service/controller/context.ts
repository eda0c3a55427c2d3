// What one pass of one pool works with. Everything that differs between production and the world comes in here.
import type { Diagnosis } from '../domain/diagnosis.ts';
import type { AgentProgress } from '../domain/agent-progress.ts';
import type { AdmittedVersion } from '../domain/image-state.ts';
import type { Instance, OsType, ScaleSet, ScaleSetExtension } from '../domain/instance.ts';
import type { JobRequest } from '../domain/job-request.ts';
import type { LearnedCapabilities } from '../domain/learned.ts';
import type { Node } from '../domain/node.ts';
import type { Observation, Part } from '../domain/observation.ts';
import type { PoolSettings } from '../domain/pool.ts';
import type { FreeSince } from '../never-connected.ts';
import type { AnsweredDisables } from './answered-disables.ts';
import type { KeptImage } from './kept-image.ts';
import type { Clock, AzureDevOpsPort, AzurePort, Lease, Store } from '../ports.ts';
import type { ToldRefusal } from './refused-again.ts';
import type { TagsAtChoice } from './wanted-tag.ts';

export interface ViewInput {
  readonly observation: Observation;
  readonly nodes: readonly Node[];
  readonly verdicts: readonly Diagnosis[];
  readonly settings: PoolSettings;
  /** What keeps the pool from scaling out though the picture is whole, in words. */
  readonly problem: string | null;
  /** Alarms that stand now: those of this pass, and versions that were rolled back. */
  readonly banners: readonly Banner[];
  /** Other versions of the agent that come in now. */
  readonly agentRollouts: readonly AgentProgress[];
}

export interface Banner {
  readonly code: string;
  readonly level: 'error' | 'warning';
  readonly words: string;
}

export type WriteLine = (
  level: 'error' | 'warn' | 'info' | 'debug',
  words: string,
  fields?: Record<string, unknown>,
) => void;

export interface PoolContext {
  readonly pool: string;
  readonly settings: PoolSettings;
  readonly lease: Lease;
  readonly store: Store;
  readonly azure: AzurePort;
  readonly azureDevOps: AzureDevOpsPort;
  readonly clock: Clock;
  readonly line: WriteLine;
  /** The contract's PoolDetail as JSON: the controller does not know the API. */
  readonly renderView: (input: ViewInput) => string;
  /** The extension that the model of this scale set must carry; with the agent of the settings unless another version is named. */
  readonly extensionFor: (scaleSet: ScaleSet, osType: OsType, agentVersion?: string) => Promise<ScaleSetExtension>;
  /** A public key whose private half is thrown away: a placeholder never connects. */
  readonly placeholderKey: () => Promise<{ readonly modulus: string; readonly exponent: string }>;
  /** Adds what pipelines ask for, where the pool wants that; left out where nothing discovers. */
  readonly discover?: (observation: Observation) => Promise<Observation>;
  readonly newId: () => string;
  /** Such a pool never ends by what somebody began in the hub. */
  readonly isManagedByFile?: boolean;
  /** Versions that pins, runs and validations let in: they are looked at, too. */
  readonly admitted?: readonly AdmittedVersion[];
  /** Machines of trials that `settings.maxCapacity` leaves free already; absent: none. */
  readonly trialMachines?: number;
  /** By vmId, what Azure told in this pass of machines that may have been deleted; absent: it is asked anew each time. */
  readonly told?: Map<string, Instance | null>;
  /** Names of placeholders that stand, or may stand after a call without an answer, and are in no record: they count to the most. */
  readonly unrecordedPlaceholders?: Set<string>;
  /** Carries the pool's validations on; absent: there are none. */
  readonly advanceTrials?: (
    observation: Observation,
  ) => Promise<{ readonly machines: number; readonly isMoving: boolean }>;
}

/** What a controller keeps between passes without the store; losing it costs nothing but a fresh read. */
export interface Recollection {
  lastObservation: Observation | null;
  /** Decisions of the last pass that only say something; said again only when they change. */
  lastSaid: ReadonlySet<string>;
  /** What a cloud refused in a row, by decision: it is not tried again before `until`. */
  readonly refused: Map<string, ToldRefusal & { readonly tries: number; readonly until: number }>;
  /** Scale-outs that Azure took and could not do, by id of the scale set. */
  readonly failedScaleOuts: Map<string, ToldRefusal>;
  lastSampleAt: number | null;
  /** Nodes and their states, and requests whose start is written down, as of the last pass. */
  notedStates: string | null;
  notedStarts: ReadonlySet<number>;
  lastPictureAt: number | null;
  /** The view that was written last: how many characters it has, and what it says of the pool as a whole. */
  lastView: { readonly at: number; readonly size: number; readonly said: string } | null;
  /** The parts of the customer's model as they were noted last. */
  notedModel: string | null;
  /** Etag of each model into which the extension was written, by id of its scale set. */
  readonly configuredModels: Map<string, string | null>;
  /** Scale set, in lower case → the agent that waits to be tried, and the least capacity since; below 0 once it has grown. */
  readonly grownFirst: Map<string, { readonly agent: string; readonly capacity: number }>;
  /** All scale sets of the resource group for lanes, as it was read last. */
  laneSets: Part<readonly ScaleSet[]> | undefined;
  /** When Azure first said that the scale set of a pool that ends is gone; null: it has not, or has taken it back. */
  setGoneSince: number | null;
  /** Likewise the resource group of its lanes. */
  groupGoneSince: number | null;
  /** By first alias, in lower case. */
  readonly images: Map<string, KeptImage>;
  /** Scale set → since when every look at this etag has found it without machines, by `steadyNow`. */
  readonly emptySince: Map<string, { readonly etag: string; readonly since: number }>;
  /** Parts of the picture that could not be read, by name. */
  readonly unread: Set<string>;
  /** Whether everything that destroys is stopped (I-18), by the last whole picture; null until this process has seen one. */
  isPanicStopped: boolean | null;
  /** Operation → when this process first saw its agent settle, by `Clock.elapsed`. */
  readonly settling: Map<string, number>;
  /** Generation → since when its disable is known to be answered, by `Clock.elapsed`. */
  readonly answered: AnsweredDisables;
  /** Operations that this process itself brought to the end of their registration. */
  readonly carried: Set<string>;
  /** Operation → the tag that its agent had when this process chose it, and who waited for that tag. */
  readonly chosenTags: TagsAtChoice;
  /** Agents without a machine and without a record → when they were first seen so. */
  readonly leftovers: Map<number, number>;
  /** Of those that have never connected and that no record knows. */
  readonly freeSince: FreeSince;
  /** Placeholders that no record knows → when they were first seen so. */
  readonly lostPlaceholders: Map<number, number>;
  /** Generations whose agent a person disabled and whose machine is gone → since when. */
  readonly bereft: Map<string, number>;
  /** What agents of each image showed; null until it was read from the store. */
  learned: readonly LearnedCapabilities[] | null;
  finished: { readonly readAt: number; readonly requests: readonly JobRequest[] } | null;
  readonly agentVersions: Partial<Record<OsType, { readonly readAt: number; readonly version: string }>>;
  /** Until when Azure DevOps asked us to rest, and Azure likewise. */
  restUntil: { azure: number; azureDevOps: number };
}

export function freshRecollection(): Recollection {
  return {
    lastObservation: null,
    lastSaid: new Set(),
    refused: new Map(),
    failedScaleOuts: new Map(),
    lastSampleAt: null,
    notedStates: null,
    notedStarts: new Set(),
    lastPictureAt: null,
    lastView: null,
    notedModel: null,
    configuredModels: new Map(),
    grownFirst: new Map(),
    laneSets: undefined,
    setGoneSince: null,
    groupGoneSince: null,
    images: new Map(),
    emptySince: new Map(),
    unread: new Set(),
    isPanicStopped: null,
    settling: new Map(),
    answered: new Map(),
    carried: new Set(),
    chosenTags: new Map(),
    leftovers: new Map(),
    freeSince: new Map(),
    lostPlaceholders: new Map(),
    bereft: new Map(),
    learned: null,
    finished: null,
    agentVersions: {},
    restUntil: { azure: 0, azureDevOps: 0 },
  };
}
