// A bound on how fast machines go that worked and look unhealthy (I-18). Where one after the other looks so, the picture is
// more likely wrong than the machines; the share that looks so at once is judged in trust.ts.
import type { Decision } from './decision.ts';
import { withDecisions, type Pass, type Plan } from './pass.ts';
import { count, say } from './words.ts';

const codes: ReadonlySet<string> = new Set(['agentLost', 'instanceUnhealthy', 'registrationGone']);
const windowMs = 10 * 60_000;
const fewest = 3;
const share = 0.45;

/** `decisions` without those that would be too many within ten minutes, and what is remembered of the others. */
export function holdUnwell(pass: Pass, plan: Plan, decisions: readonly Decision[], leaving: Plan['leaving']): Plan {
  const taken = new Map(Object.entries(takenLately(pass)));
  if (decisions.length === 0) {
    return { ...plan, remember: { ...plan.remember, unwell: Object.fromEntries(taken) } };
  }
  const machines = pass.nodes.filter((node) => node.instance !== null).length;
  const gone = [...taken.keys()].filter((vmId) => !pass.nodes.some((node) => node.generation?.vmId === vmId)).length;
  const most = Math.max(fewest, Math.floor(share * (machines + gone)));
  const held = decisions.filter((decision) => {
    const vmId = decision.target?.vmId ?? null;
    if (!codes.has(decision.reason.code) || vmId === null || taken.has(vmId)) return false;
    if (taken.size >= most) return true;
    taken.set(vmId, pass.now);
    return false;
  });
  const staying = new Set(
    pass.nodes.filter((node) => held.some((one) => one.node === node.name)).map(({ key }) => key),
  );
  const after = withDecisions({ ...plan, remember: { ...plan.remember, unwell: Object.fromEntries(taken) } }, [
    ...decisions.filter((decision) => !held.includes(decision)),
    ...(held.length === 0 ? [] : [alarm(held.length, most)]),
  ]);
  return { ...after, leaving: new Set([...plan.leaving, ...[...leaving].filter((key) => !staying.has(key))]) };
}

function takenLately({ memory, now }: Pass): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(memory.unwell ?? {}).filter(([, at]) => now - at < windowMs));
}

function alarm(held: number, most: number): Decision {
  const words =
    `${count(most, 'machine')} that looked unhealthy ${most === 1 ? 'was' : 'were'} taken within ten minutes, as many as may be: ` +
    `${held} more ${held === 1 ? 'stays' : 'stay'} until somebody looks or some time has passed.`;
  return { kind: 'alarm', reason: say('unwellHeld', words) };
}
