// Tags: the label CustomCapabilities, by which a job finds the agent that a job like it ran on before. Only agents of
// stateful pools have one, for the others keep nothing; an agent gets it from the first job that asks for it.
import { capabilitiesOf } from './agent.ts';
import { equalsIgnoringCase, readCapability, type Demand } from './demand.ts';
import type { JobRequest } from './job-request.ts';
import { isHeldByPerson, type Node } from './node.ts';
import type { PoolSettings } from './pool.ts';

/** The name of the demand, and of the label that meets it. */
export const tagLabel = 'CustomCapabilities';

interface TagGroup {
  readonly demands: readonly Demand[] | null;
  readonly requests: readonly JobRequest[];
  readonly fitsNew: boolean;
  readonly waitsForTag?: boolean;
}

/** The tag that the demands ask for, or null. */
export function namedTag(demands: readonly Demand[] | null): string | null {
  const demand = demands?.find((one) => one.kind === 'equals' && equalsIgnoringCase(one.name, tagLabel));
  return demand?.kind === 'equals' ? demand.value : null;
}

/** The tag that the node's agent carries now, or null. */
export function tagOf(node: Node): string | null {
  return node.agent === null ? null : readCapability(capabilitiesOf(node.agent), tagLabel);
}

/**
 * Requests for a tag that a living agent carries wait for that agent, at most `tagWaitMinutes` from when they were queued;
 * after that another agent may be tagged for them. A group of both kinds becomes two.
 */
export function tagSplitter(
  nodes: readonly Node[],
  settings: PoolSettings,
  now: number,
): <Group extends TagGroup>(group: Group) => readonly Group[] {
  if (settings.profile.kind !== 'stateful') return (group) => [group];
  let known: ReadonlySet<string | undefined> | null = null;
  const carried = () => (known ??= new Set(nodes.filter(isServing).map((node) => tagOf(node)?.toLowerCase())));
  return (group) => {
    const tag = namedTag(group.demands);
    if (tag === null || !carried().has(tag.toLowerCase())) return [group];
    const patientSince = now - settings.demands.tagWaitMinutes * 60_000;
    const waiting = group.requests.filter((request) => request.queuedAt > patientSince);
    const others = group.requests.filter((request) => request.queuedAt <= patientSince);
    return [
      ...(waiting.length === 0 ? [] : [{ ...group, requests: waiting, fitsNew: false, waitsForTag: true }]),
      ...(others.length === 0 ? [] : [{ ...group, requests: others }]),
    ];
  };
}

/** When the first request stops waiting for the agent that carries its tag. */
export function tagWaitsEndAt(groups: readonly TagGroup[], settings: PoolSettings): readonly number[] {
  return groups
    .filter((group) => group.waitsForTag === true)
    .map(({ requests }) => Math.min(...requests.map((request) => request.queuedAt)))
    .map((queuedAt) => queuedAt + settings.demands.tagWaitMinutes * 60_000);
}

/** Online, and neither kept away by a person nor on its way out: the next job with the tag may still run there. */
function isServing(node: Node): boolean {
  return (node.state === 'idle' || node.state === 'assigned') && node.agent?.isOnline === true && !isHeldByPerson(node);
}
