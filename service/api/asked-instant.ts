// The instants between which somebody asks.
import { instantIn } from '../domain/instant-text.ts';
import { UserProblem } from '../problem.ts';

/** The form of the schema lets a leap second through, which no clock of ours knows. Throws UserProblem `RANGE_INVALID`. */
export function askedInstant(text: string, field: 'from' | 'to'): number {
  const instant = instantIn(text.replace(/[ t]/, 'T'));
  if (instant !== null) return instant.at;
  throw new UserProblem('RANGE_INVALID', `${field} is no instant of the calendar.`, {
    field,
    value: text.slice(0, 80),
  });
}

/** Absent `to` is now, absent `from` is so long before. Throws UserProblem `RANGE_INVALID`. */
export function askedSpan(
  query: { readonly from?: string; readonly to?: string },
  now: number,
  usual: number,
): { readonly from: number; readonly to: number } {
  const to = query.to === undefined ? now : askedInstant(query.to, 'to');
  const from = query.from === undefined ? to - usual : askedInstant(query.from, 'from');
  if (from > to) throw new UserProblem('RANGE_INVALID', 'from is later than to.', { field: 'from' });
  return { from, to };
}
