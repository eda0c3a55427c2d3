// Machines that run job after job never stand free for a pass to see while jobs of their own image wait. So that another's turn comes,
// some that are busy take no further job (decision 0033), and the first of them that ends its job gives its place.
import type { Decision } from './decision.ts';
import { blockedUntil } from './disruption-share.ts';
import { fits, mayServe } from './fit.ts';
import { serves, type Target } from './image-catalog.ts';
import type { JobRequest } from './job-request.ts';
import { isHeldByPerson, type Node } from './node.ts';
import { nodesIn } from './nodes-by-state.ts';
import { decideNode, withDecisions, type Pass, type Plan } from './pass.ts';
import { placedClasses, placeOfNode } from './placed-class.ts';
import { servedAsOf } from './priority.ts';
import { tagOf } from './tags.ts';
import { goesBefore } from './turn.ts';
import { jobWord, say } from './words.ts';
import { lacksFolder, namedFolder } from './work-folder-choice.ts';

/** A request that a place would help, and the machines that it means. */
export interface Passed {
  readonly request: JobRequest;
  readonly target: Target;
}

/** Of a long queue the others have their turn in a later pass. */
const mostAtOnce = 20;

/** `passed`: in the order of service, those for whom no place is on its way. On the customer's own set every machine is of one image, and folders differ. */
export function takeTurns(pass: Pass, plan: Plan, passed: readonly Passed[], limit: string): Plan {
  const { settings, trust, now } = pass;
  if (passed.length === 0 || settings.recycleAfterEachUse || !trust.canEnable) return plan;
  if (blockedUntil(settings, now) !== null) return plan;
  const waiting = passed.slice(0, mostAtOnce);
  const given = closedNodes(pass, plan).flatMap(({ node, request }): readonly [Node, JobRequest][] => {
    const at = waiting.findIndex((one) => isForAnother(node, one, pass) && goesBefore(one.request, request, pass));
    const [first] = at < 0 ? [] : waiting.splice(at, 1);
    return first === undefined ? [] : [[node, first.request]];
  });
  const after = withDecisions(
    plan,
    given.map(([node, request]) => {
      const words = `${node.name} is free, ${limit}, and ${jobWord(request)} waits for longer than the jobs that it fits: its place goes to that one.`;
      return decideNode('reclaim', node, say('displaced', words));
    }),
    given.map(([node]) => node),
  );
  return withDecisions(after, closings(pass, after, waiting, limit));
}

/** One that he fits too is given to somebody else for now, and to give it up would help nobody. */
function isForAnother(node: Node, { target, request }: Passed, { claims: { catalog } }: Pass): boolean {
  return !serves(placeOfNode(node, catalog), target, catalog) || lacksFolder(node, request);
}

/** The same for all who mean the same machines: what kind of place helps. */
function kindOf({ target, request }: Passed): string {
  return [target.image, target.version, namedFolder(request)?.toLowerCase()].join(' ');
}

/** Free, and not opened yet for the request that is to have it. */
function closedNodes({ nodes, claims }: Pass, { leaving }: Plan) {
  return nodesIn(nodes, 'idle').flatMap((node) => {
    const request = claims.byNode.get(node.key);
    const isClosed = node.agent?.isEnabled === false && node.generation?.isDisabledByWeir === true;
    return request === undefined || !isClosed || leaving.has(node.key) ? [] : [{ node, request }];
  });
}

/**
 * One busy machine for each that waits, of those that began their jobs last: of short jobs and long ones they are likely to be short, and
 * whoever has begun another job since is among them in the next pass, so one of these ends soon. What has a tag is waited for by others.
 */
function closings(pass: Pass, plan: Plan, waiting: readonly Passed[], limit: string): readonly Decision[] {
  if (waiting.length === 0) return [];
  const busy = nodesIn(pass.nodes, 'assigned')
    .filter((node) => node.generation !== null && !isHeldByPerson(node) && !plan.leaving.has(node.key))
    .filter((node) => tagOf(node) === null)
    .sort((a, b) => b.stateSince - a.stateSince);
  const next = nextJobs(busy, pass);
  const helpless = new Set<string>();
  return waiting.flatMap((one): readonly Decision[] => {
    // Who comes later for the same machines is before nobody whom this one is not before.
    if (helpless.has(kindOf(one))) return [];
    const at = busy.findIndex((node) => {
      const job = next.get(node);
      return job !== undefined && isForAnother(node, one, pass) && goesBefore(one.request, job, pass);
    });
    const [node] = at < 0 ? [] : busy.splice(at, 1);
    if (node === undefined) helpless.add(kindOf(one));
    // It was closed in a pass before, and still runs its job.
    if (node?.agent?.isEnabled !== true) return [];
    const words = `${node.name} ends its job and takes no other for now, for ${limit}, and ${jobWord(one.request)} waits for longer than the jobs that it fits.`;
    return [decideNode('drain', node, say('closedForTurn', words))];
  });
}

/** Which waiting job each would go on to. */
function nextJobs(busy: readonly Node[], pass: Pass): ReadonlyMap<Node, JobRequest> {
  const { groups, names, left, catalog } = pass.claims;
  const next = new Map<Node, JobRequest>();
  for (const own of placedClasses(busy, names, catalog)) {
    const [first] = groups
      .flatMap((group, at) => (mayServe(group, own, catalog) && fits(group, own) ? (left[at]?.slice(0, 1) ?? []) : []))
      .sort((a, b) => servedAsOf(a, pass.settings) - servedAsOf(b, pass.settings));
    if (first !== undefined) for (const node of own.nodes) next.set(node, first);
  }
  return next;
}
