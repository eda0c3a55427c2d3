// One finding about a scale set: what is so, why it matters, the command that mends it, and what the service may write itself.
import type { FixCommands } from './fix-commands.ts';
import { plainText } from './plain-text.ts';
import type { Evidence } from './validation-check.ts';

/** What could not be read is a warning: it is never taken for good. */
export type SetStatus = 'ok' | 'warning' | 'error';

/** One write that the service makes in the place of a person. */
export type Mend =
  /** `properties` of a PATCH of the scale set, and nothing else of it. */
  | { readonly kind: 'model'; readonly properties: Readonly<Record<string, unknown>> }
  /** Settings of Azure Monitor to switch off, by ARM id. */
  | { readonly kind: 'autoscale'; readonly settingIds: readonly string[] };

export interface SetFix {
  readonly words: string;
  readonly commands: FixCommands | null;
  /** Null: only a person can. */
  readonly mend: Mend | null;
}

export interface SetFinding {
  readonly status: SetStatus;
  readonly words: string;
  readonly evidence?: Readonly<Record<string, string | number | null>>;
  readonly fix?: SetFix;
}

export interface SetCheck {
  /** Stable: the API and scripts name checks by it. */
  readonly code: string;
  readonly title: string;
  readonly status: SetStatus;
  readonly words: string;
  readonly evidence: readonly Evidence[];
  readonly fix: SetFix | null;
}

export function toSetCheck(code: string, title: string, finding: SetFinding): SetCheck {
  const evidence = Object.entries(finding.evidence ?? {}).map(([name, value]) => ({
    name,
    value: value === null ? 'not told' : plainText(String(value)),
  }));
  const { status, words, fix } = finding;
  return { code, title, status, words: plainText(words), evidence, fix: status === 'ok' ? null : (fix ?? null) };
}

/** A part that Azure did not tell, with its own reason. */
export function notRead(what: string, problem: string): SetFinding {
  return {
    status: 'warning',
    words: `${what} could not be read, so this is not known: ${problem}`,
    fix: {
      words: 'Give Weir the role "Weir checks" at the subscription; see Permissions below.',
      commands: null,
      mend: null,
    },
  };
}
