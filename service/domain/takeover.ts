// Which placeholder's registration a booting machine takes over, where a waiting job only ever gets one of the agents that were
// registered when it was queued: one that the oldest job without a node was matched with.
import { capabilitiesOf, type Agent, type Capabilities } from './agent.ts';
import { equalsIgnoringCase, readCapability } from './demand.ts';
import { jobRequestState, type JobRequest } from './job-request.ts';
import type { LabelName } from './learned.ts';
import type { PoolSettings } from './pool.ts';

export interface Waiting {
  readonly requests: readonly JobRequest[];
  readonly agents: readonly Agent[];
  readonly placeholderIds: ReadonlySet<number>;
}

/** Agent ids, the best first; empty where no job waits that this machine could get only so. */
export function takeoverChoices(
  machine: Capabilities,
  { requests, agents, placeholderIds }: Waiting,
  settings: PoolSettings,
): readonly number[] {
  const free = new Set(
    agents
      .filter((agent) => !placeholderIds.has(agent.agentId) && agent.assignedRequestId === null)
      .map((agent) => agent.agentId),
  );
  const usable = agents.filter((agent) => placeholderIds.has(agent.agentId) && isOfKind(agent, machine, settings));
  const queued = requests
    .filter((request) => jobRequestState(request) === 'queued')
    .toSorted((a, b) => a.queuedAt - b.queuedAt || a.requestId - b.requestId);
  for (const { matchedAgentIds } of queued) {
    // Without a list every agent matches, also one that comes now.
    if (matchedAgentIds === null) continue;
    const served = matchedAgentIds.find((id) => free.has(id));
    if (served !== undefined) {
      free.delete(served);
      continue;
    }
    const choices = usable.filter((agent) => matchedAgentIds.includes(agent.agentId));
    if (choices.length > 0) return choices.map((agent) => agent.agentId);
  }
  return [];
}

/** The machine is what the placeholder promises, as far as it cannot be relabelled. */
function isOfKind(agent: Agent, machine: Capabilities, settings: PoolSettings): boolean {
  const promised = capabilitiesOf(agent);
  const isSame = (name: LabelName): boolean => {
    const [wanted, has] = [readCapability(promised, name), readCapability(machine, name)];
    return wanted === null || has === null || equalsIgnoringCase(wanted, has);
  };
  const [wanted, has] = [readCapability(promised, 'ImageOverride'), readCapability(machine, 'ImageOverride')];
  const isImage = wanted === null || has === null || imageOf(wanted, settings) === imageOf(has, settings);
  return isImage && isSame('ImageVersionOverride') && isSame('WorkFolder');
}

function imageOf(alias: string, settings: PoolSettings): number {
  return settings.images.findIndex((image) => image.aliases.some((one) => equalsIgnoringCase(one, alias)));
}
