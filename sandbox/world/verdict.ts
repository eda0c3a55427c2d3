// What a run was, in one word: the gravest of what was seen.
import { livenessInvariants } from './invariants/all.ts';
import type { Violation } from './invariants/checker.ts';

export type SimulationVerdict = 'ok' | 'safety' | 'liveness' | 'crash';

export function verdictOf(violations: readonly Violation[]): SimulationVerdict {
  const names = violations.map((violation) => violation.invariant);
  if (names.some((name) => name !== 'crash' && !livenessInvariants.has(name))) return 'safety';
  if (names.includes('crash')) return 'crash';
  return names.length > 0 ? 'liveness' : 'ok';
}
