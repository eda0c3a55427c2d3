// The prices of one pool, kept by the host for the person who typed them.
import { usePreference } from '../preferences.tsx';
import { isPrices, tableOf, type PriceTable } from './cost.ts';

export interface PoolPrices {
  /** Null: none was typed. */
  readonly table: PriceTable | null;
  readonly save: (table: PriceTable | null) => void;
  /** False where the host did not keep them. */
  readonly isKept: boolean;
}

export function usePrices(pool: string): PoolPrices {
  const { value, save, isKept } = usePreference('prices', isPrices);
  return {
    table: tableOf(value, pool),
    isKept,
    save: (table) => {
      const others = Object.entries(value ?? {}).filter(([name]) => name !== pool);
      save(Object.fromEntries(table === null ? others : [...others, [pool, table]]));
    },
  };
}
