// What pins, admissions, validations and rollouts make of the pool's settings in this pass: the exact version that each
// image's machines are made of now, which others serve, and which ones jobs may ask for.
import { unpinned, type PinState } from '../domain/image-pin.ts';
import type { AdmittedVersion, ImageState } from '../domain/image-state.ts';
import { hasLanes } from '../domain/lane-owner.ts';
import type { Memory } from '../domain/memory.ts';
import type { Node } from '../domain/node.ts';
import type { Observation } from '../domain/observation.ts';
import { rolloutOf, type PoolImage, type PoolSettings } from '../domain/pool.ts';
import { canaryMachines, stepRollout, versionsNow, type RolloutNode } from '../domain/rollout.ts';
import { judgementOf, judges, type Validation } from '../domain/validation.ts';
import {
  admissionEnd,
  pinEventWrite,
  pinWrite,
  readAdmissions,
  readPins,
  readValidations,
  type Kept,
} from '../image-records.ts';
import type { PoolContext } from './context.ts';
import { rolloutNode } from './rollout-node.ts';

export interface ImagePolicy {
  readonly pins: ReadonlyMap<string, Kept<PinState>>;
  readonly admitted: readonly AdmittedVersion[];
}

const nothing: ImagePolicy = { pins: new Map(), admitted: [] };
/** Of each image, so many validated versions are kept ready to be asked for: each has its placeholders. */
const mostValidated = 5;

/** Before the clouds are asked: what is named here is looked at, too. */
export async function readImagePolicy(context: PoolContext): Promise<ImagePolicy> {
  const { store, pool, settings, clock } = context;
  if (!hasLanes(settings)) return nothing;
  const [pins, admissions, validations] = await Promise.all([
    readPins(store, pool),
    readAdmissions(store, pool),
    readValidations(store, pool, { limit: 200 }),
  ]);
  const now = clock.now();
  const over = admissions.filter((one) => one.value.until <= now);
  if (over.length > 0) await store.writeRecords(over.map((one) => admissionEnd(pool, one)));
  const forRuns = admissions
    .filter((one) => one.value.until > now)
    .map(({ value }): AdmittedVersion => ({ ...pick(value), why: 'forRun', until: value.until }));
  const standing = [...pins.values()].flatMap(({ value }) => standingVersions(value));
  const all = validations.map(({ value }) => value);
  const validated = settings.images.flatMap((image) => validatedVersions(image.aliases[0] ?? '', all));
  return { pins, admitted: [...standing, ...forRuns, ...validated] };
}

function pick({ image, version }: { readonly image: string; readonly version: string }) {
  return { image, version };
}

function standingVersions({ image, pinnedVersion, lastKnownGood, rollout }: PinState): readonly AdmittedVersion[] {
  const named = (version: string | null, why: AdmittedVersion['why']): readonly AdmittedVersion[] =>
    version === null ? [] : [{ image, version, why, until: null }];
  const isTried = rollout?.phase === 'canary' || rollout?.phase === 'rollingOut';
  return [
    ...named(pinnedVersion, 'pinned'),
    ...named(lastKnownGood, 'lastKnownGood'),
    ...named(isTried ? rollout.version : null, 'canary'),
  ];
}

/** Newest verdicts first: what failed since it passed is validated no more. */
function validatedVersions(image: string, validations: readonly Validation[]): readonly AdmittedVersion[] {
  const versions = new Set(validations.filter((one) => one.image === image && judges(one)).map((one) => one.version));
  const passed = [...versions].filter((version) => judgementOf(validations, image, version)?.verdict === 'passed');
  return passed.slice(0, mostValidated).map((version) => ({ image, version, why: 'validated', until: null }));
}

export interface PolicyInForce {
  readonly settings: PoolSettings;
  readonly observation: Observation;
}

/**
 * Settings and picture as decide is to see them: `machines` of trials are taken from the maximum. While a new version is
 * tried, new machines are of it until there are enough of them, and both versions serve jobs that name none.
 */
