// What ends a task with a sentence and a next step, and how words from outside are made harmless.

/** What ends a task with a sentence and a next step. */
export class TaskProblem extends Error {
  readonly nextStep: string;

  constructor(message: string, nextStep: string) {
    super(message);
    this.name = 'TaskProblem';
    this.nextStep = nextStep;
  }
}

/** `##vso[` anywhere in a line is a command for the agent, and `##[` at its start a colour. */
export function defused(text: string): string {
  return text.replaceAll(/##(?=\s*(vso)?\[)/gi, '# #').replaceAll(/\p{Cc}/gu, (sign) => (sign === '\n' ? '\n' : ' '));
}
