// Reads a snapshot: one picture of a pool as a person captures it from both clouds, in their own wire shapes. What is
// missing is unknown and never an error; what is there and wrong names its path inside the file.
import { readFile } from 'node:fs/promises';
import { translateAgent, translateJobRequest } from '../service/azure-devops/translate.ts';
import type { Agent } from '../service/domain/agent.ts';
import { instantIn } from '../service/domain/instant-text.ts';
import type { JobRequest } from '../service/domain/job-request.ts';
import { emptyMemory, type Memory } from '../service/domain/memory.ts';
import { nearestName } from '../service/domain/nearest.ts';
import type { Lane, Observation, Part } from '../service/domain/observation.ts';
import { validatePoolSettings } from '../service/domain/pool-rules.ts';
import type { PoolSettings } from '../service/domain/pool.ts';
import { CloudError, UserProblem, UserProblems, whyUnreadable } from '../service/problem.ts';
import { fieldsOf, type Fields } from '../service/wire.ts';
import { readImages } from './snapshot-images.ts';
import { fresh, readLanes, unread, wholeList } from './snapshot-lanes.ts';
import { readRecollection } from './snapshot-memory.ts';
import { warned, type SnapshotWarning } from './snapshot-warning.ts';

export interface Snapshot {
  readonly observation: Observation;
  readonly settings: PoolSettings;
  readonly memory: Memory;
  readonly warnings: readonly SnapshotWarning[];
}

export async function readSnapshot(file: string): Promise<Snapshot> {
  const text = await readText(file);
  try {
    return parseSnapshot(parseJson(text, file));
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    const nextStep = 'Snapshots hold the answers of both clouds as they came; see "weir explain --help".';
    throw new UserProblem('SNAPSHOT_FIELD', `${file}: ${error.message}.`, { field: error.operation, nextStep });
  }
}

function parseSnapshot(raw: unknown): Snapshot {
  const snapshot = fieldsOf(raw, 'snapshot');
  refuseMisspelt(snapshot);
  const now = readNow(snapshot);
  const settings = readSettings(snapshot);
  const { memory, ...records } = readRecollection(snapshot.object('memory'), now);
  const lanes = readLanes(snapshot, now);
  const images = readImages(snapshot, settings, lanes ?? []);
  // Where no machine is shown, no agent can be one's, and the question has an answer without the list.
  const hasMachines = (lanes ?? []).some(
    ({ instances }) => instances.value.length > 0 || instances.freshness !== 'fresh',
  );
  return {
    settings,
    memory,
    warnings: warningsOf(snapshot, lanes ?? [], hasMachines),
    observation: {
      now,
      jobRequests: readPart(snapshot, 'jobRequests', now, translateJobRequest) ?? unread([], 'jobRequests'),
      agents:
        readPart(snapshot, 'agents', now, translateAgent) ?? (hasMachines ? unread([], 'agents') : fresh([], now)),
      lanes: lanes ?? [],
      ...records,
      laneProblem: lanes === null ? 'The snapshot has no scaleSets.' : null,
      ...(images === null ? {} : { images: fresh(images, now) }),
    },
  };
}

/** Without an offset nobody knows whose clock it was, and every wait and deadline would be hours off. */
function readNow(snapshot: Fields): number {
  const text = snapshot.text('now');
  const nextStep = 'Write when the picture was taken, in UTC, such as "now": "2026-11-22T10:00:00Z".';
  if (text === null) throw new UserProblem('SNAPSHOT_NOW', 'The snapshot has no "now".', { field: 'now', nextStep });
  const instant = instantIn(text);
  if (instant?.hasOffset === true) return instant.at;
  const message = instant === null ? '"now" is no instant of the calendar.' : '"now" does not say in which time zone.';
  throw new UserProblem('SNAPSHOT_NOW', message, { field: 'now', nextStep, value: text.slice(0, 80) });
}

