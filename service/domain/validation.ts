// A validation of one image version: what is asked for, how far it is, and what was seen. Plain data, written before each
// step that touches the world, so that whoever finds it goes on from there.
import type { OsType } from './instance.ts';
import type { Check } from './validation-check.ts';

export type ValidationPhase =
  | 'staticChecks'
  | 'reserving'
  | 'creating'
  | 'booting'
  | 'probing'
  | 'reimaging'
  | 'probingAgain'
  | 'cleaning'
  | 'finished';

/** `broken`: it came to no verdict, such as for want of quota. */
export type ValidationVerdict = 'passed' | 'failed' | 'cancelled' | 'broken';

export interface Validation {
  readonly validationId: string;
  readonly pool: string;
  /** First alias of the image. */
  readonly image: string;
  readonly version: string;
  /** Of the image; absent before the static checks: Linux is assumed. */
  readonly osType?: OsType;
  readonly instanceCount: number;
  readonly probeScript: string | null;
  readonly staticOnly: boolean;
  readonly startedAt: number;
  readonly startedBy: string;
  /** When it ends without a verdict, whatever it waits for; cleaning has no end but its own. */
  readonly deadlineAt: number;
  readonly phase: ValidationPhase;
  readonly phaseSince: number;
  /** From `cleaning` on. */
  readonly verdict: ValidationVerdict | null;
  readonly finishedAt: number | null;
  /** What happens or came of it, in one sentence. */
  readonly words: string;
  readonly isCancelRequested: boolean;
  /** Written before the trial scale set is asked for: whatever stands under this name is ours to remove. */
  readonly scaleSetId: string | null;
  readonly operationUrl: string | null;
  readonly staticChecks: readonly Check[];
  /** The last look at each machine, kept when it is gone. */
  readonly machines: readonly TrialMachine[];
  /** Version of the agent that machines were to run. */
  readonly agentVersion: string | null;
  readonly events: readonly ValidationEvent[];
  /** Failed machines that are kept for investigation, until then. */
  readonly keptUntil: number | null;
  /** A trial that the service itself spoilt, by being away, is done again; 1 unless given. */
  readonly attempt?: number;
  /** Of cleaning: what comes after it is another attempt. */
  readonly isToBeRepeated?: boolean;
  /** Of cleaning: every machine that stood in the scale set at its last look, whoever made it. */
  readonly standing?: readonly KnownMachine[];
  /** Of cleaning: since when each look at the scale set found no machine, though its capacity may say otherwise; null: not now. */
  readonly emptySince?: number | null;
}

type Judged = Pick<Validation, 'image' | 'version' | 'staticOnly' | 'verdict' | 'finishedAt'>;

/**
 * The validation that says whether a version is good; `validations` are newest first. What fails without machines is bad, but a pass
 * without any proves nothing: a job's own token is enough to ask for one. What was cancelled or came to no verdict changes nothing.
 */
export function judgementOf<V extends Judged>(validations: readonly V[], image: string, version: string): V | null {
  const isOne = (one: V) => one.image === image && one.version === version && judges(one);
  return validations.find(isOne) ?? null;
}

export function judges({ verdict, staticOnly, finishedAt }: Judged): boolean {
  return finishedAt !== null && (verdict === 'failed' || (verdict === 'passed' && !staticOnly));
}

export interface ValidationEvent {
  readonly at: number;
  readonly words: string;
}

/** By its id, which a later machine may take over; so both names must be the same. */
export type KnownMachine = Pick<TrialMachine, 'vmId' | 'instanceId'>;

/** One machine of the trial, in both of its lives. */
export interface TrialMachine {
  readonly vmId: string;
  readonly instanceId: string;
  readonly name: string;
  readonly computerName: string;
  readonly createdAt: number;
  /** Null: gone. */
  readonly provisioningState: string | null;
  readonly succeededAt: number | null;
  readonly extensions: readonly ExtensionResult[];
  readonly failures: readonly { readonly source: string; readonly code: string; readonly message: string }[];
  readonly first: TrialLife;
  /** After its reimage. */
  readonly second: TrialLife | null;
  readonly reimage: {
    readonly askedAt: number;
    readonly operationUrl: string | null;
    readonly doneAt: number | null;
    readonly problem: string | null;
  } | null;
  readonly isKept: boolean;
}

export interface ExtensionResult {
  readonly name: string;
  readonly code: string;
  readonly isError: boolean;
  readonly message: string;
}

export interface TrialLife {
  readonly startedAt: number;
  readonly claimedAt: number | null;
  readonly agentName: string | null;
  readonly onlineAt: number | null;
  readonly agentVersion: string | null;
  readonly claim: TrialClaimReport | null;
  readonly report: TrialReport | null;
  readonly reportedAt: number | null;
}

/** What the bootstrap says when it claims. Untrusted text. */
export interface TrialClaimReport {
  readonly computerName: string | null;
  readonly forbiddenVariables: readonly string[];
  readonly workFolderVariable: string | null;
}

/** What the bootstrap says once the agent was started and the probe has run. Untrusted text. */
export interface TrialReport {
  readonly workFolder: string;
  readonly isWorkFolderWritable: boolean;
  readonly freeDiskBytes: number;
  /** Folders and services of agents that the image brought along. */
  readonly agentsFound: readonly string[];
  readonly isRebootPending: boolean;
  readonly probe: { readonly exitCode: number; readonly seconds: number; readonly output: string } | null;
}

/** What enrolment and the validation write about one life of one trial machine. */
export interface TrialRecord {
  readonly validationId: string;
  readonly pool: string;
  readonly vmId: string;
  readonly scaleSetId: string;
  readonly instanceId: string;
  readonly life: 1 | 2;
  readonly startedAt: number;
  /** `reimaging`: the next life comes, and this one may claim no more; `closed`: the trial of the machine is over. */
  readonly state: 'open' | 'reimaging' | 'closed';
  readonly probeScript: string | null;
  readonly claimedAt: number | null;
  /** When a registration was left without an answer: its agent may exist, and lists lag behind; absent: none was. */
  readonly registrationLostAt?: number;
  /** When its agent, which somebody had enabled, was disabled so that it can go; absent: nobody had. */
  readonly shutAt?: number;
  readonly agentId: number | null;
  readonly agentName: string | null;
  readonly claim: TrialClaimReport | null;
  /** Digest of the single-use token with which the machine may report. */
  readonly reportDigest: string | null;
  readonly report: TrialReport | null;
  readonly reportedAt: number | null;
}

/**
 * Trial machines that exist or may exist: they count to the maximum of the pool. Somebody else may have added some to the
 * scale set of the trial (A20), and those that were seen stand there as well.
 */
export function trialMachinesOf(validation: Validation): number {
  const { phase, keptUntil, machines, instanceCount, standing = [] } = validation;
  if (keptUntil !== null && phase === 'finished') return machines.filter((machine) => machine.isKept).length;
  if (phase === 'staticChecks' || phase === 'reserving' || phase === 'finished') return 0;
  const seen = machines.filter((machine) => machine.provisioningState !== null).length;
  return Math.max(instanceCount, phase === 'cleaning' ? standing.length : 0, seen);
}

/** In the registration of each trial agent until it connects, with the id of its validation: one that is left over says whose it is. */
export const trialCapability = 'Weir.Trial';

/** What the names of all agents of one trial machine begin with. */
export function trialAgentPrefix({ scaleSetId, instanceId }: Pick<TrialRecord, 'scaleSetId' | 'instanceId'>): string {
  const name = scaleSetId.slice(scaleSetId.lastIndexOf('/') + 1);
  return `${name.slice(0, 30)}-${instanceId}-`;
}
