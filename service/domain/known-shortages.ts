// What is known of a scale set without capacity from pass to pass: which machines went for it, and which of them in vain. It is
// kept for an hour, also while no job needs it: Azure may take what is asked for, and refuse it minutes later.
import type { LaneCapacity } from './lane-capacity.ts';
import type { Memory } from './memory.ts';
import type { Node } from './node.ts';
import type { Pass, Plan } from './pass.ts';
import { isLeavingState } from './scale-in.ts';
import type { Shortage, Shortages } from './shortage.ts';

const triedAgainAfterMs = 60 * 60_000;

/** A refusal since says that what went did not suffice, and not what still goes; a machine more, that it did. */
export function shortageNow(pass: Pass, lane: LaneCapacity, before: Shortage | undefined): Shortage {
  const machines = machinesUp(pass, lane.scaleSetId);
  const restUntil = pass.memory.restUntil[lane.scaleSetId] ?? 0;
  if (before === undefined) return { restUntil, at: pass.now, going: [], inVain: 0, machines };
  const inVain = machines > before.machines || isLongAgo(pass, before) ? 0 : before.inVain;
  // The rest that ended early is not there any more.
  if (restUntil === 0 || restUntil === before.restUntil) return { ...before, inVain, machines };
  return { ...before, restUntil, ...judged(pass, { ...before, inVain }), machines };
}

/** Of scale sets whose machines no job needs in this pass. What went for them was in vain until a machine comes up. */
export function shortagesWithoutNeed(pass: Pass, needed: ReadonlySet<string>): Shortages {
  const kept = Object.entries(pass.memory.shortages ?? {}).flatMap(([id, before]): [string, Shortage][] => {
    const machines = machinesUp(pass, id);
    if (needed.has(id) || machines > before.machines || isLongAgo(pass, before)) return [];
    const after = { ...before, ...judged(pass, before), machines };
    return after.going.length + after.inVain === 0 ? [] : [[id, after]];
  });
  return Object.fromEntries(kept);
}

function judged(pass: Pass, { going, inVain }: Shortage): Pick<Shortage, 'going' | 'inVain'> {
  const still = going.filter((key) => isThere(pass, key));
  return { going: still, inVain: inVain + going.length - still.length };
}

function isLongAgo({ now }: Pass, { at }: Shortage): boolean {
  return now - at >= triedAgainAfterMs;
}

/** Neither the capacity nor a machine that is listed says that Azure has room for it: both may be left of what it refused. */
function machinesUp({ observation }: Pass, scaleSetId: string): number {
  const lane = observation.lanes.find(({ scaleSet }) => scaleSet.value.id === scaleSetId);
  const isUp = (state: string) => state === 'succeeded' || state === 'updating';
  return lane?.instances.value.filter(({ provisioningState }) => isUp(provisioningState)).length ?? 0;
}

/** What was held back after all (disruption.ts) makes no room. */
export function shortagesAfter({ nodes, memory }: Pass, plan: Plan): Pick<Memory, 'shortages'> {
  const shortages: Shortages = plan.remember.shortages ?? memory.shortages ?? {};
  if (Object.keys(shortages).length === 0) return {};
  const staying = new Set(
    nodes
      .filter((node) => hasMachine(node) && !isLeavingState(node.state) && !plan.leaving.has(node.key))
      .map((node) => node.key),
  );
  const kept = Object.entries(shortages).map(([id, shortage]): [string, Shortage] => {
    const going = shortage.going.filter((key) => !staying.has(key));
    return [id, going.length === shortage.going.length ? shortage : { ...shortage, going }];
  });
  return { shortages: Object.fromEntries(kept) };
}

export function isThere({ nodes }: Pick<Pass, 'nodes'>, key: string): boolean {
  return nodes.some((node) => node.key === key && hasMachine(node));
}

/** The record of one outlives its machine for a moment. */
export function hasMachine({ instance }: Node): boolean {
  return instance !== null;
}
