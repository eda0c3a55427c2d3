// What-ifs: started here, run in a thread, read while they run and after, cancelled at any time.
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { whatIfRoutes } from '../../contract/routes.ts';
import { traceLimit, WhatIfPage, WhatIfRequest, WhatIfStarted, WhatIfView } from '../../contract/what-if.ts';
import { keptDays } from '../domain/past-job.ts';
import { UserProblem } from '../problem.ts';
import { askerOf, poolOf } from './access.ts';
import { accepted, answers, secured } from './answers.ts';
import { iso, isoOrNull } from './instant.ts';
import type { ApiOptions } from './options.ts';
import { neededJobs, orderOf } from './what-if-order.ts';
import { readWhatIf, whatIfView } from './what-if-record.ts';
import { createWhatIfRuns } from './what-if-runs.ts';

const PoolName = Type.Object({ pool: Type.String() });
const WhatIfName = Type.Object({ pool: Type.String(), whatIf: Type.String() });
/** Quoted line ends take two characters, and letters of other alphabets three bytes. */
const bodyLimit = 2 * traceLimit + 65_536;

export function whatIfRoutesOf(fastify: FastifyInstance, options: ApiOptions): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  const { store, clock, wallClock } = options;
  const read = { config: { access: 'read' as const } };
  app.get(
    whatIfRoutes.whatIfs,
    {
      ...read,
      schema: {
        summary: 'What there is to replay, and the newest what-if of a pool',
        security: secured,
        params: PoolName,
        response: answers(WhatIfPage, 'Null where none was ever run.'),
      },
    },
    async (request) => {
      const { pool } = poolOf(request);
      const span = await store.jobSpan(pool);
      const newest = await readWhatIf(store, pool, wallClock.now());
      return {
        now: iso(clock.now()),
        history: { jobs: span.jobs, from: isoOrNull(span.from), to: isoOrNull(span.to), keptDays, neededJobs },
        newest: newest === null ? null : whatIfView(newest.value),
      };
    },
  );
  app.get(
    whatIfRoutes.whatIf,
    {
      ...read,
      schema: {
        summary: 'One what-if, as far as it is',
        security: secured,
        params: WhatIfName,
        response: answers(WhatIfView, 'With a row for each settings that were replayed.'),
      },
    },
    async (request) => {
      const found = await readWhatIf(store, poolOf(request).pool, wallClock.now());
      if (found?.value.whatIfId !== request.params.whatIf) throw unknownWhatIf();
      return whatIfView(found.value);
    },
  );
  changingRoutes(app, options);
}

function changingRoutes(fastify: FastifyInstance, options: ApiOptions): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  const { store, clock, wallClock } = options;
  const runs = createWhatIfRuns(fastify, options);
  const manage = { config: { access: 'manage' as const } };
  app.post(
    whatIfRoutes.whatIfs,
    {
      ...manage,
      bodyLimit,
      schema: {
        summary: 'Replay the jobs of a pool, or of a file, with other settings',
        security: secured,
        params: PoolName,
        body: WhatIfRequest,
        response: accepted(WhatIfStarted, 'It goes on by itself; one at a time for each pool.'),
      },
    },
    async (request, reply) => {
      const record = poolOf(request);
      const order = await orderOf(store, record, request.body, clock.now());
      const { whatIfId } = await runs.start(record, order, askerOf(request).userName);
      return await reply.code(202).send({ whatIfId });
    },
  );
  app.delete(
    whatIfRoutes.whatIf,
    {
      ...manage,
      schema: {
        summary: 'Cancel a what-if: the replay stops at once',
        security: secured,
        params: WhatIfName,
        response: answers(WhatIfView, 'As it stands.'),
      },
    },
    async (request) => {
      const { pool } = poolOf(request);
      const cancelled = await runs.cancel(pool, request.params.whatIf);
      if (cancelled !== null) return whatIfView(cancelled);
      const found = await readWhatIf(store, pool, wallClock.now());
      if (found?.value.whatIfId !== request.params.whatIf) throw unknownWhatIf();
      throw new UserProblem('WHAT_IF_ENDED', 'This what-if has ended.');
    },
  );
}

function unknownWhatIf(): UserProblem {
  return new UserProblem('WHAT_IF_NOT_FOUND', 'There is no such what-if, or a newer one has taken its place.');
}
