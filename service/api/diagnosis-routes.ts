// Why jobs wait: the tester of demands, and the jobs of one run wherever they are.
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { RunJobs } from '../../contract/api.ts';
import { DemandAnswer, DemandQuestion } from '../../contract/diagnosis.ts';
import { routes } from '../../contract/routes.ts';
import type { PoolRecord, Store } from '../ports.ts';
import { UserProblem } from '../problem.ts';
import { askerOf, poolOf } from './access.ts';
import { answers, secured } from './answers.ts';
import { readDemandText } from './demand-text.ts';
import { testDemands, type Picture } from './demand-test.ts';
import { iso } from './instant.ts';
import type { ApiOptions } from './options.ts';
import { visiblePools } from './pool-routes.ts';
import type { Rights } from './rights.ts';
import { newestDetail } from './stored-view.ts';

const RunQuery = Type.Object(
  {
    project: Type.String({
      pattern: '^[0-9A-Fa-f-]{36}$',
      description: 'Id of the project that the run is in.',
      examples: ['00000000-0000-0000-0000-0000000000f1'],
    }),
  },
  { additionalProperties: false },
);

export function diagnosisRoutes(fastify: FastifyInstance, options: ApiOptions, rights: Rights): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  const { store, clock } = options;
  app.post(
    routes.explain,
    {
      config: { access: 'read' },
      schema: {
        summary: 'What would become of a job with these demands',
        security: secured,
        params: Type.Object({ pool: Type.String() }),
        body: DemandQuestion,
        response: answers(DemandAnswer, 'Against the newest picture of the pool, which may be a minute old.'),
      },
    },
    async (request) => {
      const record = poolOf(request);
      const demands = readDemandText(request.body.text);
      return testDemands(await pictureOf(store, record), record.settings, demands);
    },
  );
  app.get(
    routes.runJobs,
    {
      config: { access: 'user' },
      schema: {
        summary: 'The jobs of one pipeline run, with their verdicts',
        security: secured,
        params: Type.Object({ run: Type.String({ pattern: '^[1-9][0-9]{0,14}$', examples: ['42'] }) }),
        querystring: RunQuery,
        response: answers(RunJobs, 'Of all pools that you may see.'),
      },
    },
    async (request) => {
      const [run, project] = [Number(request.params.run), request.query.project.toLowerCase()];
      const pools = await visiblePools(store, askerOf(request), rights);
      const details = await Promise.all(
        pools.map(async (record) => ({ pool: record.pool, detail: await newestDetail(store, record, clock.now()) })),
      );
      const jobs = details.flatMap(({ pool, detail }) =>
        detail.jobRequests
          .filter((one) => one.runId === run && one.projectId?.toLowerCase() === project)
          .map((one) => ({ pool, request: one })),
      );
      return { now: iso(clock.now()), jobs };
    },
  );
}

async function pictureOf(store: Store, record: PoolRecord): Promise<Picture> {
  const picture = await store.readPicture(record.pool);
  if (picture !== null) return JSON.parse(picture.document) as Picture;
  throw new UserProblem('PICTURE_MISSING', `Weir has not looked at pool "${record.pool}" yet.`, {
    nextStep: 'Try again in a minute; if it stays so, look at the log of the service.',
  });
}
