// Which of the service's surroundings are troubled in a run, and how the service gets them: clock, database, tokens, links.
import { seededRandom } from '../../service/domain/chance.ts';
import type { Draw } from './fault.ts';
import type { Strength } from './faults.ts';
import { Links, troubledCredential, troubledStore, WrongClock } from './service-faults.ts';
import type { ServiceSurroundings } from './world.ts';

export interface SurroundingsOptions {
  readonly seed: number;
  readonly startAt: number;
  readonly strengths: Readonly<Record<string, Strength>>;
  readonly onFault: (id: string, did: string) => void;
  readonly isCalm: () => boolean;
}

export interface Surroundings extends SurroundingsOptions {
  readonly links: Links | null;
}

export function surroundingsOf(options: SurroundingsOptions): Surroundings {
  const link = drawOf(options, 'S3');
  return { ...options, links: link === null ? null : new Links(link, options.startAt) };
}

export function aroundService(
  { clock, store, azureToken }: ServiceSurroundings,
  surroundings: Surroundings,
): Partial<ServiceSurroundings> {
  const { isCalm, startAt, links, onFault } = surroundings;
  const note = (id: string) => (did: string) => onFault(id, did);
  const token = drawOf(surroundings, 'A25');
  const time = drawOf(surroundings, 'S6');
  const database = drawOf(surroundings, 'S4');
  const versions = drawOf(surroundings, 'S8');
  const own = time === null ? clock : new WrongClock(clock, time, isCalm, note('S6'));
  const troubles = {
    ...{ clock, isCalm },
    links: links === null ? null : { links, note: note('S3') },
    outage: database === null ? null : { draw: database, startAt, note: note('S4') },
    versions: versions === null ? null : { draw: versions, note: note('S8') },
  };
  return {
    clock: own,
    store: troubledStore(store, troubles),
    ...(token === null ? {} : { credential: troubledCredential(azureToken, clock, own, token, isCalm, note('A25')) }),
  };
}

function drawOf({ seed, strengths }: SurroundingsOptions, id: string): Draw | null {
  const strength = strengths[id];
  if (strength === undefined) return null;
  const number = Array.from(id, (letter) => letter.charCodeAt(0)).reduce((sum, code) => sum * 41 + code, 3);
  return { ...strength, random: seededRandom(seed * 5003 + number) };
}
