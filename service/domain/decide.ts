// One pass: the order of reasons is the list in this file. Pure, total, deterministic.
import { lateAt } from './boot-time.ts';
import { breakersAfter, sayWhatKeepsFailing } from './breaker.ts';
import { countHours, holdToBudget, withinBudget } from './budget.ts';
import { cancelBoots } from './cancel-boots.ts';
import { claim, isStarting, startingStates } from './claims.ts';
import type { Decision } from './decision.ts';
import { findDemandFault } from './demand-faults.ts';
import { displace } from './displace.ts';
import { endPool } from './end-pool.ts';
import { holdDisruption } from './disruption.ts';
import { gate } from './gate.ts';
import { keepFailedJobs } from './keep-failed.ts';
import { laneCapacities } from './lane-capacity.ts';
import { tendLanes } from './lane-upkeep.ts';
import { doubtMatching } from './matching-doubt.ts';
import type { Memory } from './memory.ts';
import { needsOf } from './needs.ts';
import { keepNextFirst } from './next-free.ts';
import { nodesOf, type Node } from './node.ts';
import { nodesIn, nodesInAny } from './nodes-by-state.ts';
import type { Observation } from './observation.ts';
import type { Pass, Plan, Step } from './pass.ts';
import { keepPlaceholders } from './placeholder.ts';
import type { PoolSettings } from './pool.ts';
import { recycle } from './recycle.ts';
import { relabel } from './relabel.ts';
import { renewAgents } from './renew-agents.ts';
import { remember } from './remember.ts';
import { retire } from './retire.ts';
import { makeRoom, withEndedRests } from './room-making.ts';
import { reimageUsed, sizeBySample } from './sampled.ts';
import { scaleIn } from './scale-in.ts';
import { scaleOut } from './scale-out.ts';
import { sayWhatSlippedThrough } from './slipped-through.ts';
import { nextScheduleChange, withScheduledStandby } from './standby-schedule.ts';
import { judge } from './trust.ts';
import { absenceMs, upkeep } from './upkeep.ts';
import { versionVerdict } from './version-verdict.ts';
import { count, jobWord, say } from './words.ts';
import { chooseAliases, type AliasChoice } from './alias-choice.ts';
import { chooseWorkFolders, type WorkFolderChoice } from './work-folder-choice.ts';

export interface Verdict {
  readonly decisions: readonly Decision[];
  readonly memory: Memory;
  readonly nodes: readonly Node[];
  /** Null while the picture is not whole, for then nobody knows (I-18). */
  readonly isPanicStopped: boolean | null;
  /** To be written down before the machines claim their configuration. */
  readonly workFolders: readonly WorkFolderChoice[];
  readonly aliases: readonly AliasChoice[];
  /** Machines asked for requests or standby beyond those that exist or boot. */
  readonly newNodes: number;
  /** Races and forecast spares. */
  readonly extraNodes: number;
  /** The earliest instant at which something is due by itself, or null. */
  readonly nextDueAt: number | null;
}

export type Decide = (observation: Observation, settings: PoolSettings, memory: Memory) => Verdict;

export const decide: Decide = (observation, written, before) => {
  const memory = countHours(before, observation, written);
  const settings = withinBudget(withScheduledStandby(written, observation.now), memory, observation.now);
  const pass = look(observation, settings, memory);
  const sizing = settings.sizing.policy === 'sampled' ? sampled : eventDriven;
  const isEnding = observation.isEnding === true;
  const reasons = isEnding ? ending : sizing;
  const plan =
    settings.paused && !isEnding ? paused(pass) : reasons.reduce((soFar, step) => step(pass, soFar), begin(pass));
  return {
    decisions: plan.decisions,
    memory: remember(pass, plan),
    nodes: pass.nodes,
    isPanicStopped: pass.trust.isPanicStopped,
    workFolders: pass.trust.canEnable ? chooseWorkFolders(pass.claims, pass.nodes, settings) : [],
    aliases: pass.trust.canEnable ? chooseAliases(pass.claims.byNode, pass.nodes, settings) : [],
    newNodes: plan.newNodes,
    extraNodes: plan.extraNodes,
    nextDueAt: nextDueAt(pass, plan),
  };
};

/**
 * Each sees what the earlier ones decided. What is broken goes first, so that its place counts; the gate comes when it is
 * known which nodes go, for nothing may be enabled and taken away at once.
 */
