// Of which images the service was told the versions since it began. Before, it cannot tell a version that there is not from
// one that it does not know yet. Told from what went over the wire.
import type { JournalEvent } from '../journal.ts';
import { numberIn, textIn } from './checker.ts';

/** Of an answer that took longer nobody can say whether the service still waited for it. */
const mostSeconds = 20;

/** The service reads a list again no sooner than this; what comes before are pages of the same one. */
const leastSeconds = 60;

interface ToldList {
  /** When its first page was told. */
  readonly since: number;
  /** Versions that were asked for and not told: until the next try tells them the service has nothing of the list. */
  readonly lacking: Set<string>;
}

export class ToldVersions {
  /** By image, the newest. */
  readonly #lists = new Map<string, ToldList>();
  /** Images of which one list was whole; the service keeps it, whatever it cannot read later. */
  readonly #kept = new Set<string>();

  see(event: JournalEvent): void {
    if (event.kind === 'serviceStart' || event.kind === 'serviceCrash') this.forget();
    const image = textIn(event, 'image');
    if (event.kind !== 'wire' || image === null) return;
    if (event.call === 'listVersions' && isTold(event)) this.#begin(image, event.t);
    else if (event.call === 'listVersions') this.#end(image, numberIn(event, 'asked') ?? event.t);
    else if (event.call === 'readVersion') this.#look(image, textIn(event, 'version') ?? '', isTold(event));
  }

  forget(): void {
    this.#lists.clear();
    this.#kept.clear();
  }

  has(image: string): boolean {
    return this.#kept.has(image) || this.#lists.get(image)?.lacking.size === 0;
  }

  #begin(image: string, t: number): void {
    if (this.#isNext(image, t)) this.#end(image, t);
    if (!this.#lists.has(image)) this.#lists.set(image, { since: t, lacking: new Set() });
  }

  /** One list follows another, so of the first nothing more comes. */
  #end(image: string, t: number): void {
    if (this.#isNext(image, t) && this.#lists.get(image)?.lacking.size === 0) this.#kept.add(image);
    this.#lists.delete(image);
  }

  #isNext(image: string, t: number): boolean {
    const list = this.#lists.get(image);
    return list !== undefined && t - list.since >= leastSeconds;
  }

  /** A gallery tells the region of each version apart. */
  #look(image: string, version: string, isKnown: boolean): void {
    const lacking = this.#lists.get(image)?.lacking;
    if (isKnown) lacking?.delete(version);
    else lacking?.add(version);
  }
}

function isTold(event: JournalEvent): boolean {
  if (event.t - (numberIn(event, 'asked') ?? event.t) > mostSeconds) return false;
  if (event.call === 'listVersions') return event.status === 200 && Array.isArray(event.versions);
  // What was deleted since the list was made stays as it was listed.
  return event.status === 404 || (event.status === 200 && event.isWhole === true);
}
