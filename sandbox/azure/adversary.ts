// What can go wrong with machines by Azure's own doing: no room for all that were asked for, an operating system that does not report,
// a reimage that fails, never ends or wipes nothing. Whoever sets the adversary decides when; without one nothing of this happens.
import type { Failure } from './state.ts';

/** Of machines that were asked for and that Azure has no room for: they never appear, or appear and fail. */
export interface Shortfall {
  readonly granted: number;
  readonly code:
    'AllocationFailed' | 'ZonalAllocationFailed' | 'OverconstrainedZonalAllocationRequest' | 'SkuNotAvailable';
  /** `lowered`: as `missing`, and Azure puts the capacity back to what there is. */
  readonly shape: 'missing' | 'failedInstances' | 'lowered';
}

export interface Adversary {
  /** `count` machines are about to be made; null: all of them are. */
  allocate(scaleSet: string, count: number): Shortfall | null;
  /** The operating system of this machine comes up, for the first time or after a wipe; false: it never reports. */
  boots(vmId: string, image: Readonly<Record<string, string>>): boolean;
  reimage(vmId: string): 'works' | 'fails' | 'hangs' | 'wipesNothing';
}

export const harmless: Adversary = {
  allocate: () => null,
  boots: () => true,
  reimage: () => 'works',
};

/** As Azure words them (azure-wire.md 3, "Capacity, quota, SKU errors"). */
export function allocationFailure(code: Shortfall['code']): Failure {
  return { code, message: allocationWords[code] };
}

const constrained =
  'Allocation failed. VM(s) with the following constraints cannot be allocated, because the condition is too restrictive. ' +
  'Please remove some constraints and try again. Constraints applied are:\n  - Availability Zone\n  - VM Size';

const allocationWords: Readonly<Record<Shortfall['code'], string>> = {
  AllocationFailed: 'Allocation failed. We do not have sufficient capacity for the requested VM size in this region.',
  ZonalAllocationFailed:
    'Allocation failed. We do not have sufficient capacity for the requested VM size in this zone.',
  OverconstrainedZonalAllocationRequest: constrained,
  SkuNotAvailable:
    'The requested VM size is currently not available in this location. Please try another size or deploy to a different ' +
    'location or zones. See https://aka.ms/azureskunotavailable for details.',
};

export function osProvisioningTimedOut(computerName: string): Failure {
  return {
    code: 'OSProvisioningTimedOut',
    message: `OS Provisioning for VM '${computerName}' did not finish in the allotted time. The VM may still finish provisioning successfully.`,
  };
}

export function reimageFailed(computerName: string): Failure {
  return {
    code: 'InternalExecutionError',
    message: `The reimage of VM '${computerName}' failed with an internal error.`,
  };
}
