// What stands above everything else on the pages of a pool for as long as it lasts.
import type { Decision } from '../domain/decision.ts';
import type { Banner } from './context.ts';
import type { ImagePolicy } from './image-policy.ts';

/** More would be a wall; the log has them all. */
const most = 5;

export function bannersOf(
  decisions: readonly Decision[],
  policy: ImagePolicy,
  agents: readonly Banner[],
): readonly Banner[] {
  const alarms = decisions
    .filter((one) => one.kind === 'alarm')
    .map(({ reason }): Banner => ({
      ...reason,
      level: reason.code === 'panicStopped' ? 'error' : 'warning',
    }));
  const stopped = [...policy.pins.values()].flatMap(({ value }): Banner[] =>
    value.banner === null ? [] : [{ code: 'rolledBack', level: 'warning', words: value.banner }],
  );
  const worstFirst = [...alarms, ...stopped, ...agents].sort((a, b) => rank[a.level] - rank[b.level]);
  return worstFirst.slice(0, most);
}

const rank = { error: 0, warning: 1 };
