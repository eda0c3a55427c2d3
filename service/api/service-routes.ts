// What the service says of itself: whether it lives, whether it is ready, and what it is.
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { routes } from '../../contract/routes.ts';
import { About, Alive } from '../../contract/service.ts';
import { UserProblem } from '../problem.ts';
import { askerOf } from './access.ts';
import { answers, secured } from './answers.ts';
import type { ApiOptions } from './options.ts';

export function serviceRoutes(fastify: FastifyInstance, options: ApiOptions): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  app.get(
    routes.health,
    { schema: { summary: 'Whether the process answers', response: answers(Alive, 'It does.') } },
    () => ({ status: 'ok' as const }),
  );
  app.get(
    routes.ready,
    { schema: { summary: 'Whether the database answers', response: answers(Alive, 'It does.') } },
    async (request) => {
      try {
        await options.store.ping();
      } catch (error) {
        request.log.error({ cause: error instanceof Error ? error.message : String(error) }, 'The database is silent.');
        throw new UserProblem('NOT_READY', 'The database does not answer.');
      }
      return { status: 'ok' as const };
    },
  );
  app.get(
    routes.about,
    {
      config: { access: 'user' },
      schema: { summary: 'Version and organisation', security: secured, response: answers(About, 'This service.') },
    },
    (request) => ({ name: 'weir' as const, organizations: [askerOf(request).organization], ...options.about }),
  );
}
