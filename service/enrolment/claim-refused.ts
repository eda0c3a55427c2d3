// Why a machine may not enrol. The machine is told a code and one text that is the same for all; the reason stays here.
import { UserProblem } from '../problem.ts';

export type ClaimCode =
  'CLAIM_SIGNATURE' | 'CLAIM_EXPIRED' | 'CLAIM_VM' | 'CLAIM_USED' | 'CLAIM_NOT_YET' | 'CLAIM_LATE' | 'CLAIM_BROKEN';

const statuses: Readonly<Record<ClaimCode, number>> = {
  CLAIM_SIGNATURE: 403,
  CLAIM_EXPIRED: 403,
  CLAIM_VM: 403,
  CLAIM_USED: 409,
  // Decision 0004: the machine leaves the extension and asks again from outside.
  CLAIM_NOT_YET: 425,
  // The machine has been given up and gives up too.
  CLAIM_LATE: 410,
  CLAIM_BROKEN: 409,
};

/** `reason` is for our own log; it never leaves the service. */
export class ClaimRefused extends UserProblem {
  readonly status: number;
  readonly reason: string;

  constructor(code: ClaimCode, reason: string) {
    super(code, 'This machine may not enrol.', {
      nextStep:
        code === 'CLAIM_NOT_YET'
          ? 'Nothing to do on the machine: it asks again by itself until its reimage is over.'
          : 'Nothing to do on the machine: Weir replaces it. The reason stands in the log of the service.',
    });
    this.name = 'ClaimRefused';
    this.status = statuses[code];
    this.reason = reason;
  }
}
