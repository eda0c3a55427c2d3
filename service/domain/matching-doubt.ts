// Notices that Azure DevOps matches waiting jobs at queue time only, the one unproved fact on which placeholders rest: it names
// the agents that a job may get, and leaves out one that came later and meets every demand.
import { capabilitiesOf } from './agent.ts';
import { meetsDemands } from './demand.ts';
import { queuedRequests } from './fit.ts';
import { withDecisions, type Pass, type Plan } from './pass.ts';
import { say } from './words.ts';

/** The two lists are not read in the same moment, and an assignment takes a few seconds. */
const idleMilliseconds = 2 * 60_000;

export function doubtMatching(pass: Pass, plan: Plan): Plan {
  const { observation, settings, nodes, now } = pass;
  const isRead = observation.agents.freshness === 'fresh' && observation.jobRequests.freshness === 'fresh';
  if (settings.demands.matching === 'atQueueTime' || !isRead) return plan;
  const free = nodes.filter(
    (node) => node.state === 'idle' && node.agent?.isEnabled === true && now - node.stateSince >= idleMilliseconds,
  );
  if (free.length === 0) return plan;
  for (const request of queuedRequests(observation)) {
    const named = request.matchedAgentIds;
    if (named === null || now - request.queuedAt < idleMilliseconds) continue;
    const passedOver = free.find(({ agent }) => {
      if (agent === null || named.includes(agent.agentId)) return false;
      const cameLater = (agent.createdAt ?? 0) > request.queuedAt;
      return cameLater && meetsDemands(request.demands, capabilitiesOf(agent));
    });
    if (passedOver === undefined) continue;
    const words =
      `${passedOver.name} is idle and meets all demands of job request ${request.requestId}, but Azure DevOps does not name it among ` +
      'the agents of that job: it seems to match jobs with agents at queue time only. Set demands.matching to atQueueTime.';
    const reason = say('matchesAtQueueTime', words);
    return withDecisions(plan, [{ kind: 'alarm', reason, request: request.requestId, node: passedOver.name }]);
  }
  return plan;
}
