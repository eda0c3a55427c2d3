// What goes wrong out there, named by what to do next; and problems of ours that a person must mend.

export type CloudErrorKind =
  'notFound' | 'conflict' | 'throttled' | 'unavailable' | 'denied' | 'outOfCapacity' | 'invalid' | 'unreadable';

/** `status` and `code` are the cloud's own; `retryAfterMs` is how long it asked us to rest. */
export class CloudError extends Error {
  readonly kind: CloudErrorKind;
  readonly operation: string;
  readonly status: number | null;
  readonly code: string | null;
  readonly retryAfterMs: number | null;
  /** One sentence, where it is known what somebody can do. */
  readonly nextStep: string | null;

  constructor(
    kind: CloudErrorKind,
    operation: string,
    message: string,
    more: { status?: number; code?: string; retryAfterMs?: number; nextStep?: string; cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'CloudError';
    this.kind = kind;
    this.operation = operation;
    this.status = more.status ?? null;
    this.code = more.code ?? null;
    this.retryAfterMs = more.retryAfterMs ?? null;
    this.nextStep = more.nextStep ?? null;
  }
}

/** The lease of a pool is gone: whoever sees this stops at once and writes nothing more. */
export class LeaseLost extends Error {
  constructor(pool: string) {
    super(`Another Weir works pool "${pool}" now.`);
    this.name = 'LeaseLost';
  }
}

/** A problem for a person: what is wrong, where, and what to do. Rendered by the command line, the API and tasks alike. */
export class UserProblem extends Error {
  readonly code: string;
  readonly field: string | null;
  readonly nextStep: string;
  readonly value: string | null;

  constructor(code: string, message: string, more: { field?: string; nextStep?: string; value?: string } = {}) {
    super(message);
    this.name = 'UserProblem';
    this.code = code;
    this.field = more.field ?? null;
    this.nextStep = more.nextStep ?? '';
    this.value = more.value ?? null;
  }
}

/** Several at once, such as everything that is wrong with one file; never empty. */
export class UserProblems extends Error {
  readonly problems: readonly UserProblem[];

  constructor(problems: readonly UserProblem[]) {
    super(problems.map((problem) => problem.message).join('\n'));
    this.name = 'UserProblems';
    this.problems = problems;
  }
}

/** Why a file could not be read, in words that follow "cannot be read:" and have no full stop. */
export function whyUnreadable(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return fileFailures[code] ?? (error instanceof Error ? error.message : String(error));
}

const fileFailures: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of its path is no folder',
  EISDIR: 'it is a folder',
  EACCES: 'it is not allowed',
  EPERM: 'it is not allowed',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
  EMFILE: 'too many files are open',
};
