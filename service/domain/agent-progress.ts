// How far another version of the agent has come into a pool (agent-rollout.ts), in numbers and in words for people. Pure.
import type { AgentRollout } from './agent-rollout.ts';
import type { OsType } from './instance.ts';
import { osTypeOf } from './lane-image.ts';
import type { Observation } from './observation.ts';
import { rolloutOf, type PoolSettings } from './pool.ts';
import { canaryMachines } from './rollout.ts';
import type { RolloutState } from './rollout-state.ts';
import { count } from './words.ts';

export interface AgentProgress {
  readonly osType: OsType;
  readonly phase: 'canary' | 'rollingOut';
  readonly version: string;
  readonly from: string | null;
  readonly startedAt: number;
  /** Machines of this operating system, and those of them that were given the new version. */
  readonly machines: number;
  readonly machinesNew: number;
  /** Since it began, also those that are gone. */
  readonly booted: number;
  readonly failed: number;
  /** How far it is, and what happens next. */
  readonly words: string;
  readonly nextStep: string;
}

/** Null while no other version comes in. */
export function agentProgress(
  { osType, state, given }: AgentRollout,
  settings: PoolSettings,
  { generations, rollouts }: Pick<Observation, 'generations' | 'rollouts'>,
): AgentProgress | null {
  const { rollout } = state;
  if (rollout === null) return null;
  const { phase, version, from, startedAt } = rollout;
  if (phase === 'done' || phase === 'stopped') return null;
  const lives = generations.filter((one) => osTypeOf(settings, one.image) === osType);
  const machines = lives.length;
  const machinesNew = lives.filter((one) => given[one.generationId] === version).length;
  const [booted, failed] = [rollout.booted.length, rollout.failed.length];
  const isTried = phase === 'canary';
  const isUnproved = booted + failed === 0;
  const came = isUnproved ? '' : ` Since it began ${count(booted, 'machine')} came up with it, ${failed} did not.`;
  const has = machinesNew === 1 ? 'has' : 'have';
  const now =
    machinesNew === 0 ? 'No machine has it yet.' : `${machinesNew} of ${count(machines, 'machine')} ${has} it.`;
  const isHeld = (rollouts ?? []).length > 0;
  return {
    ...{ osType, phase, version, from, startedAt, machines, machinesNew, booted, failed },
    words: `${now}${came}`,
    nextStep: isTried ? ofTrial(rollout, settings, machines, isHeld) : ofRest(rollout, settings),
  };
}

function ofTrial({ from, booted }: RolloutState, settings: PoolSettings, machines: number, isHeld: boolean): string {
  if (isHeld)
    return 'No machine more tries it until the version of an image that is tried now has come in or was stopped.';
  const policy = rolloutOf(settings);
  const { canaryBoots, canaryPercent, failurePercent } = policy;
  const share = `New machines get it until ${count(canaryMachines(policy, machines), 'machine')} have it (${canaryPercent} %, at least ${canaryBoots}).`;
  const left = Math.max(0, canaryBoots - booted.length);
  const follow = `Once ${left} more came up with it, all new machines get it.`;
  return `${share} ${follow} ${backWords(from, failurePercent)}`;
}

function ofRest({ from }: RolloutState, settings: PoolSettings): string {
  const old = from ?? 'the old version';
  // The rule of Azure DevOps gives no machine back for its agent.
  const isSampled = settings.sizing.policy === 'sampled';
  const leave = isSampled
    ? `Those with ${old} go as the pool shrinks.`
    : `Those with ${old} go when they are free; no running job is stopped.`;
  return `All new machines get it. ${leave} ${backWords(from, rolloutOf(settings).failurePercent)}`;
}

function backWords(from: string | null, percent: number): string {
  return `When two or more do not come up, and they are more than ${percent} %, the pool goes back to ${from ?? 'the old version'} by itself.`;
}
