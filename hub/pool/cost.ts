// What machines cost, by a price that a person has typed: Weir knows no prices and invents none.

export interface Price {
  /** For one machine and one hour. */
  readonly perHour: number;
  /** As the person writes it: "EUR", "$". */
  readonly currency: string;
}

function isPrice(value: unknown): value is Price {
  if (typeof value !== 'object' || value === null || !('perHour' in value) || !('currency' in value)) return false;
  return typeof value.perHour === 'number' && value.perHour >= 0 && typeof value.currency === 'string';
}

/** By the name of the pool. */
export type Prices = Readonly<Record<string, Price>>;

export function isPrices(value: unknown): value is Prices {
  return typeof value === 'object' && value !== null && Object.values(value).every(isPrice);
}

/** Null where it is no price: a comma is a decimal point, as many people write it. */
export function readPrice(amount: string, currency: string): Price | null {
  const perHour = Number(amount.trim().replace(',', '.'));
  const isNumber = amount.trim() !== '' && Number.isFinite(perHour) && perHour >= 0 && perHour < 10_000;
  return isNumber ? { perHour, currency: currency.trim().slice(0, 8) } : null;
}

export function costWords({ perHour, currency }: Price, machineHours: number): string {
  const amount = perHour * machineHours;
  const digits = amount < 10 ? 2 : amount < 1000 ? 1 : 0;
  const number = new Intl.NumberFormat(undefined, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${number.format(amount)} ${currency}`.trim();
}
