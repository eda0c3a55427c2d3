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

  constructor(
    kind: CloudErrorKind,
    operation: string,
    message: string,
    more: { status?: number; code?: string; retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'CloudError';
    this.kind = kind;
    this.operation = operation;
    this.status = more.status ?? null;
    this.code = more.code ?? null;
    this.retryAfterMs = more.retryAfterMs ?? null;
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
