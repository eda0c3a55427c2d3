// Server-sent events, read by fetch because a bearer token has to go with them: one event each time a pool was looked at.
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { Type } from '@sinclair/typebox';
import type { Readable } from 'node:stream';
import { Problem } from '../../contract/api.ts';
import { nodeRoutes } from '../../contract/routes.ts';
import { askerOf, poolOf } from './access.ts';
import { secured } from './answers.ts';
import { createEventStreams } from './event-streams.ts';
import type { ApiOptions } from './options.ts';
import { visiblePools } from './pool-routes.ts';
import { RestProblem } from './problem-answer.ts';
import type { Asker, Rights } from './rights.ts';

const response = {
  200: {
    description:
      'text/event-stream: `changed` with `{ pool, at }`, `end` with `{ why }` before the service closes it, and comments as heartbeats.',
    content: { 'text/event-stream': { schema: Type.String() } },
  },
  default: { description: 'A problem.', content: { 'application/problem+json': { schema: Problem } } },
};

export function eventRoutes(fastify: FastifyInstance, options: ApiOptions, rights: Rights): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  const streams = createEventStreams({
    listViewTimes: () => options.store.listViewTimes(),
    now: () => options.wallClock.now(),
    every: options.every ?? everyOnTheWall,
    report: (error) =>
      app.log.error(
        { cause: error instanceof Error ? error.stack : String(error) },
        'Whoever follows pools hears nothing new.',
      ),
  });
  // An open stream would keep the server from closing.
  app.addHook('preClose', (done) => {
    streams.close();
    done();
  });
  const person = ({ organization, userId }: Asker): string => `${organization} ${userId}`;
  app.get(
    nodeRoutes.events,
    {
      ...{ config: { access: 'read' }, exposeHeadRoute: false },
      schema: { summary: 'Follow one pool', security: secured, params: Type.Object({ pool: Type.String() }), response },
    },
    async (request, reply) => {
      const asker = askerOf(request);
      const record = poolOf(request);
      const allowed = new Set([record.pool]);
      const mayFollow = async () => {
        await rights.whoIs(asker.organization, asker.token);
        const isThere = (await options.store.readPool(record.pool)) !== null;
        return isThere && (await rights.mayRead(asker, record.settings.poolId)) ? allowed : null;
      };
      return await send(reply, streams.follow({ person: person(asker), mayFollow }, allowed));
    },
  );
  app.get(
    nodeRoutes.allEvents,
    {
      ...{ config: { access: 'user' }, exposeHeadRoute: false },
      schema: { summary: 'Follow every pool that you may see', security: secured, response },
    },
    async (request, reply) => {
      const asker = askerOf(request);
      const names = async () => new Set((await visiblePools(options.store, asker, rights)).map((one) => one.pool));
      const mayFollow = async () => {
        await rights.whoIs(asker.organization, asker.token);
        return await names();
      };
      return await send(reply, streams.follow({ person: person(asker), mayFollow }, await names()));
    },
  );
}

function send(reply: FastifyReply, stream: Readable | null): FastifyReply {
  if (stream === null) throw new RestProblem('STREAMS_MANY', 'Too many pages follow pools already.', 60);
  return reply
    .header('content-type', 'text/event-stream; charset=utf-8')
    .header('cache-control', 'no-store, no-transform')
    .header('x-accel-buffering', 'no')
    .send(stream);
}

function everyOnTheWall(milliseconds: number, work: () => void) {
  const timer = setInterval(work, milliseconds);
  // Nobody is kept waiting at the end of the process for somebody who follows.
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
