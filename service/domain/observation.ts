// One dated picture of one pool. A part that could not be read is `unknown`, never empty.
import type { Agent } from './agent.ts';
import type { Instance, OsType, ScaleSet } from './instance.ts';
import type { AdmittedVersion, ImageState } from './image-state.ts';
import type { JobRequest } from './job-request.ts';
import type { LaneKey } from './lane.ts';
import type { LearnedCapabilities } from './learned.ts';

export type Freshness = 'fresh' | 'stale' | 'unknown';

export interface Part<T> {
  readonly freshness: Freshness;
  readonly readAt: number | null;
  /** The last value that was read; an empty one where there never was any. */
  readonly value: T;
  /** Why the part is not fresh, in words. */
  readonly problem: string | null;
}

/** One scale set that serves the pool, with its instances. */
export interface Lane {
  readonly scaleSet: Part<ScaleSet>;
  readonly instances: Part<readonly Instance[]>;
  /** Absent or null: the set that the settings name, whatever image its model names; the template where there are lanes. */
  readonly key?: LaneKey | null;
}

/** `digest` changes with everything that a lane takes over from the model, and never with capacity, tags or etag. */
export interface LaneTemplate {
  readonly digest: string;
  readonly scaleSet: ScaleSet;
}

/**
 * What Weir itself recorded about one life of one instance: from the first sight of a `vmId`, or from a reimage, to
 * the end. The agent is registered when the machine claims it, so `agentId` is null before.
 */
export interface Generation {
  readonly generationId: string;
  readonly scaleSetId: string;
  readonly instanceId: string;
  readonly vmId: string;
  readonly startedAt: number;
  readonly startedBy: 'create' | 'reimage';
  readonly agentId: number | null;
  readonly agentName: string | null;
  readonly claimedAt: number | null;
  /** The last job of the agent before this life, where the machine took its registration over; absent: none. */
  readonly formerRequestId?: number | null;
  /** When its claim last lost the answer to a registration, which lists may show minutes later; absent: never. */
  readonly registrationLostAt?: number | null;
  readonly firstOnlineAt: number | null;
  /** True while the agent is disabled because Weir disabled it; a person's disable leaves this false. */
  readonly isDisabledByWeir: boolean;
  /** How often Weir wrote down that it disables the agent; absent: never. Tells one disable from the next. */
  readonly timesDisabled?: number;
  /** Azure DevOps has answered the disable that was written down last, and Weir has asked for no enable since; absent: no. */
  readonly isKnownShut?: boolean;
  /** Weir wrote down that it closes the gate, and no answer of Azure DevOps since: it asks again until there is one; absent: no. */
  readonly isShutAsked?: boolean;
  readonly isSaved: boolean;
  /** While it is kept: when it is deleted (null or absent: not by itself), and why it is kept, in words. */
  readonly savedUntil?: number | null;
  readonly savedBecause?: string | null;
  /** The job request for which it was kept once, or that had ended before a person gave it back: no reason any more. */
  readonly savedFor?: number | null;
  /** Fixed for the generation, as its lane and its claim made it; absent on records from before labels. */
  readonly image?: string | null;
  readonly version?: string | null;
  /** Which of the image's aliases the agent answers to, decided like the work folder; null: the first. */
  readonly alias?: string | null;
  /** Decided before the machine claims its configuration, by the request it is booted for; null: the pool's default. */
  readonly workFolder?: string | null;
  /** Value of CustomCapabilities that the agent carries; stateful pools only. */
  readonly tag?: string | null;
}

/** Steps R0–R9 of the reclaim protocol, and of the other things that touch the world. */
export type OperationPhase =
  | 'intended'
  | 'cordoning'
  | 'draining'
  | 'settling'
  | 'deregistering'
  | 'deregistered'
  | 'requested'
  | 'done'
  | 'failed'
  | 'cancelled';

export type OperationKind =
  | 'scaleOut'
  | 'delete'
  | 'reimage'
  | 'registerPlaceholder'
  | 'removePlaceholder'
  | 'configure'
  | 'createLane'
  | 'removeLane'
  | 'relabel';

