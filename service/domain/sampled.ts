// Azure DevOps' own sizing of scale set agents, rule by rule as its documentation tells it: the policy `sampled`. One thing
// at a time: first it grows, only then it deletes what is unhealthy, and only then what is idle.
import { allowanceOf } from './breaker.ts';
import type { Decision } from './decision.ts';
import { isIdleSupply } from './claims.ts';
import { displace } from './displace.ts';
import { byWorth, keepsUntil } from './lifetime.ts';
import type { Memory } from './memory.ts';
import { isRefused } from './lane-room.ts';
import { isOpen, roomFor, scaleOutLanes } from './lane-scale-out.ts';
import type { Need } from './needs.ts';
import { decideNode, withDecisions, withNeeds, type Pass, type Plan } from './pass.ts';
import { usedNodes } from './recycle.ts';
import { ask, growingLane, isSetTheLimit, roomIn } from './capacity-ask.ts';
import { setLimitWords } from './scale-set-limit.ts';
import { wantedStandby } from './standby.ts';
import { upkeep } from './upkeep.ts';
import { count, say, span } from './words.ts';

type Sampled = Memory['sampled'];

/** A sample is taken every `sampleMinutes`, and as soon as the picture is whole again where it was not. */
export function sizeBySample(pass: Pass, plan: Plan): Plan {
  const { sampled } = pass.memory;
  const period = pass.settings.sizing.sampleMinutes * 60_000;
  const dueAt = sampled.lastSampleAt === null ? pass.now : sampled.lastSampleAt + period;
  if (pass.now < dueAt) return { ...plan, dueAt: [...plan.dueAt, dueAt] };
  if (!pass.trust.canWriteCapacity) return plan;
  // Samples keep to their grid: a pass that comes late does not shift the later ones.
  const lastSampleAt = dueAt + Math.floor((pass.now - dueAt) / period) * period;
  const isAbove = idleCount(pass) > wantedStandby(pass.settings);
  const aboveStandbySince = isAbove ? (sampled.aboveStandbySince ?? pass.now) : null;
  const noted = noting(
    { ...plan, dueAt: [...plan.dueAt, lastSampleAt + period] },
    { ...sampled, lastSampleAt, aboveStandbySince },
  );
  if (isStepUnderWay(pass)) return noted;
  // Where the last step brought nothing (no quota), what is unhealthy may hold the very place that is missing.
  const mended = wasFruitless(pass) ? upkeep(pass, noted) : noted;
  if (mended.leaving.size > noted.leaving.size) return mended;
  // Or too many of one image hold the places of another.
  const shrunk = wasFruitless(pass) ? shrink(pass, noted, aboveStandbySince) : noted;
  if (shrunk.leaving.size > noted.leaving.size) return shrunk;
  const grown = grow(pass, noted);
  if (grown.newNodes > plan.newNodes) return grown;
  // The rule knows one kind of agent. An idle node of another image, folder or tag must not hold the place for ever.
  const placed = displace(pass, grown);
  if (placed.leaving.size > grown.leaving.size) return placed;
  const kept = upkeep(pass, placed);
  return kept.leaving.size > placed.leaving.size ? kept : shrink(pass, kept, aboveStandbySince);
}

/** After running a job the machine goes offline and is reimaged before it picks up another one. */
export function reimageUsed(pass: Pass, plan: Plan): Plan {
  if (!pass.trust.canDestroy) return plan;
  const used = usedNodes(pass, plan);
  const decisions = used.map((node): Decision => {
    const words = `${node.name} has run a job and is reimaged before it takes another one.`;
    const canWipe = node.instance !== null && node.instance.provisioningState !== 'failed';
    return canWipe
      ? decideNode('reimage', node, say('recycledAfterUse', words))
      : decideNode('reclaim', node, say('cannotBeRecycled', `${node.name} has run a job and cannot be reimaged.`));
  });
  return withDecisions(plan, decisions, used);
}

/** An agent is idle if it is online and is not running a job. */
function idleCount(pass: Pass): number {
  return pass.nodes.filter(isIdleSupply).length;
}

/** Twenty minutes are allowed for the machines of a step; when all of them are online the step is over. */
function isStepUnderWay(pass: Pass): boolean {
  const { lastGrowAt } = pass.memory.sampled;
  if (lastGrowAt === null || pass.now - lastGrowAt >= pass.settings.sizing.stepMinutes * 60_000) return false;
  const isComing = pass.lanes.some((lane) => lane.promised + lane.phantom > 0);
  const boots = (state: string) => state === 'new' || state === 'creatingCompute' || state === 'startingAgent';
  return isComing || pass.nodes.some((node) => boots(node.state));
}

function wasFruitless(pass: Pass): boolean {
  const { lastGrowAt } = pass.memory.sampled;
  if (lastGrowAt === null || pass.lanes.some((lane) => lane.promised > 0)) return false;
  return !pass.nodes.some((node) => {
    const startedAt = node.generation?.startedAt ?? pass.now;
    // One that lies ahead was written before the clock was set back, and so before this growth.
    return startedAt >= lastGrowAt - clocksDifferMs && startedAt <= pass.now;
  });
}

/** Azure says by its own clock, in whole milliseconds, when a machine was made; the step before is minutes older than that. */
const clocksDifferMs = 60_000;

