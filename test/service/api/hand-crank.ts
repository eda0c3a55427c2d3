// Replays that a test turns by hand.
import { replay, type ReplayResult } from '../../../service/domain/replay.ts';
import type { ReplayOrder, StartReplays } from '../../../service/replay-port.ts';

/** The test says when the next result comes. */
export class HandCrank {
  readonly orders: ReplayOrder[] = [];
  stopped = 0;
  #results: ((result: ReplayResult) => void)[] = [];
  #ends: { resolve: () => void; reject: (error: Error) => void }[] = [];

  readonly start: StartReplays = (order, onResult) => {
    this.orders.push(order);
    this.#results.push(onResult);
    const done = new Promise<void>((resolve, reject) => this.#ends.push({ resolve, reject }));
    return { done, stop: () => this.#stop(this.orders.length - 1) };
  };

  turn(times = 1, run = 0): void {
    const { settings, ...order } = this.orders[run]!;
    for (let index = 0; index < times; index += 1)
      this.#results[run]!(replay({ ...order, settings: settings[index]! }));
  }

  end(run = 0): void {
    this.#ends[run]!.resolve();
  }

  fail(words: string, run = 0): void {
    this.#ends[run]!.reject(new Error(words));
  }

  #stop(run: number): void {
    this.stopped += 1;
    this.end(run);
  }
}
