// How hard a dealt fault hits: often enough for a run of two hours to show what comes of it, and never so hard that nothing
// else happens any more. Rates are shares of the occasions that the fault has (calls of its kind, boots, jobs); what
// silences a whole cloud comes in short windows.
import type { Strength } from './faults.ts';

type Bounds = readonly [number, number];

/** Occasions that are rare: writes, operations, machines that boot, jobs. They are tried again, so most may fail. */
const rare: Bounds = [0.6, 0.85];
const middling: Bounds = [0.15, 0.4];
/** Occasions of every pass. */
const frequent: Bounds = [0.04, 0.1];
/** Each stretches a pass by a minute. */
const stretching: Bounds = [0.015, 0.04];

const rates: Readonly<Record<string, Bounds>> = {
  ...{ A1: rare, A2: rare, A6: middling, A7: rare, A8: middling, A9: middling },
  ...{ A5: frequent, A22: middling, D6: rare, D7: middling, D14: frequent },
  ...{ A3: rare, A4: rare, D3: rare, S2: stretching },
  ...{ A10: rare, A12: rare, A13: rare, A14: rare, A15: rare, A17: rare, V1: middling, D11: [0.5, 0.9] },
  ...{
    f: frequent,
    pc: frequent,
    pa: frequent,
    pn: frequent,
    nc: frequent,
    na: frequent,
    p: stretching,
    n: stretching,
  },
  ...{ S1: [0.006, 0.015], S4: middling, S8: middling },
};

/** Windows: mean seconds between two, and how long they last. */
const short = { every: [200, 600], lasts: [60, 300] } as const;
const silencing = { every: [600, 1500], lasts: [30, 240] } as const;
const windows: Readonly<Record<string, { readonly every: Bounds; readonly lasts: Bounds }>> = {
  ...{ A24: silencing, D1: silencing, D2: silencing, D4: silencing, S3: silencing, S4: silencing },
  // Two readings are further apart than this is old (reliability-security.md 2).
  D5: { every: [60, 200], lasts: [60, 60] },
  // Nothing else than how often the clock jumps.
  S6: { every: [40, 200], lasts: [60, 60] },
};

/** Mean seconds between two. */
const seconds: Readonly<Record<string, Bounds>> = {
  ...{ A16: [150, 500], A18: [100, 300], A19: [60, 200], D9: [60, 240], D12: [90, 360], D10: [60, 200] },
  ...{ A20: [200, 500], A21: [200, 500], D8: [200, 500], D13: [60, 300], S9: [150, 500], V1: [240, 600] },
};

export function boundsOf(id: string): Bounds {
  return rates[id] ?? middling;
}

export function secondsBounds(id: string): Bounds {
  const bounds = seconds[id];
  if (bounds === undefined) throw new Error(`Nobody said how often ${id} happens.`);
  return bounds;
}

export function strengthOf(id: string, random: () => number): Strength {
  const { every, lasts } = windows[id] ?? short;
  return {
    rate: within(boundsOf(id), random),
    everySeconds: within(every, random),
    lastsSeconds: within(lasts, random),
  };
}

export function within([least, most]: Bounds, random: () => number): number {
  return least + (most - least) * random();
}
