// What ends a task with a sentence and a next step, and how words from outside are made harmless.

/** What ends a task with a sentence and a next step. */
export class TaskProblem extends Error {
  readonly nextStep: string;
  /**
   * For whoever searches logs: of reliability-security.md 6, or one of our own for wrong inputs, which that table does not have
   * (INPUT_CHOICE, INPUT_RANGE, INPUT_MISSING, CONNECTION_TYPE). Null where there is none.
   */
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
