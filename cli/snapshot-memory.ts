// Reads what Weir itself remembered, where a snapshot carries it: decide's memory, generations, open operations and
// placeholders, all as the service writes them (instants in milliseconds). Absent means never.
import { emptyMemory, notAhead, type Memory } from '../service/domain/memory.ts';
import type { Generation, Observation, OpenOperation } from '../service/domain/observation.ts';
import { withRefusals } from '../service/domain/refusal.ts';
import type { Fields } from '../service/wire.ts';
import { readKeptMemory } from './snapshot-kept.ts';
import { choice } from './snapshot-shapes.ts';

export interface Recollection extends Pick<
  Observation,
  'generations' | 'operations' | 'placeholders' | 'admittedVersions' | 'rollouts'
> {
  readonly memory: Memory;
  /** Without generations nothing was recorded, so every scale set of the snapshot counts as owned. */
  readonly ownsEverything: boolean;
}

/** What is too old by `now` to be believed is left out, as a pass of the service does. */
export function readRecollection(memory: Fields | null, now: number): Recollection {
  if (memory === null) {
    return { memory: emptyMemory, generations: [], operations: [], placeholders: [], ownsEverything: true };
  }
  const generations = memory.objects('generations');
  return {
    memory: believed(memory, now),
    generations: (generations ?? []).map(readGeneration),
    operations: (memory.objects('operations') ?? []).map(readOperation),
    placeholders: (memory.objects('placeholders') ?? []).map((one) => ({
      agentId: one.requiredNumber('agentId'),
      name: one.requiredText('name'),
      image: one.text('image') ?? '',
    })),
    admittedVersions: (memory.objects('admittedVersions') ?? []).map((one) => ({
      image: one.requiredText('image'),
      version: one.requiredText('version'),
      why: choice(one, 'why', ['pinned', 'validated', 'forRun', 'lastKnownGood', 'canary']),
      until: one.number('until'),
    })),
    rollouts: (memory.objects('rollouts') ?? []).map((one) => ({
      image: one.requiredText('image'),
      also: one.text('also'),
      former: one.text('former'),
    })),
    ownsEverything: generations === null,
  };
}

function believed(memory: Fields, now: number): Memory {
  const isOurs = (memory.number('version') ?? emptyMemory.version) === emptyMemory.version;
  return isOurs ? withRefusals(notAhead(readKeptMemory(memory), now), {}, [], now) : emptyMemory;
}

function readGeneration(record: Fields): Generation {
  return {
    generationId: record.requiredText('generationId'),
    scaleSetId: record.requiredText('scaleSetId'),
    instanceId: record.requiredText('instanceId'),
    vmId: record.requiredText('vmId'),
    startedAt: record.requiredNumber('startedAt'),
    startedBy: choice(record, 'startedBy', ['create', 'reimage']),
    agentId: record.number('agentId'),
    agentName: record.text('agentName'),
    claimedAt: record.number('claimedAt'),
    firstOnlineAt: record.number('firstOnlineAt'),
    isDisabledByWeir: record.flag('isDisabledByWeir') ?? false,
    timesDisabled: record.whole('timesDisabled') ?? 0,
    isKnownShut: record.flag('isKnownShut') ?? false,
    isSaved: record.flag('isSaved') ?? false,
    savedUntil: record.number('savedUntil'),
    savedBecause: record.text('savedBecause'),
    savedFor: record.number('savedFor'),
    formerRequestId: record.number('formerRequestId'),
    image: record.text('image'),
    version: record.text('version'),
    alias: record.text('alias'),
    workFolder: record.text('workFolder'),
    tag: record.text('tag'),
  };
}

function readOperation(record: Fields): OpenOperation {
  const reason = record.object('reason');
  const startedAt = record.requiredNumber('startedAt');
  return {
    operationId: record.requiredText('operationId'),
    kind: choice(record, 'kind', operationKinds),
    phase: choice(record, 'phase', operationPhases),
    scaleSetId: record.text('scaleSetId'),
    generationId: record.text('generationId'),
    instanceId: record.text('instanceId'),
    vmId: record.text('vmId'),
    agentId: record.number('agentId'),
    fromCapacity: record.number('fromCapacity'),
    toCapacity: record.number('toCapacity'),
    operationUrl: record.text('operationUrl'),
    startedAt,
    phaseSince: record.number('phaseSince') ?? startedAt,
    deadlineAt: record.number('deadlineAt'),
    attempts: record.number('attempts') ?? 0,
    reason: { code: reason?.text('code') ?? '', words: reason?.text('words') ?? '' },
    lastProblem: record.text('lastProblem'),
  };
}

const operationKinds = [
  ...(['scaleOut', 'delete', 'reimage'] as const),
  ...(['registerPlaceholder', 'removePlaceholder', 'configure', 'createLane', 'removeLane', 'relabel'] as const),
];
const operationPhases = [
  ...(['intended', 'cordoning', 'draining', 'settling', 'deregistering'] as const),
  ...(['deregistered', 'requested', 'done', 'failed', 'cancelled'] as const),
];
