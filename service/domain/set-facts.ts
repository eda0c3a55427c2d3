// What is known of a scale set before machines are made in it, and of whoever else may act on it. A part that could not
// be read says why: what is not known is never good.
import type { SizeFacts, TemplateFacts } from './image-facts.ts';
import type { ScaleSet } from './instance.ts';
import type { ModelSeen } from './model-drift.ts';

export type Known<T> =
  { readonly value: T; readonly problem: null } | { readonly value: null; readonly problem: string };

export interface SetFacts {
  readonly scaleSet: ScaleSet;
  readonly model: SetModel;
  /** Settings of Azure Monitor that size this scale set, from any resource group. */
  readonly autoscale: Known<readonly AutoscaleFacts[]>;
  /** Locks of the scale set itself and of everything above it. */
  readonly locks: Known<readonly LockFacts[]>;
  /** Policies that deny what Weir is going to write: all of them, so an empty list is good news. */
  readonly policies: Known<readonly PolicyFacts[]>;
  readonly usages: Known<readonly UsageFacts[]>;
  readonly size: Known<SetSizeFacts>;
}

/** What the scale set of a pool is checked for; without a pool nobody knows how large it may become. */
export interface SetUse {
  readonly maxCapacity: number | null;
  /** Lanes are made after it, so it never has machines of its own. */
  readonly hasLanes: boolean;
  /** ARM id of the resource group of the lanes. */
  readonly laneResourceGroup: string | null;
  /** Where machines reach this service; null: it is not known here. */
  readonly publicUrl: string | null;
  /** Other pools of this service on the same scale set. */
  readonly otherPools: readonly string[];
  /** What Azure said when it refused a write by policy or by a lock; newest first. */
  readonly refusals: readonly string[];
  /** Whether Weir has written to it since it was attached. */
  readonly hasWritten: boolean;
  /** What the newest live validation of an image of this pool said of an agent that came with the image. */
  /** What Weir has seen of its model, and when it is now; null: nothing yet. */
  readonly model: { readonly seen: ModelSeen; readonly now: number } | null;
  readonly preinstalled: { readonly status: 'ok' | 'error'; readonly words: string } | null;
  /** Absent: no pool is known. */
  readonly windows?: WindowsUse;
  /** Absent: fewer than two images. `jobs` ended in the last `namingDays`; `unnamed` of them named no image and meant `usual`. */
  readonly naming?: {
    readonly usual: string;
    readonly images: number;
    readonly jobs: number;
    readonly unnamed: number;
  };
}

/** Of the machines of a pool: whether some run Windows, how many of those came online, and whether nothing here is real. */
export interface WindowsUse {
  readonly hasImage: boolean;
  readonly online: number;
  readonly isPlayed: boolean;
}

export interface SetModel {
  readonly faultDomains: number | null;
  /** Of the disk of the operating system, as Azure writes it. */
  readonly caching: string | null;
  readonly ephemeral: TemplateFacts['ephemeral'];
  readonly osDiskGigabytes: number | null;
  readonly isSpot: boolean;
  /** Paths into the model of the address configurations that a load balancer or gateway sends traffic to. */
  readonly balancers: readonly BalancerFacts[];
  readonly terminateNotification: boolean;
  /** ARM ids of user-assigned identities. */
  readonly userIdentities: readonly string[];
  readonly hasSystemIdentity: boolean;
  readonly suppressesFailures: readonly string[];
  /** Where something that looks like a secret stands in plain text; never the secret itself. */
  readonly secrets: readonly SecretFacts[];
  /** ARM ids of the subnets of its network cards. */
  readonly subnets: readonly string[];
}

export interface BalancerFacts {
  /** Such as `networkProfile.networkInterfaceConfigurations[0].ipConfigurations[0].loadBalancerBackendAddressPools`. */
  readonly path: string;
  readonly name: string;
}

export interface SecretFacts {
  readonly path: string;
  /** Such as "a shared access signature"; a name alone is only a suspicion. */
  readonly what: string;
  readonly isCertain: boolean;
}

export interface AutoscaleFacts {
  readonly id: string;
  /** ARM id of what it sizes. */
  readonly targetId: string;
  readonly name: string;
  readonly resourceGroup: string;
  readonly isEnabled: boolean;
}

export interface LockFacts {
  readonly id: string;
  readonly name: string;
  readonly level: 'cannotDelete' | 'readOnly';
  /** ARM id of what is locked. */
  readonly scope: string;
  readonly notes: string | null;
}

export interface PolicyFacts {
  /** ARM id of the assignment, which says where it was made. */
  readonly assignmentId: string;
  /** As people named it. */
  readonly name: string;
  /** False where Azure could not judge it to the end. */
  readonly isCertain: boolean;
  /** What it looked at and found, such as "location is westeurope"; empty where Azure hides it from Weir. */
  readonly looksAt: readonly string[];
}

/** Cores of one family, or of the region, that the subscription may have. */
export interface UsageFacts {
  readonly name: string;
  readonly words: string;
  readonly used: number;
  readonly limit: number;
}

export interface SetSizeFacts extends SizeFacts {
  readonly cores: number | null;
  /** As the list of usages names it. */
  readonly family: string | null;
}

export function known<T>(value: T): Known<T> {
  return { value, problem: null };
}

export function notKnown<T>(problem: string): Known<T> {
  return { value: null, problem };
}
