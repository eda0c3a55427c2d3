// Plain data that every part of the sandbox speaks: the same object answers in memory and behind a socket.

export interface HttpRequest {
  readonly method: string;
  /** Absolute, as the client sees it: emulators build their own links from its host. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A cloud as an object: no sockets and no timers. A long poll is a promise that a later `advance` settles. */
export interface Emulator {
  handle(request: HttpRequest): HttpResponse | Promise<HttpResponse>;
  /** Lets everything happen that is due up to `now` (milliseconds since the epoch), in order. */
  advance(now: number): void;
  /** When the next thing will happen by itself, or null. */
  nextEventAt(): number | null;
}

export type Send = (request: HttpRequest) => Promise<HttpResponse>;
