// One virtual machine of a scale set, and the scale set itself, as Azure tells them.
import type { ModelParts } from './model-drift.ts';

export type ProvisioningState = 'creating' | 'updating' | 'succeeded' | 'failed' | 'deleting' | 'unknown';

export type PowerState = 'starting' | 'running' | 'stopping' | 'stopped' | 'deallocating' | 'deallocated' | 'unknown';

/** Something inside the instance that went wrong: an extension, the operating system or the agent of Azure. */
export interface InstanceFailure {
  readonly source: string;
  readonly code: string;
  readonly message: string;
}

/** `instanceId` is reused by Azure; `vmId` with `createdAt` names one machine for ever. */
export interface Instance {
  readonly scaleSetId: string;
  readonly instanceId: string;
  readonly vmId: string;
  readonly name: string;
  readonly computerName: string;
  readonly createdAt: number | null;
  readonly provisioningState: ProvisioningState;
  readonly powerState: PowerState;
  readonly failures: readonly InstanceFailure[];
  readonly isLatestModelApplied: boolean;
  /** Its own virtual machine size, which the model of its set may have left behind; absent where Azure does not tell. */
  readonly size?: string;
  /** What the instance view tells of each extension; absent where there is no view. */
  readonly extensions?: readonly InstanceExtension[];
}

export interface InstanceExtension {
  readonly name: string;
  readonly code: string;
  readonly level: 'info' | 'warning' | 'error';
  /** Output of a script among it: hostile text. */
  readonly message: string;
}

export type OsType = 'linux' | 'windows';

/** Under this name Weir writes the extension that brings the agent, as Azure DevOps itself does (agent-enrolment.md 9). */
export const agentExtensionName = 'Microsoft.Azure.DevOps.Pipelines.Agent';

export interface ScaleSetExtension {
  readonly name: string;
  readonly publisher: string;
  readonly type: string;
  readonly typeHandlerVersion: string | null;
  readonly provisionAfterExtensions: readonly string[];
  readonly settings: Readonly<Record<string, unknown>>;
  /** Only ever written: Azure tells them to nobody. */
  readonly protectedSettings?: Readonly<Record<string, unknown>>;
}

export interface ImageReference {
  readonly id: string | null;
  readonly publisher: string | null;
  readonly offer: string | null;
  readonly sku: string | null;
  readonly version: string | null;
}

export interface ScaleSet {
  readonly id: string;
  readonly name: string;
  readonly location: string;
  readonly etag: string | null;
  readonly sku: { readonly name: string; readonly tier: string | null };
  /** The number asked for; the number of instances may differ. */
  readonly capacity: number;
  readonly provisioningState: ProvisioningState;
  readonly orchestrationMode: 'uniform' | 'flexible';
  readonly osType: OsType;
  readonly image: ImageReference;
  readonly isEphemeral: boolean;
  readonly overprovision: boolean;
  readonly upgradePolicyMode: string;
  /** Azure upgrades the operating system, or replaces machines, by itself; absent: it does not. */
  readonly automaticOsUpgrade?: boolean;
  readonly automaticRepairs?: boolean;
  readonly singlePlacementGroup: boolean;
  /** Names of Azure's autoscale settings that are on for it; absent: none is known. */
  readonly autoscaledBy?: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly extensions: readonly ScaleSetExtension[];
  /** Digest of what a lane takes over from this model: another digest, another lane. */
  readonly modelDigest?: string;
  /** Digests of the model's parts, by the names that people know them by. */
  readonly modelParts?: ModelParts;
}
