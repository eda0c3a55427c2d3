// One life of the service's process: it may die at any call of a port, before or after the call took effect, and from then
// on nothing of it reaches the world any more. A new life starts on the same store.

/** Thrown through the service where its process ends; nothing in it may catch this. */
export class Crash extends Error {
  constructor(where: string) {
    super(`The process ended at ${where}.`);
    this.name = 'Crash';
  }
}

export type CrashPoint = 'before' | 'after';

export class Life {
  isDead = false;
  readonly #crashAt: (call: string) => CrashPoint | null;

  /** `crashAt` is asked at each call of a port whether the process ends there. */
  constructor(crashAt: (call: string) => CrashPoint | null) {
    this.#crashAt = crashAt;
  }

  /** The same port, as this life sees it. */
  carry<T extends object>(port: T, name: string): T {
    return new Proxy(port, {
      get: (target, property, receiver) => {
        const member: unknown = Reflect.get(target, property, receiver);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) =>
          this.#call(`${name}.${String(property)}`, () => Reflect.apply(member, target, args) as unknown);
      },
    });
  }

  async #call(what: string, work: () => unknown): Promise<unknown> {
    if (this.isDead) throw new Crash(what);
    const point = this.#crashAt(what);
    if (point === 'before') this.#die(what);
    const answer = await work();
    if (point === 'after') this.#die(what);
    // It died in another call while this one was under way: the answer comes back to nobody.
    if (this.#isOver()) throw new Crash(what);
    return answer;
  }

  #isOver(): boolean {
    return this.isDead;
  }

  #die(what: string): never {
    this.isDead = true;
    throw new Crash(what);
  }
}
