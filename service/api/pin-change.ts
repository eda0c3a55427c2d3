// One change of what an image follows: who may, from which revision, and what is written together.
import type { FastifyRequest } from 'fastify';
import type { PinChange, PinResult } from '../../contract/images.ts';
import type { TokenRole } from '../../contract/tokens.ts';
import { decideAdmission, decidePin, type PinAnswer, type PinInput, type PinRefusal } from '../domain/image-pin.ts';
import { hasLanes } from '../domain/lane-owner.ts';
import { rolloutOf, type PoolImage, type PoolSettings } from '../domain/pool.ts';
import { judgementOf } from '../domain/validation.ts';
import {
  admissionWrite,
  pinEventWrite,
  pinWrite,
  readPin,
  readPinEvents,
  readValidations,
  type VersionAdmission,
} from '../image-records.ts';
import type { PoolRecord } from '../ports.ts';
import { UserProblem } from '../problem.ts';
import type { RecordWrite } from '../records.ts';
import { askerOf } from './access.ts';
import { iso } from './instant.ts';
import { earlierAnswer, onceKeyOf, rememberedAnswer, type OnceKey } from './once.ts';
import type { ApiOptions } from './options.ts';
import { authorizePipeline, type Writer } from './pipeline.ts';
import { revisionIn } from './settings-routes.ts';

const minute = 60_000;
const dayMinutes = 1440;
/** Passes come every few seconds, so a change that meets several in a row waits for something else. */
const mostTries = 5;

/** Throws UserProblem with the codes of the contract; 412 where another change came first. */
export async function changePin(
  request: FastifyRequest,
  record: PoolRecord,
  change: PinChange,
  options: ApiOptions,
): Promise<PinResult> {
  const writer = await writerOf(request, record.pool, 'pin', options);
  const once = onceKeyOf(request);
  const earlier = await earlierAnswer<PinResult>(options.store, record.pool, once);
  if (earlier !== null) return earlier;
  requireSense(change, writer, record.settings);
  const image = imageNamed(record.settings, change.image);
  const revision = change.scope === 'pool' ? revisionIn(request.headers['if-match']) : null;
  const done = await tryChange({ record, change, options, writer, once, image, revision, tries: 1 });
  options.onImagesChanged?.(record.pool);
  return done;
}

/** A person has shown his right already; a pipeline shows it here, once for each job token. */
export async function writerOf(
  request: FastifyRequest,
  pool: string,
  role: TokenRole,
  options: ApiOptions,
): Promise<Writer> {
  const { pipeline } = request;
  if (pipeline === null) return { by: askerOf(request).userName, runId: null, projectId: null };
  const parts = { store: options.store, trust: options.jobTrust, now: options.wallClock.now() };
  return await authorizePipeline(request, pipeline, pool, role, parts);
}

/** Case makes no difference, as in Azure DevOps. Throws UserProblem `IMAGE_UNKNOWN`. */
export function imageNamed(settings: PoolSettings, name: string): PoolImage {
  const wanted = name.toLowerCase();
  const image = settings.images.find((one) => one.aliases.some((alias) => alias.toLowerCase() === wanted));
  if (image !== undefined) return image;
  const all = settings.images.map((one) => one.aliases[0]).join(', ');
  const known = all === '' ? 'The pool declares no images.' : `The pool has ${all}.`;
  throw new UserProblem('IMAGE_UNKNOWN', `No image of the pool is called "${name.slice(0, 80)}". ${known}`, {
    field: 'image',
  });
}

function requireSense({ action, scope, version, runId }: PinChange, writer: Writer, settings: PoolSettings): void {
  const refuse = (field: string, words: string) => new UserProblem('PIN_INVALID', words, { field });
  if (!hasLanes(settings)) {
    throw new UserProblem('PIN_NEEDS_LANES', 'This pool makes its machines in the scale set of the settings.', {
      nextStep: 'Set laneResourceGroup of the pool in weir.yaml, so that Weir makes a scale set for each version.',
    });
  }
  if (action !== 'pin' && version != null) throw refuse('version', `A version belongs to pin, not to ${action}.`);
  if (scope === 'pool') {
    if (runId != null) throw refuse('runId', 'A run belongs to scope run.');
    return;
  }
  if (action !== 'pin') throw refuse('action', 'For a run a version can only be admitted: the action is pin.');
  if (settings.demands.versionOverride === 'none')
    throw refuse('scope', 'The settings of the pool let no job name a version (demands.versionOverride is "none").');
  if (writer.runId === null && runId == null) throw refuse('runId', 'Say for which run the version is admitted.');
  if (writer.runId !== null && runId != null && runId !== writer.runId)
    throw refuse('runId', `A pipeline admits versions for its own run, which is ${writer.runId}.`);
}

interface Attempt {
  readonly record: PoolRecord;
  readonly change: PinChange;
  readonly options: ApiOptions;
  readonly writer: Writer;
  readonly once: OnceKey;
  readonly image: PoolImage;
  /** Null for scope run. */
  readonly revision: number | null;
  /** This one included. */
  readonly tries: number;
}

