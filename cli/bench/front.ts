// Each rival's setting against Weir's own swept front: what Weir waits at the same machine hours.
import type { Row } from './measure.ts';
import { isPreset, isSamePool, ours } from './verdicts.ts';

export interface AtEqualHours {
  readonly rival: Row;
  /** Seconds, each from its own front; null where no setting of Weir is as cheap. */
  readonly mean: number | null;
  readonly p95: number | null;
}

/** For each rival's setting of 1.05 × C0 or more. */
export function atEqualHours(rows: readonly Row[]): readonly AtEqualHours[] {
  return rows
    .filter((row) => row.family !== ours && row.timesC0 >= 1.05)
    .map((rival) => {
      const own = rows.filter((row) => row.family === ours && isSamePool(row, rival));
      const at = (of: (row: Row) => number) => waitAt(own, rival.vmHours, of);
      return { rival, mean: at((row) => row.mean), p95: at((row) => row.p95) };
    });
}

/** Between two settings of the front the wait is read from the straight line; beyond the dearest it is that of the dearest. */
function waitAt(own: readonly Row[], hours: number, of: (row: Row) => number): number | null {
  const front: { readonly hours: number; readonly wait: number }[] = [];
  for (const row of own.toSorted((left, right) => left.vmHours - right.vmHours || of(left) - of(right))) {
    if (of(row) < (front.at(-1)?.wait ?? Infinity)) front.push({ hours: row.vmHours, wait: of(row) });
  }
  const next = front.findIndex((one) => one.hours > hours);
  const before = front[next < 0 ? front.length - 1 : next - 1];
  const after = next < 0 ? undefined : front[next];
  if (before === undefined) return null;
  if (after === undefined) return before.wait;
  return before.wait + ((hours - before.hours) / (after.hours - before.hours)) * (after.wait - before.wait);
}

/** Presets that some setting of a rival beats or equals in hours, mean and p95, with the rival. */
export function dominatedPresets(rows: readonly Row[]): readonly { readonly preset: Row; readonly rival: Row }[] {
  return rows.filter(isPreset).flatMap((preset) => {
    const rival = rows.find(
      (row) =>
        row.family !== ours &&
        isSamePool(row, preset) &&
        row.vmHours <= preset.vmHours &&
        row.mean <= preset.mean &&
        row.p95 <= preset.p95,
    );
    return rival === undefined ? [] : [{ preset, rival }];
  });
}
