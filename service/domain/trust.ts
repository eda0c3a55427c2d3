// Which acts this picture allows. Unknown is not zero: a part that was not read forbids what it could make wrong.
import { contentionsIn, type Contention } from './contention.ts';
import type { Decision } from './decision.ts';
import { goingSetWords, isGoing, isNotFound, missingSetWords } from './missing-set.ts';
import type { Node, NodeState } from './node.ts';
import { nodesIn } from './nodes-by-state.ts';
import type { Observation, Part } from './observation.ts';
import { count, say } from './words.ts';

export interface Trust {
  readonly canDestroy: boolean;
  readonly canWriteCapacity: boolean;
  /** Enabling needs to know every queued request and every agent, but nothing of Azure. */
  readonly canEnable: boolean;
  /** I-18; null while the picture is not whole, for then nobody knows. */
  readonly isPanicStopped: boolean | null;
  /** Why something is not allowed, for people. */
  readonly because: readonly Decision[];
}

export function judge(observation: Observation, nodes: readonly Node[]): Trust {
  const ofAzureDevOps = [
    ...problem(observation.now, observation.jobRequests, 'jobRequestsUnknown', 'The job requests'),
    ...problem(observation.now, observation.agents, 'agentsUnknown', 'The agents'),
  ];
  const ofAzure = observation.lanes.flatMap((lane) => {
    const name = lane.scaleSet.value.name;
    if (lane.scaleSet.freshness !== 'fresh' && isNotFound(lane.scaleSet.problem ?? '')) return [missingSet(name)];
    if (isGoing(lane)) {
      return [{ kind: 'alarm' as const, reason: say('scaleSetMissing', goingSetWords(name)), scaleSet: name }];
    }
    return [
      ...problem(observation.now, lane.scaleSet, 'scaleSetUnknown', `The scale set ${name}`, name),
      ...problem(observation.now, lane.instances, 'instancesUnknown', `The instances of ${name}`, name),
    ];
  });
  if (observation.lanes.length === 0) {
    ofAzure.push({
      kind: 'wait',
      reason: say('scaleSetUnknown', 'No scale set of this pool could be read, so nothing is changed.'),
    });
  }
  const isWhole = ofAzureDevOps.length + ofAzure.length === 0;
  const panic = isWhole ? panicStop(nodes) : [];
  const contentions = contentionsIn(observation.lanes);
  return {
    canDestroy: isWhole && panic.length === 0 && !contentions.some((one) => one.forbidsDestroying),
    canWriteCapacity: isWhole && contentions.length === 0,
    canEnable: ofAzureDevOps.length === 0,
    isPanicStopped: isWhole ? panic.length > 0 : null,
    because: [...ofAzureDevOps, ...ofAzure, ...panic, ...contentions.map(alarmOf)],
  };
}

function missingSet(name: string): Decision {
  return { kind: 'alarm', reason: say('scaleSetMissing', missingSetWords(name)), scaleSet: name };
}

function alarmOf({ words, nextStep }: Contention): Decision {
  return { kind: 'alarm', reason: say('scaleSetContended', `${words} ${nextStep}`) };
}

/** What cannot be read for longer than this is somebody's to look at (I-18). */
const alarmAfterMs = 10 * 60_000;

function problem(now: number, part: Part<unknown>, code: string, what: string, scaleSet?: string): readonly Decision[] {
  if (part.freshness === 'fresh') return [];
  const how = part.freshness === 'stale' ? 'could not be read again' : 'could not be read';
  const why = part.problem === null ? '' : `: ${part.problem}`;
  const words = `${what} ${how}, so nothing is destroyed and no capacity is written${why}`;
  const isLong = part.readAt !== null && now - part.readAt > alarmAfterMs;
  const decision: Decision = { kind: isLong ? 'alarm' : 'wait', reason: say(code, words) };
  return [scaleSet === undefined ? decision : { ...decision, scaleSet }];
}

/**
 * I-18: when many machines that worked look unwell at once, the picture is more likely wrong than the machines. Machines
 * that never came online hold no job and do not count, so a broken image cannot lock the pool up.
 */
function panicStop(nodes: readonly Node[]): readonly Decision[] {
  const unwell = unhealthy.flatMap((state) => nodesIn(nodes, state).filter((node) => node.instance !== null));
  if (unwell.length <= 3) return [];
  const living = nodes.filter((node) => node.instance !== null && !gone.has(node.state));
  if (unwell.length <= 0.45 * living.length) return [];
  const words =
    `${unwell.length} of ${count(living.length, 'node')} look unhealthy at once (more than 45 %), ` +
    'so nothing is reclaimed or reimaged until somebody looks or they come back.';
  return [{ kind: 'alarm', reason: say('panicStopped', words) }];
}

const unhealthy: readonly NodeState[] = ['offline', 'lost', 'unhealthyVm', 'unhealthyVmPendingDelete'];
const gone: ReadonlySet<NodeState> = new Set<NodeState>(['deletingCompute', 'deleted', 'saved']);
