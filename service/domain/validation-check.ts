// One finding about an image: what was looked at, what was seen, and exactly what mends it.
import type { FixCommands } from './fix-commands.ts';

export type CheckStatus = 'ok' | 'warning' | 'error' | 'skipped' | 'pending';

export interface Evidence {
  readonly name: string;
  readonly value: string;
}

export interface Fix {
  readonly words: string;
  readonly commands: FixCommands | null;
}

export interface Check {
  /** Stable: reports, tasks and JUnit files name checks by it. */
  readonly code: string;
  readonly title: string;
  readonly kind: 'static' | 'live';
  readonly status: CheckStatus;
  readonly words: string;
  readonly evidence: readonly Evidence[];
  readonly fix: Fix | null;
  /** The trial machine that it is about; null: none in particular. */
  readonly instance: string | null;
}

export interface Finding {
  readonly status: CheckStatus;
  readonly words: string;
  readonly evidence?: Readonly<Record<string, string | number | null>>;
  readonly fix?: Fix;
  readonly instance?: string;
}

export function toCheck(code: string, title: string, kind: Check['kind'], finding: Finding): Check {
  const evidence = Object.entries(finding.evidence ?? {}).map(([name, value]) => ({
    name,
    value: value === null ? 'not told' : String(value),
  }));
  const { status, words, fix, instance } = finding;
  return { code, title, kind, status, words, evidence, fix: fix ?? null, instance: instance ?? null };
}

export function hasErrors(checks: readonly Check[]): boolean {
  return checks.some((check) => check.status === 'error');
}
