// Carries another version of the agent into the pool: what new machines get in this pass, and what the machines that tried it say.
import { agentProgress, type AgentProgress } from '../domain/agent-progress.ts';
import {
  agentChoice,
  agentRolloutOf,
  askedOf,
  isScaleOutOf,
  stepAgentRollout,
  versionIn,
  withGiven,
  type AgentRollout,
} from '../domain/agent-rollout.ts';
import { agentExtensionName, type OsType } from '../domain/instance.ts';
import { osTypeOf } from '../domain/lane-image.ts';
import type { Memory } from '../domain/memory.ts';
import type { Node } from '../domain/node.ts';
import type { AgentTrial, Lane, Observation } from '../domain/observation.ts';
import { agentRolloutWrite, readAgentRollout } from '../agent-records.ts';
import { CloudError, UserProblem } from '../problem.ts';
import { extensionOf, isSame } from './agent-extension.ts';
import type { Banner, PoolContext } from './context.ts';
import { isSameId } from './lanes.ts';
import { rolloutNode } from './rollout-node.ts';

export interface AgentPolicy {
  readonly osType: OsType;
  readonly before: AgentRollout | null;
  /** Of `before` in the store; null: it was never written. */
  readonly revision: number | null;
  readonly rollout: AgentRollout;
  /** What the settings stand for; null where Azure DevOps has not told it. */
  readonly offered: string | null;
  /** Azure DevOps has no such agent, so nobody tries it. */
  readonly isMissing: boolean;
}

export interface AgentsInForce {
  readonly policies: readonly AgentPolicy[];
  readonly observation: Observation;
}

/** The picture with the versions that machines are to run; `observation.agentVersions` are what the settings stand for. */
export async function agentsInForce(context: PoolContext, observation: Observation): Promise<AgentsInForce> {
  const { store, pool, settings } = context;
  const { now, lanes, generations, operations } = observation;
  const systems = new Set([settings.osType, ...settings.images.map((image) => image.osType ?? settings.osType)]);
  const policies: AgentPolicy[] = [];
  const versions: Partial<Record<OsType, string>> = {};
  const trials: Partial<Record<OsType, AgentTrial>> = {};
  for (const osType of systems) {
    const kept = await readAgentRollout(store, pool, osType);
    const before = kept?.value ?? null;
    const known = agentRolloutOf(before, osType, settings.agentVersion);
    const offered = observation.agentVersions?.[osType] ?? null;
    const lives = generations.filter((one) => osTypeOf(settings, one.image) === osType);
    const unknown = lives.filter((one) => !(one.generationId in known.given));
    const asking = lanes.filter(
      ({ scaleSet: { value }, key }) =>
        unknown.some((life) => isSameId(life.scaleSetId, value.id)) ||
        (osTypeOf(settings, key?.image) === osType && operations.some((one) => isScaleOutOf(one, value.id))),
    );
    const models = await modelVersions(context, asking, known, offered);
    const rollout = withGiven(known, models, lanes, lives);
    const asked = askedOf(rollout, models, observation);
    const policy = { osType, before, revision: kept?.revision ?? null, rollout, offered, isMissing: false };
    if (offered === null) {
      policies.push(policy);
      if (rollout.main !== null) versions[osType] = rollout.main;
      continue;
    }
    const isImageTried = (observation.rollouts ?? []).length > 0;
    const { main, trial } = agentChoice(rollout, offered, { now, settings, generations, isImageTried, asked });
    const isMissing = trial !== null && trial.wanted > 0 && !(await isThere(context, lanes, osType, offered));
    policies.push({ ...policy, isMissing });
    versions[osType] = main;
    if (trial !== null) trials[osType] = isMissing ? { ...trial, wanted: 0 } : trial;
  }
  return { policies, observation: { ...observation, agentVersions: versions, agentTrials: trials } };
}

/** The agent version that each model names, by id of the scale set in lower case. Where its settings hide it, the one is looked for with which they would be the same. */
async function modelVersions(
  context: PoolContext,
  lanes: readonly Lane[],
  { osType, main, state }: AgentRollout,
  offered: string | null,
): Promise<ReadonlyMap<string, string>> {
  const versions = new Map<string, string>();
  const candidates = new Set([offered, main, state.rollout?.version ?? null, state.lastKnownGood]);
  for (const { scaleSet } of lanes) {
    const id = scaleSet.value.id.toLowerCase();
    const standing = scaleSet.value.extensions.find((one) => one.name === agentExtensionName);
    if (standing === undefined) continue;
    const told = versionIn(standing);
    if (told !== null) versions.set(id, told);
    else {
      for (const version of candidates) {
        if (version === null || versions.has(id)) continue;
        const made = await extensionOf(context, scaleSet.value, osType, version);
        if (made !== null && isSame(standing, made)) versions.set(id, version);
      }
    }
  }
  return versions;
}

/** A version that is written wrong in the settings must not keep the pool from growing. */
async function isThere(
  context: PoolContext,
  lanes: readonly Lane[],
  osType: OsType,
  version: string,
): Promise<boolean> {
  const [lane] = lanes;
  if (lane === undefined) return true;
  try {
    await context.extensionFor(lane.scaleSet.value, osType, version);
    return true;
  } catch (error) {
    if (error instanceof UserProblem) return true;
    if (error instanceof CloudError) return error.kind !== 'notFound';
    throw error;
  }
}

/** Once the pass knows its nodes: each rollout goes a step on. Answers how far those are that are under way. */
export async function followAgentRollouts(
  context: PoolContext,
  observation: Observation,
  nodes: readonly Node[],
  memory: Memory,
  policies: readonly AgentPolicy[],
): Promise<readonly AgentProgress[]> {
  const { settings, store, pool, lease } = context;
  const { now } = observation;
  const progress: AgentProgress[] = [];
  for (const { osType, before, revision, rollout, offered, isMissing } of policies) {
    const seen = nodes.flatMap((node) => {
      const life = node.generation;
      if (life === null || osTypeOf(settings, life.image) !== osType) return [];
      return [rolloutNode(node, life, rollout.given[life.generationId] ?? null, now, memory)];
    });
    const step = offered === null ? { rollout, words: [] } : stepAgentRollout(rollout, offered, settings, seen, now);
    // What is not there is tried by nobody: the banner says so.
    const reached = isMissing ? null : agentProgress(step.rollout, settings, observation);
    if (reached !== null) progress.push(reached);
    if (JSON.stringify(step.rollout) === JSON.stringify(before)) continue;
    await store.writeRecords([agentRolloutWrite(pool, revision, step.rollout, now)], lease);
    for (const words of step.words) context.line('warn', words);
  }
  return progress;
}

export function agentBanners(policies: readonly AgentPolicy[]): readonly Banner[] {
  return policies.flatMap(({ rollout: { state, main }, offered, isMissing }): Banner[] => {
    const missing = `Azure DevOps has no agent ${offered ?? ''}: new machines get ${main ?? ''}. Name another version in the settings.`;
    return [
      ...(isMissing ? [{ code: 'agentMissing', level: 'warning' as const, words: missing }] : []),
      ...(state.banner === null ? [] : [{ code: 'agentRolledBack', level: 'warning' as const, words: state.banner }]),
    ];
  });
}
