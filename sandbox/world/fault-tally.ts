// What a row of runs was worth: how often each fault had an effect, over all of them. What had too few proves nothing about
// the service, and is told by its name.
import { allFaultIds } from './options.ts';
import type { Simulation } from './simulate.ts';

/** A fault with fewer effects than this counts as untested. */
export const fewestEffective = 100;

export interface FaultTally {
  /** In the order of the catalogue; faults that never had an effect with 0. */
  readonly effects: Readonly<Record<string, number>>;
  readonly untested: readonly string[];
}

export function tallyOf(runs: readonly Pick<Simulation, 'effectiveFaults'>[]): FaultTally {
  const effects = Object.fromEntries(
    allFaultIds.map((id) => [id, runs.reduce((sum, run) => sum + (run.effectiveFaults[id] ?? 0), 0)]),
  );
  return { effects, untested: allFaultIds.filter((id) => (effects[id] ?? 0) < fewestEffective) };
}

export function tallyLines({ effects, untested }: FaultTally): readonly string[] {
  const told = Object.entries(effects).map(([id, times]) => `${id} ${String(times)}`);
  const few = untested.length === 0 ? 'none' : untested.join(', ');
  return [`effective faults: ${told.join(', ')}`, `fewer than ${String(fewestEffective)}, so untested here: ${few}`];
}
