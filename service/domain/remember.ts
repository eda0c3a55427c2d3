// What the next pass has to know of this one: plain JSON, and nothing about what is gone.
import { learnBoots } from './boot-log.ts';
import { bootTimes } from './boot-time.ts';
import { bootingSince } from './booting-since.ts';
import { mostMachines } from './capacity-ask.ts';
import { noteDemand } from './forecast.ts';
import { refusalsOf } from './capacity-refusal.ts';
import { shortagesAfter } from './known-shortages.ts';
import { formerOf, noteRecord, sizeOfRecord } from './known-record.ts';
import type { Memory } from './memory.ts';
import type { Node, NodeState } from './node.ts';
import { busyCount, nodesIn } from './nodes-by-state.ts';
import type { Pass, Plan } from './pass.ts';
import { raceCostAfter } from './race-cost.ts';
import { bumpedAfter } from './run-next.ts';
import { forecasts, payingNow } from './sizing-presets.ts';
import { demandNow, paidNow, waitingNow } from './spares.ts';
import { wantedStandby } from './standby.ts';

/** No rest is given for longer: one that ends later was written before the clock was set back. */
const longestRestMs = 10 * 60_000;

export function remember(pass: Pass, plan: Plan): Memory {
  const { memory, nodes, now } = pass;
  const idle = nodesIn(nodes, 'idle');
  const former = formerOf(nodes, memory.stateSince);
  const restUntil = Object.fromEntries(
    Object.entries(memory.restUntil).filter(([, until]) => until > now && until - now <= longestRestMs),
  );
  return {
    version: 1,
    idleSince: record(
      idle,
      memory.idleSince,
      formerOf(idle, memory.idleSince),
      (node) => node.stateSince,
      (since, node) => Object.is(since, node.stateSince),
    ),
    stateSince: record(
      nodes,
      memory.stateSince,
      former,
      (node) => ({ state: node.state, since: node.stateSince }),
      ({ state, since }, node) => state === node.state && since === node.stateSince,
    ),
    // A picture without the queue tells nothing about claims, so the old ones stand.
    claims: pass.observation.jobRequests.freshness === 'fresh' ? pass.claims.byRequest : memory.claims,
    boots: bootsSeen(pass, plan, former),
    sampled: plan.remember.sampled ?? memory.sampled,
    restUntil,
    ...refusalsOf(memory, restUntil),
    reimagedAt: reimagesOf(pass),
    phantom: phantomsOf(pass, plan),
    ...(memory.spent === undefined ? {} : { spent: memory.spent }),
    ...(memory.refusals === undefined ? {} : { refusals: memory.refusals }),
    ...unwellOf(pass, plan),
    ...triedOf(pass, plan),
    ...breakersOf(pass),
    ...bumpsOf(pass, plan),
    ...demandOf(pass, plan),
    ...racesOf(pass, plan),
    ...lanesOf(pass, plan),
    ...shortagesAfter(pass, plan),
  };
}

function triedOf({ memory }: Pass, plan: Plan): Pick<Memory, 'triedAgents'> {
  const triedAgents = plan.remember.triedAgents ?? memory.triedAgents ?? {};
  return Object.keys(triedAgents).length === 0 ? {} : { triedAgents };
}

function unwellOf({ memory }: Pass, plan: Plan): Pick<Memory, 'unwell'> {
  const unwell = plan.remember.unwell ?? memory.unwell ?? {};
  return Object.keys(unwell).length === 0 ? {} : { unwell };
}

/** They were worked out when the picture was looked at. */
function breakersOf({ memory }: Pass): Pick<Memory, 'breakers'> {
  const breakers = memory.breakers ?? {};
  return Object.keys(breakers).length === 0 ? {} : { breakers };
}

function bumpsOf(pass: Pass, plan: Plan): Pick<Memory, 'bumped'> {
  const isKnown = pass.observation.jobRequests.freshness === 'fresh';
  const bumped = isKnown ? bumpedAfter(pass, plan) : (pass.memory.bumped ?? []);
  return bumped.length === 0 ? {} : { bumped };
}

/** Only for pools with lanes. A new version that jobs brought in counts for a day. */
function lanesOf(pass: Pass, plan: Plan): Pick<Memory, 'defaults' | 'emptyLanes' | 'broughtVersions'> {
  const { catalog } = pass.claims;
  if (catalog.isOwnSet) return {};
  const defaults = catalog.images.flatMap((image): [string, { version: string; former: string | null }][] => {
    const before = pass.memory.defaults?.[image.alias.toLowerCase()];
    if (image.current === null) return before === undefined ? [] : [[image.alias.toLowerCase(), before]];
    return [[image.alias.toLowerCase(), { version: image.current, former: image.former }]];
  });
  const brought = Object.entries({ ...pass.memory.broughtVersions, ...plan.remember.broughtVersions });
  return {
    defaults: Object.fromEntries(defaults),
    emptyLanes: plan.remember.emptyLanes ?? pass.memory.emptyLanes ?? {},
    broughtVersions: Object.fromEntries(brought.filter(([, at]) => at > pass.now - 24 * 3_600_000)),
  };
}

/** A picture without the queue or the agents tells nothing about demand. */
function demandOf(pass: Pass, plan: Plan): Pick<Memory, 'demand' | 'paying'> {
  const { memory, now, settings } = pass;
  const { demand, paying } = memory;
  if (pass.trust.canEnable && forecasts(settings)) {
    const paid = payingNow(settings, wantedStandby(settings), paidNow(pass, plan));
    const boots = bootTimes(memory);
    const after = noteDemand(demand, now, demandNow(pass), boots, mostMachines(pass), waitingNow(pass), paying);
    return { demand: after, ...(paid === undefined ? {} : { paying: paid }) };
  }
  return demand === undefined ? {} : { demand };
}

