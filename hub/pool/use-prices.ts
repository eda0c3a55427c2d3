// The prices of one pool, kept by the host for the person who typed them.
import { usePreference, type Reading } from '../preferences.tsx';
import { isPrices, tableOf, type Prices, type PriceTable } from './cost.ts';

export interface PoolPrices {
  /** Null: none was typed. */
  readonly table: PriceTable | null;
  /** Before they are read nobody can say what typed ones would take the place of. */
  readonly reading: Reading;
  readonly again: () => void;
  readonly save: (table: PriceTable | null) => void;
  /** False where the host did not keep them. */
  readonly isKept: boolean;
}

export function usePrices(pool: string): PoolPrices {
  const { value, change, ...rest } = usePreference('prices', isPrices);
  return {
    ...rest,
    table: tableOf(value, pool),
    save: (table) => change((kept) => withTable(kept, pool, table)),
  };
}

/** Those of other pools stay as they are, also where this page does not understand them. */
function withTable(kept: Prices | null, pool: string, table: PriceTable | null): Prices {
  const others = Object.entries(kept ?? {}).filter(([name]) => name !== pool);
  return Object.fromEntries(table === null ? others : [...others, [pool, table]]);
}
