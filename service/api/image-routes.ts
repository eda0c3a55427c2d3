// What the images of a pool are, and changing what they follow: by revision, once for each key, with a history.
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { ImagesView, PinChange, PinResult } from '../../contract/images.ts';
import { idempotencyHeader, imageRoutes } from '../../contract/routes.ts';
import { unpinned } from '../domain/image-pin.ts';
import { readAdmissions, readPinEvents, readPins, readValidations } from '../image-records.ts';
import type { PoolRecord } from '../ports.ts';
import { poolOf } from './access.ts';
import { answers, secured } from './answers.ts';
import { imagesViewOf } from './image-views.ts';
import type { ApiOptions } from './options.ts';
import { changePin } from './pin-change.ts';
import { seenBy } from './seen.ts';

const PoolName = Type.Object({ pool: Type.String() });

export function imageRoutesOf(fastify: FastifyInstance, options: ApiOptions): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  app.get(
    imageRoutes.images,
    {
      config: { access: 'read', pipelines: true },
      schema: {
        summary: 'The images of a pool with their versions, pins and history',
        security: secured,
        params: PoolName,
        response: answers(ImagesView, 'In the order of the settings.'),
      },
    },
    async (request) => await imagesOf(options, poolOf(request)),
  );
  app.post(
    imageRoutes.pins,
    {
      config: { access: 'manage', pipelines: true },
      schema: {
        summary: 'Pin, unpin or roll back an image, or admit a version for one run',
        security: secured,
        params: PoolName,
        headers: Type.Object({
          'if-match': Type.Optional(Type.String({ description: "The image's revision; not for scope run." })),
          [idempotencyHeader]: Type.Optional(Type.String({ description: 'The same for every repetition.' })),
        }),
        body: PinChange,
        response: answers(PinResult, 'What is followed now.'),
      },
    },
    async (request) => await changePin(request, poolOf(request), request.body, options),
  );
}

async function imagesOf(options: ApiOptions, record: PoolRecord): Promise<ImagesView> {
  const { store, clock } = options;
  const { pool, settings } = record;
  const [pins, events, admissions, validations, seen] = await Promise.all([
    readPins(store, pool),
    readPinEvents(store, pool),
    readAdmissions(store, pool),
    readValidations(store, pool, { limit: 200 }),
    seenBy(store, pool),
  ]);
  return imagesViewOf({
    now: clock.now(),
    pool,
    settings,
    pins: new Map([...pins].map(([image, kept]) => [image, kept.value])),
    events,
    admissions: admissions.map((one) => one.value),
    validations: validations.map((one) => one.value),
    seen,
    unpinned,
  });
}
