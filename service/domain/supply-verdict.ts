// The verdict of a waiting request that some agent could serve: where its agent is to come from, and what holds it up.
import { capabilitiesOf, type Agent } from './agent.ts';
import { findBlocker } from './blocker.ts';
import { isStarting } from './claims.ts';
import { meetsDemands } from './demand.ts';
import { serves } from './image-catalog.ts';
import { targetOfWaiting } from './lane-verdict.ts';
import { bootingSince, type Node } from './node.ts';
import { placeOfNode } from './placed-class.ts';
import { finding, type Evidence, type Finding } from './verdict.ts';
import { agentWord, type Waiting } from './waiting.ts';
import { count, span } from './words.ts';

/** `matching` are the agents that meet its demands; with `isMisfit` no machine that Weir could make would. */
export function supplyVerdict(waiting: Waiting, matching: readonly Agent[], isMisfit: boolean): Finding {
  const idle = matching.filter((agent) => agentWord(agent, waiting) === 'idle' && isOfImage(agent, waiting));
  if (isNext(waiting, idle)) return onIdleAgent(waiting, idle);
  const claimed = waiting.order.nodes.get(waiting.request.requestId) ?? null;
  if (claimed === null && isMisfit) return onlyOthers(waiting, matching);
  if (waiting.settings.paused) return paused();
  if (claimed !== null) return onClaimedNode(waiting, claimed);
  return findBlocker(waiting, matching, typicalSeconds(waiting, false)) ?? onNewNode(waiting);
}

/** An agent of another image may meet the demands of a job that names none, and still is not meant for it. */
function isOfImage(agent: Agent, waiting: Waiting): boolean {
  const { claims, nodes } = waiting;
  const target = targetOfWaiting(waiting);
  const node = nodes.find((one) => one.agent?.agentId === agent.agentId);
  if (node === undefined || target === null) return true;
  return serves(placeOfNode(node, claims.catalog), target, claims.catalog);
}

export function paused(): Finding {
  const words = 'The pool is paused, so Weir neither starts machines nor opens agents for jobs.';
  return finding('paused', words, { nextStep: 'Turn off "Pause the pool" (paused) in the settings of the pool.' });
}

/** Azure DevOps takes the oldest first, so an idle agent is his only when the ones ahead leave one over. */
function isNext({ queue, place }: Waiting, idle: readonly Agent[]): boolean {
  let ahead = 0;
  for (const other of queue.slice(0, Math.max(0, place))) {
    if (ahead >= idle.length) return false;
    if (idle.some((agent) => meetsDemands(other.demands, capabilitiesOf(agent)))) ahead += 1;
  }
  return ahead < idle.length;
}

/** Azure DevOps assigns within seconds; the agent asks for work at least each 15 s (azure-devops-wire.md 2). */
function onIdleAgent({ request, observation, nodes, memory }: Waiting, idle: readonly Agent[]): Finding {
  const freeFor = (agent: Agent): number => {
    const key = nodes.find((node) => node.agent?.agentId === agent.agentId)?.key ?? '';
    const since = Math.max(agent.statusChangedAt ?? 0, agent.lastCompletedAt ?? 0, memory.idleSince[key] ?? 0);
    return observation.now - Math.max(request.queuedAt, since);
  };
  const [agent] = idle.toSorted((a, b) => freeFor(b) - freeFor(a) || a.agentId - b.agentId);
  const name = agent?.name ?? '';
  const evidence: readonly Evidence[] = [{ kind: 'agent', agent: name, state: 'idle' }];
  const waited = agent === undefined ? 0 : freeFor(agent);
  if (waited < patienceMs) {
    const words = `Agent ${name} is idle and meets all of its demands; Azure DevOps assigns it within seconds.`;
    return finding('starting', words, { evidence, estimatedStartSeconds: 5 });
  }
  const words =
    `All demands are met by agent ${name}, which has been idle beside this job for ${span(waited)}, ` +
    'and Azure DevOps still does not assign it.';
  const nextStep = 'Look at the checks, approvals and permissions of the pipeline, or run the job anew.';
  return finding('serviceDisagrees', words, { evidence, nextStep });
}

/** Longer than any assignment that was seen, shorter than a person's patience. */
const patienceMs = 60_000;

