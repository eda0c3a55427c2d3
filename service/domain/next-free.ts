// In a stateful pool a node that ends its job takes the next one at once, before any pass sees it free. So while nodes are
// busy, whoever is served next must be first in the queue already, and some busy node must carry the labels it asks for.
import { capabilitiesOf } from './agent.ts';
import { meetsAll } from './agent-class.ts';
import type { Decision } from './decision.ts';
import { parseDemand, readCapability, type Demand } from './demand.ts';
import type { JobRequest } from './job-request.ts';
import { bySeniority } from './claims.ts';
import { isGated } from './gate.ts';
import { isHeldByPerson } from './node.ts';
import { decideNode, withDecisions, type Pass, type Plan } from './pass.ts';
import { inServiceOrder, namedPriority, priorityLabel, priorityOf } from './priority.ts';
import { fitsOnceLabelled, missingLabels, withLabels } from './labels.ts';
import { hasAgent, relabelDecision, relabelled, type AgentNode } from './relabel.ts';
import { asksForPriorities, batchEndsAt, bumpedAfter, queueOrder } from './run-next.ts';
import { namedTag } from './tags.ts';
import { say } from './words.ts';

/** So many are put in their order ahead of time: more jobs hardly end between two passes. */
const ahead = 4;
/** While the first two are right nothing is done, so that a queue that grows is not sorted anew each time. */
const sure = 2;
/** Each costs five calls. */
const relabelsAPass = 3;

export function keepNextFirst(pass: Pass, plan: Plan): Plan {
  const { claims, settings, trust } = pass;
  const isStateful = settings.profile.kind === 'stateful';
  // A machine that runs one job is closed when it comes back (gate.ts), so only a full pool needs this.
  if (!trust.canEnable || (!isStateful && !(plan.isAtMaximum && plan.unmet > 0))) return plan;
  const isAsked = claims.groups.some((group) => namedTag(group.demands) !== null);
  if (!isAsked && !asksForPriorities(claims)) return plan;
  const busy = busyNodes(pass, plan);
  const served = servedNow(pass);
  const next = nextOnes(pass, served).slice(0, Math.min(ahead, busy.length) + served.size);
  if (busy.length === 0 || next.length === 0) return plan;
  const others = next.filter((request) => !served.has(request));
  const labelled = isStateful ? labelBusy(pass, plan, busy, others) : plan;
  return withDecisions(labelled, bumps(pass, labelled, busy, next));
}

function busyNodes(pass: Pass, plan: Plan): readonly AgentNode[] {
  return pass.nodes
    .filter((node) => node.state === 'assigned' && node.agent?.isEnabled === true && !isHeldByPerson(node))
    .filter((node) => !plan.leaving.has(node.key) && plan.relabelled?.has(node.key) !== true)
    .filter((node) => !isDrained(plan, node.name))
    .filter(hasAgent)
    .sort(bySeniority);
}

/** An idle node is there for them. They stay in the order, or whoever is bumped for a busy node would take theirs. */
function servedNow({ claims, nodes }: Pass): ReadonlySet<JobRequest> {
  const requests = nodes.map((node) => (node.state === 'idle' ? claims.byNode.get(node.key) : undefined));
  return new Set(requests.filter((request) => request !== undefined));
}

/** Without those that wait for the agent with their tag. */
function nextOnes(pass: Pass, served: ReadonlySet<JobRequest>): readonly JobRequest[] {
  const waiting = pass.claims.groups.filter((group) => group.waitsForTag !== true).flatMap((group) => group.requests);
  const due = waiting.filter((request) => served.has(request) || batchEndsAt(pass, request) === null);
  return inServiceOrder(due, pass.settings);
}

