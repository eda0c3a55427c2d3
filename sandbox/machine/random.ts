// Chance on a machine, drawn from what it was given.

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
}

/** Seconds: evenly spread between two bounds. */
export interface Spread {
  readonly from: number;
  readonly to: number;
}

export function drawMilliseconds(random: Random, spread: Spread): number {
  return Math.round((spread.from + random.next() * (spread.to - spread.from)) * 1000);
}

/** A GUID of version 4. */
export function drawGuid(random: Random): string {
  const digit = (from: number, count: number) => (from + Math.floor(random.next() * count)).toString(16);
  const digits = (length: number) => Array.from({ length }, () => digit(0, 16)).join('');
  return `${digits(8)}-${digits(4)}-4${digits(3)}-${digit(8, 4)}${digits(3)}-${digits(12)}`;
}
