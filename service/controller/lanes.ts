// Makes lanes and removes them. A lane's name follows from its key, so a creation whose answer was lost is found by name
// and tags and adopted; a whole set is deleted only where group, tags and record agree and a fresh read shows it empty.
import { nextAgent } from '../domain/agent-rollout.ts';
import type { Decision } from '../domain/decision.ts';
import type { ProvisioningState } from '../domain/instance.ts';
import { imageOfAlias, osTypeOf, sourceOf } from '../domain/lane-image.ts';
import { keyOfLane, laneIdOf, tagsOfLane } from '../domain/lane-owner.ts';
import { laneComputerPrefix, type LaneKey } from '../domain/lane.ts';
import type { LaneTemplate, Observation, OpenOperation, OperationKind } from '../domain/observation.ts';
import { CloudError, UserProblem } from '../problem.ts';
import type { NewScaleSet } from '../domain/new-scale-set.ts';
import type { Accepted, OperationStatus } from '../ports.ts';
import { notAsked, type Answer } from './answer.ts';
import type { PoolContext } from './context.ts';
import { keepLease } from './lease.ts';
import { bringNear } from './near-deadline.ts';
import { readOrGone } from './observe-sets.ts';

/** A creation or removal that Azure has not finished after this long is judged by the list of scale sets alone. */
const deadlineMilliseconds = 20 * 60_000;
/** For so long a scale set that Azure took may be missing from the list. */
const unlistedMilliseconds = 2 * 60_000;

export async function createLane(context: PoolContext, observation: Observation, decision: Decision): Promise<Answer> {
  const key = decision.target?.lane;
  const id = key === undefined ? null : laneIdOf(context.settings, key);
  const template = observation.template?.value ?? null;
  if (key === undefined || id === null) return notAsked('The settings name no resource group for lanes.');
  if (template === null) return notAsked('The template is not known.');
  if (observation.lanes.some((lane) => isSameId(lane.scaleSet.value.id, id))) return notAsked('It is there already.');
  if (isOpen(observation, id, 'createLane')) return notAsked('It is being made already.');
  const lane = await newScaleSet(context, observation, template, key, id);
  const operation = await open(context, decision, 'createLane', id);
  if (operation === null) return notAsked('It is being made already.');
  const words = await ask(context, operation, () => context.azure.createScaleSet(lane));
  await context.store.saveLane(context.lease, { scaleSetId: id, key, createdAt: context.clock.now() });
  return { words, isAsked: true };
}

async function newScaleSet(
  context: PoolContext,
  observation: Observation,
  template: LaneTemplate,
  key: LaneKey,
  scaleSetId: string,
): Promise<NewScaleSet> {
  const { settings } = context;
  const image = imageOfAlias(settings, key.image);
  const osType = osTypeOf(settings, key.image);
  const { scaleSet } = template;
  const extensions = osType === scaleSet.osType ? scaleSet.extensions : [];
  try {
    return {
      scaleSetId,
      templateId: scaleSet.id,
      modelDigest: template.digest,
      image: { ...sourceOf(image, scaleSet), version: key.version },
      osType,
      size: image?.size ?? null,
      computerNamePrefix: laneComputerPrefix(settings, key),
      tags: tagsOfLane(settings, key),
      extension: await context.extensionFor({ ...scaleSet, extensions }, osType, nextAgent(observation, osType)),
    };
  } catch (error) {
    // Asked for, Azure would make machines that never become agents; so jobs are told of it as of a refusal.
    if (!(error instanceof UserProblem)) throw error;
    const nextStep = error.nextStep === '' ? 'Change the extensions of the template.' : error.nextStep;
    throw new CloudError('invalid', 'createScaleSet', error.message, { nextStep, cause: error });
  }
}

export async function removeLane(context: PoolContext, observation: Observation, decision: Decision): Promise<string> {
  const id = decision.target?.scaleSetId ?? null;
  const known = observation.lanes.find((lane) => id !== null && isSameId(lane.scaleSet.value.id, id));
  if (id === null || known === undefined) return 'The scale set is not known any more.';
  if (observation.operations.some((one) => one.scaleSetId !== null && isSameId(one.scaleSetId, id)))
    return 'Something else is under way in it.';
  if (observation.generations.some((one) => isSameId(one.scaleSetId, id))) return 'It still has machines of record.';
  // What Azure never made is given up (domain/end-pool.ts, lane-upkeep.ts); what was asked for since then is not.
  const mostCapacity = observation.isEnding === true ? known.scaleSet.value.capacity : (decision.from ?? 0);
  const refusal = await whyNotRemove(context, id, mostCapacity);
  if (refusal !== null) return refusal;
  const operation = await open(context, decision, 'removeLane', id);
  if (operation === null) return 'It is being removed already.';
  return await ask(context, operation, () => context.azure.deleteScaleSet(id));
}

/** Read anew, right before: the picture may be a minute old, and what is deleted here does not come back. */
async function whyNotRemove(context: PoolContext, id: string, mostCapacity: number): Promise<string | null> {
  const scaleSet = await readOrGone(context, id);
  if (scaleSet === null) return 'It is gone.';
  const key = keyOfLane(context.settings, scaleSet);
  if (key === null) return 'Not removed: it is no lane of this pool by its resource group, name and tags.';
  const record = (await context.store.listLanes(context.pool)).find((one) => isSameId(one.scaleSetId, id));
  if (record === undefined || JSON.stringify(record.key) !== JSON.stringify(key))
    return 'Not removed: the records of this service do not say that it made the scale set as it is.';
  if (scaleSet.capacity > mostCapacity) return `Not removed: it asks for ${scaleSet.capacity} machines.`;
  const instances = await context.azure.listInstances(id);
  return instances.length === 0 ? null : `Not removed: it has ${instances.length} machines.`;
}

