// Another version of the agent comes into a pool like a new version of an image (rollout.ts): some machines try it, then all new
// ones get it, and where too many do not come up the pool goes back to the last known good one by itself. Pure.
import { unpinned, type PinState } from './image-pin.ts';
import type { OsType, ScaleSetExtension } from './instance.ts';
import { osTypeOf } from './lane-image.ts';
import type { AgentTrial, Generation, Lane, Observation, OpenOperation } from './observation.ts';
import { rolloutOf, type PoolSettings } from './pool.ts';
import { canaryMachines, stepRollout, versionsNow, type RolloutNode } from './rollout.ts';

/** What is kept of the agents of one operating system in a pool. */
export interface AgentRollout {
  readonly osType: OsType;
  /** What the settings said: `latest` or an exact version. */
  readonly configured: string;
  readonly state: PinState;
  /** What new machines get that do not try another one; null before the first version was read. */
  readonly main: string | null;
  /** Id of a machine's life → the version that the model named of which it was made. */
  readonly given: Readonly<Record<string, string>>;
}

const systemWords: Readonly<Record<OsType, string>> = { linux: 'the Linux agent', windows: 'the Windows agent' };

/** Whoever names another version in the settings, or the same one anew, has a version that was stopped tried again. */
export function agentRolloutOf(kept: AgentRollout | null, osType: OsType, configured: string): AgentRollout {
  if (kept === null) return { osType, configured, state: unpinned(systemWords[osType]), main: null, given: {} };
  if (kept.configured === configured) return kept;
  return { ...kept, configured, state: { ...kept.state, rejectedVersion: null, rollout: null, banner: null } };
}

export interface AgentChoice {
  readonly main: string;
  /** Null while the pool runs one version and none of its past is to be undone. */
  readonly trial: AgentTrial | null;
}

/** `offered` is what the settings stand for now. While a new version of an image is tried, no agent is. */
export function agentChoice(
  rollout: AgentRollout,
  offered: string,
  picture: {
    readonly now: number;
    readonly settings: PoolSettings;
    readonly generations: readonly Generation[];
    readonly isImageTried: boolean;
    /** Version → machines that open scale-outs have asked for and that are not in `given` yet. */
    readonly asked: ReadonlyMap<string, number>;
  },
): AgentChoice {
  const { settings, now } = picture;
  const policy = rolloutOf(settings);
  const { state, osType, given } = rollout;
  const { main, canary } = versionsNow({ now, state, configured: offered, images: null, policy });
  const { rejectedVersion } = state;
  if (main === offered && canary === null && rejectedVersion === null) return { main, trial: null };
  const lives = picture.generations.filter((one) => osTypeOf(settings, one.image) === osType);
  const tried = lives.filter((one) => given[one.generationId] === canary).length;
  const isOpen = canary !== null && !picture.isImageTried;
  const asked = canary === null ? 0 : (picture.asked.get(canary) ?? 0);
  const wanted = isOpen ? Math.max(0, canaryMachines(policy, lives.length) - tried - asked) : 0;
  return { main: main ?? offered, trial: { canary, wanted, rejected: rejectedVersion } };
}

/** What the model names for the next machines; left out: the version of the settings. */
export function nextAgent(
  { agentTrials, agentVersions }: Pick<Observation, 'agentTrials' | 'agentVersions'>,
  osType: OsType,
): string | undefined {
  const trial = agentTrials?.[osType];
  if (trial === undefined) return undefined;
  return trial.wanted > 0 ? (trial.canary ?? undefined) : agentVersions?.[osType];
}

/**
 * `models` are the versions that the models of scale sets name, by id in lower case. A machine that the newest model did not make was made of
 * one that nobody knows any more.
 */
export function withGiven(
  rollout: AgentRollout,
  models: ReadonlyMap<string, string>,
  lanes: readonly Lane[],
  generations: readonly Generation[],
): AgentRollout {
  const newest = madeByNewest(lanes);
  const given = Object.fromEntries(
    generations.flatMap((life): [string, string][] => {
      const known =
        rollout.given[life.generationId] ?? (newest.has(life.vmId) ? models.get(life.scaleSetId.toLowerCase()) : null);
      return known == null ? [] : [[life.generationId, known]];
    }),
  );
  return JSON.stringify(given) === JSON.stringify(rollout.given) ? rollout : { ...rollout, given };
}

/**
 * Machines that open scale-outs ask for, by the version that the model of their scale set names. One counts until it is known
 * what it was given, so that nobody asks for it twice. `models` as in `withGiven`.
 */
export function askedOf(
  { given }: Pick<AgentRollout, 'given'>,
  models: ReadonlyMap<string, string>,
  { lanes, generations, operations }: Pick<Observation, 'lanes' | 'generations' | 'operations'>,
): ReadonlyMap<string, number> {
  const known = new Set(generations.filter((one) => one.generationId in given).map((one) => one.vmId));
  const asked = new Map<string, number>();
  for (const { scaleSet, instances } of lanes) {
    const version = models.get(scaleSet.value.id.toLowerCase());
    const open = operations.filter((one) => isScaleOutOf(one, scaleSet.value.id));
    if (version === undefined || open.length === 0) continue;
    const there = instances.value.filter((one) => one.provisioningState !== 'deleting' && known.has(one.vmId)).length;
    const more = Math.max(...open.map((one) => one.toCapacity ?? 0)) - there;
    asked.set(version, (asked.get(version) ?? 0) + Math.max(0, more));
  }
  return asked;
}

export function isScaleOutOf({ kind, scaleSetId }: OpenOperation, id: string): boolean {
  return kind === 'scaleOut' && scaleSetId?.toLowerCase() === id.toLowerCase();
}

/** vmIds of the machines that the newest model made. */
function madeByNewest(lanes: readonly Lane[]): ReadonlySet<string> {
  const machines = lanes.flatMap((lane) => lane.instances.value);
  return new Set(machines.filter((one) => one.isLatestModelApplied).map((one) => one.vmId));
}

/** By the file name of the package, wherever the handler wants it; null where the settings that can be read do not hold it. */
export function versionIn({ settings }: Pick<ScaleSetExtension, 'settings'>): string | null {
  return /-(\d+\.\d+\.\d+)\.(?:zip|tar\.gz)\b/.exec(JSON.stringify(settings))?.[1] ?? null;
}

/** Once the pass knows its nodes. `words` are for the log, where the step is one that people should know of. */
export function stepAgentRollout(
  rollout: AgentRollout,
  offered: string,
  settings: PoolSettings,
  nodes: readonly RolloutNode[],
  now: number,
): { readonly rollout: AgentRollout; readonly words: readonly string[] } {
  const policy = rolloutOf(settings);
  const before = rollout.state;
  const step = stepRollout({ now, state: before, configured: offered, images: null, policy, nodes });
  const isStopped = step.events.some((event) => event.action === 'stopped');
  const again = `Version ${step.state.rejectedVersion ?? ''} is tried again when the settings name it anew.`;
  const state = isStopped ? { ...step.state, banner: `${step.state.banner ?? ''} ${again}` } : step.state;
  const { main } = versionsNow({ now, state, configured: offered, images: null, policy });
  const words = isStopped
    ? [state.banner ?? '']
    : step.events.map(({ to, reason }) => `The pool runs version ${to ?? ''} of ${before.image} now: ${reason}`);
  return { rollout: { ...rollout, state, main }, words };
}
