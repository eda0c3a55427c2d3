// Gives back nodes that were idle for long enough, the longest idle first, and never the standby.
import type { Node, NodeState } from './node.ts';
import { byWorth, isTagged, keepsUntil } from './lifetime.ts';
import { standsFor, usualTarget } from './needs.ts';
import { decideNode, withDecisions, type Pass, type Plan } from './pass.ts';
import { placeOfNode } from './placed-class.ts';
import { breakEvenMs, idleTimeoutMs, sizingNumbers } from './sizing-presets.ts';
import { isSurplus } from './sizing-rules.ts';
import { standbyShares } from './standby.ts';
import { standbyShelves, type StandbyShelf } from './standby-shelf.ts';
import { say, span } from './words.ts';

export function scaleIn(pass: Pass, plan: Plan): Plan {
  const spare = pass.claims.spareIdle.filter((node) => !plan.leaving.has(node.key));
  const overMaximum = spare.toSorted(byWorth(pass.settings, pass.now)).slice(0, aboveMaximum(pass));
  const shelves = shelvesOf(spare, pass);
  const timeout = idleTimeoutMs(pass.settings, pass.memory);
  const surplus = shelves.flatMap((shelf) => surplusOf(shelf, pass).map((node) => ({ node, shelf })));
  const endsAt = (node: Node): number => Math.max(node.stateSince + timeout, keepsUntil(node, pass.settings));
  const isOver = ({ node }: { readonly node: Node }): boolean => pass.now >= endsAt(node);
  const due = surplus.map(({ node }) => endsAt(node)).filter((at) => at > pass.now);
  if (!pass.trust.canDestroy) return plan;
  const idleTooLong = surplus.filter((one) => isOver(one) && !overMaximum.includes(one.node));
  const decisions = [
    ...overMaximum.map((node) => decideNode('reclaim', node, tooMany(node, pass))),
    ...idleTooLong.map(({ node, shelf }) => decideNode('reclaim', node, idleFor(node, pass, timeout, shelf))),
  ];
  const gone = [...overMaximum, ...idleTooLong.map(({ node }) => node)];
  const after = withDecisions(plan, decisions, gone);
  const old = replaced(
    pass,
    after,
    spare.filter((node) => !gone.includes(node)),
  );
  return due.length === 0 ? old : { ...old, dueAt: [...old.dueAt, Math.min(...due)] };
}

/** The spares of one shelf. */
interface Shelf extends Omit<StandbyShelf, 'holds'> {
  readonly spare: readonly Node[];
}

function shelvesOf(spare: readonly Node[], pass: Pass): readonly Shelf[] {
  const { catalog } = pass.claims;
  const shelves = standbyShelves(pass).map((shelf): Shelf => ({
    ...shelf,
    spare: spare.filter((node) => shelf.holds(placeOfNode(node, catalog))),
  }));
  const known = new Set(shelves.flatMap((shelf) => shelf.spare));
  return [...shelves, { spare: spare.filter((node) => !known.has(node)), standby: 0, keep: 0, make: 0 }];
}

/** Whatever was foreseen, a spare that nobody used for long enough goes, unless a new one would be made in its place. */
function surplusOf({ spare, standby, keep, make }: Shelf, pass: Pass): readonly Node[] {
  const cap = breakEvenMs(pass.settings, pass.memory) / sizingNumbers(pass.settings, pass.memory).distrust;
  const counts = { spare: spare.length, standby, keep, make };
  return spare.filter((node, place) => isSurplus(place, pass.now - node.stateSince, cap, counts));
}

/**
 * Machines of a former version or template that stand idle: they go as soon as new ones stand idle in their place, and one by
 * one where the maximum leaves no room for those.
 */
function replaced(pass: Pass, plan: Plan, spare: readonly Node[]): Plan {
  const { catalog } = pass.claims;
  if (catalog.isOwnSet) return plan;
  // A job that wants the tag may still come in the grace period (I-15). Others would renew theirs with every job, and never go.
  const old = spare.filter((node) => {
    if (isTagged(node) && keepsUntil(node, pass.settings) > pass.now) return false;
    const place = placeOfNode(node, catalog);
    const isFormer =
      place.image >= 0 && place.version !== null && place.version === catalog.images[place.image]?.former;
    return place.isDraining || isFormer;
  });
  if (old.length === 0) return plan;
  const standing = standbyShares(pass.settings).map((share, image) => {
    const target = usualTarget(image, catalog);
    return share - spare.filter((node) => standsFor(placeOfNode(node, catalog), target, catalog)).length;
  });
  const missing = standing.reduce((sum, lacking) => sum + Math.max(0, lacking), 0);
  const fewest = plan.isAtMaximum && missing > 0 ? 1 : 0;
  const victims = old.slice(0, Math.max(fewest, old.length - missing));
  const decisions = victims.map((node) => {
    const words = `${node.name} is idle and was made from a former version or template: new machines take its place.`;
    return decideNode('reclaim', node, say('laneReplaced', words));
  });
  return withDecisions(plan, decisions, victims);
}

/** Its place becomes free without another decision. */
export function isLeavingState(state: NodeState): boolean {
  return leavingStates.has(state);
}

export const leavingStates: ReadonlySet<NodeState> = new Set<NodeState>([
  ...(['pendingDelete', 'deletingCompute', 'retryDelete', 'assignedPendingDelete'] as const),
  ...(['failedToStartPendingDelete', 'failedToRestartPendingDelete'] as const),
  ...(['failedVMPendingDelete', 'unhealthyVmPendingDelete'] as const),
]);

/** A person may have lowered the maximum below what is there: free nodes go at once then. */
function aboveMaximum(pass: Pass): number {
  if (pass.nodes.length <= pass.settings.maxCapacity) return 0;
  const staying = pass.nodes.filter((node) => node.instance !== null && !isLeavingState(node.state)).length;
  return Math.max(0, staying - pass.settings.maxCapacity);
}

function tooMany(node: Node, pass: Pass) {
  return say(
    'aboveMaximum',
    `${node.name} is idle, and the pool has more instances than its maximum of ${pass.settings.maxCapacity}.`,
  );
}

function idleFor(node: Node, pass: Pass, timeout: number, shelf: Shelf) {
  const standby = Math.max(shelf.standby, shelf.keep);
  const kept =
    standby === 0 ? 'nothing wants it' : `the ${standby} on standby ${standby === 1 ? 'is' : 'are'} kept without it`;
  const words = `${node.name} has been idle for ${span(pass.now - node.stateSince)} (at most ${span(timeout)}), and ${kept}.`;
  return say('idleTooLong', words);
}
