// What somebody chooses from who makes a pool. The lists are of Azure, where the person has no rights that we could ask
// about, so they are for people who manage an agent pool of the organisation, and name no more than choosing needs.
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { Type } from '@sinclair/typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  PlaceChoices,
  ScaleSetChoices,
  ScaleSetMade,
  ScaleSetWish,
  SizeChoices,
  StandingMachines,
  SubscriptionList,
} from '../../contract/azure-places.ts';
import { azureRoutes } from '../../contract/routes.ts';
import { FixCommands } from '../../contract/validations.ts';
import { createCommands } from '../domain/create-command.ts';
import { UserProblem } from '../problem.ts';
import { askerOf } from './access.ts';
import { answers, secured } from './answers.ts';
import { machinesIn, makeSet, placesOf, scaleSetChoices, sizesOf, subscriptionList } from './azure-views.ts';
import type { ApiOptions } from './options.ts';
import type { Rights } from './rights.ts';
import { requireSubscription } from './subscription-use.ts';

const poolId = Type.String({
  pattern: '^[1-9][0-9]{0,9}$',
  description: 'An agent pool that you manage.',
  examples: ['7'],
});
const closed = { additionalProperties: false };
const schema = { security: secured };
const ById = Type.Object({ poolId }, closed);
const subscription = Type.String({
  pattern: '^[0-9A-Za-z-]{1,64}$',
  examples: ['00000000-0000-0000-0000-000000000001'],
});
const OfSubscription = Type.Object({ poolId, subscription }, closed);
const OfRegion = Type.Object(
  { poolId, subscription, location: Type.String({ pattern: '^[a-z0-9]{1,40}$', examples: ['westeurope'] }) },
  closed,
);
const OfScaleSet = Type.Object({ poolId, scaleSet: Type.String({ minLength: 1, maxLength: 400 }) }, closed);

export function azureRoutesOf(fastify: FastifyInstance, options: ApiOptions, rights: Rights): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  const get = gateOf(options, rights);
  app.get(
    azureRoutes.subscriptions,
    {
      ...get,
      schema: {
        ...schema,
        summary: 'Subscriptions of this service',
        querystring: ById,
        response: answers(SubscriptionList, 'As its configuration names them.'),
      },
    },
    async (request) => await subscriptionList(options, askerOf(request).organization),
  );
  app.get(
    azureRoutes.scaleSets,
    {
      ...get,
      schema: {
        ...schema,
        summary: 'Scale sets of a subscription',
        querystring: OfSubscription,
        response: answers(ScaleSetChoices, 'Each with why no pool can be made of it.'),
      },
    },
    async (request) => await scaleSetChoices(request.query.subscription, options),
  );
  app.get(
    azureRoutes.machines,
    {
      ...get,
      schema: {
        ...schema,
        summary: 'Machines that stand in a scale set',
        querystring: OfScaleSet,
        response: answers(StandingMachines, 'All of them.'),
      },
    },
    async (request) => await machinesIn(request.query.scaleSet, options),
  );
  app.get(
    azureRoutes.sizes,
    {
      ...get,
      schema: {
        ...schema,
        summary: 'Sizes of a region',
        querystring: OfRegion,
        response: answers(SizeChoices, 'By name.'),
      },
    },
    async (request) => await sizesOf(request.query.subscription, request.query.location, options),
  );
  app.get(
    azureRoutes.places,
    {
      ...get,
      schema: {
        ...schema,
        summary: 'Resource groups, subnets and images',
        querystring: OfSubscription,
        response: answers(PlaceChoices, 'As far as Azure tells them.'),
      },
    },
    async (request) => await placesOf(request.query.subscription, options),
  );
  makingRoutes(app, options, get);
}

type Gate = ReturnType<typeof gateOf>;

function gateOf(options: ApiOptions, rights: Rights) {
  return {
    config: { access: 'user' as const },
    preHandler: async (request: FastifyRequest) => {
      await requireManager(request, rights);
      requireOwnSubscription(request, options);
    },
  };
}

/** Wherever a request names the subscription: in its query, in a resource id, or in what is to be made. */
function requireOwnSubscription(request: FastifyRequest, options: ApiOptions): void {
  const { organization } = askerOf(request);
  const { subscription: named, scaleSet } = request.query as { readonly [name: string]: string | undefined };
  const { subscriptionId, ...wish } = (request.body ?? {}) as Readonly<Record<string, unknown>>;
  for (const id of [named, subscriptionId])
    if (typeof id === 'string') requireSubscription(options, organization, `/subscriptions/${id}`, 'subscription');
  // An image or a subnet may be an id, and Azure would take it from wherever the identity of the service reaches.
  for (const [field, id] of Object.entries(wish))
    if (typeof id === 'string') requireSubscription(options, organization, id, field);
  if (scaleSet !== undefined) requireSubscription(options, organization, scaleSet, 'scaleSet');
}

function makingRoutes(fastify: FastifyInstance, options: ApiOptions, get: Gate): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  app.post(
    azureRoutes.createCommand,
    {
      ...get,
      schema: {
        ...schema,
        summary: 'The command that makes a scale set',
        querystring: ById,
        body: ScaleSetWish,
        response: answers(FixCommands, 'For three shells.'),
      },
    },
    (request) => commandsOf(request.body),
  );
  app.post(
    azureRoutes.scaleSets,
    {
      ...get,
      schema: {
        ...schema,
        summary: 'Make a scale set, where the service may',
        querystring: ById,
        body: ScaleSetWish,
        response: answers(ScaleSetMade, 'Azure makes it, or says why not.'),
      },
    },
    async (request) => await makeSet(request.body, options),
  );
}

function commandsOf(wish: ScaleSetWish): FixCommands {
  if (/[\r\n\0]/.test(`${wish.image}${wish.subnetId ?? ''}`)) {
    throw new UserProblem('FIELD_INVALID', 'The image or the subnet has a line break in it.', { field: 'image' });
  }
  return { ...createCommands(wish) };
}

async function requireManager(request: FastifyRequest, rights: Rights): Promise<void> {
  const { poolId: id } = request.query as { readonly poolId: string };
  if (await rights.mayManage(askerOf(request), Number(id))) return;
  throw new UserProblem('NEED_POOL_MANAGE', 'Lists of Azure are for people who manage an agent pool.', {
    field: 'poolId',
  });
}
