// How long a stateful agent lives: at most `maxAgentLifetimeHours`, and after its last job at least the grace period, in which
// a job that wants its state may still come.
import { capabilitiesOf } from './agent.ts';
import type { Decision, Reason } from './decision.ts';
import { readCapability } from './demand.ts';
import { isIdleSupply } from './claims.ts';
import { isHeldByPerson, type Node } from './node.ts';
import { decideNode, withDecisions, type Pass, type Plan } from './pass.ts';
import type { PoolSettings } from './pool.ts';
import { isLeavingState } from './scale-in.ts';
import { wantedStandby } from './standby.ts';
import { tagLabel } from './tags.ts';
import { say, span } from './words.ts';

/** Free nodes that are too old are given back, busy ones take no further job. Their places count as needed again. */
export function endLifetimes(pass: Pass, plan: Plan): Plan {
  const { settings, now, trust } = pass;
  if (settings.profile.kind !== 'stateful') return plan;
  const limit = settings.profile.maxAgentLifetimeHours * 3_600_000;
  const living = pass.nodes.filter((node) => isReplaceable(node) && !plan.leaving.has(node.key));
  const old = living.filter((node) => now - bornAt(node, now) >= limit);
  const dueAt = living.map((node) => bornAt(node, now) + limit).filter((at) => at > now);
  const after = dueAt.length === 0 ? plan : { ...plan, dueAt: [...plan.dueAt, Math.min(...dueAt)] };
  if (!trust.canDestroy) return after;
  const free = old.filter(isIdleSupply);
  const busy = old.filter((node) => node.state === 'assigned' && node.agent?.isEnabled === true);
  const decisions: readonly Decision[] = [
    ...free.map((node) => decideNode('reclaim', node, tooOld(node, now, limit))),
    ...busy.map((node): Decision => ({
      ...decideNode('reclaim', node, tooOldAndBusy(node, now, limit)),
      kind: 'drain',
    })),
  ];
  return missing(pass, withDecisions(after, decisions, free), free);
}

/** For how long an idle node stays at least: a tagged one for the whole idle delay, and any that ran a job for the grace period. */
export function keepsUntil(node: Node, settings: PoolSettings): number {
  if (settings.profile.kind !== 'stateful' || node.agent === null) return 0;
  const isTagged = readCapability(capabilitiesOf(node.agent), tagLabel) !== null;
  const hasRun = isTagged || node.agent.lastCompletedRequestId !== null;
  const grace = hasRun ? settings.profile.gracePeriodMinutes : 0;
  return node.stateSince + Math.max(grace, isTagged ? settings.timeToLiveMinutes : 0) * 60_000;
}

/** For whoever has to take an idle node away: untagged ones first, and last of all the tagged ones in their grace period. */
export function byWorth(settings: PoolSettings, now: number): (a: Node, b: Node) => number {
  const worth = (node: Node): number => {
    const isTagged = node.agent !== null && readCapability(capabilitiesOf(node.agent), tagLabel) !== null;
    return (isTagged ? 2 : 0) + (keepsUntil(node, settings) > now ? 1 : 0);
  };
  return (a, b) => worth(a) - worth(b);
}

function isReplaceable(node: Node): boolean {
  return node.instance !== null && !isHeldByPerson(node) && !isLeavingState(node.state) && node.state !== 'saved';
}

/** An instance that was there before its record is as old as Azure says. */
function bornAt(node: Node, now: number): number {
  return node.generation?.startedAt ?? node.instance?.createdAt ?? node.agent?.createdAt ?? now;
}

/** What goes had a request or counted for the standby, and neither has a node now. */
function missing(pass: Pass, plan: Plan, gone: readonly Node[]): Plan {
  if (gone.length === 0) return plan;
  const claimed = gone.filter((node) => pass.claims.byNode.has(node.key)).length;
  const spare = pass.claims.spareIdle.length + pass.claims.spareBootingCount - (gone.length - claimed);
  const standbyShort = Math.max(plan.standbyShort, wantedStandby(pass.settings) - spare);
  return { ...plan, unmet: plan.unmet + claimed, standbyShort };
}

function tooOld(node: Node, now: number, limit: number): Reason {
  const words = `${node.name} lives for ${span(now - bornAt(node, now))} (at most ${span(limit)}) and is free: it is replaced where it is needed.`;
  return say('lifetimeReached', words);
}

function tooOldAndBusy(node: Node, now: number, limit: number): Reason {
  const words = `${node.name} lives for ${span(now - bornAt(node, now))} (at most ${span(limit)}): it ends its job and takes no other.`;
  return say('lifetimeReached', words);
}
