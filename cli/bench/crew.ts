// Shares tasks among threads, and gives the results in the order of the tasks.
import { Worker } from 'node:worker_threads';
import type { Measured, Task } from './measure.ts';

/** An error in a thread rejects; no thread is left behind. */
export async function runTasks(tasks: readonly Task[], threads: number): Promise<readonly (Measured | null)[]> {
  const results: (Measured | null)[] = tasks.map(() => null);
  let next = 0;
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url));
    try {
      for (let index = next++; index < tasks.length; index = next++) {
        results[index] = await ask(worker, tasks[index]);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(threads, tasks.length) }, work));
  return results;
}

function ask(worker: Worker, task: Task | undefined): Promise<Measured | null> {
  return new Promise((resolve, reject) => {
    worker.removeAllListeners();
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.postMessage(task);
  });
}
