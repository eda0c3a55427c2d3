// Runs the replays of a what-if in a thread of their own: a long one takes minutes, and the passes must not wait for it.
import { Worker } from 'node:worker_threads';
import type { ReplayResult } from '../domain/replay.ts';
import type { StartReplays } from '../replay-port.ts';

/** Of 50,000 jobs the slowest rule takes half a minute on one core. */
const longestMinutes = 10;
const mostMegabytes = 1024;

/** `deadlineIn` aborts after that many milliseconds on the wall. */
export function createReplays(deadlineIn: (milliseconds: number) => AbortSignal): StartReplays {
  return (order, onResult) => {
    const worker = new Worker(new URL('./replay-thread.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: mostMegabytes },
    });
    const deadline = deadlineIn(longestMinutes * 60_000);
    let isStopped = false;
    const stop = (): void => {
      isStopped = true;
      void worker.terminate();
    };
    const done = new Promise<void>((resolve, reject) => {
      let left = order.settings.length;
      worker.on('message', (result: ReplayResult) => {
        if (isStopped) return;
        left -= 1;
        onResult(result);
      });
      worker.once('error', reject);
      worker.once('exit', () => {
        if (isStopped || left === 0) resolve();
        else reject(new Error('The thread of the replay ended early.'));
      });
      deadline.addEventListener('abort', () => {
        if (isStopped || left === 0) return;
        reject(new Error(`It took longer than ${longestMinutes} minutes.`));
        stop();
      });
    });
    worker.postMessage(order);
    return { done, stop };
  };
}
