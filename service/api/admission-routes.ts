// What jobs of a pool may ask for: values with their sources, placeholders, and what is not covered.
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { Admission } from '../../contract/admission.ts';
import { routes } from '../../contract/routes.ts';
import { poolOf } from './access.ts';
import { admissionView, unseenAdmission } from './admission-view.ts';
import { answers, secured } from './answers.ts';
import type { Picture } from './demand-test.ts';
import type { ApiOptions } from './options.ts';

export function admissionRoutes(fastify: FastifyInstance, { store, clock }: ApiOptions): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  app.get(
    routes.admission,
    {
      config: { access: 'read' },
      schema: {
        summary: 'What jobs of the pool may ask for',
        security: secured,
        params: Type.Object({ pool: Type.String() }),
        response: answers(Admission, 'From the newest picture of the pool, which may be a minute old.'),
      },
    },
    async (request) => {
      const { pool, settings } = poolOf(request);
      const picture = await store.readPicture(pool);
      if (picture === null) return unseenAdmission(settings, clock.now());
      const { observation } = JSON.parse(picture.document) as Picture;
      return admissionView(observation, settings, clock.now());
    },
  );
}
