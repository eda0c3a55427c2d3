// Of which images the service was told the versions since it began. Before, it cannot tell a version that there is not from
// one that it does not know yet. Told from what went over the wire.
import type { JournalEvent } from '../journal.ts';
import { numberIn, textIn } from './checker.ts';

/** Of an answer that took longer nobody can say whether the service still waited for it. */
const mostSeconds = 20;

/** The service reads a list again no sooner than this; what comes before are pages of the same one. */
const leastSeconds = 60;

export class ToldVersions {
  /** Since when a list was told. */
  readonly #since = new Map<string, number>();
  /** One list followed another, so the first was whole; the service keeps it, whatever it cannot read later. */
  readonly #kept = new Set<string>();

  see(event: JournalEvent): void {
    if (event.kind === 'serviceStart' || event.kind === 'serviceCrash') this.forget();
    const image = textIn(event, 'image');
    if (event.kind !== 'wire' || image === null) return;
    const isList = event.call === 'listVersions';
    // A gallery tells the region of each version apart: without one of them the service has nothing of the list.
    if ((isList || event.call === 'readVersion') && !isTold(event)) this.#since.delete(image);
    else if (isList) this.#told(image, event.t);
  }

  forget(): void {
    this.#since.clear();
    this.#kept.clear();
  }

  has(image: string): boolean {
    return this.#kept.has(image) || this.#since.has(image);
  }

  #told(image: string, t: number): void {
    const since = this.#since.get(image);
    if (since === undefined) this.#since.set(image, t);
    else if (t - since >= leastSeconds) this.#kept.add(image);
  }
}

function isTold(event: JournalEvent): boolean {
  if (event.t - (numberIn(event, 'asked') ?? event.t) > mostSeconds) return false;
  if (event.call === 'listVersions') return event.status === 200 && Array.isArray(event.versions);
  // What was deleted since the list was made stays as it was listed.
  return event.status === 404 || (event.status === 200 && event.isWhole === true);
}
