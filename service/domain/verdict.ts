// The closed list of answers to "why does this job wait?", and which of them end without anybody doing anything.

/** True: it passes by itself. False: somebody has to do something. There is no "unknown reason". */
const resolves = {
  assigned: true,
  running: true,
  finished: true,
  starting: true,
  nodeBooting: true,
  nodeReimaging: true,
  laneCreating: true,
  agentUpdating: true,
  queuedBehind: true,
  poolAtMaximum: true,
  budgetReached: true,
  disruptionBlocked: true,
  taggedAgentBusy: true,
  parallelJobLimit: true,
  noCapacity: true,
  azureUnknown: true,
  azureDevOpsUnknown: true,
  noAgentMatches: false,
  notAdmitted: false,
  aliasUnknown: false,
  versionUnknown: false,
  versionNotReplicated: true,
  versionNotAllowed: false,
  laneLimit: false,
  demandSyntax: false,
  demandConflict: false,
  tagNeedsStatefulPool: false,
  workFolderInvalid: false,
  agentsDisabled: false,
  imageFailing: false,
  scaleSetContended: false,
  scaleSetMissing: false,
  panicStopped: false,
  serviceDisagrees: false,
  paused: false,
} as const;

export type VerdictName = keyof typeof resolves;

/** One thing that the verdict stands on. Plain JSON; `kind` says which fields there are. */
export type Evidence =
  | {
      readonly kind: 'demand';
      readonly demand: string;
      readonly position: number;
      readonly problem: string;
      readonly hint: string;
    }
  | { readonly kind: 'conflict'; readonly demands: readonly string[] }
  | { readonly kind: 'aliases'; readonly asked: string; readonly known: readonly string[] }
  /** `available` are versions that would do, newest first; `state` says how far the version is that would not. */
  | {
      readonly kind: 'versions';
      readonly image: string;
      readonly asked: string | null;
      readonly available: readonly string[];
      readonly state: string | null;
    }
  | {
      readonly kind: 'lane';
      readonly scaleSet: string;
      readonly image: string | null;
      readonly version: string | null;
    }
  | NearMiss
  | { readonly kind: 'ahead'; readonly requestIds: readonly number[] }
  | { readonly kind: 'agent'; readonly agent: string; readonly state: string }
  | { readonly kind: 'node'; readonly node: string; readonly state: string; readonly sinceSeconds: number }
  | {
      readonly kind: 'failure';
      readonly node: string;
      readonly source: string;
      readonly code: string;
      readonly message: string;
    }
  /** What an estimate stands on: the usual seconds until the agent is online, of `boots` that were seen; 0: none was, so it is assumed. */
  | {
      readonly kind: 'bootTime';
      readonly of: 'create' | 'reimage';
      readonly usualSeconds: number;
      readonly boots: number;
    }
  /** The machines that count towards the pool's maximum, those that are deleted too. */
  | { readonly kind: 'room'; readonly maximum: number; readonly machines: number }
  /** `of` is the pool, or the scale set. */
  | { readonly kind: 'setting'; readonly of: string; readonly field: string }
  /** What is known of the request itself; ISO instants. */
  | {
      readonly kind: 'times';
      readonly queued: string | null;
      readonly assigned: string | null;
      readonly received: string | null;
      readonly finished: string | null;
      readonly result: string | null;
    }
  | { readonly kind: 'reading'; readonly part: string; readonly freshness: string; readonly problem: string | null }
  | { readonly kind: 'message'; readonly text: string };

/** `name` is an agent, or the image of a machine that could be made. `has` is null where the capability is absent. */
export interface NearMiss {
  readonly kind: 'nearMiss';
  readonly of: 'agent' | 'image';
  readonly name: string;
  readonly state: string;
  readonly fails: readonly { readonly demand: string; readonly has: string | null }[];
}

export interface Finding {
  readonly verdict: VerdictName;
  readonly words: string;
  /** What a person can do, or null. */
  readonly nextStep: string | null;
  readonly resolvesItself: boolean;
  /** Null where nothing tells. */
  readonly estimatedStartSeconds: number | null;
  readonly evidence: readonly Evidence[];
}

export function finding(
  verdict: VerdictName,
  words: string,
  more: Partial<Omit<Finding, 'verdict' | 'words'>> = {},
): Finding {
  return {
    verdict,
    words,
    nextStep: more.nextStep ?? null,
    resolvesItself: more.resolvesItself ?? resolves[verdict],
    estimatedStartSeconds: more.estimatedStartSeconds ?? null,
    evidence: more.evidence ?? [],
  };
}
