// Which agents whose lifetime is over go now: no more at a time than the share of the settings, and none in blocked hours. The
// others serve on, so nobody asks for machines in the place of those that stay.
import { allowedAtOnce, blockedUntil } from './disruption-share.ts';
import { lifetimeEndsAt, lifetimesOf } from './lifetime.ts';
import { isHeldByPerson, type Node } from './node.ts';
import type { Observation } from './observation.ts';
import type { PoolSettings } from './pool.ts';

export interface Retiring {
  /** Keys of the nodes that go, or end their job and take no other. */
  readonly now: ReadonlySet<string>;
  /** Whose lifetime is over as well, and who stay. */
  readonly held: number;
}

/** Those that are closed already come first, then the oldest. */
export function retiringOf(nodes: readonly Node[], observation: Observation, settings: PoolSettings): Retiring {
  if (settings.profile.kind !== 'stateful') return { now: new Set(), held: 0 };
  const ends = lifetimesOf(nodes, settings);
  const old = nodes.filter(
    (node, place) =>
      (ends[place] ?? Infinity) <= observation.now &&
      (node.state === 'idle' || node.state === 'assigned') &&
      !isHeldByPerson(node),
  );
  if (old.length === 0) return { now: new Set(), held: 0 };
  const isBlocked = blockedUntil(settings, observation.now) !== null;
  const most = isBlocked ? 0 : allowedAtOnce(nodes, observation, settings);
  const rank = (node: Node): number => (node.agent?.isEnabled === false ? 0 : 1);
  const first = old.toSorted(
    (a, b) => rank(a) - rank(b) || (lifetimeEndsAt(a, settings) ?? 0) - (lifetimeEndsAt(b, settings) ?? 0),
  );
  const going = first.slice(0, most);
  return { now: new Set(going.map((node) => node.key)), held: old.length - going.length };
}
