// How long a stateful agent lives: at most `maxAgentLifetimeHours`, and after its last job at least the grace period, in which
// a job that wants its state may still come.
import { capabilityOf } from './agent-class.ts';
import type { Node } from './node.ts';
import type { PoolSettings } from './pool.ts';
import { tagLabel } from './tags.ts';

/** When it has lived for as long as it may; null where its lifetime has no limit. */
export function lifetimeEndsAt(node: Node, settings: Pick<PoolSettings, 'profile'>): number | null {
  if (settings.profile.kind !== 'stateful' || node.instance === null) return null;
  // An instance that was there before its record is as old as Azure says.
  const bornAt = node.generation?.startedAt ?? node.instance.createdAt ?? node.agent?.createdAt ?? null;
  return bornAt === null ? null : bornAt + settings.profile.maxAgentLifetimeHours * 3_600_000;
}

/** For each of the nodes, in their order, when its lifetime ends; Infinity where it has no limit. Several reasons of a pass ask. */
export function lifetimesOf(nodes: readonly Node[], settings: Pick<PoolSettings, 'profile'>): Float64Array {
  const known = lifetimes.get(nodes);
  if (known?.profile === settings.profile) return known.ends;
  const ends = new Float64Array(nodes.length).fill(Infinity);
  for (let place = 0; place < nodes.length; place += 1) {
    const node = nodes[place];
    if (node !== undefined) ends[place] = lifetimeEndsAt(node, settings) ?? Infinity;
  }
  lifetimes.set(nodes, { profile: settings.profile, ends });
  return ends;
}

const lifetimes = new WeakMap<
  readonly Node[],
  { readonly profile: PoolSettings['profile']; readonly ends: Float64Array }
>();

/** For how long an idle node stays at least: a tagged one for the whole idle delay, and any that ran a job for the grace period. */
export function keepsUntil(node: Node, settings: PoolSettings): number {
  if (settings.profile.kind !== 'stateful' || node.agent === null) return 0;
  const hasRun = node.agent.lastCompletedRequestId !== null;
  const grace = hasRun ? settings.profile.gracePeriodMinutes : 0;
  return node.stateSince + Math.max(grace, isTagged(node) ? settings.timeToLiveMinutes : 0) * 60_000;
}

/** For whoever has to take an idle node away: untagged ones first, and last of all the tagged ones in their grace period. */
export function byWorth(settings: PoolSettings, now: number): (a: Node, b: Node) => number {
  const worth = (node: Node): number => (isTagged(node) ? 2 : 0) + (keepsUntil(node, settings) > now ? 1 : 0);
  return (a, b) => worth(a) - worth(b);
}

export function isTagged(node: Node): boolean {
  return node.agent !== null && capabilityOf(node.agent, tagLabel) !== null;
}
