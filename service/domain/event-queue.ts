// A heap of instants with what happens then. Equal instants come out in the order they went in, so runs repeat exactly.

interface Entry<T> {
  readonly at: number;
  readonly order: number;
  readonly event: T;
}

export class EventQueue<T> {
  #heap: Entry<T>[] = [];
  #order = 0;

  get nextAt(): number {
    return this.#heap[0]?.at ?? Infinity;
  }

  push(at: number, event: T): void {
    this.#order += 1;
    const heap = this.#heap;
    heap.push({ at, order: this.#order, event });
    let child = heap.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#swapIfBefore(child, parent)) return;
      child = parent;
    }
  }

  /** Takes the earliest; undefined where nothing is left. */
  pop(): T | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined) return undefined;
    if (heap.length > 0) {
      heap[0] = last;
      this.#sink();
    }
    return first.event;
  }

  #sink(): void {
    let parent = 0;
    for (;;) {
      const left = 2 * parent + 1;
      if (left >= this.#heap.length) return;
      const right = left + 1;
      const child = right < this.#heap.length && this.#isBefore(right, left) ? right : left;
      if (!this.#swapIfBefore(child, parent)) return;
      parent = child;
    }
  }

  #swapIfBefore(child: number, parent: number): boolean {
    if (!this.#isBefore(child, parent)) return false;
    const moved = this.#heap[child];
    const other = this.#heap[parent];
    if (moved === undefined || other === undefined) return false;
    this.#heap[parent] = moved;
    this.#heap[child] = other;
    return true;
  }

  #isBefore(left: number, right: number): boolean {
    const one = this.#heap[left];
    const other = this.#heap[right];
    if (one === undefined || other === undefined) return false;
    return one.at < other.at || (one.at === other.at && one.order < other.order);
  }
}
