// The table of prices as a person types it, and what is wrong with it, field by field.
import { priceOf, type PriceTable } from './cost.ts';

export interface PriceRow {
  readonly key: string;
  readonly size: string;
  /** Seen in the pool or priced before: its name is not typed. */
  readonly isKnown: boolean;
  readonly amount: string;
}

export interface PriceDraft {
  readonly currency: string;
  readonly fallback: string;
  readonly rows: readonly PriceRow[];
}

/** By the name of the field: `currency`, `fallback`, `size KEY`, `price KEY`; in the order of the fields. */
export type PriceFaults = ReadonlyMap<string, string>;

/** A row for each size that the pool has shown, and for each that has a price. */
export function draftOf(table: PriceTable | null, seen: readonly string[]): PriceDraft {
  const priced = table?.sizes.map((one) => one.size) ?? [];
  const names = [...seen, ...priced].filter(
    (one, index, all) => all.findIndex((other) => other.toLowerCase() === one.toLowerCase()) === index,
  );
  const own = table === null ? null : { ...table, fallback: null };
  return {
    currency: table?.currency ?? '',
    fallback: textOf(table?.fallback ?? null),
    rows: names.map((size) => ({ key: size, size, isKnown: true, amount: textOf(priceOf(own, size)) })),
  };
}

function textOf(price: number | null): string {
  return price === null ? '' : String(price);
}

/** Whether something was typed, or taken out, that would be lost. */
export function isChanged(draft: PriceDraft, begin: PriceDraft): boolean {
  return textIn(draft) !== textIn(begin);
}

function textIn({ currency, fallback, rows }: PriceDraft): string {
  const typed = rows.filter((row) => row.isKnown || row.size !== '' || row.amount !== '');
  return JSON.stringify([currency, fallback, typed.map(({ size, amount }) => [size, amount])]);
}

export type ReadPrices =
  | { readonly faults: PriceFaults }
  /** Null: every price was taken out. */
  | { readonly table: PriceTable | null };

const wrongAmount = 'Write a number, such as 0.096.';
const tooMuch = 'Write a price below 10,000.';

export function readDraft({ currency, fallback, rows }: PriceDraft): ReadPrices {
  const faults = new Map<string, string>();
  const note = (field: string, words: string) => {
    if (words !== '') faults.set(field, words);
  };
  const amountIn = (field: string, text: string): number | null => {
    if (text.trim() === '') return null;
    const amount = readAmount(text);
    note(field, amount === null ? wrongAmount : amount >= 10_000 ? tooMuch : '');
    return amount;
  };
  note('currency', currencyFault(currency));
  const seen = new Set<string>();
  const sizes = rows.flatMap((row) => {
    const size = row.size.trim();
    if (!row.isKnown) note(`size ${row.key}`, sizeFault(size, row.amount, seen));
    seen.add(size.toLowerCase());
    const perHour = amountIn(`price ${row.key}`, row.amount);
    if (!row.isKnown && size !== '' && row.amount.trim() === '')
      note(`price ${row.key}`, 'Write its price, or take its name out.');
    return perHour === null || size === '' ? [] : [{ size, perHour }];
  });
  const other = amountIn('fallback', fallback);
  if (faults.size > 0) return { faults };
  return { table: other === null && sizes.length === 0 ? null : { currency: currency.trim(), fallback: other, sizes } };
}

/** Null where it is no amount: a comma is a decimal point, as many people write it. */
export function readAmount(text: string): number | null {
  const trimmed = text.trim();
  return /^(\d{1,9}([.,]\d{0,9})?|[.,]\d{1,9})$/.test(trimmed) ? Number(trimmed.replace(',', '.')) : null;
}

function currencyFault(text: string): string {
  if (text.trim().length > 8) return 'Write at most 8 characters, such as EUR or $.';
  return /\d/.test(text) ? 'Write a currency without numbers, such as EUR or $.' : '';
}

function sizeFault(size: string, amount: string, seen: ReadonlySet<string>): string {
  if (size === '') return amount.trim() === '' ? '' : 'Write the name of the size, such as Standard_D4s_v5.';
  if (seen.has(size.toLowerCase())) return 'This size stands above already.';
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(size)
    ? ''
    : 'Write the size as Azure names it, such as Standard_D4s_v5.';
}
