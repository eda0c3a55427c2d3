// What goes wrong around the service's own process: its database (S3, S4, S8), its clock (S6), the links to everything (S3)
// and the tokens that it asks for (A25).
import type { Clock, Store } from '../../service/ports.ts';
import { UserProblem } from '../../service/problem.ts';
import { pick } from './azure-faults.ts';
import { isAzure } from './call-kind.ts';
import { Windows, type Draw, type WireFault } from './fault.ts';

type Note = (did: string) => void;

/** S3: in a window each link of Azure, of Azure DevOps and of the database is cut and mended at instants of its own. */
export class Links {
  readonly #azure: Windows;
  readonly #azureDevOps: Windows;
  readonly #database: Windows;

  constructor(draw: Draw, startAt: number) {
    [this.#azure, this.#azureDevOps, this.#database] = [
      new Windows(draw, startAt),
      new Windows(draw, startAt),
      new Windows(draw, startAt),
    ];
  }

  apply: WireFault['apply'] = (exchange) => {
    const windows = isAzure(exchange.kind) ? this.#azure : this.#azureDevOps;
    if (!windows.isOpen(exchange.now)) return Promise.resolve(null);
    const link = isAzure(exchange.kind) ? 'Azure' : 'Azure DevOps';
    return Promise.resolve({ response: 'lost', did: `the link to ${link} is cut`, words: 'connect ETIMEDOUT' });
  };

  isDatabaseCut(now: number): boolean {
    return this.#database.isOpen(now);
  }
}

export interface StoreTroubles {
  readonly clock: Clock;
  readonly isCalm: () => boolean;
  /** S3 */
  readonly links: { readonly links: Links; readonly note: Note } | null;
  /** S4 */
  readonly outage: { readonly draw: Draw; readonly startAt: number; readonly note: Note } | null;
  /** S8 */
  readonly versions: { readonly draw: Draw; readonly note: Note } | null;
}

/** The store as a service sees it whose database is cut off, slow, read-only, or loses an answer; errors are those of store/postgresql.ts. */
export function troubledStore(store: Store, troubles: StoreTroubles): Store {
  const { clock, isCalm, links, outage, versions } = troubles;
  const windows = outage === null ? null : new Windows(outage.draw, outage.startAt);
  const shape =
    outage === null ? 'none' : pick(outage.draw.random, ['gone', 'readOnly', 'slow', 'lostCommits'] as const);
  const around = async (name: string, call: () => Promise<unknown>): Promise<unknown> => {
    if (isCalm()) return await call();
    if (links?.links.isDatabaseCut(clock.now()) === true) {
      links.note(`the link to the database is cut: ${name}`);
      throw unavailable();
    }
    if (outage === null || windows?.isOpen(clock.now()) !== true) return await call();
    const isWrite = !/^(read|list|find|ping|close)/.test(name);
    if (shape === 'gone' || (shape === 'readOnly' && isWrite)) {
      outage.note(`${shape}: ${name}`);
      throw unavailable();
    }
    if (outage.draw.random() >= Math.max(0.2, outage.draw.rate)) return await call();
    if (shape === 'slow') {
      outage.note(`slow: ${name}`);
      await clock.sleep(500 + Math.floor(outage.draw.random() * 15_000));
      return await call();
    }
    const answer = await call();
    if (!isWrite) return answer;
    outage.note(`done, and the answer is lost: ${name}`);
    throw unavailable();
  };
  return new Proxy(store, {
    get: (target, property, receiver) => {
      const member: unknown = Reflect.get(target, property, receiver);
      if (typeof member !== 'function' || typeof property !== 'string') return member;
      return (...args: unknown[]) =>
        around(property, async () => {
          const answer: unknown = await Reflect.apply(member, target, args);
          return property === 'readMemory' && !isCalm() && versions !== null
            ? ofAnotherVersion(answer, versions)
            : answer;
        });
    },
  });
}

/** S8: the memory that a newer or an older Weir left: another version, or fields that this one does not know. */
function ofAnotherVersion(memory: unknown, versions: NonNullable<StoreTroubles['versions']>): unknown {
  if (typeof memory !== 'object' || memory === null || versions.draw.random() >= versions.draw.rate) return memory;
  const isNewer = versions.draw.random() < 0.5;
  versions.note(isNewer ? 'a memory of version 2' : 'a memory with fields of tomorrow');
  return isNewer ? { version: 2, tomorrow: [] } : { ...memory, tomorrow: { of: 'another' } };
}

function unavailable(): UserProblem {
  return new UserProblem('DB_UNAVAILABLE', 'The database does not answer.', { nextStep: 'Look at the server.' });
}

/** S6: a clock that is wrong by up to ten minutes, goes at another pace, and jumps by up to an hour. In calm it is set right. */
export class WrongClock implements Clock {
  readonly #true: Clock;
  readonly #draw: Draw;
  readonly #startAt: number;
  readonly #rate: number;
  readonly #isCalm: () => boolean;
  readonly #note: Note;
  #offset: number;
  #stepAt: number;

  constructor(clock: Clock, draw: Draw, isCalm: () => boolean, note: Note) {
    [this.#true, this.#draw, this.#isCalm, this.#note] = [clock, draw, isCalm, note];
    this.#startAt = clock.now();
    this.#rate = pick(draw.random, [1, 1, 0.5, 1.5, 2]);
    this.#offset = Math.round((draw.random() - 0.5) * 20 * 60_000);
    this.#stepAt = this.#startAt + draw.everySeconds * 1000;
    note(`${String(Math.round(this.#offset / 1000))} s wrong, at ${String(this.#rate)} times the pace`);
  }

  now(): number {
    const now = this.#true.now();
    if (this.#isCalm()) return now;
    if (now >= this.#stepAt) {
      this.#stepAt = now + this.#draw.everySeconds * 1000;
      const step = Math.round((this.#draw.random() - 0.5) * 2 * 3_600_000);
      this.#offset += step;
      this.#note(`jumps by ${String(Math.round(step / 1000))} s`);
    }
    return Math.round(this.#startAt + (now - this.#startAt) * this.#rate + this.#offset);
  }

  /** What a machine counts by itself is right. */
  elapsed(): number {
    return this.#true.now() - this.#startAt;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return this.#true.sleep(milliseconds / this.#rate, signal);
  }
}

/** A25: Entra or the metadata service refuses, is slow, or gives tokens of five minutes. */
export function troubledCredential(
  token: string,
  clock: Clock,
  wallClock: Clock,
  draw: Draw,
  isCalm: () => boolean,
  note: Note,
): { getToken(): Promise<{ token: string; expiresOnTimestamp: number }> } {
  const windows = new Windows(draw, clock.now());
  return {
    getToken: async () => {
      const expiresOnTimestamp = wallClock.now() + 5 * 60_000 + Math.floor(draw.random() * 600_000);
      if (isCalm() || !windows.isOpen(clock.now())) return { token, expiresOnTimestamp };
      const status = pick(draw.random, [410, 429, 500, 0]);
      note(status === 0 ? 'the token comes late' : `the token endpoint answers ${String(status)}`);
      if (status !== 0)
        throw Object.assign(new Error(`The token endpoint answered ${String(status)}.`), { statusCode: status });
      await clock.sleep(20_000);
      return { token, expiresOnTimestamp };
    },
  };
}
