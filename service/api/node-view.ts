// One node as the hub shows it: both halves, its boot, what its extensions say, and how far its reclaim is.
import type { NodeView } from '../../contract/api.ts';
import type { NodeBoot, NodeOperation, NodeStep } from '../../contract/nodes.ts';
import { readCapability } from '../domain/demand.ts';
import type { JobRequest } from '../domain/job-request.ts';
import type { Node } from '../domain/node.ts';
import type { OpenOperation } from '../domain/observation.ts';
import type { PoolSettings } from '../domain/pool.ts';
import { iso, isoOrNull } from './instant.ts';

export interface NodeViewInput {
  readonly requests: ReadonlyMap<number, JobRequest>;
  /** By generation, else by vmId: the open delete or reimage. */
  readonly operations: ReadonlyMap<string, OpenOperation>;
  readonly settings: PoolSettings;
}

/** The end of an output says why; a picture of thousands of nodes must stay small. */
const longestOutput = 4000;

export function operationsByNode(operations: readonly OpenOperation[]): ReadonlyMap<string, OpenOperation> {
  const found = new Map<string, OpenOperation>();
  for (const one of operations) {
    const key = one.generationId ?? one.vmId;
    if (key !== null && (one.kind === 'delete' || one.kind === 'reimage')) found.set(key, one);
  }
  return found;
}

export function nodeView(node: Node, { requests, operations, settings }: NodeViewInput): NodeView {
  const { agent, instance, generation } = node;
  const request = node.requestId === null ? undefined : requests.get(node.requestId);
  const failures = (instance?.failures ?? []).map(
    (failure) => `${failure.source}: ${failure.message} (${failure.code})`,
  );
  const startedAt = generation?.startedAt ?? instance?.createdAt ?? null;
  return {
    key: node.key,
    name: node.name,
    state: node.state,
    stateSince: iso(node.stateSince),
    deadlineAt: isoOrNull(node.deadlineAt),
    agentName: agent?.name ?? null,
    isEnabled: agent?.isEnabled ?? null,
    isOnline: agent?.isOnline ?? null,
    instanceName: instance?.name ?? null,
    startedAt: isoOrNull(startedAt),
    requestId: node.requestId,
    jobName: request?.jobName ?? null,
    failure: failures.length === 0 ? null : failures.join('; '),
    image: generation?.image ?? settings.images[0]?.aliases[0] ?? null,
    imageVersion: generation?.version ?? null,
    agentVersion: agent?.version ?? null,
    ...workFolderOf(node, settings),
    isSaved: generation?.isSaved ?? false,
    savedBecause: generation?.savedBecause ?? null,
    boot: bootOf(node),
    steps: stepsOf(node),
    operation: operationOf(operations.get(node.key)),
  };
}

function bootOf({ generation }: Node): NodeBoot | null {
  if (generation === null) return null;
  const { startedBy, startedAt, claimedAt, firstOnlineAt } = generation;
  return { startedBy, startedAt: iso(startedAt), claimedAt: isoOrNull(claimedAt), onlineAt: isoOrNull(firstOnlineAt) };
}

/** A machine that came up has nothing more to say; while it boots, and after it failed, this is what people look for. */
function stepsOf({ instance, generation, state }: Node): NodeStep[] {
  const isOfInterest = generation?.firstOnlineAt == null || /fail|unhealthy|saved/i.test(state);
  if (!isOfInterest) return [];
  return (instance?.extensions ?? []).map(({ name, code, level, message }) => ({
    ...{ name, code, level },
    message: message.length <= longestOutput ? message : `…${message.slice(1 - longestOutput)}`,
  }));
}

function operationOf(operation: OpenOperation | undefined): NodeOperation | null {
  if (operation === undefined) return null;
  const { kind, phase, reason, startedAt, phaseSince, lastProblem } = operation;
  return {
    ...{ kind, phase, words: reason.words, problem: lastProblem },
    ...{ startedAt: iso(startedAt), phaseSince: iso(phaseSince) },
  };
}

/**
 * What the agent promises against what was asked for: an unusable folder gives the default one, be it that its name cannot be
 * (work-folder.ts) or that the machine cannot make it (enableagent-network.py).
 */
function workFolderOf({ agent, generation }: Node, settings: PoolSettings) {
  if (agent === null) return { workFolder: null, workFolderProblem: null };
  const workFolder = readCapability(agent.systemCapabilities, 'WorkFolder');
  const unusable = readCapability(agent.systemCapabilities, 'Weir.WorkFolderUnusable');
  const asked = generation?.workFolder ?? settings.workFolder;
  const isOther = workFolder !== null && asked !== null && asked.replace(/[/\\]$/, '') !== workFolder;
  const bad = unusable ?? (isOther ? asked : null);
  const workFolderProblem =
    bad === null ? null : `The work folder ${bad} cannot be used on this machine: its jobs run in the default folder.`;
  return { workFolder: unusable === null ? workFolder : null, workFolderProblem };
}
