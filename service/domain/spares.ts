// Which spares this pass wants: the declared standby, and beyond it what moments like this one make worth keeping or making.
import { usualBootMs } from './boot-time.ts';
import { advise, noAdvice, type Advice } from './spare-advice.ts';
import { isHeldByPerson, type NodeState } from './node.ts';
import { busyCount, nodesInAny } from './nodes-by-state.ts';
import type { Pass, Plan } from './pass.ts';
import { forecasts, sizingNumbers } from './sizing-presets.ts';
import type { SpareCounts } from './sizing-rules.ts';
import { standbyRace } from './standby-race.ts';
import { wantedStandby } from './standby.ts';

export function spareAdvice(pass: Pass): Advice {
  const { settings, memory } = pass;
  if (!forecasts(settings) || memory.demand === undefined) return noAdvice;
  const known = advices.get(pass);
  if (known !== undefined) return known;
  const boot = usualBootMs(memory, 'create') / 60_000;
  const advice = advise(memory.demand, boot, sizingNumbers(settings, memory).worth, pass.now);
  advices.set(pass, advice);
  return advice;
}

export function spareCounts(pass: Pass): SpareCounts {
  const { claims, settings, memory } = pass;
  const idle = claims.spareIdle.length;
  const standby = wantedStandby(settings);
  // Of several images nobody knows which one the next job means.
  const isRace = idle === 0 && settings.images.length < 2;
  return {
    ...{ idle, booting: claims.spareBootingCount, standby },
    racing: isRace ? standbyRace(settings, memory) : standby,
  };
}

/** Several reasons of a pass ask. */
const advices = new WeakMap<Pass, Advice>();

/** Requests that wait for a boot, and for nothing that no machine of the pool has. */
export function waitingNow({ claims }: Pass): number {
  return claims.queuedCount - claims.onIdleCount - claims.misfits.length;
}

/** Busy nodes and waiting requests, but for those that no machine of the pool will serve. */
export function demandNow({ nodes, claims }: Pass): number {
  return busyCount(nodes) + claims.queuedCount - claims.misfits.length;
}

/** Machines that boot for the first time, idle or work; what is wiped, deleted or kept for a person the forecast does not decide. */
export function paidNow({ nodes }: Pass, { leaving }: Pick<Plan, 'leaving'>): number {
  let machines = busyCount(nodes);
  for (const node of nodesInAny(nodes, free)) {
    if (node.requestId !== null || (node.state !== 'idle' && node.generation?.startedBy === 'reimage')) continue;
    if (!(leaving.size > 0 && leaving.has(node.key)) && !isHeldByPerson(node)) machines += 1;
  }
  return machines;
}

const free: ReadonlySet<NodeState> = new Set<NodeState>(['idle', 'new', 'creatingCompute', 'startingAgent']);
