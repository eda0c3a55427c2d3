// Counts the requests of machines that somebody waits for, so that whoever moves time knows when everything has settled.

export class Traffic {
  #inFlight = 0;
  #failure: { readonly error: unknown } | null = null;
  #waiting: (() => void)[] = [];

  async whileInFlight<T>(answer: Promise<T>): Promise<T> {
    this.#inFlight += 1;
    try {
      return await answer;
    } finally {
      this.#inFlight -= 1;
      if (this.#inFlight === 0) for (const wake of this.#waiting.splice(0)) wake();
    }
  }

  fail(error: unknown): void {
    this.#failure ??= { error };
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** Throws what a process threw. A turn of the event loop lets every continuation run that can. */
  async idle(): Promise<void> {
    await turn();
    while (this.#inFlight > 0 && this.#failure === null) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      await turn();
    }
    this.throwFailure();
  }

  throwFailure(): void {
    if (this.#failure === null) return;
    const { error } = this.#failure;
    this.#failure = null;
    throw error instanceof Error ? error : new Error(String(error));
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
