// Keeps the machine of a job that failed, within `maxSavedNodeCount`, instead of wiping it or giving it the next job. Until the
// result of a job is known its machine stays as it is, for a short time.
import type { Decision } from './decision.ts';
import type { JobRequest, JobResult } from './job-request.ts';
import { isHeldByPerson, type Node, type NodeState } from './node.ts';
import { isDestroying, type Observation } from './observation.ts';
import { decideNode, withDecisions, type Pass, type Plan } from './pass.ts';
import { isAskedFor, isStoppable, roomForSaved, savedWords } from './saved-nodes.ts';
import { jobWord, say } from './words.ts';

/** The agent says the result together with the end of its job; where it does not, the list of finished requests is read. */
const resultMs = 2 * 60_000;
/** Who switches this on, or starts the service, does not mean the jobs of yesterday. */
const newsMs = 15 * 60_000;

export function keepFailedJobs(pass: Pass, plan: Plan): Plan {
  const { settings, trust, now } = pass;
  if (settings.preserveAgentOnJobFailure !== true || !trust.canEnable) return plan;
  const room = roomForSaved(pass, plan);
  if (room <= 0) return plan;
  const ended = pass.nodes.flatMap((node) => endedJob(node, pass, plan) ?? []);
  const failed = ended.filter((job) => job.result !== null && failures.has(job.result));
  const saved = failed.toSorted((a, b) => a.at - b.at).slice(0, room);
  const unknown = ended.filter((job) => job.result === null && now < job.at + resultMs && isFree(job.node));
  const after = withDecisions(
    plan,
    saved.map((job) => keep(job, pass)),
    saved.map((job) => job.node),
  );
  if (unknown.length === 0) return after;
  return {
    ...after,
    leaving: new Set([...after.leaving, ...unknown.map(({ node }) => node.key)]),
    dueAt: [...after.dueAt, ...unknown.map(({ at }) => at + resultMs)],
  };
}

const failures: ReadonlySet<JobResult> = new Set<JobResult>(['failed', 'abandoned']);

interface EndedJob {
  readonly node: Node;
  readonly requestId: number;
  readonly at: number;
  /** Null while nobody says it. */
  readonly result: JobResult | null;
}

/** The last job that ended in this life of the machine, where the machine may still be kept for it. */
function endedJob(node: Node, pass: Pass, plan: Plan): EndedJob | null {
  const { agent, generation } = node;
  const { observation } = pass;
  if (agent === null || node.instance === null || isHeldByPerson(node) || plan.leaving.has(node.key)) return null;
  if (generation === null && !observation.ownsEverything) return null;
  const { lastCompletedRequestId: requestId, lastCompletedAt: at } = agent;
  if (requestId === null || at === null || pass.now - at >= newsMs || isOfLifeBefore(at, generation, pass.now))
    return null;
  if (generation?.savedFor === requestId || !mayBeKept(node, pass)) return null;
  return {
    node,
    requestId,
    at,
    result: agent.lastCompletedResult ?? requestOf(requestId, observation)?.result ?? null,
  };
}

/** A life that lies ahead began before the clock was set back, and nobody knows when: its agent was registered for it. */
function isOfLifeBefore(at: number, generation: Node['generation'], now: number): boolean {
  return generation !== null && generation.startedAt <= now && at < generation.startedAt;
}

/** A snapshot has finished requests among the others. */
function requestOf(requestId: number, { finishedRequests = [], jobRequests }: Observation): JobRequest | undefined {
  const isIt = (one: JobRequest): boolean => one.requestId === requestId;
  return finishedRequests.find(isIt) ?? jobRequests.value.find(isIt);
}

const keepable: ReadonlySet<NodeState> = new Set<NodeState>([
  'idle',
  'assigned',
  'offline',
  'pendingReimageCandidate',
  'pendingReimage',
  'pendingDelete',
  'assignedPendingDelete',
]);

/** What Weir began for reasons of its own gives way; what a person asked for does not. */
function mayBeKept(node: Node, { observation }: Pass): boolean {
  if (!keepable.has(node.state)) return false;
  const { generation } = node;
  const open = generation === null ? undefined : observation.operations.find((one) => isDestroying(one, generation));
  return open === undefined || (isStoppable(open) && !isAskedFor(open));
}

function isFree({ state }: Node): boolean {
  return state === 'idle' || state === 'pendingReimageCandidate';
}

function keep({ node, requestId }: EndedJob, { observation, settings }: Pass): Decision {
  const job = jobWord(requestOf(requestId, observation) ?? { requestId, jobName: null, definitionName: null });
  const what = node.requestId === null ? '' : ' It finishes the job that it has taken since.';
  const words = `On ${node.name} ${job} failed.${what} ${savedWords(settings)}`;
  return { ...decideNode('save', node, say('savedForFailedJob', words)), request: requestId };
}
