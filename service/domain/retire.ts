// Takes stateful agents out of service whose lifetime is over: free ones are given back, busy ones take no further job. They
// count no longer as supply (claims.ts), so whatever is still needed is asked for in their place.
import type { Decision } from './decision.ts';
import { blockedUntil } from './disruption-share.ts';
import { waitForShare } from './disruption.ts';
import { lifetimeEndsAt, lifetimesOf } from './lifetime.ts';
import { isHeldByPerson, type Node } from './node.ts';
import { decideNode, withDecisions, type Pass, type Plan } from './pass.ts';
import { say, span } from './words.ts';

export function retire(pass: Pass, plan: Plan): Plan {
  const { settings, now, trust } = pass;
  // The others have no lifetime.
  if (settings.profile.kind !== 'stateful') return plan;
  const endsAt = nextEnd(pass, plan);
  const after = endsAt === null ? plan : { ...plan, dueAt: [...plan.dueAt, endsAt] };
  if (!trust.canDestroy) return after;
  const { retiring } = pass.claims;
  const old =
    retiring.now.size === 0 ? [] : pass.nodes.filter((node) => isServing(node, plan) && retiring.now.has(node.key));
  const free = old.filter((node) => node.state === 'idle');
  const busy = old.filter((node) => node.state === 'assigned' && node.agent?.isEnabled === true);
  const decisions = [
    ...free.map((node) => decideNode('reclaim', node, reasonFor(node, pass, 'it is free and given back'))),
    ...busy.map((node): Decision => {
      const drained = decideNode('reclaim', node, reasonFor(node, pass, 'it ends its job and takes no other'));
      return { ...drained, kind: 'drain' };
    }),
    ...(retiring.held === 0 ? [] : [waitForShare(retiring.held, pass)]),
  ];
  const until = retiring.held === 0 ? null : blockedUntil(settings, now);
  const due = until === null ? after : { ...after, dueAt: [...after.dueAt, until] };
  return withDecisions(due, decisions, free);
}

function isServing(node: Node, plan: Plan): boolean {
  return (node.state === 'idle' || node.state === 'assigned') && !isHeldByPerson(node) && !plan.leaving.has(node.key);
}

/** When the first lifetime ends that is not over yet. */
function nextEnd({ nodes, settings, now }: Pass, plan: Plan): number | null {
  let next = Infinity;
  const ends = lifetimesOf(nodes, settings);
  for (let place = 0; place < ends.length; place += 1) {
    const [node, endsAt] = [nodes[place], ends[place] ?? Infinity];
    if (endsAt > now && endsAt < next && node !== undefined && isServing(node, plan)) next = endsAt;
  }
  return next === Infinity ? null : next;
}

function reasonFor(node: Node, { settings, now }: Pass, what: string) {
  const limit = settings.profile.kind === 'stateful' ? settings.profile.maxAgentLifetimeHours * 3_600_000 : 0;
  const age = now - (lifetimeEndsAt(node, settings) ?? now) + limit;
  return say(
    'lifetimeReached',
    `${node.name} has lived for ${span(age)}, at most ${span(limit)} are allowed: ${what}.`,
  );
}
