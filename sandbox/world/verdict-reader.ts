// Somebody who looks at the pool now and then, as the hub shows it, and reads why each job waits.
import type { JournalEvent } from './journal.ts';
import type { Happenings, World } from './moving-world.ts';

const everyMilliseconds = 4 * 60_000;

export interface VerdictReaderOptions {
  readonly startAt: number;
  /** A line of kind `verdicts`: `at` is when the picture was made, in seconds. */
  readonly onLine: (line: JournalEvent) => void;
}

interface View {
  readonly now: string;
  readonly jobRequests: readonly {
    readonly requestId: number;
    readonly verdict: string | null;
    readonly words: string | null;
    readonly nextStep: string | null;
    readonly resolvesItself: boolean | null;
  }[];
}

export class VerdictReader implements Happenings {
  readonly #world: World;
  readonly #options: VerdictReaderOptions;
  #at: number;

  constructor(world: World, options: VerdictReaderOptions) {
    this.#world = world;
    this.#options = options;
    this.#at = options.startAt + everyMilliseconds;
  }

  /** Nobody looks at a pool in which nothing is asked for. */
  nextAt(): number | null {
    return this.#world.queued.length === 0 ? null : this.#at;
  }

  async deliver(now: number): Promise<void> {
    this.#at = now + everyMilliseconds;
    const stored = await this.#world.store.readView(this.#world.settings.name);
    if (stored === null) return;
    const { now: at, jobRequests } = JSON.parse(stored.document) as View;
    const requests = jobRequests.map(({ requestId, verdict, words, nextStep, resolvesItself }) => ({
      ...{ request: requestId, verdict: verdict ?? 'none', words: words ?? '', nextStep },
      resolvesItself: resolvesItself === true,
    }));
    const seconds = (instant: number): number => (instant - this.#options.startAt) / 1000;
    this.#options.onLine({
      ...{ t: seconds(now), kind: 'verdicts', pool: this.#world.settings.name },
      ...{ at: seconds(Date.parse(at)), requests },
    });
  }
}
