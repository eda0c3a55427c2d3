// What decide carries from pass to pass: plain JSON, so that the store can keep it and a snapshot can hold it.

import type { CapacityRefusals } from './capacity-refusal.ts';
import type { Breakers, BreakerState } from './breaker-state.ts';
import type { Refusals } from './refusal.ts';
import type { Shortages } from './shortage.ts';
import type { Spent } from './spent.ts';
import type { DemandHistory, Paying } from './demand-history.ts';
import type { RaceCost } from './race-cost.ts';

export interface Memory {
  readonly version: 1;
  /** Node key → since when it has been idle without a break. */
  readonly idleSince: Readonly<Record<string, number>>;
  /** Node key → since when it has been in its state. */
  readonly stateSince: Readonly<Record<string, { readonly state: string; readonly since: number }>>;
  /** Request id → node key: the matching of the last pass. */
  readonly claims: Readonly<Record<string, string>>;
  /** Machine boots seen, in seconds, newest last; `create` and `reimage` apart. */
  readonly boots: {
    readonly create: readonly number[];
    readonly reimage: readonly number[];
    /** Creates that were cancelled before their end, and how many others had come online by then. */
    readonly cancelled?: readonly { readonly seconds: number; readonly after: number }[];
    /** Creates that came online since the first of them was cancelled. */
    readonly online?: number;
  };
  /** Only for the `sampled` policy. */
  readonly sampled: {
    readonly lastSampleAt: number | null;
    readonly lastGrowAt: number | null;
    readonly aboveStandbySince: number | null;
  };
  /** Scale set id → until when it rests after Azure had no capacity. */
  readonly restUntil: Readonly<Record<string, number>>;
  /** What Azure said to those that rest; absent in what was written before it was kept. */
  readonly capacityRefusals?: CapacityRefusals;
  /** Requests that Weir moved to the front and that still wait, the last one at the end. */
  readonly bumped?: readonly number[];
  /** vmId of a machine that worked and was taken because it looked unhealthy → when, for ten minutes. */
  readonly unwell?: Readonly<Record<string, number>>;
  /** Image and agent version → when one machine last tried it, for a day. */
  readonly triedAgents?: Readonly<Record<string, number>>;
  /** Image, version and size of a scale set → boots that failed in a row. */
  readonly breakers?: Breakers;
  /** vmId → when its reimage was asked for, until it is online again: the new generation begins only after it. */
  readonly reimagedAt?: Readonly<Record<string, number>>;
  /** Image, in lower case → what its `latest` stands for, and what it stood for before. */
  readonly defaults?: Readonly<Record<string, { readonly version: string; readonly former: string | null }>>;
  /** Scale set id → since when the lane has been empty and asked for by nobody. */
  readonly emptyLanes?: Readonly<Record<string, number>>;
  /** "image version" → when a job first brought it in by itself, for a day. */
  readonly broughtVersions?: Readonly<Record<string, number>>;
  /** What Azure would not make, and why. */
  readonly refusals?: Refusals;
  /** Where machines make room for a job whose scale set rests. */
  readonly shortages?: Shortages;
  /** Where the settings have a budget. */
  readonly spent?: Spent;
  /** Where the preset does not forecast. */
  readonly races?: RaceCost;
  /** Where the preset forecasts. */
  readonly demand?: DemandHistory;
  /** Where the forecast decides how many machines there are. */
  readonly paying?: Paying;
  /** Scale set id → capacity above its instances that nothing explains, and when it is asked for again. */
  readonly phantom?: Readonly<
    Record<string, { readonly since: number; readonly resent: number; readonly nextAt: number }>
  >;
}

export const emptyMemory: Memory = {
  version: 1,
  idleSince: {},
  stateSince: {},
  claims: {},
  boots: { create: [], reimage: [] },
  sampled: { lastSampleAt: null, lastGrowAt: null, aboveStandbySince: null },
  restUntil: {},
};

/**
 * The same with no instant ahead of `now`. Some are where the clock was set back since they were written, and whatever
 * counts from them would wait for as long: the next sample, the end of idling, the deadline of a boot.
 */
export function notAhead(memory: Memory, now: number): Memory {
  const { idleSince, stateSince, phantom, sampled, breakers, shortages, refusals } = memory;
  const atMost = (instants: Readonly<Record<string, number>>) => mapped(instants, (at) => Math.min(at, now));
  const perhaps = (part: 'emptyLanes' | 'unwell' | 'triedAgents' | 'reimagedAt' | 'broughtVersions') =>
    memory[part] === undefined ? {} : { [part]: atMost(memory[part]) };
  const sampledAt = (at: number | null) => (at === null ? null : Math.min(at, now));
  return {
    ...memory,
    idleSince: atMost(idleSince),
    stateSince: mapped(stateSince, (one) => (one.since > now ? { ...one, since: now } : one)),
    sampled: {
      lastSampleAt: sampledAt(sampled.lastSampleAt),
      lastGrowAt: sampledAt(sampled.lastGrowAt),
      aboveStandbySince: sampledAt(sampled.aboveStandbySince),
    },
    ...(breakers === undefined ? {} : { breakers: mapped(breakers, (one) => breakerAt(one, now)) }),
    ...perhaps('emptyLanes'),
    ...perhaps('unwell'),
    ...perhaps('triedAgents'),
    ...perhaps('reimagedAt'),
    ...perhaps('broughtVersions'),
    ...(shortages === undefined
      ? {}
      : { shortages: mapped(shortages, (one) => ({ ...one, at: Math.min(one.at, now) })) }),
    ...(refusals === undefined ? {} : { refusals: mapped(refusals, (one) => ({ ...one, at: Math.min(one.at, now) })) }),
    ...(phantom === undefined
      ? {}
      : { phantom: mapped(phantom, (one) => (one.since > now ? { ...one, since: now, nextAt: now } : one)) }),
  };
}

/** One machine may be tried at once, rather than hours from now. */
function breakerAt(breaker: BreakerState, now: number): BreakerState {
  if (breaker.lastAt <= now) return breaker;
  const { since, openUntil } = breaker;
  return { ...breaker, since: Math.min(since, now), lastAt: now, openUntil: openUntil === null ? null : now };
}

function mapped<T>(record: Readonly<Record<string, T>>, change: (value: T) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

/** What was stored; nothing of what another version wrote is believed. */
export function memoryIn(stored: unknown): Memory {
  const isOurs =
    typeof stored === 'object' && stored !== null && 'version' in stored && stored.version === emptyMemory.version;
  return isOurs ? (stored as Memory) : emptyMemory;
}
