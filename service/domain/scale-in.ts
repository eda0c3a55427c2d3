// Gives back nodes that were idle for long enough, the longest idle first, and never the standby.
import type { Node, NodeState } from './node.ts';
import { decideNode, withDecisions, type Pass, type Plan } from './pass.ts';
import type { Memory } from './memory.ts';
import type { PoolSettings } from './pool.ts';
import { breakEvenMs, sizingNumbers } from './sizing-presets.ts';
import { spareAdvice } from './spares.ts';
import { hasHistory } from './forecast.ts';
import { wantedStandby } from './standby.ts';
import { say, span } from './words.ts';

export function scaleIn(pass: Pass, plan: Plan): Plan {
  const spare = pass.claims.spareIdle.filter((node) => !plan.leaving.has(node.key));
  const { keep, make } = spareAdvice(pass);
  const beyondStandby = spare.slice(0, Math.max(0, spare.length - wantedStandby(pass.settings)));
  const wanted = Math.max(wantedStandby(pass.settings), keep);
  const timeout = idleTimeoutMs(pass.settings, pass.memory);
  // Whatever was foreseen, a spare that nobody used for this long goes, unless a new one would be made in its place.
  const cap = breakEvenMs(pass.settings, pass.memory) / sizingNumbers(pass.settings).distrust;
  const surplus = beyondStandby.filter(
    (node, place) =>
      spare.length - place > wanted || (pass.now - node.stateSince >= cap && spare.length - place > make),
  );
  const due = surplus.map((node) => node.stateSince + timeout).filter((at) => at > pass.now);
  if (!pass.trust.canDestroy) return plan;
  const overMaximum = spare.slice(0, aboveMaximum(pass));
  const idleTooLong = surplus.filter((node) => pass.now - node.stateSince >= timeout && !overMaximum.includes(node));
  const decisions = [
    ...overMaximum.map((node) => decideNode('reclaim', node, tooMany(node, pass))),
    ...idleTooLong.map((node) => decideNode('reclaim', node, idleFor(node, pass, timeout))),
  ];
  const after = withDecisions(plan, decisions, [...overMaximum, ...idleTooLong]);
  return due.length === 0 ? after : { ...after, dueAt: [...after.dueAt, Math.min(...due)] };
}

/** The delay of the settings, or less where the preset saves money before it saves boots. */
export function idleTimeoutMs(settings: PoolSettings, memory: Memory): number {
  const delay = settings.timeToLiveMinutes * 60_000;
  switch (settings.sizing.preset) {
    case 'economy':
      return Math.min(delay, 30_000);
    case 'balanced':
      return Math.min(delay, hasHistory(memory) ? shortDelay(settings, memory) : 7 * 60_000);
    case 'fast':
      return Math.min(delay, hasHistory(memory) ? shortDelay(settings, memory) : delay);
  }
}

function shortDelay(settings: PoolSettings, memory: Memory): number {
  return breakEvenMs(settings, memory) * sizingNumbers(settings).distrust;
}

/** Its place becomes free without another decision. */
export function isLeavingState(state: NodeState): boolean {
  switch (state) {
    case 'pendingDelete':
    case 'deletingCompute':
    case 'retryDelete':
    case 'failedToStartPendingDelete':
    case 'failedToRestartPendingDelete':
    case 'failedVMPendingDelete':
    case 'unhealthyVmPendingDelete':
    case 'assignedPendingDelete':
      return true;
    default:
      return false;
  }
}

/** A person may have lowered the maximum below what is there: free nodes go at once then. */
function aboveMaximum(pass: Pass): number {
  const staying = pass.nodes.filter((node) => node.instance !== null && !isLeavingState(node.state)).length;
  return Math.max(0, staying - pass.settings.maxCapacity);
}

function tooMany(node: Node, pass: Pass) {
  return say(
    'aboveMaximum',
    `${node.name} is idle, and the pool has more instances than its maximum of ${pass.settings.maxCapacity}.`,
  );
}

function idleFor(node: Node, pass: Pass, timeout: number) {
  const standby = Math.max(wantedStandby(pass.settings), spareAdvice(pass).keep);
  const kept = standby === 0 ? 'nothing wants it' : `${standby} idle are kept without it`;
  const words = `${node.name} is idle for ${span(pass.now - node.stateSince)} (at most ${span(timeout)}), and ${kept}.`;
  return say('idleTooLong', words);
}
