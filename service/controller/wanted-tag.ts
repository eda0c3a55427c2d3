// Between the choice of an idle agent and its cordon it may get a tag, from another process or a person, it may run a job, which begins
// its grace period anew, or a job may come that wants the tag that it has. Then it is not what was chosen any more, and the next pass judges it by what it is now (R4).
import { capabilitiesOf, type Agent } from '../domain/agent.ts';
import { equalsIgnoringCase, meetsDemands, parseDemand, readCapability } from '../domain/demand.ts';
import { jobRequestState, type JobRequest } from '../domain/job-request.ts';
import type { Generation, Observation, OpenOperation } from '../domain/observation.ts';
import { namedTag, tagLabel } from '../domain/tags.ts';

/** Reasons for which an idle agent was one among others; what is broken, used up or unwanted goes whatever its tag. */
const ofChoice: ReadonlySet<string> = new Set([
  ...['idleTooLong', 'idleAboveStandby', 'aboveMaximum'],
  ...['displaced', 'laneDisplaced', 'laneReplaced'],
]);

function tagIn(agent: Agent | undefined): string | null {
  return agent === undefined ? null : readCapability(capabilitiesOf(agent), tagLabel);
}

/** What this process saw when it chose an agent. */
export interface TagAtChoice {
  /** Null: the agent had none. */
  readonly tag: string | null;
  /** Ids of the requests that waited for this tag: the choice knew them, so it is no mistake for their sake. */
  readonly waiting: ReadonlySet<number>;
  /** Its last job as the list told it; null: none. */
  readonly lastJob: number | null;
}

export type TagsAtChoice = Map<string, TagAtChoice>;

/** Clocks of two clouds differ, and a picture is as old as its slowest read. */
const slackMilliseconds = 60_000;

export function tagAtChoice({ jobRequests }: Observation, agent: Agent | undefined): TagAtChoice {
  const tag = tagIn(agent);
  const waiting = tag === null ? [] : jobRequests.value.filter((request) => waitsFor(request, tag));
  const lastJob = agent?.lastCompletedRequestId ?? null;
  return { tag, waiting: new Set(waiting.map((request) => request.requestId)), lastJob };
}

/** In words, or null. `chosenTags` has what was seen when this process chose the agent, by the id of the operation. */
export function wantedForTag(
  { agents, jobRequests }: Observation,
  operation: OpenOperation,
  agent: Agent,
  generation: Generation | null,
  chosenTags: ReadonlyMap<string, TagAtChoice>,
): string | null {
  const tag = tagIn(agent);
  if (tag === null || !ofChoice.has(operation.reason.code)) return null;
  // Of what another process chose the record of the agent tells.
  const chosen = chosenTags.get(operation.operationId);
  const before = chosen === undefined ? (generation?.tag ?? null) : chosen.tag;
  if (before === null || !equalsIgnoringCase(before, tag)) return `was given the tag ${tag}`;
  if (hasRunSince(agent, operation, chosen)) return 'has run a job since it was chosen';
  const free = agents.value.filter(
    (one) => one.agentId !== agent.agentId && one.isOnline && one.isEnabled && one.assignedRequestId === null,
  );
  const waits = jobRequests.value.some((request) => {
    if (!waitsFor(request, tag) || wasKnown(request, operation, chosen)) return false;
    const { demands } = request;
    return (
      meetsDemands(demands, capabilitiesOf(agent)) && !free.some((one) => meetsDemands(demands, capabilitiesOf(one)))
    );
  });
  return waits ? `is wanted by a job that asks for the tag ${tag}` : null;
}

/**
 * A list that tells no last job at all would give every reclaim up, so the job has to be news by its time, too. What another process
 * saw is not known: it chose an idle agent, so a job that ended clearly later began after that, or had not been seen.
 */
function hasRunSince(agent: Agent, { startedAt }: OpenOperation, chosen: TagAtChoice | undefined): boolean {
  const { lastCompletedRequestId, lastCompletedAt } = agent;
  if (lastCompletedAt === null) return false;
  if (chosen === undefined) return lastCompletedAt >= startedAt + slackMilliseconds;
  return lastCompletedRequestId !== chosen.lastJob && lastCompletedAt >= startedAt - slackMilliseconds;
}

/** A job that the choice knew would give the reclaim up in each pass again, and wait for ever for what the reclaim makes room for. */
function wasKnown(request: JobRequest, operation: OpenOperation, chosen: TagAtChoice | undefined): boolean {
  if (chosen !== undefined) return chosen.waiting.has(request.requestId);
  return request.queuedAt < operation.startedAt - slackMilliseconds;
}

function waitsFor(request: JobRequest, tag: string): boolean {
  return jobRequestState(request) === 'queued' && asksFor(request.demands, tag);
}

function asksFor(texts: readonly string[], tag: string): boolean {
  const named = namedTag(texts.map(parseDemand).filter((demand) => demand.kind !== 'fault'));
  return named !== null && equalsIgnoringCase(named, tag);
}
