// Which agents would run a waiting request. Azure DevOps gives it to any whose capabilities meet its demands; Weir keeps the machines
// of other images and versions closed for jobs of their own (decision 0011), so these are no answer to why it waits.
import { serves } from './image-catalog.ts';
import { targetOfWaiting } from './lane-verdict.ts';
import { placeOfNode } from './placed-class.ts';
import { matchingAgents } from './matching-agents.ts';
import { oncePerPicture, type Waiting } from './waiting.ts';

/** True where one is there, or where Azure DevOps names one that is somebody else's or in no list yet. */
export function hasServingAgent(waiting: Waiting): boolean {
  const { request, placeholders, claims } = waiting;
  // A placeholder lets the job wait, and no more.
  const named = request.matchedAgentIds?.filter((agentId) => !placeholders.has(agentId)) ?? [];
  const ids = [...matchingAgents(waiting).map(({ agentId }) => agentId), ...named];
  if (ids.length === 0) return false;
  const target = targetOfWaiting(waiting);
  const places = placesByAgent(waiting);
  return ids.some((agentId) => {
    const place = places.get(agentId);
    return place === undefined || target === null || serves(place, target, claims.catalog);
  });
}

const placesByAgent = oncePerPicture(
  ({ nodes, claims }) =>
    new Map(
      nodes.flatMap((node) =>
        node.agent === null ? [] : [[node.agent.agentId, placeOfNode(node, claims.catalog)] as const],
      ),
    ),
);
