// The machine hours that a pool really paid beyond what its preset aims at. The imagined pools (past-cost.ts) tell what each worth
// would have cost; they may all be wrong in the same direction, and the weeks that follow may be dearer than those before. So what
// was paid too much is saved again, and what was left is spent.
import type { HoursDebt, PastCost, Paying } from './demand-history.ts';

/** The need is that of two weeks: an aim that is lower by so many times the share that is owed would pay it back within a day. */
const daysOfNeed = 14;
/** No aim is further away from what the preset aims at. */
const furthest = 0.5;
/** Of the two weeks' hours. A pool that cannot spend its hours saves up a little only, and no bad week binds it for long. */
const mostCredit = 0.06;
const mostDebt = 0.2;

export interface Spent {
  /** How much of what was counted before is left. */
  readonly left: number;
  readonly minutes: number;
  /** Machine minutes at no wait: in these minutes, and in the last weeks with those that have faded. */
  readonly needed: number;
  readonly neededInAll: number;
  /** Five minutes are whole: in between nothing changes its mind. */
  readonly isMoment: boolean;
  /** The maximum decided how many machines there were. */
  readonly isAtMost: boolean;
}

/** Only what the forecast decided is counted; `paying` is absent where it did not decide. Undefined until it ever did. */
export function debtAfter(
  before: HoursDebt | undefined,
  paying: Paying | undefined,
  { left, minutes, needed, neededInAll, isMoment, isAtMost }: Spent,
): HoursDebt | undefined {
  const times = paying?.times ?? before?.times;
  if (times === undefined) return undefined;
  const known = before?.times === times ? before : undefined;
  const more = paying === undefined || isAtMost ? 0 : paying.machines * minutes - times * needed;
  const may = times * neededInAll;
  const debt = Math.max(-mostCredit * may, Math.min(mostDebt * may, (known?.minutes ?? 0) * left + more));
  const aim = isMoment && neededInAll > 0 ? aimOf(times, debt / neededInAll) : (known?.aim ?? times);
  return { times, minutes: debt, aim };
}

function aimOf(times: number, owed: number): number {
  return Math.max(times * (1 - furthest), Math.min(times * (1 + furthest), times - daysOfNeed * owed));
}

/** The multiple of the need to choose the worth for, where `times` is what the pool shall pay in the end. */
export function aimedTimes({ debt }: PastCost, times: number): number {
  return debt?.times === times ? debt.aim : times;
}
