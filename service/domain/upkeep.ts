// What failed, never came up or is gone: its place is given back, or (within `maxSavedNodeCount`) it is kept to be looked at.
import type { Decision, Reason } from './decision.ts';
import { offlineDeadlineMs, jobLockSlackMs, bootDeadlineMs } from './node-state.ts';
import { isHeldByPerson, type Node, type NodeState } from './node.ts';
import { nodesIn } from './nodes-by-state.ts';
import { decideNode, type Pass, type Plan } from './pass.ts';
import { holdUnwell } from './unwell-rate.ts';
import { roomForSaved, savedWords } from './saved-nodes.ts';
import { say, span } from './words.ts';

export function upkeep(pass: Pass, plan: Plan): Plan {
  const decisions: Decision[] = [...strandedJobs(pass)];
  const leaving: Node[] = [];
  const isQuiet = failing.every((state) => nodesIn(pass.nodes, state).length === 0);
  let savable = isQuiet ? 0 : roomForSaved(pass, plan);
  for (const node of pass.trust.canDestroy && !isQuiet ? pass.nodes : []) {
    // An instance that Weir has no record of is not ours to destroy (I-9): its record is written when it is first seen.
    if (node.generation === null && !pass.observation.ownsEverything) continue;
    const failure = failureOf(node, pass.now);
    if (failure === null) continue;
    const isSaved = failure.isStart && node.generation !== null && savable > 0;
    if (isSaved) savable -= 1;
    decisions.push(isSaved ? keep(node, failure.reason, pass) : decideNode('reclaim', node, failure.reason));
    leaving.push(node);
  }
  return holdUnwell(pass, plan, decisions, new Set(leaving.map((node) => node.key)));
}

/** A list may lag behind for a moment, so a half that is missing has to be missing for this long. */
export const absenceMs = 120_000;

interface Failure {
  readonly reason: Reason;
  /** It never came up: such a node is worth keeping to be looked at. */
  readonly isStart: boolean;
}

/** In no other state a node has failed. */
const failing: readonly NodeState[] = [
  ...(['failedVMPendingDelete', 'failedToStartPendingDelete', 'failedToRestartPendingDelete'] as const),
  ...(['unhealthyVmPendingDelete', 'lost', 'saved'] as const),
];

function failureOf(node: Node, now: number): Failure | null {
  if (node.requestId !== null || isHeldByPerson(node)) return null;
  switch (node.state) {
    case 'failedVMPendingDelete':
      return { reason: provisioningFailure(node), isStart: true };
    case 'failedToStartPendingDelete':
    case 'failedToRestartPendingDelete': {
      const what = node.state === 'failedToStartPendingDelete' ? 'was created' : 'was reimaged';
      const words = `${node.name} has no online agent ${span(bootDeadlineMs)} after it ${what}.`;
      return { reason: say('bootDeadlinePassed', words), isStart: true };
    }
    case 'unhealthyVmPendingDelete':
      return { reason: unhealthy(node), isStart: false };
    case 'lost':
      return lost(node, now);
    case 'saved':
      return keptForTooLong(node, now);
    default:
      return null;
  }
}

/** An extension that failed says more than Azure's own "failed" about the instance that it made fail. */
function provisioningFailure(node: Node): Reason {
  const failures = node.instance?.failures ?? [];
  const extension = failures.find((failure) => !partsOfAzure.has(failure.source));
  const failure = extension ?? failures[0];
  if (failure === undefined) return say('provisioningFailed', `Azure could not provision ${node.name}.`);
  const details = failure.message === '' ? failure.code : `${failure.code}, ${failure.message}`;
  const what = extension === undefined ? failure.source : `extension ${failure.source}`;
  return say(
    extension === undefined ? 'provisioningFailed' : 'extensionFailed',
    `${node.name} did not come up: ${what} says ${details}`,
  );
}

/** Sources of a failure that are not extensions. */
const partsOfAzure: ReadonlySet<string> = new Set(['instance', 'operatingSystem', 'vmAgent']);

function unhealthy(node: Node): Reason {
  const state = node.instance?.provisioningState === 'failed' ? 'failed' : (node.instance?.powerState ?? 'unknown');
  const words = `Azure says that ${node.name} is ${state}, and its agent is offline for more than ${span(offlineDeadlineMs)}.`;
  return say('instanceUnhealthy', words);
}

/** Nobody gave it back, so nobody said that it may take jobs again. */
function keptForTooLong({ name, generation }: Node, now: number): Failure | null {
  const until = generation?.savedUntil ?? null;
  if (until === null || now < until) return null;
  const words = `The time is over for which ${name} was kept, and nobody gave it back.`;
  return { reason: say('savedTimeOver', words), isStart: false };
}

function lost(node: Node, now: number): Failure | null {
  const isAbsent = node.instance === null || node.agent === null;
  if (isAbsent && now - node.stateSince < absenceMs) return null;
  if (node.instance === null) {
    const words = `The instance of agent ${node.name} is gone, and its registration is left.`;
    return { reason: say('instanceGone', words), isStart: false };
  }
  if (node.agent === null) {
    const words = `The agent of ${node.name} is not registered any more, so the instance can take no job.`;
    return { reason: say('registrationGone', words), isStart: false };
  }
  const words = `Agent ${node.agent.name} of ${node.name} is offline for more than ${span(offlineDeadlineMs)}.`;
  return { reason: say('agentLost', words), isStart: false };
}

function keep(node: Node, reason: Reason, { settings }: Pass): Decision {
  return decideNode('save', node, say('savedForInvestigation', `${reason.words} ${savedWords(settings)}`));
}

/** Azure DevOps still holds a job for an agent that is lost. Nothing is forced: the server gives the job up by itself. */
function strandedJobs(pass: Pass): readonly Decision[] {
  return nodesIn(pass.nodes, 'lost').flatMap((node) => {
    if (node.requestId === null) return [];
    const words =
      `${node.name} went offline with job request ${node.requestId}, whose lock ran out more than ${span(jobLockSlackMs)} ago; ` +
      'Azure DevOps has not given the job up yet.';
    return [{ kind: 'alarm', reason: say('agentLostWithJob', words), node: node.name, request: node.requestId }];
  });
}
