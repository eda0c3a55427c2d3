// Pins, admissions and validations as typed values over the store's records. Whoever changes one names the revision it
// was made from; changes that belong together are one write.
import type { Records, RecordRow, RecordWrite } from './records.ts';
import { unpinned, type PinEvent, type PinState } from './domain/image-pin.ts';
import type { TrialRecord, Validation } from './domain/validation.ts';

export interface Kept<T> {
  readonly revision: number;
  readonly value: T;
}

/** A version that one run, or everybody for a time, may ask for. */
export interface VersionAdmission {
  readonly image: string;
  readonly version: string;
  readonly runId: number | null;
  readonly projectId: string | null;
  readonly until: number;
  readonly by: string;
  readonly reason: string;
}

/** What a request with an Idempotency-Key was answered. */
export interface Answered {
  readonly key: string;
  readonly digest: string;
  readonly answer: unknown;
  readonly at: number;
}

export async function readPins(store: Records, pool: string): Promise<ReadonlyMap<string, Kept<PinState>>> {
  const rows = await store.listRecords('pin', pool);
  return new Map(rows.map((row) => [row.key, kept<PinState>(row)]));
}

/** An image that nobody has changed yet has revision 0 in the store. */
export async function readPin(store: Records, pool: string, image: string): Promise<Kept<PinState>> {
  const row = await store.readRecord('pin', pool, image);
  return row === null ? { revision: 0, value: unpinned(image) } : kept<PinState>(row);
}

/** Newest first. */
export async function readPinEvents(store: Records, pool: string): Promise<readonly PinEvent[]> {
  const rows = await store.listRecords('pinEvent', pool, { limit: 500 });
  return rows.map((row) => row.document as PinEvent);
}

export function pinWrite(pool: string, from: Kept<PinState>, state: PinState, now: number): RecordWrite {
  const { revision } = from;
  return { ...entry('pin', pool, state.image, state, now, true), expected: revision === 0 ? null : revision };
}

/** `place` tells several events of one instant apart. */
export function pinEventWrite(pool: string, event: PinEvent, id: string): RecordWrite {
  return { ...entry('pinEvent', pool, id, event, event.at, false), expected: null };
}

export async function readAdmissions(
  store: Records,
  pool: string,
): Promise<readonly (Kept<VersionAdmission> & { readonly key: string })[]> {
  const rows = await store.listRecords('admission', pool, { isOpen: true });
  return rows.map((row) => ({ ...kept<VersionAdmission>(row), key: row.key }));
}

/** The same run and version again: the later end stands. */
export async function admissionWrite(
  store: Records,
  pool: string,
  admission: VersionAdmission,
  now: number,
): Promise<RecordWrite> {
  const key = `${admission.image} ${admission.version} ${admission.runId ?? ''}`;
  const row = await store.readRecord('admission', pool, key);
  return { ...entry('admission', pool, key, admission, now, true), expected: row?.revision ?? null };
}

export function admissionEnd(pool: string, { key, revision }: { key: string; revision: number }): RecordWrite {
  return { ...entry('admission', pool, key, null, 0, false), expected: revision };
}

export async function readAnswer(store: Records, pool: string, key: string): Promise<Answered | null> {
  const row = await store.readRecord('answer', pool, key);
  return row === null ? null : (row.document as Answered);
}

export function answerWrite(pool: string, answered: Answered): RecordWrite {
  return { ...entry('answer', pool, answered.key, answered, answered.at, false), expected: null };
}

/** Newest first. */
export async function readValidations(
  store: Records,
  pool: string,
  choice: { readonly isOpen?: boolean; readonly limit?: number } = {},
): Promise<readonly Kept<Validation>[]> {
  return (await store.listRecords('validation', pool, choice)).map((row) => kept<Validation>(row));
}

export async function readValidation(store: Records, pool: string, id: string): Promise<Kept<Validation> | null> {
  const row = await store.readRecord('validation', pool, id);
  return row === null ? null : kept<Validation>(row);
}

export function validationWrite(from: number | null, validation: Validation): RecordWrite {
  const isOpen = validation.phase !== 'finished' || validation.keptUntil !== null;
  const { pool, validationId, startedAt } = validation;
  return { ...entry('validation', pool, validationId, validation, startedAt, isOpen), expected: from };
}

/** One at a time for each version: the mark goes with the end of its validation. */
export function runningWrite(validation: Validation): RecordWrite {
  const { pool, image, version, validationId, startedAt } = validation;
  const key = `${image} ${version}`;
  return { ...entry('validationRunning', pool, key, { validationId }, startedAt, true), expected: null };
}

export async function runningEnd(store: Records, validation: Validation): Promise<readonly RecordWrite[]> {
  const write = runningWrite(validation);
  const row = await store.readRecord('validationRunning', write.pool, write.key);
  const isOurs = (row?.document as { validationId?: string } | null)?.validationId === validation.validationId;
  return row === null || !isOurs ? [] : [{ ...write, document: null, expected: row.revision }];
}

/** The newest life of the machine. */
export async function readTrial(store: Records, vmId: string): Promise<Kept<TrialRecord> | null> {
  const second = await store.findRecord('trial', `${vmId} 2`);
  const row = second ?? (await store.findRecord('trial', `${vmId} 1`));
  return row === null ? null : kept<TrialRecord>(row);
}

export async function readTrials(store: Records, validation: Validation): Promise<readonly Kept<TrialRecord>[]> {
  const rows = await store.listRecords('trial', validation.pool);
  return rows.map((row) => kept<TrialRecord>(row)).filter((one) => one.value.validationId === validation.validationId);
}

export function trialWrite(from: number | null, trial: TrialRecord): RecordWrite {
  const { pool, vmId, life, startedAt } = trial;
  return { ...entry('trial', pool, `${vmId} ${life}`, trial, startedAt, true), expected: from };
}

export function trialEnd(trial: Kept<TrialRecord>): RecordWrite {
  return { ...trialWrite(trial.revision, trial.value), document: null };
}

function kept<T>(row: RecordRow): Kept<T> {
  return { revision: row.revision, value: row.document as T };
}

function entry(
  kind: string,
  pool: string,
  key: string,
  document: unknown,
  at: number,
  isOpen: boolean,
): Omit<RecordWrite, 'expected'> {
  return { kind, pool, key, document, at, isOpen };
}
