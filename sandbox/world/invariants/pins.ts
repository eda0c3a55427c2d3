// I-13: machines are asked for only in a version that the pool's region has, and nobody gets one that is excluded from
// latest or past its end of life without having named it. A version may go between a look and the call: for a while that is
// nobody's fault, and then the look must have shown it; who does not look at all is told from the time alone.
import type { JournalEvent } from '../journal.ts';
import { isTrialSet } from '../trial-set.ts';
import { numberIn, textIn, type Checker } from './checker.ts';

/** Versions are looked at every five minutes; a look may fail, and one may be under way. */
const graceSeconds = 900;
const mostLooks = 3;
/** So long after the last reason not to know, not even a service that never looked may ask for the version. */
const mostSeconds = 3600;
/** Trouble of the service itself, after which what it remembers, or its clock, may be of another time. */
const ownTrouble = new Set(['S2', 'S3', 'S4', 'S6', 'S8', 'A25']);

interface Withdrawn {
  readonly at: number;
  readonly imageId: string | null;
  readonly version: string | null;
  looks: number;
  /** When a list last had it still, or could not be read. */
  excusedAt: number;
}

export function pinChecker(): Checker {
  /** Image and version → when it was taken away, and how often a list that the service saw since lacked it. */
  const withdrawn = new Map<string, Withdrawn>();
  const named = new Set<string>();
  /** Somebody asked for a validation of it, which is a reason for the machines of that trial alone. */
  const tried = new Set<string>();
  /** When the service itself was last in trouble, or could not read one version. */
  let troubledAt = -Infinity;
  return (event, report) => {
    const version = textIn(event, 'version');
    const key = `${textIn(event, 'image') ?? ''} ${version ?? ''}`;
    if (event.kind === 'versionWithdrawn')
      withdrawn.set(key, { at: event.t, imageId: textIn(event, 'imageId'), version, looks: 0, excusedAt: event.t });
    if (isTrouble(event)) troubledAt = event.t;
    if (event.kind === 'jobQueued' && version !== null) named.add(key);
    if (event.kind === 'validationAsked') tried.add(key);
    if (event.kind === 'wire' && event.call === 'listVersions')
      for (const one of withdrawn.values()) if (one.imageId === event.imageId) looked(one, event);
    const isMeant = named.has(key) || (tried.has(key) && isTrialSet(textIn(event, 'scaleSet') ?? ''));
    if (event.kind === 'instanceCreated' && event.by === 'controller' && event.isUsual === false && !isMeant)
      report(event.t, `A machine of ${wordOf(event)} was made, and nobody has named that version.`, 'I-13');
    if (event.kind !== 'wire' || !asksForMachines(event) || event.isDeployable !== false) return;
    const gone = withdrawn.get(key);
    const asked = numberIn(event, 'asked') ?? event.t;
    if (gone === undefined)
      report(event.t, `Machines of ${wordOf(event)} were asked for, which the region never had.`, 'I-13');
    else if (isLate(gone, asked, troubledAt))
      report(event.t, `Machines of ${wordOf(event)} were asked for long after it had been taken away.`, 'I-13');
  };
}

function looked(one: Withdrawn, event: JournalEvent): void {
  if (Array.isArray(event.versions) && !event.versions.includes(one.version)) one.looks += 1;
  else one.excusedAt = event.t;
}

function isTrouble(event: JournalEvent): boolean {
  if (event.kind === 'fault') return ownTrouble.has(textIn(event, 'id') ?? '');
  if (event.kind === 'wire') return event.call === 'readVersion' && event.status !== 200;
  return event.kind === 'serviceCrash' || event.kind === 'serviceStart';
}

/** It was told often enough that the version is gone, or nothing kept it from asking. */
function isLate(gone: Withdrawn, asked: number, troubledAt: number): boolean {
  if (asked - gone.at > graceSeconds && gone.looks >= mostLooks) return true;
  return asked - Math.max(gone.excusedAt, troubledAt) > mostSeconds;
}

/** A lane that is made, or one that is to have more machines than it has. */
function asksForMachines(event: JournalEvent): boolean {
  if (event.call !== 'patchCapacity') return false;
  return event.method === 'PUT' || (numberIn(event, 'capacity') ?? 0) > (numberIn(event, 'machines') ?? 0);
}

function wordOf(event: JournalEvent): string {
  return `image ${textIn(event, 'image') ?? 'unknown'}, version ${textIn(event, 'version') ?? 'unknown'}`;
}
