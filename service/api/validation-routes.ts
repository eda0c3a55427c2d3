// Validations: started here, carried out by the pool's passes, read while they run and long after, cancelled at any time.
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { Type } from '@sinclair/typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { idempotencyHeader, imageRoutes } from '../../contract/routes.ts';
import { ValidationList, ValidationReport, ValidationRequest, ValidationStarted } from '../../contract/validations.ts';
import { availableVersions, compareImageVersions } from '../domain/image-version.ts';
import { rolloutOf, type PoolSettings } from '../domain/pool.ts';
import { judges, type Validation } from '../domain/validation.ts';
import { readValidation, readValidations, runningWrite, validationWrite } from '../image-records.ts';
import type { PoolRecord } from '../ports.ts';
import { UserProblem } from '../problem.ts';
import { poolOf } from './access.ts';
import { accepted, answers, secured } from './answers.ts';
import { iso } from './instant.ts';
import { earlierAnswer, onceKeyOf, rememberedAnswer } from './once.ts';
import type { ApiOptions } from './options.ts';
import { imageNamed, writerOf } from './pin-change.ts';
import { reportOf, summaryOf } from './validation-views.ts';

const PoolName = Type.Object({ pool: Type.String() });
const ValidationName = Type.Object({ pool: Type.String(), validation: Type.String() });
const minute = 60_000;
const shown = 100;

export function validationRoutes(fastify: FastifyInstance, options: ApiOptions): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  const { store, clock } = options;
  const read = { config: { access: 'read' as const, pipelines: true } };
  app.get(
    imageRoutes.validations,
    {
      ...read,
      schema: {
        summary: 'The validations of a pool',
        security: secured,
        params: PoolName,
        response: answers(ValidationList, 'Newest first.'),
      },
    },
    async (request) => {
      const { pool, settings } = poolOf(request);
      const kept = await readValidations(store, pool, { limit: shown });
      const validations = kept.map(({ value }) => summaryOf(value, bootMsOf(settings)));
      return { now: iso(clock.now()), validations };
    },
  );
  app.get(
    imageRoutes.validation,
    {
      ...read,
      schema: {
        summary: 'The report of one validation, as far as it is',
        security: secured,
        params: ValidationName,
        response: answers(ValidationReport, 'With every check.'),
      },
    },
    async (request) => {
      const record = poolOf(request);
      const found = await readValidation(store, record.pool, request.params.validation);
      return reportOf(existing(found).value, bootMsOf(record.settings), clock.now());
    },
  );
  changingRoutes(app, options);
}

function changingRoutes(fastify: FastifyInstance, options: ApiOptions): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  const { clock } = options;
  const write = { config: { access: 'manage' as const, pipelines: true } };
  app.post(
    imageRoutes.validations,
    {
      ...write,
      schema: {
        summary: 'Validate a version of an image',
        security: secured,
        params: PoolName,
        headers: Type.Object({ [idempotencyHeader]: Type.Optional(Type.String()) }),
        body: ValidationRequest,
        response: accepted(ValidationStarted, 'It goes on by itself.'),
      },
    },
    async (request, reply) => {
      const started = await start(request, poolOf(request), request.body, options);
      return await reply.code(202).send(started);
    },
  );
  app.delete(
    imageRoutes.validation,
    {
      ...write,
      schema: {
        summary: 'Cancel a validation: its machines go, and it ends without a verdict on the image',
        security: secured,
        params: ValidationName,
        response: answers(ValidationReport, 'As it stands; the machines are gone when the phase is finished.'),
      },
    },
    async (request) => {
      const record = poolOf(request);
      await writerOf(request, record.pool, 'validate', options);
      const validation = await cancel(record.pool, request.params.validation, options);
      return reportOf(validation, bootMsOf(record.settings), clock.now());
    },
  );
}

function bootMsOf(settings: PoolSettings): number {
  return settings.sizing.stepMinutes * minute;
}

function existing<T>(found: T | null): T {
  if (found !== null) return found;
  throw new UserProblem('VALIDATION_NOT_FOUND', 'There is no such validation.', { field: 'validation' });
}

async function start(
  request: FastifyRequest,
  record: PoolRecord,
  wanted: ValidationRequest,
  options: ApiOptions,
): Promise<ValidationStarted> {
  const { store } = options;
  const by = await starterOf(request, record.pool, wanted, options);
  const once = onceKeyOf(request);
  const earlier = await earlierAnswer<ValidationStarted>(store, record.pool, once);
  if (earlier !== null) return earlier;
  const validation = await newValidation(record, wanted, by, options);
  const { validationId, image, version } = validation;
  const answer: ValidationStarted = { validationId, image, version };
  const remembered = rememberedAnswer(record.pool, once, answer, options.clock.now());
  const isNew = await store.writeRecords([runningWrite(validation), validationWrite(null, validation), remembered]);
  if (isNew) {
    options.onImagesChanged?.(record.pool);
    return answer;
  }
  const same = await earlierAnswer<ValidationStarted>(store, record.pool, once);
  if (same !== null) return same;
  throw new UserProblem('VALIDATION_RUNNING', `Version ${version} of ${image} is being validated already.`);
}

