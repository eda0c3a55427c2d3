// The API of the service: every route of the contract, with the OpenAPI document that follows from their schemas.
import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { organizationHeader, routes } from '../../contract/routes.ts';
import { guardAccess } from './access.ts';
import { azureRoutesOf } from './azure-routes.ts';
import { admissionRoutes } from './admission-routes.ts';
import { checkRoutesOf } from './check-routes.ts';
import { diagnosisRoutes } from './diagnosis-routes.ts';
import { eventRoutes } from './event-routes.ts';
import { historyRoutes } from './history-routes.ts';
import { guideRoutesOf } from './guide-routes.ts';
import { imageRoutesOf } from './image-routes.ts';
import { nodeActionRoutes } from './node-routes.ts';
import type { ApiOptions } from './options.ts';
import { poolLifeRoutes } from './pool-life-routes.ts';
import { poolRoutes } from './pool-routes.ts';
import { createServer } from './server.ts';
import { serviceRoutes } from './service-routes.ts';
import { settingsRoutes } from './settings-routes.ts';
import { tokenRoutes } from './token-routes.ts';
import { validationRoutes } from './validation-routes.ts';
import { whatIfRoutesOf } from './what-if-routes.ts';

export type { ApiOptions } from './options.ts';

/** Ready for `listen` or `inject`; further routes (enrolment) may be registered before that. */
export async function createApi(options: ApiOptions): Promise<FastifyInstance> {
  const app = await createServer(options);
  const rights = guardAccess(app, options);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Weir', version: options.about.version, description: 'Elastic agent pools for Azure DevOps.' },
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: 'The user’s own Azure DevOps access token.' },
          organization: { type: 'apiKey', in: 'header', name: organizationHeader },
        },
      },
    },
  });
  serviceRoutes(app, options);
  poolRoutes(app, options, rights);
  poolLifeRoutes(app, options, rights);
  azureRoutesOf(app, options, rights);
  admissionRoutes(app, options);
  settingsRoutes(app, options, rights);
  diagnosisRoutes(app, options, rights);
  imageRoutesOf(app, options);
  checkRoutesOf(app, options, rights);
  validationRoutes(app, options);
  guideRoutesOf(app);
  whatIfRoutesOf(app, options);
  nodeActionRoutes(app, options);
  historyRoutes(app, options);
  eventRoutes(app, options, rights);
  tokenRoutes(app, options);
  app.get(routes.openApi, { schema: { hide: true } }, () => app.swagger());
  return app;
}
