// How much of a pool goes by its own choice at a time, and when none of it may (I-17). Machines that are broken, used up or
// idle for too long are no choice.
import { allowedAtOnce, blockedUntil, byChoice, policyOf } from './disruption-share.ts';
import type { Decision } from './decision.ts';
import type { Pass, Plan } from './pass.ts';
import type { PoolSettings } from './pool.ts';
import { count, say } from './words.ts';

/** Held back only by the hours, for a job waits for them; `byChoice` by the share, too. */
const forAnother: ReadonlySet<string> = new Set(['displaced', 'laneDisplaced']);

/** Takes back what would be too much at a time, or at this hour. */
export function holdDisruption(pass: Pass, plan: Plan): Plan {
  const until = blockedUntil(pass.settings, pass.now);
  let allowance: number | null = until === null ? null : 0;
  const held: Decision[] = [];
  const decisions = plan.decisions.filter((decision) => {
    const { code } = decision.reason;
    if (decision.kind !== 'reclaim' || !(byChoice.has(code) || (until !== null && forAnother.has(code)))) return true;
    allowance ??= allowedAtOnce(pass.nodes, pass.observation, pass.settings);
    if (allowance > 0) {
      allowance -= 1;
      return true;
    }
    held.push(decision);
    return false;
  });
  if (held.length === 0) return plan;
  const names = new Set(held.map((decision) => decision.node));
  const staying = new Set(pass.nodes.filter((node) => names.has(node.name)).map((node) => node.key));
  return {
    ...plan,
    decisions: [...decisions, waitForShare(held.length, pass)],
    leaving: new Set([...plan.leaving].filter((key) => !staying.has(key))),
    dueAt: until === null ? plan.dueAt : [...plan.dueAt, until],
  };
}

export function waitForShare(held: number, { settings, now }: Pick<Pass, 'settings' | 'now'>): Decision {
  const why = blockedUntil(settings, now) === null ? shareWords(settings) : blockedWords(settings);
  const words = `${count(held, 'machine')} would be replaced and ${held === 1 ? 'stays' : 'stay'} for now: ${why}.`;
  return { kind: 'wait', reason: say('disruptionBlocked', words) };
}

function shareWords(settings: PoolSettings): string {
  return `at most ${policyOf(settings).maxPercent} % of the machines, and one at least, go at a time`;
}

export function blockedWords(settings: PoolSettings): string {
  const { blocked } = policyOf(settings);
  if (blocked === null) return 'no hours are blocked';
  const days = blocked.days.length === 7 ? 'every day' : `on ${blocked.days.join(', ')}`;
  return `no machine is taken away from ${blocked.from} to ${blocked.to} (${blocked.timeZone}) ${days}`;
}