async function open(
  context: PoolContext,
  decision: Decision,
  kind: 'createLane' | 'removeLane',
  scaleSetId: string,
): Promise<OpenOperation | null> {
  const now = context.clock.now();
  return await context.store.openOperation(context.lease, {
    kind,
    phase: 'intended',
    scaleSetId,
    generationId: null,
    instanceId: null,
    vmId: null,
    agentId: null,
    fromCapacity: null,
    toCapacity: null,
    operationUrl: null,
    startedAt: now,
    deadlineAt: now + deadlineMilliseconds,
    reason: decision.reason,
  });
}

async function ask(context: PoolContext, operation: OpenOperation, call: () => Promise<Accepted>): Promise<string> {
  try {
    await keepLease(context);
    const { operationUrl } = await call();
    await context.store.changeOperation(context.lease, operation.operationId, context.clock.now(), {
      phase: 'requested',
      operationUrl,
    });
    return operation.kind === 'createLane' ? 'Azure makes it.' : 'Azure removes it.';
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    // With no answer Azure may have taken it: the row stays open and the next pictures tell.
    const isUnknown = error.kind === 'unavailable' || error.kind === 'unreadable';
    await context.store.changeOperation(context.lease, operation.operationId, context.clock.now(), {
      phase: isUnknown ? 'requested' : 'failed',
      lastProblem: error.message,
    });
    throw error;
  }
}

/** Adopts lanes without a record and closes what has come to its end. Looks only at a list that is whole. */
export async function followLanes(context: PoolContext, observation: Observation): Promise<void> {
  const records = await context.store.listLanes(context.pool);
  for (const { scaleSet, key } of observation.lanes) {
    const { id } = scaleSet.value;
    if (key == null || records.some((one) => isSameId(one.scaleSetId, id))) continue;
    await context.store.saveLane(context.lease, { scaleSetId: id, key, createdAt: context.clock.now() });
  }
  for (const operation of observation.operations) {
    if (operation.kind !== 'createLane' && operation.kind !== 'removeLane') continue;
    try {
      await followOne(context, observation, operation);
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      context.line('warn', `A lane could not be followed: ${error.message}`, { operation: error.operation });
    }
  }
}

async function followOne(context: PoolContext, observation: Observation, operation: OpenOperation): Promise<void> {
  const lane = observation.lanes.find((one) => isSameId(one.scaleSet.value.id, operation.scaleSetId ?? ''));
  if (lane !== undefined && lane.scaleSet.freshness !== 'fresh') return;
  const state = lane?.scaleSet.value.provisioningState ?? null;
  const end =
    operation.kind === 'createLane'
      ? await endOfCreation(context, operation, state)
      : await endOfRemoval(context, operation, state);
  const isLate = context.clock.now() > (operation.deadlineAt ?? Infinity);
  if (end !== null) await close(context, operation, end.phase, end.problem);
  else if (isLate) await close(context, operation, 'failed', 'Azure did not finish it in time.');
  else await bringNear(context, operation, deadlineMilliseconds);
}

interface End {
  readonly phase: 'done' | 'failed';
  readonly problem: string | null;
}

/** `state` of the scale set is null where the list does not show it. */
async function endOfCreation(
  context: PoolContext,
  operation: OpenOperation,
  state: ProvisioningState | null,
): Promise<End | null> {
  if (state === 'succeeded') return { phase: 'done', problem: null };
  if (state === 'failed') return { phase: 'failed', problem: 'Azure could not make it.' };
  const status = await statusOf(context, operation);
  if (status?.status === 'failed') return failedAs(context, 'make', status);
  const isLate = context.clock.now() - operation.phaseSince > unlistedMilliseconds;
  if (state !== null || !isLate || status?.status === 'running') return null;
  const scaleSet = await readOrGone(context, operation.scaleSetId ?? '');
  return scaleSet === null ? { phase: 'failed', problem: 'Azure has not made it.' } : null;
}

async function endOfRemoval(
  context: PoolContext,
  operation: OpenOperation,
  state: ProvisioningState | null,
): Promise<End | null> {
  const id = operation.scaleSetId ?? '';
  if (state === null) {
    if ((await readOrGone(context, id)) !== null) return null;
    await context.store.forgetLane(context.lease, id);
    return { phase: 'done', problem: null };
  }
  const status = await statusOf(context, operation);
  return status?.status === 'failed' ? failedAs(context, 'remove', status) : null;
}

async function statusOf(context: PoolContext, { operationUrl }: OpenOperation): Promise<OperationStatus | null> {
  return operationUrl === null ? null : await context.azure.followOperation(operationUrl);
}

function failedAs(context: PoolContext, what: string, status: Extract<OperationStatus, { status: 'failed' }>): End {
  context.line('warn', `Azure could not ${what} a lane: ${status.message}`, { code: status.code });
  return { phase: 'failed', problem: status.message };
}

async function close(
  context: PoolContext,
  operation: OpenOperation,
  phase: 'done' | 'failed',
  lastProblem: string | null,
): Promise<void> {
  await context.store.changeOperation(context.lease, operation.operationId, context.clock.now(), {
    phase,
    lastProblem,
  });
}

/** True while the scale set is being made or removed: its capacity is left alone. */
export function isChanging(observation: Observation, scaleSetId: string): boolean {
  return isOpen(observation, scaleSetId, 'createLane') || isOpen(observation, scaleSetId, 'removeLane');
}

function isOpen(observation: Observation, scaleSetId: string, kind: OperationKind): boolean {
  return observation.operations.some(
    (one) => one.kind === kind && one.scaleSetId !== null && isSameId(one.scaleSetId, scaleSetId),
  );
}

/** Azure writes ids in other letters than those it was given. */
export function isSameId(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