/** The open row that ends this life of the machine. */
export function isDestroying({ kind, generationId }: OpenOperation, life: Pick<Generation, 'generationId'>): boolean {
  return (kind === 'delete' || kind === 'reimage') && generationId === life.generationId;
}

/** One open row of the ledger. */
export interface OpenOperation {
  readonly operationId: string;
  readonly kind: OperationKind;
  readonly phase: OperationPhase;
  readonly scaleSetId: string | null;
  readonly generationId: string | null;
  readonly instanceId: string | null;
  readonly vmId: string | null;
  readonly agentId: number | null;
  readonly fromCapacity: number | null;
  readonly toCapacity: number | null;
  /** Where Azure reports the long-running operation. */
  readonly operationUrl: string | null;
  readonly startedAt: number;
  readonly phaseSince: number;
  readonly deadlineAt: number | null;
  readonly attempts: number;
  readonly reason: { readonly code: string; readonly words: string };
  readonly lastProblem: string | null;
  /** The answer to a call for it was lost, or Azure took it and did not do it in time: it may have been done. */
  readonly isInDoubt?: true;
}

export interface Observation {
  readonly now: number;
  readonly jobRequests: Part<readonly JobRequest[]>;
  readonly agents: Part<readonly Agent[]>;
  readonly lanes: readonly Lane[];
  readonly generations: readonly Generation[];
  readonly operations: readonly OpenOperation[];
  readonly placeholders: readonly { readonly agentId: number; readonly name: string; readonly image: string }[];
  /** In a snapshot without memory every instance is ours and agents join by computer name. */
  readonly ownsEverything: boolean;
  /** Somebody deletes the pool: nothing is made any more, and what is there goes. */
  readonly isEnding?: boolean;
  /** Why there is no lane, in words, where a read of the scale set said so. */
  readonly laneProblem?: string | null;
  /** Images of the settings, in their order; absent where the template's image is the only one known. */
  readonly images?: Part<readonly ImageState[]>;
  readonly admittedVersions?: readonly AdmittedVersion[];
  /** Images of which a new version comes in: `also` serves jobs that name no version, `former` does and is replaced. */
  readonly rollouts?: readonly {
    readonly image: string;
    readonly also: string | null;
    readonly former: string | null;
  }[];
  /** The scale set that lanes are derived from (the settings' `scaleSet`); absent where the pool runs on its own set alone. */
  readonly template?: Part<LaneTemplate | null>;
  /** Values that demand discovery found in pipelines; absent where it is off. */
  readonly discovered?: DiscoveredDemands;
  /** Requests that ended lately, newest first: one that failed at queue time is never seen in the queue. */
  readonly finishedRequests?: readonly JobRequest[];
  /** What the first real agents of the images showed. */
  readonly learned?: readonly LearnedCapabilities[];
  /** The agent version that new machines run; absent where it was not read. */
  readonly agentVersions?: Readonly<Partial<Record<OsType, string>>>;
  /** Where another version of the agent is tried, or one was and did not come up. */
  readonly agentTrials?: Readonly<Partial<Record<OsType, AgentTrial>>>;
}

export interface AgentTrial {
  /** Runs beside the version of `agentVersions`; null: none is tried. */
  readonly canary: string | null;
  /** So many more new machines are to try it. */
  readonly wanted: number;
  /** Did not come up: machines that run it all the same go as those of an old version do. */
  readonly rejected: string | null;
}

/** Values that jobs of the permitted pipelines may ask for, as they are written. */
export interface DiscoveredDemands {
  readonly readAt: number;
  /** Sets of demands, each as one job of one pipeline asks for them. */
  readonly sets: readonly { readonly demands: readonly string[]; readonly source: string }[];
  /** What could not be read or resolved, in words. */
  readonly notCovered: readonly string[];
  /** Rights that the identity of discovery lacks, in words. */
  readonly missingRights?: readonly string[];
}
