// Machines whose boots fail one after the other say that the next one will, too. So after three failures without a success
// between them the image, version and size of a scale set is not asked for again and again: one machine is tried from time
// to time, and the first that comes up ends it (I-11, I-12 of reliability-security.md 2).
import type { Breakers, BreakerState } from './breaker-state.ts';
import { isStarting } from './claims.ts';
import type { Decision } from './decision.ts';
import type { ScaleSet } from './instance.ts';
import { nodesByLane } from './lane-of-node.ts';
import type { LaneCapacity } from './lane-capacity.ts';
import type { Memory } from './memory.ts';
import type { Node, NodeState } from './node.ts';
import { nodesIn } from './nodes-by-state.ts';
import type { Observation } from './observation.ts';
import type { Plan, Pass } from './pass.ts';
import { remark } from './remark.ts';
import { count, say, span } from './words.ts';

/** `one`: a single machine may be tried; `none`: not before `until`, or not before the one that is being tried has ended. */
export type Allowance =
  | { readonly kind: 'all' }
  | { readonly kind: 'one'; readonly words: string }
  | { readonly kind: 'none'; readonly words: string; readonly until: number | null };

const failuresToOpen = 3;
const firstRestMs = 5 * 60_000;
const longestRestMs = 30 * 60_000;
const forgottenAfterMs = 24 * 3_600_000;

/** What is known after this picture; a lane that was not read keeps what was known. */
export function breakersAfter(observation: Observation, nodes: readonly Node[], memory: Memory): Breakers {
  const known = memory.breakers ?? {};
  // Most pools have nothing that failed, and nothing that is remembered of it.
  if (Object.keys(known).length === 0 && !anyFailedBoot(nodes)) return {};
  const states: Record<string, BreakerState> = {};
  const byLane = nodesByLane(nodes);
  for (const { scaleSet, instances } of observation.lanes) {
    const key = breakerKey(scaleSet.value);
    const before = known[key];
    const isRead = instances.freshness === 'fresh' && observation.agents.freshness === 'fresh';
    const id = scaleSet.value.id.toLowerCase();
    const here = isRead ? (byLane.get(id) ?? []) : [];
    const state = isRead ? stateAfter(before, here, observation.now) : before;
    if (state !== undefined && observation.now - state.lastAt < forgottenAfterMs) states[key] = state;
  }
  return states;
}

/** Another image, version, size or model is another key: whoever mends the model starts anew. */
function breakerKey({ id, image, sku, modelDigest }: ScaleSet): string {
  const { publisher, offer, sku: plan, version } = image;
  const named = image.id ?? [publisher, offer, plan].join(':');
  return [id, named, version ?? '', sku.name, modelDigest ?? ''].join(' ').toLowerCase();
}

function stateAfter(before: BreakerState | undefined, nodes: readonly Node[], now: number): BreakerState | undefined {
  let upAt = Number.NEGATIVE_INFINITY;
  const suspects: Node[] = [];
  for (const node of nodes) {
    upAt = Math.max(upAt, cameUpAt(node, now));
    if (failedBoots.has(node.state)) suspects.push(node);
  }
  const state = before !== undefined && upAt > before.lastAt ? undefined : before;
  if (suspects.length === 0) return state;
  const counted = new Set(before?.counted);
  // While others of the same time come up it is not the image that fails.
  const failed = suspects.filter((node) => isFailedBoot(node) && begunAt(node) > upAt && !counted.has(idOf(node)));
  const last = failed.at(-1);
  if (last === undefined) return state;
  const failures = (state?.failures ?? 0) + failed.length;
  const wasOpen = state?.openUntil != null;
  const probes = wasOpen ? state.probes + 1 : 0;
  return {
    failures,
    since: state?.since ?? now,
    lastAt: now,
    openUntil:
      failures < failuresToOpen ? null : now + Math.min(longestRestMs, firstRestMs * 2 ** Math.min(probes, 10)),
    probes,
    counted: [...counted, ...failed.map(idOf)].slice(-50),
    why: saidBy(last) ?? state?.why ?? '',
  };
}

function saidBy(node: Node): string | null {
  const message = node.instance?.failures[0]?.message;
  return message === undefined ? null : remark(message);
}

function idOf(node: Node): string {
  return node.generation?.generationId ?? node.key;
}

