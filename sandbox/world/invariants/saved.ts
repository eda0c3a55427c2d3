// I-24: a machine that Weir keeps for somebody to look at is neither wiped nor deleted by Weir before its time is over, nor given
// back to work; its time begins when it is kept; no more are kept than the settings want, and the last place of the pool is never
// one of them. Judged from what a person sees of the pool.
import type { JournalEvent } from '../journal.ts';
import { isByController, numberIn, textIn, type Checker } from './checker.ts';

export interface KeptMachine {
  readonly vmId: string;
  /** Seconds; null: until somebody gives it back. */
  readonly until: number | null;
  /** True: Weir means to keep it and has not done so yet, so it may still come otherwise. Absent: false. */
  readonly isAboutTo?: boolean;
}

export function savedChecker(): Checker {
  const { kept, known, dated, aboutTo, giveBack, promise } = promises();
  const machineOf = new Map<number | null, string>();
  const allowance = allowanceOf();
  /** When each machine was made, or last seen not to be kept. */
  const lastAtWork = new Map<string, number>();
  /** By a wrong clock its time may be over at any time; a store of yesterday does not know of it. */
  let isTimeVague = false;
  let keptSeconds: number | null = null;
  return (event, report) => {
    const vmId = textIn(event, 'vmId');
    if (event.kind === 'poolSettings') {
      const hours = numberIn(event, 'savedNodeHours');
      keptSeconds = hours === null ? null : hours * 3600;
      const most = Math.min(numberIn(event, 'maxSavedNodeCount') ?? 0, (numberIn(event, 'maxCapacity') ?? 1) - 1);
      allowance.set(event.t, Math.max(0, most));
    }
    if (event.kind === 'instanceCreated' && vmId !== null) lastAtWork.set(vmId, event.t);
    if (event.kind === 'fault' && event.id === 'S6') isTimeVague = true;
    if (event.kind === 'fault' && event.id === 'S4' && textIn(event, 'did')?.startsWith('set back') === true)
      kept.clear();
    if (event.kind === 'agentRegistered' && vmId !== null) machineOf.set(numberIn(event, 'agent'), vmId);
    // Whoever enables the agent of a kept machine gives it back; Weir itself may not, but for one that it has not kept yet. Whether
    // it keeps that one after all, the next page shows.
    if (event.kind === 'agentEnabled') {
      const machine = machineOf.get(numberIn(event, 'agent')) ?? '';
      const until = kept.get(machine);
      if (until === undefined || (isByController(event) && aboutTo.has(machine))) return;
      giveBack(machine);
      if (isByController(event) && isBefore(event.t, until) && !isTimeVague)
        report(
          event.t,
          `Machine ${machine} was kept until ${inWords(until)}, and its agent was opened to jobs.`,
          'I-24',
        );
    }
    if (event.kind === 'verdicts' && Array.isArray(event.kept)) {
      const shown = event.kept as readonly KeptMachine[];
      const next = new Map(shown.map((one) => [one.vmId, one.until]));
      const unseen = [...next.keys()].filter((one) => !known.has(one));
      for (const one of unseen) known.add(one);
      // Where Azure does not answer, pictures show no machine for minutes. So one that is shown as kept for the first time was
      // kept at any time since it was last seen at work; and whoever lowers the settings since takes nothing back.
      const seenFrom = unseen.map((one) => lastAtWork.get(one) ?? -Infinity);
      const allowed = allowance.since(isTimeVague ? -Infinity : Math.min(...seenFrom));
      if (unseen.length > 0 && next.size > allowed)
        report(event.t, `${String(next.size)} machines are kept, and ${String(allowed)} may be.`, 'I-24');
      const seconds = isTimeVague ? null : keptSeconds;
      for (const [one, until] of next) {
        if (until === null || dated.has(one)) continue;
        dated.add(one);
        const words = misdated(event.t, seconds, until, lastAtWork.get(one) ?? -Infinity);
        if (words !== null) report(event.t, `Machine ${one} ${words}`, 'I-24');
      }
      for (const one of Array.isArray(event.others) ? (event.others as readonly string[]) : [])
        lastAtWork.set(one, numberIn(event, 'at') ?? event.t);
      // A picture that does not show it (Azure is silent), or shows it on its way out, gives nothing back.
      for (const one of Array.isArray(event.atWork) ? (event.atWork as readonly string[]) : []) giveBack(one);
      shown.forEach(promise);
    }
    const until = vmId === null || !isGone(event) ? undefined : kept.get(vmId);
    if (vmId === null || until === undefined) return;
    giveBack(vmId);
    if (isByController(event) && isBefore(event.t, until) && !isTimeVague)
      report(event.t, `${event.kind}: machine ${vmId} was kept until ${inWords(until)}.`, 'I-24');
  };
}

function isBefore(t: number, until: number | null): boolean {
  return until === null || t < until;
}

function inWords(until: number | null): string {
  return until === null ? 'somebody gives it back' : String(until);
}

/** What pages have shown of machines since these were last given back. */
function promises() {
  const kept = new Map<string, number | null>();
  const known = new Set<string>();
  /** With the time until which it is kept. */
  const dated = new Set<string>();
  const aboutTo = new Set<string>();
  return {
    ...{ kept, known, dated, aboutTo },
    /** What is kept once more is judged once more. */
    giveBack: (one: string): void => {
      for (const told of [kept, known, dated, aboutTo]) told.delete(one);
    },
    promise: ({ vmId, until, isAboutTo }: KeptMachine): void => {
      kept.set(vmId, later(kept.get(vmId) ?? null, until));
      if (isAboutTo === true) aboutTo.add(vmId);
      else aboutTo.delete(vmId);
    },
  };
}

/** What a page once promised is not taken back by a later one. */
function later(before: number | null, now: number | null): number | null {
  return before === null || now === null ? now : Math.max(before, now);
}

/** A pass may stand still for half an hour between what it saw and what it wrote. */
const longestPassSeconds = 1800;

/** Its time begins when it is kept: after a page showed it not to be, and before one shows that it is. In words, or null. */
function misdated(now: number, seconds: number | null, until: number, lastAtWork: number): string | null {
  if (seconds === null) return null;
  const isEarly = until < lastAtWork - longestPassSeconds + seconds;
  if (!isEarly && until <= now + seconds) return null;
  return `is kept until ${String(until)}, and not for ${String(seconds)} s since it was kept after ${String(lastAtWork)}.`;
}

/** How many might be kept, as the settings allowed over time. */
function allowanceOf() {
  const changes: { readonly t: number; readonly most: number }[] = [];
  return {
    set: (t: number, most: number) => changes.push({ t, most }),
    /** The most at any time since. A pass has read the settings a while before its picture was made. */
    since(t: number): number {
      const first = changes.findLastIndex((one) => one.t <= t - settingsAgeSeconds);
      return Math.max(0, ...changes.slice(Math.max(0, first)).map((one) => one.most));
    },
  };
}

const settingsAgeSeconds = 120;

function isGone({ kind }: JournalEvent): boolean {
  return kind === 'instanceDeleted' || kind === 'instanceReimaged';
}
