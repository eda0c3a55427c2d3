// One run of an operating system, from boot to stop. What runs on it is ordinary `await` code that simply never goes on
// once the life has ended: a machine that loses its power finishes nothing.
import type { HttpRequest, HttpResponse, Send } from '../http-message.ts';
import type { Scheduler } from './scheduler.ts';
import type { Traffic } from './traffic.ts';

export class Life {
  #isAlive = true;
  readonly #scheduler: Scheduler;
  readonly #traffic: Traffic;
  readonly #send: Send;
  readonly #onNetworkFailure: (words: string) => void;

  constructor(scheduler: Scheduler, traffic: Traffic, send: Send, onNetworkFailure: (words: string) => void) {
    this.#scheduler = scheduler;
    this.#traffic = traffic;
    this.#send = send;
    this.#onNetworkFailure = onNetworkFailure;
  }

  isAlive(): boolean {
    return this.#isAlive;
  }

  get now(): number {
    return this.#scheduler.now;
  }

  end(): void {
    this.#isAlive = false;
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.#scheduler.after(milliseconds, this, resolve));
  }

  /** Null where no whole answer came. */
  async ask(request: HttpRequest): Promise<HttpResponse | null> {
    if (!this.isAlive()) return await never();
    const answer = await this.#traffic.whileInFlight(this.#answered(request));
    return this.isAlive() ? answer : await never();
  }

  /** As `ask`, but the answer may be a minute away, so nobody counts it as something under way. */
  async poll(request: HttpRequest): Promise<HttpResponse | null> {
    if (!this.isAlive()) return await never();
    const answer = await this.#answered(request);
    return this.isAlive() ? answer : await never();
  }

  /** Starts a process. What it throws is a mistake of ours and surfaces at the next `idle`. */
  start(process: () => Promise<void>): void {
    if (this.isAlive()) process().catch((error: unknown) => this.#traffic.fail(error));
  }

  async #answered(request: HttpRequest): Promise<HttpResponse | null> {
    try {
      return await this.#send(request);
    } catch (error) {
      // `send` rejects where the network failed: an everyday answer to a machine, which tries again.
      if (this.isAlive()) this.#onNetworkFailure(error instanceof Error ? error.message : String(error));
      return null;
    }
  }
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}
