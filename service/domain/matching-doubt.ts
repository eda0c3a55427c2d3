// Notices that Azure DevOps matches waiting jobs at queue time only, the one unproved fact on which placeholders rest: it names
// the agents that a job may get, and leaves out one that came later and meets every demand.
import { capabilitiesOf } from './agent.ts';
import { meetsDemands } from './demand.ts';
import { queuedRequests } from './fit.ts';
import type { Node } from './node.ts';
import { nodesIn } from './nodes-by-state.ts';
import { withDecisions, type Pass, type Plan } from './pass.ts';
import { columnsOf } from './queue-columns.ts';
import { say } from './words.ts';
import { writingReader } from './writings.ts';

/** The two lists are not read in the same moment, and an assignment takes a few seconds. */
const idleMilliseconds = 2 * 60_000;

export function doubtMatching(pass: Pass, plan: Plan): Plan {
  const { observation, settings, nodes, now } = pass;
  const isRead = observation.agents.freshness === 'fresh' && observation.jobRequests.freshness === 'fresh';
  if (settings.demands.matching === 'atQueueTime' || !isRead) return plan;
  const free = nodesIn(nodes, 'idle').filter(
    (node) => node.agent?.isEnabled === true && now - node.stateSince >= idleMilliseconds,
  );
  const queue = queuedRequests(observation);
  if (free.length === 0 || !columnsOf(queue).namesAgents) return plan;
  const fitting = fittingFor(free);
  for (const request of queue) {
    const named = request.matchedAgentIds;
    if (named === null || now - request.queuedAt < idleMilliseconds) continue;
    const later = fitting(request.demands).filter(({ agent }) => (agent?.createdAt ?? 0) > request.queuedAt);
    const passedOver = later.length === 0 ? undefined : later.find(({ agent }) => !isNamed(agent?.agentId, named));
    if (passedOver === undefined) continue;
    const words =
      `${passedOver.name} is idle and meets all demands of job request ${request.requestId}, but Azure DevOps does not name it among ` +
      'the agents of that job: it seems to match jobs with agents at queue time only. Set demands.matching to atQueueTime.';
    const reason = say('matchesAtQueueTime', words);
    return withDecisions(plan, [{ kind: 'alarm', reason, request: request.requestId, node: passedOver.name }]);
  }
  return plan;
}

/** Of the free nodes those that meet the demands, looked for once for each writing of them. */
function fittingFor(free: readonly Node[]): (demands: readonly string[]) => readonly Node[] {
  const read = writingReader();
  const known: (readonly Node[])[] = [];
  return (demands) =>
    (known[read(demands)] ??= free.filter(
      ({ agent }) => agent !== null && meetsDemands(demands, capabilitiesOf(agent)),
    ));
}

/** A reader gives the same list to all that are matched with the same agents, so each list is gathered once. */
function isNamed(agentId: number | undefined, named: readonly number[]): boolean {
  if (agentId === undefined) return true;
  const known = gathered.get(named) ?? new Set(named);
  gathered.set(named, known);
  return known.has(agentId);
}

const gathered = new WeakMap<readonly number[], ReadonlySet<number>>();