function warningsOf(snapshot: Fields, lanes: readonly Lane[], hasMachines: boolean): readonly SnapshotWarning[] {
  const raw = snapshot.raw();
  const settings = snapshot.object('settings')?.raw() ?? {};
  const version = snapshot.object('memory')?.number('version') ?? emptyMemory.version;
  const isClamped = 'desiredIdle' in standbyWithin(settings);
  const told = (raw.scaleSets ?? null) === null ? [] : wholeList(raw.scaleSets, 'scaleSets');
  return [
    ...((raw.settings ?? null) === null ? [warned.settings] : []),
    ...(isClamped ? [warned.standby(Number(settings.desiredIdle), Number(settings.maxCapacity ?? 10))] : []),
    ...((raw.agents ?? null) === null && !hasMachines ? [warned.agents] : []),
    ...told.flatMap((item, place) => {
      const entry = fieldsOf(item, `scaleSets[${String(place)}]`);
      const isTold = (entry.object('scaleSet')?.object('sku')?.raw().capacity ?? null) !== null;
      return isTold ? [] : [warned.capacity(place, lanes[place]?.instances.value.length ?? 0)];
    }),
    ...(version === emptyMemory.version ? [] : [warned.memory(version)]),
  ];
}

/** A list under another name would count as not captured, and nobody would be told. What is like no field is a remark. */
function refuseMisspelt(snapshot: Fields): void {
  const written = Object.keys(snapshot.raw());
  const missing = ['now', 'settings', 'memory', 'jobRequests', 'agents', 'scaleSets', 'images'].filter(
    (name) => !written.includes(name),
  );
  for (const name of written) {
    const meant = nearestName(name, missing);
    if (meant === null) continue;
    const nextStep = `Did you mean ${meant}?`;
    throw new UserProblem('UNKNOWN_FIELD', `A snapshot has no field ${name}.`, { field: name, nextStep });
  }
}

/** Problems are named as the person sees them: below `settings`. */
function readSettings(snapshot: Fields): PoolSettings {
  const raw = snapshot.object('settings')?.raw() ?? {};
  // A picture of one pool needs no name to be explained.
  const result = validatePoolSettings({ name: 'pool', ...raw, ...standbyWithin(raw) });
  if ('settings' in result) return result.settings;
  throw new UserProblems(
    result.problems.map(({ code, field, message, nextStep, value }) => {
      const more = value === null ? {} : { value };
      return new UserProblem(code, message, { field: `settings.${field}`, nextStep, ...more });
    }),
  );
}

/** Other pools take a standby above the maximum for the maximum (demand-vectors.md M4), and a picture of them is read so. */
function standbyWithin({ desiredIdle, maxCapacity = 10 }: Readonly<Record<string, unknown>>): object {
  const isAbove = Number.isInteger(desiredIdle) && typeof maxCapacity === 'number' && Number(desiredIdle) > maxCapacity;
  return isAbove && Number(desiredIdle) <= 1000 ? { desiredIdle: maxCapacity } : {};
}

/** Null where the list is absent: it was not captured, so nobody knows whether it was empty. */
function readPart<T extends JobRequest | Agent>(
  snapshot: Fields,
  name: string,
  now: number,
  translate: (raw: unknown, path: string) => T,
): Part<readonly T[]> | null {
  const raw = snapshot.raw()[name];
  if (raw === undefined || raw === null) return null;
  return fresh(
    wholeList(raw, name).map((item, index) => translate(item, `${name}[${index}]`)),
    now,
  );
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UserProblem('SNAPSHOT_READ', `The snapshot ${file} cannot be read: ${whyUnreadable(error)}.`, {
      nextStep: 'Name a file that exists and that you may read.',
    });
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, '')) as unknown;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserProblem('SNAPSHOT_JSON', `${file} is not JSON: ${reason}.`, {
      nextStep: 'Save the answers of both clouds unchanged.',
    });
  }
}
