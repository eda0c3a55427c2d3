// Reads what Weir itself remembered, where a snapshot carries it: decide's memory, generations, open operations and
// placeholders, all as the service writes them (instants in milliseconds). Absent means never.
import { emptyMemory, type Memory } from '../service/domain/memory.ts';
import type { Generation, Observation, OpenOperation } from '../service/domain/observation.ts';
import { CloudError } from '../service/problem.ts';
import { asList, fieldsOf, unreadable, type Fields } from '../service/wire.ts';

export interface Recollection extends Pick<
  Observation,
  'generations' | 'operations' | 'placeholders' | 'admittedVersions'
> {
  readonly memory: Memory;
  /** Without generations nothing was recorded, so every scale set of the snapshot counts as owned. */
  readonly ownsEverything: boolean;
}

export function readRecollection(memory: Fields | null): Recollection {
  if (memory === null) {
    return { memory: emptyMemory, generations: [], operations: [], placeholders: [], ownsEverything: true };
  }
  const generations = memory.objects('generations');
  return {
    memory: readMemory(memory),
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
    ownsEverything: generations === null,
  };
}

function readMemory(memory: Fields): Memory {
  const boots = memory.object('boots');
  const sampled = memory.object('sampled');
  return {
    version: emptyMemory.version,
    idleSince: mapOf(memory, 'idleSince', numberAt),
    stateSince: mapOf(memory, 'stateSince', (fields, key) => {
      const entry = objectAt(fields, key);
      return { state: entry.requiredText('state'), since: entry.requiredNumber('since') };
    }),
    claims: memory.textMap('claims'),
    boots: { create: numbers(boots, 'create'), reimage: numbers(boots, 'reimage') },
    sampled: {
      lastSampleAt: sampled?.number('lastSampleAt') ?? null,
      lastGrowAt: sampled?.number('lastGrowAt') ?? null,
      aboveStandbySince: sampled?.number('aboveStandbySince') ?? null,
    },
    restUntil: mapOf(memory, 'restUntil', numberAt),
    capacityRefusals: mapOf(memory, 'capacityRefusals', (fields, key) => {
      const entry = objectAt(fields, key);
      const words = entry.requiredText('words');
      return { code: entry.text('code'), words, isQuota: entry.flag('isQuota') ?? false };
    }),
    reimagedAt: mapOf(memory, 'reimagedAt', numberAt),
    defaults: mapOf(memory, 'defaults', (fields, key) => {
      const entry = objectAt(fields, key);
      return { version: entry.requiredText('version'), former: entry.text('former') };
    }),
    bumped: numbers(memory, 'bumped'),
    emptyLanes: mapOf(memory, 'emptyLanes', numberAt),
    broughtVersions: mapOf(memory, 'broughtVersions', numberAt),
    phantom: mapOf(memory, 'phantom', (fields, key) => {
      const entry = objectAt(fields, key);
      const [since, resent] = [entry.requiredNumber('since'), entry.requiredNumber('resent')];
      return { since, resent, nextAt: entry.requiredNumber('nextAt') };
    }),
  };
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
    isSaved: record.flag('isSaved') ?? false,
    image: record.text('image'),
    version: record.text('version'),
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

function choice<T extends string>(record: Fields, key: string, choices: readonly T[]): T {
  const text = record.requiredText(key);
  const found = choices.find((one) => one === text);
  if (found !== undefined) return found;
  const path = `${record.path}.${key}`;
  throw new CloudError('unreadable', path, `${path} should be one of ${choices.join(', ')}, but is "${text}"`);
}

function mapOf<T>(memory: Fields, name: string, read: (fields: Fields, key: string) => T): Readonly<Record<string, T>> {
  const fields = memory.object(name);
  return fields === null ? {} : Object.fromEntries(Object.keys(fields.raw()).map((key) => [key, read(fields, key)]));
}

function numberAt(fields: Fields, key: string): number {
  return fields.requiredNumber(key);
}

function objectAt(fields: Fields, key: string): Fields {
  return fieldsOf(fields.raw()[key], `${fields.path}.${key}`);
}

function numbers(fields: Fields | null, name: string): readonly number[] {
  const raw = fields?.raw()[name];
  if (fields === null || raw === undefined || raw === null) return [];
  return asList(raw, `${fields.path}.${name}`).map((item, index) => {
    if (typeof item === 'number') return item;
    throw unreadable(`${fields.path}.${name}[${index}]`, 'a number', item);
  });
}
