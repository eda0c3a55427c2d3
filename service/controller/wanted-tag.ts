// Between the choice of an idle agent and its cordon it may get a tag, from another process or a person, or a job may come that
// wants the tag that it has. Then it is not what was chosen any more, and the next pass judges it by what it is now (R4).
import { capabilitiesOf, type Agent } from '../domain/agent.ts';
import { equalsIgnoringCase, meetsDemands, parseDemand, readCapability } from '../domain/demand.ts';
import { jobRequestState } from '../domain/job-request.ts';
import type { Generation, Observation, OpenOperation } from '../domain/observation.ts';
import { namedTag, tagLabel } from '../domain/tags.ts';

/** Reasons for which an idle agent was one among others; what is broken, used up or unwanted goes whatever its tag. */
const ofChoice: ReadonlySet<string> = new Set([
  ...['idleTooLong', 'idleAboveStandby', 'aboveMaximum'],
  ...['displaced', 'laneDisplaced', 'laneReplaced'],
]);

export function tagIn(agent: Agent | undefined): string | null {
  return agent === undefined ? null : readCapability(capabilitiesOf(agent), tagLabel);
}

/** In words, or null. `chosenTags` has the tag that the agent had when this process chose it, by the id of the operation. */
export function wantedForTag(
  { agents, jobRequests }: Observation,
  operation: OpenOperation,
  agent: Agent,
  generation: Generation | null,
  chosenTags: ReadonlyMap<string, string | null>,
): string | null {
  const tag = tagIn(agent);
  if (tag === null || !ofChoice.has(operation.reason.code)) return null;
  // Of what another process chose the record of the agent tells.
  const chosen = chosenTags.get(operation.operationId);
  const before = chosen === undefined ? (generation?.tag ?? null) : chosen;
  if (before === null || !equalsIgnoringCase(before, tag)) return `was given the tag ${tag}`;
  const free = agents.value.filter(
    (one) => one.agentId !== agent.agentId && one.isOnline && one.isEnabled && one.assignedRequestId === null,
  );
  const waits = jobRequests.value.some((request) => {
    if (jobRequestState(request) !== 'queued' || !asksFor(request.demands, tag)) return false;
    const { demands } = request;
    return (
      meetsDemands(demands, capabilitiesOf(agent)) && !free.some((one) => meetsDemands(demands, capabilitiesOf(one)))
    );
  });
  return waits ? `is wanted by a job that asks for the tag ${tag}` : null;
}

function asksFor(texts: readonly string[], tag: string): boolean {
  const named = namedTag(texts.map(parseDemand).filter((demand) => demand.kind !== 'fault'));
  return named !== null && equalsIgnoringCase(named, tag);
}
