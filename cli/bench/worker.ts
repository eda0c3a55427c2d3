// One of the threads that share the tasks of the bench.
import { parentPort } from 'node:worker_threads';
import { measure, type Task } from './measure.ts';

parentPort?.on('message', (task: Task) => {
  void measure(task, () => performance.now()).then((measured) => {
    parentPort?.postMessage(measured);
  });
});
