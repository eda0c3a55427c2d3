// What is not known of Azure: each has a line in docs/unverified.md, and both ways can be had here, for nothing may hang on them.

export interface Variants {
  /** When the deletion of instances lowers the capacity. */
  readonly capacityFalls: 'whenAccepted' | 'whenGone';
  /** A write of the capacity while an earlier one still makes machines. */
  readonly writesDuringScaleOut: 'taken' | 'conflict';
  /** How a plan is refused whose terms nobody accepted: reports know two codes. Absent: `eligibility`. */
  readonly termsRefused?: 'eligibility' | 'validation';
}

export const usualVariants: Variants = { capacityFalls: 'whenAccepted', writesDuringScaleOut: 'taken' };