function onClaimedNode(waiting: Waiting, node: Node): Finding {
  const { observation, memory } = waiting;
  if (!isStarting(node)) {
    const words = `Agent ${node.agent?.name ?? node.name} is ready for it and is opened within a minute.`;
    return finding('starting', words, { estimatedStartSeconds: 15, evidence: evidenceOf(waiting, node) });
  }
  const isReimage =
    node.state === 'pendingReimage' || node.state === 'reimagingCompute' || node.generation?.startedBy === 'reimage';
  const since = bootingSince(node.generation, node.instance, memory, node.key, observation.now);
  const elapsed = node.state === 'pendingReimage' ? 0 : Math.max(0, observation.now - since) / 1000;
  const estimatedStartSeconds = Math.round(
    Math.max(5, typicalSeconds(waiting, isReimage) - elapsed) + assignmentSeconds,
  );
  const doing = isReimage ? 'is wiped for it' : 'boots for it';
  const words = `Machine ${node.name} ${doing} and is ready in about ${estimatedStartSeconds} s.`;
  const evidence = evidenceOf(waiting, node);
  return finding(isReimage ? 'nodeReimaging' : 'nodeBooting', words, { estimatedStartSeconds, evidence });
}

function evidenceOf({ observation }: Waiting, node: Node): readonly Evidence[] {
  const sinceSeconds = Math.max(0, Math.round((observation.now - node.stateSince) / 1000));
  return [{ kind: 'node', node: node.name, state: node.state, sinceSeconds }];
}

/** No machine of Weir's would do, and the agents that would are somebody else's, or held. */
function onlyOthers(waiting: Waiting, matching: readonly Agent[]): Finding {
  const names = matching
    .map((agent) => agent.name)
    .slice(0, 5)
    .join(', ');
  const words = matching.map((agent) => agentWord(agent, waiting));
  const evidence = matching
    .slice(0, 20)
    .map((agent) => ({ kind: 'agent' as const, agent: agent.name, state: agentWord(agent, waiting) }));
  if (words.includes('busy') || words.includes('idle')) {
    const sentence = `Only ${names} can run it, and no machine that Weir could start; it waits until that agent is free.`;
    return finding('queuedBehind', sentence, { evidence: [...evidence, ahead(waiting)] });
  }
  const isDisabled = words.includes('disabled');
  const sentence = `Only ${names} can run it, which ${isDisabled ? 'somebody disabled' : 'is offline and which Weir cannot start'}.`;
  const nextStep = `${isDisabled ? 'Enable' : 'Bring online'} ${names}, or change the demands of the job.`;
  return finding(isDisabled ? 'agentsDisabled' : 'noAgentMatches', sentence, { nextStep, evidence });
}

function onNewNode(waiting: Waiting): Finding {
  const { request, order, settings } = waiting;
  const seconds = typicalSeconds(waiting, false);
  const isAskedFor = !order.withoutNode.some((one) => one.requestId === request.requestId);
  if (isAskedFor && waiting.place >= 0) {
    const started = startOfScaleOut(waiting);
    const elapsed = started === undefined ? 0 : Math.max(0, waiting.observation.now - started) / 1000;
    const estimatedStartSeconds = Math.round(Math.max(5, seconds - elapsed) + assignmentSeconds);
    const words = `A machine has been asked for; it is ready in about ${estimatedStartSeconds} s.`;
    return finding('starting', words, { estimatedStartSeconds });
  }
  const isSampled = settings.sizing.policy === 'sampled';
  const delay = isSampled ? settings.sizing.sampleMinutes * 60 : passSeconds;
  const asks = isSampled
    ? `The next sample (each ${count(settings.sizing.sampleMinutes, 'minute')}) asks`
    : 'Within a minute Weir asks';
  const estimatedStartSeconds = Math.round(seconds + delay + assignmentSeconds);
  const words = `${asks} for a machine; one takes about ${Math.round(seconds)} s until its agent is online.`;
  return finding('starting', words, { estimatedStartSeconds });
}

/** Of the lane that makes its machines. */
function startOfScaleOut(waiting: Waiting): number | undefined {
  const { observation, claims } = waiting;
  const target = targetOfWaiting(waiting);
  return observation.operations.find(({ kind, scaleSetId }) => {
    const place = claims.catalog.places.get(scaleSetId?.toLowerCase() ?? '');
    return kind === 'scaleOut' && (target === null || place === undefined || serves(place, target, claims.catalog));
  })?.startedAt;
}

/** The median of what was seen, else what performance.md 2 assumes. */
function typicalSeconds(waiting: Waiting, isReimage: boolean): number {
  const { memory, settings } = waiting;
  const seen = (isReimage ? memory.boots.reimage : memory.boots.create).toSorted((a, b) => a - b);
  const median = seen[Math.floor(seen.length / 2)];
  const osType = settings.images[targetOfWaiting(waiting)?.image ?? 0]?.osType ?? settings.osType;
  const assumed = osType === 'windows' ? { create: 270, reimage: 180 } : { create: 150, reimage: 90 };
  return median ?? (isReimage ? assumed.reimage : assumed.create);
}

const assignmentSeconds = 5;
const passSeconds = 10;

function ahead({ queue, place }: Pick<Waiting, 'queue' | 'place'>): Evidence {
  return {
    kind: 'ahead',
    requestIds: queue
      .slice(0, Math.max(0, place))
      .map((one) => one.requestId)
      .slice(-20),
  };
}
