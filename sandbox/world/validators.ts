// People who have versions of the pool's images validated while it works, as the task or the hub does it: over the API, with
// their own token, one version or another, now and then the same one twice. Of V1 the machines of such trials fail.
import { seededRandom } from '../../service/domain/chance.ts';
import type { DrawnImage } from './drawn-images.ts';
import { exponential } from './fault.ts';
import { organizationUrl } from './incarnation.ts';
import { personName } from './journal-words.ts';
import type { Happenings, World } from './moving-world.ts';

export interface ValidatorsOptions {
  readonly seed: number;
  readonly startAt: number;
  /** Mean seconds between two; null: nobody asks. */
  readonly everySeconds: number | null;
  readonly images: readonly DrawnImage[];
  /** Told before each is asked for. */
  readonly onAsked: (asked: { readonly image: string; readonly version: string }) => void;
}

export class Validators implements Happenings {
  readonly #world: World;
  readonly #options: ValidatorsOptions;
  readonly #random: () => number;
  #at: number | null;
  #asked = 0;

  constructor(world: World, options: ValidatorsOptions) {
    [this.#world, this.#options] = [world, options];
    this.#random = seededRandom(options.seed * 6113 + 23);
    this.#at = options.images.length === 0 ? null : this.#after(options.startAt);
  }

  nextAt(): number | null {
    return this.#at;
  }

  /** Nobody waits for the answer: it may take as long as a cloud that does not answer. */
  deliver(now: number): Promise<void> {
    this.#at = this.#after(now);
    const image = this.#one(this.#options.images);
    const version = this.#one(image?.versions ?? []);
    if (image === undefined || version === undefined) return Promise.resolve();
    this.#asked += 1;
    this.#options.onAsked({ image: image.aliases[0] ?? '', version: version.version });
    const payload = {
      image: image.aliases[0],
      version: version.version,
      instanceCount: Math.min(this.#world.settings.maxCapacity, 1 + Math.floor(this.#random() * 2)),
      timeoutMinutes: 30,
    };
    void this.#ask(payload, `validation-${String(this.#asked)}`);
    return Promise.resolve();
  }

  goHome(): Promise<void> {
    this.#at = null;
    return Promise.resolve();
  }

  /** A service that does not want it (it runs already), that is away, or whose database is, has said so to whoever asked. */
  async #ask(payload: object, key: string): Promise<void> {
    const headers = {
      authorization: `Bearer ${personName}`,
      'x-weir-organization': organizationUrl,
      'idempotency-key': key,
    };
    const url = '/v1/pools/linux/validations';
    const answer = await this.#world.service.app.inject({ method: 'POST', url, headers, payload }).then(
      (response) => response,
      // It ended while it was asked.
      () => null,
    );
    if (answer?.statusCode === 400) throw new Error(`A validation was asked for wrongly: ${answer.body}`);
  }

  #after(now: number): number | null {
    const { everySeconds } = this.#options;
    return everySeconds === null ? null : now + Math.max(1000, exponential(this.#random, everySeconds));
  }

  #one<T>(values: readonly T[]): T | undefined {
    return values[Math.floor(this.#random() * values.length)];
  }
}