const eventDriven: readonly Step[] = [
  sayWhatIsUnknown,
  sayWhatKeepsFailing,
  sayWhatSlippedThrough,
  upkeep,
  keepFailedJobs,
  retire,
  renewAgents,
  recycle,
  scaleOut,
  holdToBudget,
  sayWhatNothingFits,
  displace,
  makeRoom,
  cancelBoots,
  scaleIn,
  holdDisruption,
  tendLanes,
  relabel,
  keepNextFirst,
  gate,
  keepPlaceholders,
  doubtMatching,
];

/** One sizing operation at a time, in the order of Azure DevOps' own documentation; the gate stands in both. */
const sampled: readonly Step[] = [
  sayWhatIsUnknown,
  sayWhatKeepsFailing,
  sayWhatSlippedThrough,
  keepFailedJobs,
  retire,
  reimageUsed,
  sizeBySample,
  // A lane rests between two samples, and what Azure refused is no operation that is under way.
  makeRoom,
  holdToBudget,
  holdDisruption,
  sayWhatNothingFits,
  tendLanes,
  relabel,
  keepNextFirst,
  gate,
  keepPlaceholders,
  doubtMatching,
];

/** A paused pool is deleted like any other: whoever deletes it has said what is to be changed. */
const ending: readonly Step[] = [sayWhatIsUnknown, endPool];

function look(observation: Observation, settings: PoolSettings, before: Memory): Pass {
  const nodes = nodesOf(observation, settings, before);
  const memory = withEndedRests({ ...before, breakers: breakersAfter(observation, nodes, before) }, nodes);
  const lanes = laneCapacities(observation, memory);
  const claims = claim(observation, settings, memory, nodes, lanes);
  const trust = judge(observation, nodes);
  return { now: observation.now, observation, settings, memory, nodes, lanes, claims, trust };
}

function begin(pass: Pass): Plan {
  const { claims, settings } = pass;
  const needs = needsOf(claims, settings);
  return {
    decisions: [],
    leaving: new Set(),
    needs,
    laneShort: null,
    unmet: claims.leftCount,
    standbyShort: needs.reduce((sum, need) => sum + need.standbyShort, 0),
    isAtMaximum: false,
    newNodes: 0,
    extraNodes: 0,
    remember: {},
    dueAt: [],
  };
}

function paused(pass: Pass): Plan {
  const words = `The pool ${pass.settings.name} is paused: it is watched and nothing is changed.`;
  return { ...begin(pass), decisions: [{ kind: 'wait', reason: say('paused', words) }] };
}

function sayWhatIsUnknown(pass: Pass, plan: Plan): Plan {
  return { ...plan, decisions: [...plan.decisions, ...pass.trust.because] };
}

/** One word of the first that waits in vain; each has its own verdict (diagnosis.ts). */
function sayWhatNothingFits(pass: Pass, plan: Plan): Plan {
  const { misfits, catalog } = pass.claims;
  const first = misfits[0];
  if (first === undefined) return plan;
  const fault = findDemandFault(first.demands, pass.settings) ?? versionVerdict(first.demands, catalog, pass.settings);
  const others = misfits.length === 1 ? '' : `, nor ${count(misfits.length - 1, 'other')}`;
  const why = fault?.words ?? 'It demands what no node of this pool has or would have.';
  const words = `No node fits ${jobWord(first)}${others}. ${why}`;
  return {
    ...plan,
    decisions: [...plan.decisions, { kind: 'wait', reason: say('noNodeFits', words), request: first.requestId }],
  };
}

function nextDueAt(pass: Pass, plan: Plan): number | null {
  const { schedule } = pass.settings;
  const change = schedule === null ? null : nextScheduleChange(schedule, pass.now);
  let next = Infinity;
  const note = (at: number | null): void => {
    if (at !== null && at > pass.now && at < next) next = at;
  };
  note(change);
  for (const at of plan.dueAt) note(at);
  for (const node of pass.nodes) note(node.deadlineAt);
  for (const node of nodesIn(pass.nodes, 'lost')) note(node.stateSince + absenceMs);
  for (const node of nodesInAny(pass.nodes, startingStates)) {
    if (isStarting(node)) note(lateAt(node, pass.memory, pass.now));
  }
  for (const lane of pass.lanes) note(lane.promisedLateAt);
  return next === Infinity ? null : next;
}