/** A job that no busy node could take gets one labelled for it; High ones get them all, for that excludes few others. */
function labelBusy(pass: Pass, plan: Plan, busy: readonly AgentNode[], next: readonly JobRequest[]): Plan {
  const wanted = new Set(next.map((request) => namedPriority(request.demands)?.toLowerCase()));
  const taken = new Set<string>();
  let after = plan;
  for (const request of next) {
    const demands = request.demands.map(parseDemand).filter((one): one is Demand => one.kind !== 'fault');
    const isHigh = namedPriority(request.demands) === 'High' && namedTag(demands) === null;
    const fitting = busy.filter((node) => !taken.has(node.key) && meetsAll(demands, capabilitiesOf(node.agent)));
    if (fitting[0] !== undefined && !isHigh) {
      taken.add(fitting[0].key);
      continue;
    }
    const candidates = busy.filter((node) => {
      if (taken.has(node.key) || !fitsOnceLabelled(demands, capabilitiesOf(node.agent), pass.settings)) return false;
      // It would be opened again after, and a job that it may not serve could be given to it next (I-23).
      if (isGated(node, pass)) return false;
      const own = readCapability(capabilitiesOf(node.agent), priorityLabel)?.toLowerCase();
      return !fitting.includes(node) && (!isHigh || own === undefined || !wanted.has(own));
    });
    for (const node of candidates.slice(0, isHigh ? relabelsAPass : 1)) {
      if (taken.size >= relabelsAPass + next.length) break;
      taken.add(node.key);
      after = labelOne(pass, after, node, request);
    }
  }
  return after;
}

function labelOne(pass: Pass, plan: Plan, node: AgentNode, request: JobRequest): Plan {
  const labels = missingLabels(request, node.agent, pass.settings);
  const names = Object.entries(labels).map(([name, value]) => `${name} = ${value}`);
  const words = `${node.name} is given ${names.join(' and ')} while it is busy, so that job request ${request.requestId} can be next on it.`;
  const reason = say('relabelledForNext', words);
  return relabelled(plan, node, [
    relabelDecision(node, withLabels(node.agent, labels), reason, request),
    decideNode('enable', node, say('relabelled', `${node.name} has its labels and may take the next job.`)),
  ]);
}

/**
 * The fewest bumps after which the queue begins with the next ones in their order. Those whom a request overtakes only by its
 * age are left alone: Azure DevOps may count the age otherwise, and nobody asked for that.
 */
function bumps(pass: Pass, plan: Plan, busy: readonly AgentNode[], next: readonly JobRequest[]): readonly Decision[] {
  const rank = new Map(next.map((request, place) => [request, place]));
  const compare = queueOrder(bumpedAfter(pass, plan));
  const isReachable = reachable(busy, pass);
  const queue = pass.claims.groups.flatMap((group) => (isReachable(group.demands) ? group.requests : [])).sort(compare);
  const isWrong = (request: JobRequest, place: number): boolean =>
    queue.slice(0, queue.indexOf(request)).some((other) => {
      const isBehind = (rank.get(other) ?? Infinity) > place;
      return isBehind && priorityOf(other) !== priorityOf(request);
    });
  const wrong = next.map((request, place) => queue.includes(request) && isWrong(request, place));
  if (!wrong.slice(0, sure).includes(true)) return [];
  const last = wrong.lastIndexOf(true);
  return next
    .slice(0, last + 1)
    .filter((request) => queue.includes(request))
    .toReversed()
    .map((request): Decision => {
      const words = `Job request ${request.requestId} goes first: it is next by priority and age, and the next free node would be given to an older one.`;
      return { kind: 'bump', reason: say('servedFirst', words), request: request.requestId };
    });
}

/** Whether some node that is busy now could be given such a request, as it is, once it is labelled, or in its next life. */
function reachable(busy: readonly AgentNode[], pass: Pass): (demands: readonly Demand[] | null) => boolean {
  if (pass.settings.profile.kind === 'stateless') return (demands) => demands !== null;
  return (demands) =>
    demands !== null &&
    busy.some((node) => {
      const capabilities = capabilitiesOf(node.agent);
      return meetsAll(demands, capabilities) || fitsOnceLabelled(demands, capabilities, pass.settings);
    });
}

function isDrained(plan: Plan, name: string): boolean {
  return plan.decisions.some((decision) => decision.kind === 'drain' && decision.node === name);
}
