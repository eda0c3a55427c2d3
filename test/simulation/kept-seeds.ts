// Seeds that once broke a law, kept for ever with what they showed. Each runs again in CI, for the hours it took.
export interface KeptSeed {
  readonly seed: number;
  readonly hours: number;
  readonly showed: string;
}

/** Of runs that draw their faults themselves: `weir simulate --faults all`. */
export const keptSeeds: readonly KeptSeed[] = [
  {
    seed: 3,
    hours: 0.5,
    showed: 'a quota with room for two of three machines: the whole target was asked for again and again, no job ran',
  },
  { seed: 4, hours: 0.5, showed: 'the same quota, with lists of Azure that were maimed meanwhile' },
  {
    seed: 119,
    hours: 3,
    showed: 'a machine was listed no more for a moment, its record ended, and it was destroyed under its agent (I-1)',
  },
  { seed: 136, hours: 3, showed: 'the same, under an agent that a person had disabled (I-1, I-16)' },
  {
    seed: 152,
    hours: 3,
    showed: 'a claim broke off after the registration, and the machine went before that registration (I-1)',
  },
  {
    seed: 147,
    hours: 3,
    showed:
      'reimages that Azure called failed left machines without agents, until so many looked unwell that all stood still (I-11)',
  },
  {
    seed: 182,
    hours: 3,
    showed: 'a machine that was being deleted was missing on an old list, and another was made in its place (I-5)',
  },
  {
    seed: 154,
    hours: 3,
    showed: 'a person disabled an agent between the decision and the cordon, and it was taken away (I-16)',
  },
  {
    seed: 370,
    hours: 3,
    showed: 'a claim with two lost answers left two registrations, and one outlived the machine (I-1)',
  },
  { seed: 206, hours: 3, showed: 'one machine for fifty jobs: not a fault, but longer than the bound of liveness was' },
];

/** Of runs that are dealt their faults: `weir simulate --faults dealt`. Those of the night take most of a minute each. */
export const keptDealt: readonly (KeptSeed & {
  /** The faults without which it would show nothing: a new id of the catalogue deals all cards anew. */
  readonly needs: readonly string[];
  readonly isOfNight?: true;
})[] = [
  {
    seed: 16,
    hours: 0.25,
    needs: ['V1', 'A22'],
    showed: 'a list lacked the machines of a trial for a moment, and the whole scale set was removed with them (I-9)',
  },
  {
    seed: 5,
    hours: 2,
    needs: ['S3'],
    isOfNight: true,
    showed: 'two processes that lead registered more than two hundred placeholders between them (I-11)',
  },
];

/** Likewise of two processes that lead for ever over two lanes (two-lanes.ts): the seed and its faults. */
export const keptPairs: readonly (readonly [seed: number, faults: readonly string[], showed: string])[] = [
  [1, ['f'], 'the last moment between counting and asking, where each could pass the maximum'],
  [3, ['f', 'S2'], 'one took the mark of a disable for an old one, and the machine stood unused for hours (I-8)'],
];