export function inForce(
  context: PoolContext,
  observation: Observation,
  policy: ImagePolicy,
  trialMachines: number,
): PolicyInForce {
  const { settings } = context;
  const budgeted = { ...settings, maxCapacity: Math.max(0, settings.maxCapacity - trialMachines) };
  if (!hasLanes(settings)) return { settings: budgeted, observation };
  const choices = settings.images.map((image) => choiceFor(image, context, observation, policy));
  return {
    settings: { ...budgeted, images: choices.map((choice) => choice.image) },
    observation: {
      ...observation,
      admittedVersions: policy.admitted,
      rollouts: choices.flatMap(({ image, also, former }) =>
        also === null && former === null ? [] : [{ image: image.aliases[0] ?? '', also, former }],
      ),
    },
  };
}

interface Choice {
  readonly image: PoolImage;
  /** Serves jobs that name no version beside what new machines are. */
  readonly also: string | null;
  /** Serves them, too, and is replaced as it falls idle. */
  readonly former: string | null;
}

function choiceFor(image: PoolImage, context: PoolContext, observation: Observation, policy: ImagePolicy): Choice {
  const alias = image.aliases[0] ?? '';
  const kept = policy.pins.get(alias);
  if (kept === undefined) return { image, also: null, former: null };
  const state = kept.value;
  const rules = rolloutOf(context.settings);
  const images = stateOf(observation, alias);
  const { main, canary } = versionsNow({
    now: observation.now,
    state,
    configured: image.version,
    images,
    policy: rules,
  });
  if (main === null) return { image, also: null, former: null };
  const lives = observation.generations.filter((life) => life.image === alias);
  const tried = lives.filter((life) => life.version === canary).length;
  const isCanaryNext = canary !== null && tried < canaryMachines(rules, lives.length);
  const current = isCanaryNext ? canary : main;
  const { rollout } = state;
  const isRollingOut = rollout?.phase === 'rollingOut' && rollout.version === main;
  return {
    image: { ...image, version: current },
    also: canary === null ? null : isCanaryNext ? main : canary,
    former: isRollingOut ? rollout.from : null,
  };
}

/** Once the pass knows its nodes: each image's rollout goes a step on. */
export async function followRollouts(
  context: PoolContext,
  observation: Observation,
  nodes: readonly Node[],
  memory: Memory,
  policy: ImagePolicy,
): Promise<void> {
  const { settings, store, pool, lease } = context;
  if (!hasLanes(settings)) return;
  for (const image of settings.images) {
    const alias = image.aliases[0] ?? '';
    const kept = policy.pins.get(alias) ?? { revision: 0, value: unpinned(alias) };
    const step = stepRollout({
      now: observation.now,
      state: kept.value,
      configured: image.version,
      images: stateOf(observation, alias),
      policy: rolloutOf(settings),
      nodes: rolloutNodes(alias, nodes, observation, memory),
    });
    if (step.state === kept.value) continue;
    const events = step.events.map((event) => pinEventWrite(pool, event, context.newId()));
    // Where somebody pins at this moment, the step is taken again from there in the next pass.
    await store.writeRecords([pinWrite(pool, kept, step.state, observation.now), ...events], lease);
    for (const event of step.events) context.line(event.action === 'promoted' ? 'info' : 'warn', event.reason);
  }
}

function stateOf({ images }: Observation, alias: string): ImageState | null {
  if (images === undefined || images.freshness === 'unknown') return null;
  return images.value.find((one) => one.alias === alias) ?? null;
}

function rolloutNodes(
  alias: string,
  nodes: readonly Node[],
  { now }: Observation,
  memory: Memory,
): readonly RolloutNode[] {
  return nodes.flatMap((node): readonly RolloutNode[] => {
    const life = node.generation;
    if (life === null || (life.image ?? null) !== alias) return [];
    return [rolloutNode(node, life, life.version ?? null, now, memory)];
  });
}
