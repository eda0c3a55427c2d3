// What a fault on the wire is: it stands between the service and the clouds and may keep a request back, change the answer,
// lose it, or answer from the past. Each is known by its id in the catalogue.
import type { HttpRequest, HttpResponse } from '../http-message.ts';
import type { CallKind } from './call-kind.ts';

export interface Exchange {
  readonly request: HttpRequest;
  readonly kind: CallKind;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Passes the request on; the cloud does what it says. */
  readonly pass: () => Promise<HttpResponse>;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** The answer that the service sees instead of the real one, and what was done, in words. */
export interface Injected {
  readonly response: HttpResponse | 'lost';
  readonly did: string;
  /** Of a lost answer: what the socket says. */
  readonly words?: string;
}

export interface WireFault {
  readonly id: string;
  /** Null leaves the exchange alone; then nothing was passed on. */
  readonly apply: (exchange: Exchange) => Promise<Injected | null>;
  /** Of a fault that answers from the past: whose answers it gives. */
  readonly hits?: (kind: CallKind) => boolean;
  /** Sees every answer that went through untouched, to keep it for later. */
  readonly note?: (exchange: Exchange, response: HttpResponse) => void;
}

/** Chance and strength of one fault, as the seed drew them. */
export interface Draw {
  readonly random: () => number;
  /** Share of the calls that are hit, inside a window. */
  readonly rate: number;
  /** Windows of trouble: mean seconds between two, and mean length. */
  readonly everySeconds: number;
  readonly lastsSeconds: number;
}

/** Trouble comes in windows whose starts and lengths are drawn; `isOpen` is asked with time never going back. */
export class Windows {
  #from: number;
  #to: number;
  readonly #draw: Draw;

  constructor(draw: Draw, startAt: number) {
    this.#draw = draw;
    this.#from = startAt + exponential(draw.random, draw.everySeconds);
    this.#to = this.#from + exponential(draw.random, draw.lastsSeconds);
  }

  isOpen(now: number): boolean {
    while (now >= this.#to) {
      this.#from = this.#to + exponential(this.#draw.random, this.#draw.everySeconds);
      this.#to = this.#from + exponential(this.#draw.random, this.#draw.lastsSeconds);
    }
    return now >= this.#from;
  }

  get openedAt(): number {
    return this.#from;
  }
}

/** Milliseconds. */
export function exponential(random: () => number, meanSeconds: number): number {
  return Math.round(-Math.log(1 - random()) * meanSeconds * 1000);
}

export function answer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

export function armError(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  return answer(status, { error: { code, message } }, headers);
}
