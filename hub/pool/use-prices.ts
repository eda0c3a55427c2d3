// The prices of one pool, kept by the host for the person who typed them.
import { useState } from 'react';
import { usePreference, type Reading } from '../preferences.tsx';
import { isSame } from '../settings/document.ts';
import { isPrices, tableOf, type Prices, type PriceTable } from './cost.ts';

export interface PoolPrices {
  /** Null: none was typed. */
  readonly table: PriceTable | null;
  /** Before they are read nobody can say what typed ones would take the place of. */
  readonly reading: Reading;
  readonly again: () => void;
  readonly save: (table: PriceTable | null) => void;
  /** Until the host has answered: before that nobody knows whether other prices were kept meanwhile. */
  readonly isSaving: boolean;
  /** False where the host did not keep them. */
  readonly isKept: boolean;
  /** What was typed here while other prices of the pool were kept by another page, which `table` has; null: nothing was. */
  readonly overtaken: { readonly mine: PriceTable | null } | null;
  /** Those of the other page hold. */
  readonly yieldToOthers: () => void;
}

export function usePrices(pool: string): PoolPrices {
  const { value, change, ...rest } = usePreference('prices', isPrices);
  const [overtaken, setOvertaken] = useState<PoolPrices['overtaken']>(null);
  const [isSaving, setIsSaving] = useState(false);
  const save = async (table: PriceTable | null): Promise<void> => {
    setOvertaken(null);
    setIsSaving(true);
    const outcome = await change({
      by: (kept) => withTable(kept, pool, table),
      fits: (kept, known) => {
        const there = tableOf(kept, pool);
        return known === undefined || isSame(there, tableOf(known, pool)) || isSame(there, table);
      },
    });
    setIsSaving(false);
    if (outcome === 'overtaken') setOvertaken({ mine: table });
  };
  return {
    ...rest,
    ...{ table: tableOf(value, pool), isSaving, overtaken, yieldToOthers: () => setOvertaken(null) },
    save: (table) => void save(table),
  };
}

/** Those of other pools stay as they are, also where this page does not understand them. */
function withTable(kept: Prices | null, pool: string, table: PriceTable | null): Prices {
  const others = Object.entries(kept ?? {}).filter(([name]) => name !== pool);
  return Object.fromEntries(table === null ? others : [...others, [pool, table]]);
}
