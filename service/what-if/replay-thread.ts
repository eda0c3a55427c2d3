// The thread of a what-if: one order comes in, and a result goes out after each replay.
import { parentPort } from 'node:worker_threads';
import { replay } from '../domain/replay.ts';
import type { ReplayOrder } from '../replay-port.ts';

parentPort?.once('message', ({ settings, ...order }: ReplayOrder) => {
  for (const one of settings) {
    // Replays in counts know no clock: where the standby follows it, each pass is a whole decide.
    const isWhole = one.schedule !== null;
    parentPort?.postMessage(replay({ ...order, settings: one, isWhole }));
  }
});
