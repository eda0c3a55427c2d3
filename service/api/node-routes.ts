// What people ask of one node. The answer comes at once; the next pass carries it out, through the reclaim protocol.
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { Type } from '@sinclair/typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { NodeView } from '../../contract/api.ts';
import { NodeAccepted, nodeActions, NodeRequest, type NodeAction } from '../../contract/nodes.ts';
import { idempotencyHeader, nodeRoutes } from '../../contract/routes.ts';
import { nodeActionWords, refuseNodeAction, type NodeActionFacts } from '../domain/node-action.ts';
import { isDestroying, type Generation } from '../domain/observation.ts';
import { readOpenWishes, wishWrite } from '../node-wishes.ts';
import type { PoolRecord, Store } from '../ports.ts';
import { UserProblem } from '../problem.ts';
import { askerOf, poolOf } from './access.ts';
import { accepted, secured } from './answers.ts';
import { earlierAnswer, onceKeyOf, rememberedAnswer } from './once.ts';
import type { ApiOptions } from './options.ts';
import { newestDetail } from './stored-view.ts';

const Params = Type.Object({
  pool: Type.String(),
  node: Type.String({ description: 'The key of its view.' }),
  action: Type.Union(nodeActions.map((action) => Type.Literal(action))),
});

export function nodeActionRoutes(fastify: FastifyInstance, options: ApiOptions): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  app.post(
    nodeRoutes.node,
    {
      config: { access: 'manage' },
      schema: {
        summary: 'Drain, delete, keep or reimage one node, or give a kept one back; no running job is touched',
        security: secured,
        params: Params,
        headers: Type.Object({
          [idempotencyHeader]: Type.Optional(Type.String({ description: 'The same for every repetition.' })),
        }),
        body: NodeRequest,
        response: accepted(NodeAccepted, 'It is written down; the next pass does it.'),
      },
    },
    async (request, reply) => {
      const answer = await ask(request, poolOf(request), request.params, request.body.reason ?? '', options);
      return await reply.code(202).send(answer);
    },
  );
}

async function ask(
  request: FastifyRequest,
  record: PoolRecord,
  { node: key, action }: { readonly node: string; readonly action: NodeAction },
  reason: string,
  options: ApiOptions,
): Promise<NodeAccepted> {
  const { store, clock } = options;
  const once = onceKeyOf(request);
  const earlier = await earlierAnswer<NodeAccepted>(store, record.pool, once);
  if (earlier !== null) return earlier;
  const generation = (await store.listGenerations(record.pool)).find((one) => one.generationId === key);
  const { nodes } = await newestDetail(store, record, clock.now());
  const seen = nodes.find((one) => one.key === key);
  if (generation === undefined)
    throw new UserProblem('NODE_NOT_FOUND', 'There is no such node that Weir made.', { field: 'node' });
  const facts = await factsOf(store, record, generation, seen);
  const refusal = refuseNodeAction(action, facts);
  if (refusal !== null) throw new UserProblem(refusal.code, refusal.message, { field: 'action', value: action });
  const answer: NodeAccepted = { node: facts.name, action, words: nodeActionWords(action, facts) };
  const wish = {
    ...{ action, generationId: key, node: facts.name, by: askerOf(request).userName, reason: reason.trim() },
    ...{ at: clock.now(), outcome: null },
  };
  const writes = [
    wishWrite(record.pool, options.newId(), wish),
    rememberedAnswer(record.pool, once, answer, clock.now()),
  ];
  if (!(await store.writeRecords(writes))) {
    // The same request came twice at once, and the other one was faster.
    const other = await earlierAnswer<NodeAccepted>(store, record.pool, once);
    if (other !== null) return other;
    throw new UserProblem('DB_UNAVAILABLE', 'The request was not written down.');
  }
  options.onImagesChanged?.(record.pool);
  return answer;
}

/** The ledger and the wishes are newer than the view that the last pass wrote. What Weir wishes by itself refuses nobody. */
async function factsOf(
  store: Store,
  { pool, settings }: PoolRecord,
  generation: Generation,
  seen: NodeView | undefined,
): Promise<NodeActionFacts> {
  const [operations, wishes] = await Promise.all([store.listOpenOperations(pool), readOpenWishes(store, pool)]);
  const { generationId, scaleSetId, instanceId } = generation;
  return {
    name: seen?.name ?? `${scaleSetId.slice(scaleSetId.lastIndexOf('/') + 1)}_${instanceId}`,
    hasMachine: seen?.instanceName !== null,
    isBusy: seen?.requestId != null,
    isSaved: generation.isSaved,
    isStarting: generation.firstOnlineAt === null,
    isRecycled: settings.recycleAfterEachUse,
    isLeaving:
      operations.some((one) => isDestroying(one, generation)) ||
      wishes.some(({ value }) => value.own === undefined && value.generationId === generationId),
  };
}
