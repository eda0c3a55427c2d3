// What ends a task with a sentence and a next step, and how words from outside are made harmless.

/** What ends a task with a sentence and a next step. */
export class TaskProblem extends Error {
  readonly nextStep: string;
  /** Of reliability-security.md 6, for whoever searches logs; null where that table has none. */
  readonly code: string | null;

  constructor(message: string, nextStep: string, code: string | null = null) {
    super(message);
    this.name = 'TaskProblem';
    this.nextStep = nextStep;
    this.code = code;
  }
}

/** `##vso[` anywhere in a line is a command for the agent, and `##[` at its start a colour. */
export function defused(text: string): string {
  return text.replaceAll(/##(?=\s*(vso)?\[)/gi, '# #').replaceAll(/\p{Cc}/gu, (sign) => (sign === '\n' ? '\n' : ' '));
}
