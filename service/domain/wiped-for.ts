// Which waiting request a machine that has run its job is wiped for: the same choice that the next pass makes (recycle.ts), so
// that the verdict names the machine and how long the wiping takes, and not how long a new one would.
import { bySeniority } from './claims.ts';
import { serves } from './image-catalog.ts';
import type { JobRequest } from './job-request.ts';
import { needsOf } from './needs.ts';
import type { Node } from './node.ts';
import { placeOfNode } from './placed-class.ts';
import { canWipe, isUsedUp } from './recycle.ts';
import { oncePerPicture } from './waiting.ts';

/** Empty where nothing may be destroyed now. */
export const wipedFor = oncePerPicture(({ nodes, trust, claims, settings }): ReadonlyMap<JobRequest, Node> => {
  const wiped = new Map<JobRequest, Node>();
  const used = trust.canDestroy ? nodes.filter((node) => canWipe(node) && isUsedUp(node)).sort(bySeniority) : [];
  const left = new Set(used);
  if (left.size === 0) return wiped;
  for (const { target, requests } of needsOf(claims, settings)) {
    const waiting = requests.values();
    for (const node of used) {
      if (!left.has(node) || !serves(placeOfNode(node, claims.catalog), target, claims.catalog)) continue;
      const request = waiting.next();
      if (request.done === true) break;
      wiped.set(request.value, node);
      left.delete(node);
    }
  }
  return wiped;
});