function begunAt(node: Node): number {
  return node.generation?.startedAt ?? node.instance?.createdAt ?? 0;
}

/**
 * Without a record, an agent that is online says that its machine came up, and not when. A record that lies ahead, for the clock was
 * set back since, says nothing: it would excuse every boot that fails for as long.
 */
function cameUpAt(node: Node, now: number): number {
  const recorded = node.generation?.firstOnlineAt ?? null;
  if (recorded !== null) return recorded <= now ? recorded : Number.NEGATIVE_INFINITY;
  return node.generation === null && node.agent?.isOnline === true ? now : Number.NEGATIVE_INFINITY;
}

const failedBoots: ReadonlySet<NodeState> = new Set<NodeState>([
  'failedToStartPendingDelete',
  'failedToRestartPendingDelete',
  'failedVMPendingDelete',
]);

function anyFailedBoot(nodes: readonly Node[]): boolean {
  for (const state of failedBoots) if (nodesIn(nodes, state).length > 0) return true;
  return false;
}

/** One that Azure had no room for never ran, and says nothing of its image. */
function isFailedBoot(node: Node): boolean {
  if (!failedBoots.has(node.state)) return false;
  const isForWantOfRoom = node.instance?.failures.some(({ code }) =>
    /Allocation|Overconstrained|SkuNotAvailable|Quota/i.test(code),
  );
  return isForWantOfRoom !== true;
}

/** How many machines the scale set may be asked for now. */
export function allowanceOf(
  { observation, memory, nodes }: Pick<Pass, 'observation' | 'memory'> & { readonly nodes: readonly Node[] },
  lane: LaneCapacity,
): Allowance {
  const { now } = observation;
  // Hardly any pool has boots that fail, and to find the key of a scale set is dear.
  if (Object.keys(memory.breakers ?? {}).length === 0) return { kind: 'all' };
  const scaleSet = observation.lanes.find((one) => one.scaleSet.value.id === lane.scaleSetId)?.scaleSet.value;
  const state = scaleSet === undefined ? undefined : memory.breakers?.[breakerKey(scaleSet)];
  if (scaleSet === undefined || state?.openUntil == null) return { kind: 'all' };
  const why = state.why === '' ? '' : ` (the last one says: ${state.why})`;
  const failed = `${count(state.failures, 'machine')} in a row did not come up in the scale set "${lane.name}"${why}`;
  const isTrying = lane.promised > 0 || nodes.some((node) => node.scaleSetId === lane.scaleSetId && isStarting(node));
  if (isTrying) return { kind: 'none', until: null, words: `${failed}; one is being tried now` };
  if (now < state.openUntil) {
    const words = `${failed}; one more is tried in ${span(state.openUntil - now)}`;
    return { kind: 'none', until: state.openUntil, words };
  }
  return { kind: 'one', words: `${failed}; one more is tried now` };
}

/** Where boots keep failing no machine comes in a freed place, but for the one that is tried from time to time. */
export function mostOfLane(pass: Pass, plan: Plan, lane: LaneCapacity): number {
  const { kind } = allowanceOf(pass, lane);
  if (kind === 'all') return Infinity;
  const isAsked = plan.decisions.some((one) => one.kind === 'scaleOut' && one.target?.scaleSetId === lane.scaleSetId);
  return kind === 'none' || isAsked ? 0 : 1;
}

/** Said once, and again only when it has ended in between. */
export function sayWhatKeepsFailing(pass: Pass, plan: Plan): Plan {
  const alarms = pass.lanes.flatMap((lane): Decision[] => {
    const allowance = allowanceOf(pass, lane);
    if (allowance.kind === 'all') return [];
    return [{ kind: 'alarm', reason: say('imageFailing', sentenceOf(allowance.words)), scaleSet: lane.name }];
  });
  const due = pass.lanes.flatMap((lane) => {
    const allowance = allowanceOf(pass, lane);
    return allowance.kind === 'none' && allowance.until !== null ? [allowance.until] : [];
  });
  return alarms.length === 0
    ? plan
    : { ...plan, decisions: [...plan.decisions, ...alarms], dueAt: [...plan.dueAt, ...due] };
}

function sentenceOf(words: string): string {
  return `${words}. Mend the image or its extensions; the log of the machine tells more.`;
}
