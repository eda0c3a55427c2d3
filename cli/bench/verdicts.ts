// What the figures say: for every rival's setting whether one preset, the same for all workloads, is no worse in anything.
import { presets } from './contestants.ts';
import type { Row } from './measure.ts';

export interface Verdict {
  readonly rival: Row;
  /** The preset that wins, or null; none is asked for where the rival costs less than 1.05 × C0. */
  readonly winner: Row | null;
}

/** performance.md 6.1: at most its hours, at most its mean and its p95, and a tenth better in one of them. */
export function verdictsOf(rows: readonly Row[]): readonly Verdict[] {
  return rows
    .filter((row) => row.family !== ours && row.timesC0 >= 1.05)
    .map((rival) => ({
      rival,
      winner: rows.find((row) => isPreset(row) && isSamePool(row, rival) && beats(row, rival)) ?? null,
    }));
}

export const ours = 'Weir';

/** A preset as it is, without a standby that somebody declared. */
export function isPreset(row: Row): boolean {
  return row.family === ours && presets.some((preset) => preset === row.setting);
}

export function isSamePool(one: Row, other: Row): boolean {
  return one.workload === other.workload && one.isOneJob === other.isOneJob && one.boot === other.boot;
}

function beats(row: Row, rival: Row): boolean {
  const shares = [row.vmHours / rival.vmHours, row.mean / rival.mean, row.p95 / rival.p95];
  return shares.every((share) => share <= 1) && shares.some((share) => share <= 0.9);
}
