// I-13: machines are asked for only in a version that the pool's region has, and nobody gets one that is excluded from
// latest or past its end of life without having named it. A version may go between a look and the call: for a while that is
// nobody's fault, and then the look must have shown it.
import type { JournalEvent } from '../journal.ts';
import { numberIn, textIn, type Checker } from './checker.ts';

/** Versions are looked at every five minutes; a look may fail, and one may be under way. */
const graceSeconds = 900;
const mostLooks = 3;

interface Withdrawn {
  readonly at: number;
  readonly imageId: string | null;
  readonly version: string | null;
  looks: number;
}

export function pinChecker(): Checker {
  /** Image and version → when it was taken away, and how often a list that the service saw since lacked it. */
  const withdrawn = new Map<string, Withdrawn>();
  const named = new Set<string>();
  return (event, report) => {
    const version = textIn(event, 'version');
    const key = `${textIn(event, 'image') ?? ''} ${version ?? ''}`;
    if (event.kind === 'versionWithdrawn')
      withdrawn.set(key, { at: event.t, imageId: textIn(event, 'imageId'), version, looks: 0 });
    if (event.kind === 'jobQueued' && version !== null) named.add(key);
    if (event.kind === 'wire' && Array.isArray(event.versions))
      for (const one of withdrawn.values())
        if (one.imageId === event.imageId && !event.versions.includes(one.version)) one.looks += 1;
    if (event.kind === 'instanceCreated' && event.by === 'controller' && event.isUsual === false && !named.has(key))
      report(event.t, `A machine of ${wordOf(event)} was made, and no job has named that version.`, 'I-13');
    if (event.kind !== 'wire' || !asksForMachines(event) || event.isDeployable !== false) return;
    const gone = withdrawn.get(key);
    const asked = numberIn(event, 'asked') ?? event.t;
    if (gone === undefined)
      report(event.t, `Machines of ${wordOf(event)} were asked for, which the region never had.`, 'I-13');
    else if (asked - gone.at > graceSeconds && gone.looks >= mostLooks)
      report(event.t, `Machines of ${wordOf(event)} were asked for long after it had been taken away.`, 'I-13');
  };
}

/** A lane that is made, or one that is to have more machines than it has. */
function asksForMachines(event: JournalEvent): boolean {
  if (event.call !== 'patchCapacity') return false;
  return event.method === 'PUT' || (numberIn(event, 'capacity') ?? 0) > (numberIn(event, 'machines') ?? 0);
}

function wordOf(event: JournalEvent): string {
  return `image ${textIn(event, 'image') ?? 'unknown'}, version ${textIn(event, 'version') ?? 'unknown'}`;
}