/** The job token alone is enough to look; machines cost money, so they want a connection token too. */
async function starterOf(request: FastifyRequest, pool: string, wanted: ValidationRequest, options: ApiOptions) {
  const { pipeline } = request;
  if (pipeline !== null && wanted.staticOnly === true) return pipeline.claims.subject;
  return (await writerOf(request, pool, 'validate', options)).by;
}

async function newValidation(
  record: PoolRecord,
  wanted: ValidationRequest,
  startedBy: string,
  options: ApiOptions,
): Promise<Validation> {
  const { settings, pool } = record;
  const image = imageNamed(settings, wanted.image).aliases[0] ?? '';
  const { instanceCount = 2, staticOnly = false, timeoutMinutes = 60 } = wanted;
  if (!staticOnly) requireRoom(settings, instanceCount);
  const now = options.clock.now();
  return {
    validationId: options.newId(),
    ...{ pool, image, instanceCount, staticOnly, startedBy },
    version: await versionFor(record, image, wanted.version ?? null, options),
    probeScript: wanted.probeScript ?? rolloutOf(settings).probeScript,
    startedAt: now,
    deadlineAt: now + timeoutMinutes * minute,
    phase: 'staticChecks',
    phaseSince: now,
    verdict: null,
    finishedAt: null,
    words: 'It was asked for.',
    isCancelRequested: false,
    scaleSetId: null,
    operationUrl: null,
    staticChecks: [],
    machines: [],
    agentVersion: null,
    events: [{ at: now, words: `${startedBy} asked for it.` }],
    keptUntil: null,
  };
}

function requireRoom(settings: PoolSettings, instanceCount: number): void {
  if (settings.laneResourceGroup == null) {
    throw new UserProblem('VALIDATION_NEEDS_LANES', 'This pool has no resource group for trial machines.', {
      field: 'staticOnly',
      nextStep: 'Set laneResourceGroup of the pool in weir.yaml, or validate statically.',
    });
  }
  if (instanceCount > settings.maxCapacity) {
    const message = `The pool may have ${settings.maxCapacity} machines, so a trial of ${instanceCount} never finds room.`;
    throw new UserProblem('VALIDATION_TOO_LARGE', message, { field: 'instanceCount', value: String(instanceCount) });
  }
}

/** The newest usable version that has no verdict yet, else the newest; images without versions have the version "-". */
async function versionFor(
  record: PoolRecord,
  image: string,
  version: string | null,
  options: ApiOptions,
): Promise<string> {
  if (version !== null) {
    if (/^\d{1,10}(\.\d{1,14}){2,3}$|^-$/.test(version)) return version;
    throw new UserProblem('PIN_VERSION_FORMAT', 'A version is written x.y.z.', { field: 'version' });
  }
  const images = await options.readImageVersions?.(record, image, []);
  if (images === undefined) throw new UserProblem('IMAGES_UNREAD', 'Nobody knows the versions of the image.');
  if (images.kind === 'managed' || images.kind === 'template') return '-';
  const judged = new Set(
    (await readValidations(options.store, record.pool, { limit: 500 }))
      .filter(({ value }) => value.image === image && judges(value))
      .map(({ value }) => value.version),
  );
  const usable = availableVersions(images, options.clock.now());
  const newest = usable.find((one) => !judged.has(one)) ?? usable[0];
  if (newest !== undefined) return newest;
  // Nothing can be used: the newest of all is looked at, so that the report says why.
  const any = images.versions.map((one) => one.version).toSorted((a, b) => compareImageVersions(b, a))[0];
  if (any !== undefined) return any;
  throw new UserProblem('IMAGE_VERSION_NOT_FOUND', 'The image has no versions.', { field: 'version' });
}

/** A pass may be writing at this moment: it is asked again from what it wrote. */
async function cancel(pool: string, validationId: string, options: ApiOptions): Promise<Validation> {
  for (;;) {
    const { revision, value } = existing(await readValidation(options.store, pool, validationId));
    if (value.phase === 'finished' && value.keptUntil === null)
      throw new UserProblem('VALIDATION_FINISHED', 'This validation has ended.');
    const asked: Validation = { ...value, isCancelRequested: true };
    if (await options.store.writeRecords([validationWrite(revision, asked)])) {
      options.onImagesChanged?.(pool);
      return asked;
    }
  }
}
