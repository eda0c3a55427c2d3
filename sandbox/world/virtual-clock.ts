// A clock that moves only when the world moves it. A sleep ends when the world reaches its instant.
import type { Clock } from '../../service/ports.ts';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Instants of today have steps of a quarter of a microsecond: a sleep that is shorter would end before anything has moved. */
const leastMilliseconds = 0.001;

export class VirtualClock implements Clock {
  #now: number;
  #sleepers: Sleeper[] = [];

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const length = milliseconds > 0 ? Math.max(leastMilliseconds, milliseconds) : 0;
      const sleeper: Sleeper = { at: this.#now + length, wake: resolve };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', () => {
        this.#sleepers = this.#sleepers.filter((one) => one !== sleeper);
        reject(signal.reason instanceof Error ? signal.reason : new Error('The sleep was cut short.'));
      });
    });
  }

  /** When the next sleeper wakes, or null where nobody sleeps. */
  nextWakeAt(): number | null {
    return this.#sleepers.reduce<number | null>(
      (first, one) => (first === null || one.at < first ? one.at : first),
      null,
    );
  }

  /** Never goes back: an instant that has passed changes nothing. */
  reach(instant: number): void {
    this.#now = Math.max(this.#now, instant);
    const due = this.#sleepers.filter((sleeper) => sleeper.at <= this.#now);
    this.#sleepers = this.#sleepers.filter((sleeper) => sleeper.at > this.#now);
    for (const sleeper of due) sleeper.wake();
  }
}