/** Where nothing is foreseen and the own rule decides. */
function racesOf(pass: Pass, plan: Plan): Pick<Memory, 'races'> {
  const { claims, memory, nodes, settings, now } = pass;
  const { races } = memory;
  if (!pass.trust.canEnable || settings.sizing.policy === 'sampled' || forecasts(settings))
    return races === undefined ? {} : { races };
  const busy = busyCount(nodes);
  // The standby costs what it costs, and takes nothing from the races.
  const staying = claims.spareIdle.filter((node) => !plan.leaving.has(node.key)).length;
  const idle = Math.max(0, staying - wantedStandby(settings));
  const most = Math.max(0, mostMachines(pass) - busy);
  const waiting = Math.min(most, waitingNow(pass));
  return { races: raceCostAfter(races, { now, busy, idle, waiting }, bootTimes(memory)) };
}

/** What most nodes are they were before (`olds`, one for each), so the record is the one from before with what has changed. */
function record<T>(
  nodes: readonly Node[],
  before: Readonly<Record<string, T>>,
  olds: readonly (T | undefined)[],
  value: (node: Node) => T,
  isStill: (old: T, node: Node) => boolean,
): Readonly<Record<string, T>> {
  const values: T[] = [];
  const changed: number[] = [];
  let known = 0;
  for (let place = 0; place < nodes.length; place += 1) {
    const [node, old] = [nodes[place], olds[place]];
    if (node === undefined) continue;
    if (old !== undefined) known += 1;
    if (old !== undefined && isStill(old, node)) values.push(old);
    else {
      changed.push(place);
      values.push(value(node));
    }
  }
  const isWhole = known === sizeOfRecord(before);
  if (isWhole && changed.length === 0) return before;
  const keys = nodes.map(({ key }) => key);
  const kept: Record<string, T> = isWhole ? { ...before } : {};
  const written = isWhole ? changed : keys.keys();
  for (const place of written) {
    const [key, own] = [keys[place], values[place]];
    if (key !== undefined && own !== undefined) kept[key] = own;
  }
  noteRecord(kept, keys, values);
  return kept;
}

function bootsSeen(pass: Pass, plan: Plan, former: readonly (Memory['stateSince'][string] | undefined)[]) {
  const { boots, reimagedAt } = pass.memory;
  const seen: { create: number[]; reimage: number[] } = { create: [], reimage: [] };
  let place = -1;
  for (const node of pass.nodes) {
    place += 1;
    const before = former[place]?.state;
    const { generation } = node;
    if (before === undefined || !bootStates.has(before) || bootStates.has(node.state)) continue;
    if (generation?.firstOnlineAt == null) continue;
    const began =
      generation.startedBy === 'reimage'
        ? (reimagedAt?.[generation.vmId] ?? generation.startedAt)
        : generation.startedAt;
    // Where the clock was set back in between nobody knows how long it took.
    if (began > generation.firstOnlineAt) continue;
    seen[generation.startedBy].push(Math.round((generation.firstOnlineAt - began) / 1000));
  }
  return learnBoots(boots, { ...seen, cancelled: cancelledBoots(pass, plan) });
}

/** Ages in seconds: a boot that was given up says that it takes longer than this. */
function cancelledBoots(pass: Pass, plan: Plan): readonly number[] {
  const generations = plan.decisions
    .filter((decision) => decision.reason.code === 'bootCancelled')
    .map((decision) => decision.target?.generationId);
  if (generations.length === 0) return [];
  const gone = new Set(generations);
  return pass.nodes.flatMap(({ generation, instance, key }) =>
    generation !== null && gone.has(generation.generationId)
      ? [Math.round((pass.now - bootingSince(generation, instance, pass.memory, key, pass.now)) / 1000)]
      : [],
  );
}

const bootStates: ReadonlySet<string> = new Set<NodeState>([
  'new',
  'creatingCompute',
  'startingAgent',
  'reimagingCompute',
  'restartingAgent',
]);

/** From the moment Azure took the reimage until the machine's agent is online in its new life. */
function reimagesOf(pass: Pass): Readonly<Record<string, number>> {
  const known = pass.memory.reimagedAt ?? {};
  const running: Record<string, number> = {};
  for (const node of pass.nodes) {
    const vmId = node.generation?.vmId;
    if (vmId === undefined || node.instance === null) continue;
    const isWiped = node.state === 'reimagingCompute' && node.generation?.startedBy !== 'reimage';
    const isAgain = node.state === 'reimagingCompute' && node.generation?.firstOnlineAt !== null;
    const isComingBack = node.generation?.startedBy === 'reimage' && node.generation.firstOnlineAt === null;
    if (!isWiped && !isAgain && !isComingBack) continue;
    const at = known[vmId] ?? (isWiped || isAgain ? node.stateSince : undefined);
    if (at !== undefined) running[vmId] = at;
  }
  return running;
}

/** Forgotten as soon as every instance is there. */
function phantomsOf(pass: Pass, plan: Plan): NonNullable<Memory['phantom']> {
  const known = { ...pass.memory.phantom, ...plan.remember.phantom };
  return Object.fromEntries(
    Object.entries(known).filter(([id]) =>
      pass.lanes.some((lane) => lane.scaleSetId === id && lane.phantom + lane.promised > 0),
    ),
  );
}
