// Money and machine hours in words.
import { hoursWords } from '../time.ts';
import { costOf, groupsBy, priceOf, type MachineUse, type PriceTable } from './cost.ts';

/** "119.30 EUR", "1,204 EUR", "119 JPY": as the currency is written, and from a thousand on without its parts. */
export function moneyWords(amount: number, currency: string): string {
  return `${amountWords(amount, currency)} ${currency}`.trim();
}

/** For a column whose heading names the currency. */
export function amountWords(amount: number, currency: string): string {
  const digits = amount < 1000 ? partsOf(currency) : 0;
  return amount.toLocaleString(undefined, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Digits behind the point; two where what somebody typed is no code of ISO 4217. */
function partsOf(currency: string): number {
  if (!/^[A-Za-z]{3}$/.test(currency)) return 2;
  const { maximumFractionDigits } = new Intl.NumberFormat(undefined, { style: 'currency', currency }).resolvedOptions();
  return maximumFractionDigits ?? 2;
}

/** A price by the hour has digits that a sum has not: "0.0416 EUR". */
export function priceWords(perHour: number, currency: string): string {
  return `${perHour.toLocaleString(undefined, { maximumFractionDigits: 4 })} ${currency}`.trim();
}

export function sizeName(size: string | null): string {
  return size ?? 'Size not recorded';
}

export function imageName(image: string | null): string {
  if (image === null) return 'Image not recorded';
  return image === '' ? 'Image of the scale set' : image;
}

/** What the money went to, in one sentence; empty where nothing has a price. */
export function spentWords(table: PriceTable | null, uses: readonly MachineUse[]): string {
  const all = costOf(table, uses);
  if (table === null || all.pricedHours === 0) return '';
  const parts = [
    ['for running jobs', costOf(table, uses, 'busyHours').amount],
    ['for machines that were idle', costOf(table, uses, 'idleHours').amount],
    ['for machines that booted', costOf(table, uses, 'bootingHours').amount],
  ] as const;
  const rest = all.amount - parts.reduce((sum, [, amount]) => sum + amount, 0);
  const isSplit = uses.every((use) => use.idleHours !== null);
  const others = isSplit ? 'for machines that were leaving or kept' : 'for machines that ran none';
  const told = [...parts, [others, rest] as const].filter(([, amount]) => amount >= 0.005);
  const money = (amount: number) => moneyWords(amount, table.currency);
  const where = told.map(([what, amount]) => `${money(amount)} ${what}`).join(', ');
  return `Machines cost ${money(all.amount)} in this time${where === '' ? '' : `: ${where}`}.`;
}

/** Names the sizes that have no price; empty where all have. */
export function unpricedWords(table: PriceTable | null, uses: readonly MachineUse[]): string {
  const without = groupsBy(
    'size',
    uses.filter((use) => priceOf(table, use.size) === null),
  );
  if (without.length === 0) return '';
  const names = without.map(({ name }) => name ?? 'machines whose size was not recorded');
  const hours = without.reduce((sum, one) => sum + one.hours.machineHours, 0);
  const list = names.length === 1 ? names[0] : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  return `There is no price for ${list}: ${hoursWords(hours)} machine hours are not in the cost.`;
}