async function tryChange(attempt: Attempt): Promise<PinResult> {
  const { record, options, once, image, revision } = attempt;
  const { store, clock } = options;
  const alias = image.aliases[0] ?? '';
  const [standing, history] = await Promise.all([
    readPin(store, record.pool, alias),
    readPinEvents(store, record.pool),
  ]);
  if (revision !== null && revision !== standing.value.revision) throw stale(alias, standing.value.revision);
  const mine = history.filter((event) => event.image === alias);
  const versions = [attempt.change.version ?? null, standing.value.lastKnownGood, ...mine.map((event) => event.to)];
  const images = await readImages(attempt, alias, [...new Set(versions.filter((one) => one !== null))].slice(0, 10));
  const input = await inputOf(attempt, alias, { state: standing.value, history: mine, images });
  const answer = decide(attempt, input);
  if ('refusal' in answer) throw refused(answer.refusal);
  const result = resultOf(attempt, input, answer);
  const writes: RecordWrite[] = [rememberedAnswer(record.pool, once, result, clock.now())];
  if (answer.event !== null) {
    writes.push(pinEventWrite(record.pool, answer.event, options.newId()));
    if (revision !== null) writes.push(pinWrite(record.pool, standing, answer.state, clock.now()));
    else writes.push(await admissionWrite(store, record.pool, admissionOf(attempt, input), clock.now()));
  }
  if (await store.writeRecords(writes)) return result;
  // Somebody wrote between our reading and our writing; it may have been the same request, sent twice at once.
  const earlier = await earlierAnswer<PinResult>(store, record.pool, once);
  if (earlier !== null) return earlier;
  // A pass that notes how a rollout goes on changes nothing that the revision stands for.
  const now = (await readPin(store, record.pool, alias)).value.revision;
  if ((revision === null || now === revision) && attempt.tries < mostTries)
    return await tryChange({ ...attempt, tries: attempt.tries + 1 });
  throw stale(alias, now);
}

function decide({ writer, change }: Attempt, input: PinInput): PinAnswer {
  if (change.scope === 'pool') return decidePin(input);
  return decideAdmission({ ...input, runId: writer.runId ?? change.runId ?? 0 });
}

async function inputOf(
  { change, writer, options, record }: Attempt,
  alias: string,
  read: Pick<PinInput, 'state' | 'history' | 'images'>,
): Promise<PinInput> {
  const kept = await readValidations(options.store, record.pool, { limit: 500 });
  const validations = kept.map(({ value }) => value);
  return {
    ...read,
    now: options.clock.now(),
    by: writer.by,
    action: change.action,
    version: change.version ?? null,
    requireValidated: change.requireValidated ?? null,
    policy: rolloutOf(record.settings),
    reason: change.reason ?? '',
    passedValidation: (version) => {
      const last = judgementOf(validations, alias, version);
      return last?.verdict === 'passed' ? last.validationId : null;
    },
  };
}

async function readImages({ record, change, options }: Attempt, alias: string, versions: readonly string[]) {
  if (change.action === 'unpin') return null;
  const read = options.readImageVersions;
  return read === undefined ? null : await read(record, alias, versions);
}

function admissionOf({ change, writer }: Attempt, input: PinInput): VersionAdmission {
  return {
    image: input.state.image,
    version: input.version ?? '',
    runId: writer.runId ?? change.runId ?? null,
    projectId: writer.projectId,
    until: untilOf(change, input),
    by: writer.by,
    reason: input.reason,
  };
}

function untilOf(change: PinChange, { now }: PinInput): number {
  return now + (change.untilMinutes ?? dayMinutes) * minute;
}

function resultOf(
  { change, image, writer }: Attempt,
  input: PinInput,
  answer: { state: PinInput['state'] },
): PinResult {
  const name = image.aliases[0] ?? '';
  const isForRun = change.scope === 'run';
  const version = isForRun ? input.version : answer.state.pinnedVersion;
  const exact = version ?? (image.version === 'latest' ? null : image.version);
  const words = isForRun
    ? `Jobs of run ${writer.runId ?? change.runId ?? 0} may ask for version ${version ?? ''} of ${name}.`
    : version === null
      ? `${name} follows ${image.version === 'latest' ? 'the newest version' : `version ${image.version} of the settings`}.`
      : `${name} follows version ${version}.`;
  return {
    image: name,
    imageVersion: version,
    previousVersion: input.state.pinnedVersion ?? input.state.lastKnownGood,
    demand: exact === null ? null : `ImageVersionOverride -equals ${exact}`,
    revision: answer.state.revision,
    until: isForRun ? iso(untilOf(change, input)) : null,
    words,
  };
}

function refused({ code, message, field, value }: PinRefusal): UserProblem {
  return new UserProblem(code, message, { field, ...(value === null ? {} : { value: value.slice(0, 80) }) });
}

function stale(image: string, current: number): UserProblem {
  return new UserProblem('STALE_REVISION', `Somebody changed image "${image}" meanwhile: it has revision ${current}.`, {
    field: 'if-match',
    value: String(current),
    nextStep: 'Read the images again and repeat the change, if it is still wanted.',
  });
}
