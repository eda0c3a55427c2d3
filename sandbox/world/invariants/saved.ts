// I-24: a machine that Weir keeps for somebody to look at is neither wiped nor deleted by Weir before its time is over; no more are
// kept than the settings want, and the last place of the pool is never one of them. Judged from what a person sees of the pool.
import type { JournalEvent } from '../journal.ts';
import { isByController, numberIn, textIn, type Checker } from './checker.ts';

export interface KeptMachine {
  readonly vmId: string;
  /** Seconds; null: until somebody gives it back. */
  readonly until: number | null;
}

export function savedChecker(): Checker {
  let kept = new Map<string, number | null>();
  const known = new Set<string>();
  /** As the settings allowed since the picture before this one: whoever lowers them takes nothing back. */
  let most = { before: 0, now: 0 };
  /** By a wrong clock its time may be over at any time; a store of yesterday does not know of it. */
  let isTimeVague = false;
  return (event, report) => {
    const vmId = textIn(event, 'vmId');
    if (event.kind === 'poolSettings') {
      const now = Math.min(numberIn(event, 'maxSavedNodeCount') ?? 0, (numberIn(event, 'maxCapacity') ?? 1) - 1);
      most = { before: Math.max(most.before, now), now };
    }
    if (event.kind === 'fault' && event.id === 'S6') isTimeVague = true;
    if (event.kind === 'fault' && event.id === 'S4') kept = new Map();
    if (event.kind === 'verdicts' && Array.isArray(event.kept)) {
      const next = new Map((event.kept as readonly KeptMachine[]).map((one) => [one.vmId, one.until]));
      // A picture of a moment in which Azure did not answer shows none of them, and the next one all.
      const isMore = [...next.keys()].some((one) => !known.has(one));
      for (const one of next.keys()) known.add(one);
      const allowed = Math.max(0, most.before, most.now);
      if (isMore && next.size > allowed)
        report(event.t, `${String(next.size)} machines are kept, and ${String(allowed)} may be.`, 'I-24');
      kept = next;
      most = { before: most.now, now: most.now };
    }
    const until = vmId === null || !isGone(event) ? undefined : kept.get(vmId);
    if (vmId === null || until === undefined) return;
    kept.delete(vmId);
    const isEarly = until === null || event.t < until;
    if (isByController(event) && isEarly && !isTimeVague)
      report(
        event.t,
        `${event.kind}: machine ${vmId} was kept until ${String(until ?? 'somebody gives it back')}.`,
        'I-24',
      );
  };
}

function isGone({ kind }: JournalEvent): boolean {
  return kind === 'instanceDeleted' || kind === 'instanceReimaged';
}
