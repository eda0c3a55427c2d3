// The machines of a sample as a short text: samples are many, and most repeat the one before, so the database can put
// equal ones together before anybody reads them.
import type { MachineCount } from '../domain/machine-use.ts';

export function writeMix(counts: readonly MachineCount[]): string {
  return JSON.stringify(counts.map((one) => [one.size, one.image, one.machines, one.busy, one.idle, one.booting]));
}

/** Throws where somebody else has written in the table. */
export function readMix(text: string): readonly MachineCount[] {
  const rows: unknown = JSON.parse(text);
  if (!Array.isArray(rows)) throw new Error('The machines of a sample are no list.');
  return rows.map((row: unknown) => {
    if (!Array.isArray(row)) throw new Error('The machines of a sample are no list of rows.');
    const [size, image, ...numbers] = row as readonly unknown[];
    const [machines, busy, idle, booting] = numbers.map((one) => (typeof one === 'number' ? one : Number.NaN));
    if (!isName(size) || !isName(image) || !isCount(machines) || !isCount(busy) || !isCount(idle) || !isCount(booting))
      throw new Error('The machines of a sample are not counted.');
    return { size, image, machines, busy, idle, booting };
  });
}

function isName(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}

function isCount(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value >= 0;
}
