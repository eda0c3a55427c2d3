// Who wakes a pool that sleeps between two passes, and what happens to a call that comes while a pass runs.

export interface Wakers {
  wake(pool: string): void;
  /** True once for calls that came while nobody slept. */
  takeCall(pool: string): boolean;
  /** Sleeps by `rest`, whose signal a call of the pool aborts. */
  sleep(pool: string, signal: AbortSignal, rest: (signal: AbortSignal) => Promise<void>): Promise<void>;
}

export function createWakers(): Wakers {
  const sleeping = new Map<string, AbortController>();
  const calls = new Set<string>();
  return {
    wake: (pool) => {
      const sleeper = sleeping.get(pool);
      if (sleeper === undefined) calls.add(pool);
      else sleeper.abort();
    },
    takeCall: (pool) => calls.delete(pool),
    sleep: async (pool, signal, rest) => {
      const woken = new AbortController();
      sleeping.set(pool, woken);
      await rest(AbortSignal.any([signal, woken.signal]));
      sleeping.delete(pool);
    },
  };
}
