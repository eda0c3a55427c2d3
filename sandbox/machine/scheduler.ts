// Virtual time of all machines: what is due later, in order. Nothing here waits; somebody else says what time it is.

/** Whose timer it is: once it lives no more, the timer is void. */
export interface Owner {
  isAlive(): boolean;
}

export class Scheduler {
  #now: number;
  #sequence = 0;
  /** A binary heap, earliest first; among equals the one that was added first. */
  readonly #heap: Entry[] = [];

  constructor(now: number) {
    this.#now = now;
  }

  get now(): number {
    return this.#now;
  }

  /** Time never goes back: whoever is told an earlier instant keeps the later one. */
  reach(now: number): void {
    if (now > this.#now) this.#now = now;
  }

  after(milliseconds: number, life: Owner, run: () => void): void {
    const entry = { at: this.#now + Math.max(0, milliseconds), sequence: this.#sequence, life, run };
    this.#sequence += 1;
    this.#heap.push(entry);
    this.#rise(this.#heap.length - 1);
  }

  /** Runs what is due up to `now`, each at its own instant. */
  advance(now: number): void {
    for (let next = this.#peek(); next !== undefined && next.at <= now; next = this.#peek()) {
      this.#take();
      this.reach(next.at);
      next.run();
    }
    this.reach(now);
  }

  nextEventAt(): number | null {
    return this.#peek()?.at ?? null;
  }

  /** Timers of a life that has ended are dropped here, not searched for when it ends. */
  #peek(): Entry | undefined {
    let first = this.#heap[0];
    while (first?.life.isAlive() === false) {
      this.#take();
      first = this.#heap[0];
    }
    return first;
  }

  #take(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink(0);
  }

  #rise(start: number): void {
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfEarlier(index, parent)) return;
      index = parent;
    }
  }

  #sink(start: number): void {
    let index = start;
    for (;;) {
      const left = 2 * index + 1;
      const right = left + 1;
      const child = right < this.#heap.length && isEarlier(this.#heap[right], this.#heap[left]) ? right : left;
      if (child >= this.#heap.length || !this.#swapIfEarlier(child, index)) return;
      index = child;
    }
  }

  #swapIfEarlier(child: number, parent: number): boolean {
    const [below, above] = [this.#heap[child], this.#heap[parent]];
    if (below === undefined || above === undefined || !isEarlier(below, above)) return false;
    this.#heap[child] = above;
    this.#heap[parent] = below;
    return true;
  }
}

interface Entry {
  readonly at: number;
  readonly sequence: number;
  readonly life: Owner;
  readonly run: () => void;
}

function isEarlier(left: Entry | undefined, right: Entry | undefined): boolean {
  if (left === undefined || right === undefined) return false;
  return left.at < right.at || (left.at === right.at && left.sequence < right.sequence);
}
