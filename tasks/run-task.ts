// Runs a task to its end: the only place that catches. Whatever happens the agent hears a result with words in it, and a
// cancelled run gets the chance to clean up.
import { ServiceProblem } from '../contract/client.ts';
import type { Agent } from './agent.ts';
import { TaskProblem } from './task-problem.ts';

export interface Outcome {
  readonly succeeded: boolean;
  readonly words: string;
}

export type Task = (agent: Agent, signal: AbortSignal) => Promise<Outcome>;

export async function runTask(agent: Agent, task: Task): Promise<void> {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => stop.abort());
  try {
    const { succeeded, words } = await task(agent, stop.signal);
    agent.finish(succeeded, words);
  } catch (problem) {
    agent.finish(false, wordsOf(problem, stop.signal));
  }
}

function wordsOf(problem: unknown, signal: AbortSignal): string {
  if (problem instanceof TaskProblem)
    return `${problem.message} ${problem.nextStep}${problem.code === null ? '' : ` (${problem.code})`}`;
  if (signal.aborted) return 'The run was cancelled.';
  if (problem instanceof ServiceProblem) {
    const where = problem.correlationId === null ? '' : ` (${problem.code}, ${problem.correlationId})`;
    return `${problem.message} ${problem.nextStep}${where}`;
  }
  return `The task failed in a way that Weir does not know: ${problem instanceof Error ? problem.message : String(problem)}`;
}
