// Server-sent events read by fetch, because the browser's own reader cannot send a bearer token. While the stream is open
// whoever polls may ask seldom and at the right moment; when it is not, everything goes on as before.

/** What whoever polls needs to know of the stream. */
export interface Feed {
  /** Events come; false while it connects, or where the service or something between does not stream. */
  isOpen(): boolean;
  /** `changed` hears that something of what is followed was looked at anew. Gives the way to stop hearing. */
  subscribe(changed: () => void): () => void;
}

export interface EventStream extends Feed {
  start(): void;
  stop(): void;
}

export interface EventStreamOptions {
  /** Rejects where the service refuses; the body of an answer of type `text/event-stream`. */
  readonly open: (signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>;
}

/** The service says something every 15 s: two that are lost and nobody is there any more. */
const silenceMs = 40_000;
const firstPauseMs = 2_000;
const longestPauseMs = 60_000;

export function followEvents({ open }: EventStreamOptions): EventStream {
  const listeners = new Set<() => void>();
  let isOpen = false;
  let isStopped = true;
  let failures = 0;
  let current: AbortController | null = null;
  let pause: ReturnType<typeof setTimeout> | undefined;
  const isStoppedNow = (): boolean => isStopped || document.hidden;

  const connect = async (): Promise<void> => {
    clearTimeout(pause);
    if (current !== null || isStoppedNow()) return;
    const controller = new AbortController();
    current = controller;
    try {
      const body = await open(controller.signal);
      isOpen = true;
      // What changed while nobody listened is read at once.
      if (failures > 0) tell();
      failures = 0;
      await readEvents(body, controller, (name) => {
        if (name === 'changed') tell();
      });
    } catch {
      // Whatever it was, the polls say what is wrong with the service; the stream only comes back by itself.
      failures += 1;
    } finally {
      isOpen = false;
      current = null;
    }
    if (!isStoppedNow()) pause = setTimeout(() => void connect(), pauseAfter(failures));
  };
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  // A browser opens six connections to one service: a page that nobody sees must not hold one.
  const follow = (): void => {
    if (document.hidden) current?.abort();
    else void connect();
  };
  return {
    isOpen: () => isOpen,
    subscribe: (changed) => {
      listeners.add(changed);
      return () => void listeners.delete(changed);
    },
    start: () => {
      isStopped = false;
      document.addEventListener('visibilitychange', follow);
      void connect();
    },
    stop: () => {
      isStopped = true;
      clearTimeout(pause);
      current?.abort();
      document.removeEventListener('visibilitychange', follow);
    },
  };
}

/** A stream that ended as it should is opened anew shortly after; a refused one later and later. */
export function pauseAfter(failures: number): number {
  return failures === 0 ? firstPauseMs : Math.min(longestPauseMs, firstPauseMs * 2 ** failures);
}

/** Ends with the stream; throws where nothing comes for too long. */
async function readEvents(
  body: ReadableStream<Uint8Array>,
  controller: AbortController,
  onEvent: (name: string) => void,
): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const silence = setTimeout(() => controller.abort(), silenceMs);
    const { done, value } = await reader.read().finally(() => clearTimeout(silence));
    if (done) return;
    const { events, rest } = parseEvents(text + decoder.decode(value, { stream: true }));
    text = rest;
    events.forEach(onEvent);
  }
}

/** The names of the whole events in a text, and what has begun after them. A block of comments alone is no event. */
export function parseEvents(text: string): { readonly events: readonly string[]; readonly rest: string } {
  const blocks = text.replaceAll('\r\n', '\n').split('\n\n');
  const rest = blocks.pop() ?? '';
  const names = blocks.map((block) => /^event: ?(.*)$/m.exec(block)?.[1] ?? null);
  return { events: names.filter((name) => name !== null), rest };
}
