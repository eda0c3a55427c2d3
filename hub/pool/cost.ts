// What machines cost, by prices that a person has typed: Weir knows no prices and invents none.
import type { MachineHours } from '../../contract/machine-hours.ts';
import type { Statistics } from '../../contract/nodes.ts';

/** One price for all machines; so it was kept before prices went by size. */
export interface Price {
  /** For one machine and one hour. */
  readonly perHour: number;
  /** As the person writes it: "EUR", "$". */
  readonly currency: string;
}

/** One currency for the whole table: amounts in two could not be added up. */
export interface PriceTable {
  readonly currency: string;
  /** For every size that has no price of its own; null: those cost is not known. */
  readonly fallback: number | null;
  readonly sizes: readonly SizePrice[];
}

export interface SizePrice {
  readonly size: string;
  readonly perHour: number;
}

/** By the name of the pool, as the host keeps it: a `Price`, a `PriceTable`, or what somebody else has written. */
export type Prices = Readonly<Record<string, unknown>>;

export function isPrices(value: unknown): value is Prices {
  return isObject(value) && !Array.isArray(value);
}

function isPrice(value: unknown): value is Price {
  return isObject(value) && isAmount(value.perHour) && typeof value.currency === 'string';
}

function isTable(value: unknown): value is PriceTable {
  if (!isObject(value) || typeof value.currency !== 'string') return false;
  const { fallback, sizes } = value;
  return (
    (fallback === null || isAmount(fallback)) &&
    Array.isArray(sizes) &&
    sizes.every((one: unknown) => isObject(one) && typeof one.size === 'string' && isAmount(one.perHour))
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && Number.isFinite(value);
}

/**
 * Null where the person has typed none; what has not the form of prices is not believed. A price from before there were
 * sizes is that of every size.
 */
export function tableOf(prices: Prices | null, pool: string): PriceTable | null {
  const kept = prices !== null && Object.hasOwn(prices, pool) ? prices[pool] : undefined;
  if (isTable(kept)) return kept;
  return isPrice(kept) ? { currency: kept.currency, fallback: kept.perHour, sizes: [] } : null;
}

/** Null: nobody has said. Azure writes one size now with these and now with those capitals. */
export function priceOf(table: PriceTable | null, size: string | null): number | null {
  const own = table?.sizes.find((one) => one.size.toLowerCase() === size?.toLowerCase());
  return own?.perHour ?? table?.fallback ?? null;
}

/** Of one machine whatever its size, where only one price is wanted; null where there are several, or none. */
export function usualPrice(table: PriceTable | null): number | null {
  const [only, ...more] = table?.sizes ?? [];
  return table?.fallback ?? (more.length === 0 ? (only?.perHour ?? null) : null);
}

/** `MachineHours` of the contract, or of an older service, which tells no hours of idle and booting machines: null. */
export type MachineUse = Omit<MachineHours, 'idleHours' | 'bootingHours'> & {
  readonly [which in 'idleHours' | 'bootingHours']: number | null;
};

/** An older service does not tell sizes: all its hours are of none. */
export function usesOf({ machines, machineHours, busyHours }: Statistics): readonly MachineUse[] {
  const all = { size: null, image: null, machineHours, busyHours, idleHours: null, bootingHours: null };
  return machines ?? (machineHours > 0 ? [all] : []);
}

export interface Cost {
  /** Of the hours that have a price. */
  readonly amount: number;
  readonly pricedHours: number;
  readonly unpricedHours: number;
}

type Hours = Exclude<keyof MachineUse, 'size' | 'image'>;

export function costOf(table: PriceTable | null, uses: readonly MachineUse[], which: Hours = 'machineHours'): Cost {
  const cost = { amount: 0, pricedHours: 0, unpricedHours: 0 };
  for (const use of uses) {
    const price = priceOf(table, use.size);
    const hours = use[which] ?? 0;
    if (price === null) cost.unpricedHours += hours;
    else {
      cost.amount += hours * price;
      cost.pricedHours += hours;
    }
  }
  return cost;
}

/** What an hour of a machine has cost on the whole: for a replay, which knows no sizes. */
export function meanPrice(table: PriceTable | null, uses: readonly MachineUse[]): Price | null {
  const { amount, pricedHours } = costOf(table, uses);
  const perHour = pricedHours > 0 ? amount / pricedHours : usualPrice(table);
  return table === null || perHour === null ? null : { perHour, currency: table.currency };
}

export interface UseGroup {
  /** Of the size or image; null where it was not recorded. */
  readonly name: string | null;
  readonly uses: readonly MachineUse[];
  readonly hours: Pick<MachineUse, Hours>;
}

/** The most hours first; what was not recorded last. */
export function groupsBy(kind: 'size' | 'image', uses: readonly MachineUse[]): readonly UseGroup[] {
  const groups = new Map<string, MachineUse[]>();
  for (const use of uses) {
    const key = use[kind] === null ? 'null' : ` ${use[kind].toLowerCase()}`;
    groups.set(key, [...(groups.get(key) ?? []), use]);
  }
  return [...groups.values()]
    .map((of) => ({ name: of[0]?.[kind] ?? null, uses: of, hours: sumOf(of) }))
    .sort(
      (one, other) =>
        Number(one.name === null) - Number(other.name === null) || other.hours.machineHours - one.hours.machineHours,
    );
}

function sumOf(uses: readonly MachineUse[]): UseGroup['hours'] {
  const sum = (which: 'machineHours' | 'busyHours') => uses.reduce((total, use) => total + use[which], 0);
  const known = (which: 'idleHours' | 'bootingHours') =>
    uses.reduce<number | null>((total, use) => (total === null || use[which] === null ? null : total + use[which]), 0);
  return {
    ...{ machineHours: sum('machineHours'), busyHours: sum('busyHours') },
    ...{ idleHours: known('idleHours'), bootingHours: known('bootingHours') },
  };
}