function grow(pass: Pass, plan: Plan): Plan {
  const { settings } = pass;
  if (!pass.claims.catalog.isOwnSet) return growLanes(pass, plan);
  const idle = idleCount(pass);
  const standby = wantedStandby(settings);
  const queued = pass.claims.queuedCount;
  const lane = growingLane(pass);
  const isBelowStandby = idle < standby;
  const isMisfit = idle > 0 && fitsNobody(pass);
  const isStarved = queued > 0 && (idle === 0 || isMisfit);
  if (lane === undefined || !(isBelowStandby || isStarved)) return plan;
  if ((pass.memory.restUntil[lane.scaleSetId] ?? 0) > pass.now) return plan;
  const step = Math.ceil((settings.sizing.incrementPercent * settings.maxCapacity) / 100);
  const allowance = allowanceOf(pass, lane);
  if (allowance.kind === 'none') return plan;
  const granted = Math.min(step, roomIn(pass, lane), allowance.kind === 'one' ? 1 : Infinity);
  if (granted === 0) {
    const isSetFull = isSetTheLimit(pass, lane);
    const limit = isSetFull ? setLimitWords(lane) : `the pool is at its maximum of ${settings.maxCapacity}`;
    const words = `${count(idle, 'idle node')}, ${count(queued, 'job request')} queued, and ${limit}.`;
    const reason = say(isSetFull ? 'scaleSetFull' : 'poolAtMaximum', words);
    const decision: Decision = { kind: 'wait', reason, scaleSet: lane.name };
    return withDecisions({ ...plan, isAtMaximum: isMisfit }, [decision]);
  }
  const why = isBelowStandby
    ? say('idleBelowStandby', `${count(idle, 'idle node')}, fewer than the standby of ${standby}`)
    : say('noIdleForQueue', `No idle node${isMisfit ? ' that fits' : ''}, and ${count(queued, 'job request')} queued`);
  const words = `${why.words}: ${granted} more (${settings.sizing.incrementPercent} % of at most ${settings.maxCapacity}).`;
  const asked = ask(pass, plan, lane, granted, { code: why.code, words });
  if (asked.newNodes === plan.newNodes) return asked;
  return noting(asked, { ...(plan.remember.sampled ?? pass.memory.sampled), lastGrowAt: pass.now });
}

/** Requests wait, and of the idle nodes not one can take any of those that are queued: each lacks a folder or a tag. */
function fitsNobody({ nodes, claims }: Pass): boolean {
  return claims.leftCount > 0 && !nodes.some((node) => isIdleSupply(node) && claims.byNode.has(node.key));
}

/**
 * The same step, shared by whoever is served first; an idle node of another image helps nobody. Nor does it help to keep a share
 * for those of whom nothing can be made now: they would wait for lanes whose jobs wait for the step.
 */
function growLanes(pass: Pass, plan: Plan): Plan {
  let step = Math.ceil((pass.settings.sizing.incrementPercent * pass.settings.maxCapacity) / 100);
  let lanesToMake = 0;
  const needs = plan.needs.map((need): Need => {
    const room = roomFor(pass, need.target, lanesToMake);
    if (room.kind === 'missing') lanesToMake += 1;
    if (!isOpen(room) || isRefused(need.target, pass)) return need;
    const requests = need.requests.slice(0, step);
    step -= requests.length;
    const standbyShort = Math.min(need.standbyShort, step);
    step -= standbyShort;
    return { ...need, requests, standbyShort };
  });
  const grown = scaleOutLanes(pass, withNeeds(plan, needs), () => 0);
  if (grown.newNodes === plan.newNodes) return grown;
  return noting(grown, { ...(plan.remember.sampled ?? pass.memory.sampled), lastGrowAt: pass.now });
}

/** Only after idle exceeded the standby at every sample for longer than the delay. */
function shrink(pass: Pass, plan: Plan, aboveStandbySince: number | null): Plan {
  const delay = pass.settings.timeToLiveMinutes * 60_000;
  if (!pass.trust.canDestroy || aboveStandbySince === null || pass.now - aboveStandbySince <= delay) return plan;
  const standby = wantedStandby(pass.settings);
  // What no request claims goes first; the rule itself counts idle nodes and does not look at the queue.
  const claimed = pass.nodes.filter((node) => isIdleSupply(node) && pass.claims.byNode.has(node.key));
  const idle = [...pass.claims.spareIdle, ...claimed];
  // The rule knows no stateful agents: what was promised to them holds, but where they hold the places of jobs that wait.
  const mayGo =
    wasFruitless(pass) && pass.claims.queuedCount > 0
      ? idle.toSorted(byWorth(pass.settings, pass.now))
      : idle.filter((node) => keepsUntil(node, pass.settings) <= pass.now);
  const surplus = mayGo.slice(0, Math.max(0, idle.length - standby));
  if (surplus.length === 0) return plan;
  const decisions = surplus.map((node) => {
    const words = `More than ${standby} nodes have been idle for ${span(pass.now - aboveStandbySince)} (delay ${span(delay)}), and ${node.name} for the longest.`;
    return decideNode('reclaim', node, say('idleAboveStandby', words));
  });
  const after = withDecisions(plan, decisions, surplus);
  return noting(after, { ...(plan.remember.sampled ?? pass.memory.sampled), aboveStandbySince: null });
}

function noting(plan: Plan, sampled: Sampled): Plan {
  return { ...plan, remember: { ...plan.remember, sampled } };
}
