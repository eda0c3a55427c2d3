// The settings of one pool: Azure DevOps' own `ElasticPoolSettings` names, extended in the same style.
import type { OsType } from './instance.ts';

export type SizingPolicy = 'sampled' | 'eventDriven';
export type Preset = 'economy' | 'balanced' | 'fast';

export type ImageSource =
  { readonly publisher: string; readonly offer: string; readonly sku: string } | { readonly id: string };

export interface PoolImage {
  readonly aliases: readonly string[];
  readonly source: ImageSource | null;
  readonly version: string;
  readonly standbyPercent: number | '*';
  /** Virtual machine size; absent or null: the template's. */
  readonly size?: string | null;
  /** Absent or null: the pool's. */
  readonly osType?: OsType | null;
}

export type Profile =
  | { readonly kind: 'stateless' }
  | { readonly kind: 'stateful'; readonly maxAgentLifetimeHours: number; readonly gracePeriodMinutes: number };

export interface Schedule {
  readonly timeZone: string;
  /** Seven entries, Sunday first, as Managed DevOps Pools writes them: time of day to standby count. */
  readonly days: readonly Readonly<Record<string, number>>[];
}

export interface Budget {
  readonly monthlyVmHours: number;
}

export interface PoolSettings {
  readonly name: string;
  readonly organization: string;
  readonly poolId: number;
  readonly scaleSet: string;
  readonly maxCapacity: number;
  readonly desiredIdle: number;
  readonly timeToLiveMinutes: number;
  readonly recycleAfterEachUse: boolean;
  readonly maxSavedNodeCount: number;
  /** Within `maxSavedNodeCount` the machine of a job that failed is kept; absent: false. */
  readonly preserveAgentOnJobFailure?: boolean;
  /** What Weir keeps by itself is deleted after so many hours, 0: never; absent: `defaultSavedNodeHours`. */
  readonly savedNodeHours?: number;
  readonly agentInteractiveUI: boolean;
  readonly osType: OsType;
  readonly agentVersion: string;
  readonly workFolder: string | null;
  readonly paused: boolean;
  readonly sizing: {
    readonly policy: SizingPolicy;
    readonly preset: Preset;
    /** Machine hours as a multiple of what the jobs need, in place of the preset's own; no pool has it, a what-if may. */
    readonly times?: number;
    readonly sampleMinutes: number;
    readonly incrementPercent: number;
    readonly stepMinutes: number;
  };
  readonly images: readonly PoolImage[];
  readonly demands: {
    readonly workFolders: readonly string[];
    readonly customCapabilities: readonly string[];
    readonly versionOverride: 'validated' | 'any' | 'none';
    /** New versions that jobs may bring in by themselves in 24 hours. */
    readonly newVersionsPerDay?: number;
    readonly discovery: boolean;
    readonly tagWaitMinutes: number;
    /** What Azure DevOps is taken to do; absent means `live`. See docs/unverified.md, line 1. */
    readonly matching?: 'live' | 'atQueueTime';
  };
  readonly priority: { readonly batchSeconds: number; readonly agingMinutes: number };
  readonly profile: Profile;
  readonly schedule: Schedule | null;
  readonly budget: Budget | null;
  readonly maxLanes: number;
  /**
   * ARM id of a resource group only for Weir: the pool makes lanes there, and the scale set of the settings is their
   * template. Absent or null: that scale set is the only lane.
   */
  readonly laneResourceGroup?: string | null;
  /** Absent: as `defaultDisruption`. */
  readonly disruption?: DisruptionPolicy;
  /** Absent: as `defaultRollout`. */
  readonly rollout?: RolloutPolicy;
}

/** How many machines Weir takes away by its own choice: those of a former version, or whose lifetime is over. */
export interface DisruptionPolicy {
  /** Of the machines there are, at a time; one may always go. */
  readonly maxPercent: number;
  /** Hours in which none goes, nor gives its place to a job of another image; null: never. */
  readonly blocked: BlockedHours | null;
}

export interface BlockedHours {
  readonly timeZone: string;
  readonly days: readonly Weekday[];
  /** `HH:MM`; where `to` is not later than `from` it is the next day's. */
  readonly from: string;
  readonly to: string;
}

export const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
export type Weekday = (typeof weekdays)[number];

export const defaultDisruption: DisruptionPolicy = { maxPercent: 10, blocked: null };

/** How a new image version comes into the pool. */
export interface RolloutPolicy {
  /** Only versions with a passed validation are pinned, unless somebody overrides it with a reason. */
  readonly requireValidated: boolean;
  /** Share of the new machines that try a new version first; 100 tries nothing. */
  readonly canaryPercent: number;
  /** So many of them must come online before all follow. */
  readonly canaryBoots: number;
  /** More boots than this that fail stop it and bring the last known good version back. */
  readonly failurePercent: number;
  /** A version that is older raises an alarm; 0: never. */
  readonly oldImageDays: number;
  /** Runs on each trial machine of a validation; null: none. */
  readonly probeScript: string | null;
}

export const defaultRollout: RolloutPolicy = {
  requireValidated: false,
  canaryPercent: 20,
  canaryBoots: 2,
  failurePercent: 30,
  oldImageDays: 60,
  probeScript: null,
};

export function rolloutOf(settings: Pick<PoolSettings, 'rollout'>): RolloutPolicy {
  return settings.rollout ?? defaultRollout;
}
