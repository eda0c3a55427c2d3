// What somebody chooses from who makes a pool: subscriptions, scale sets, sizes and networks as Azure tells them to the
// service. `poolId` of a query is an agent pool that the asker manages: lists of Azure are for nobody else.
import { Type, type Static } from '@sinclair/typebox';
import { Instant, Nullable } from './field-types.ts';

export const SubscriptionList = Type.Object({
  subscriptions: Type.Array(
    Type.Object({
      id: Type.String(),
      /** Null where Azure does not tell it to the service. */
      name: Nullable(Type.String()),
    }),
  ),
});
export type SubscriptionList = Static<typeof SubscriptionList>;

export const ScaleSetChoice = Type.Object({
  id: Type.String(),
  name: Type.String(),
  resourceGroup: Type.String(),
  location: Type.String(),
  size: Type.String(),
  osType: Type.Union([Type.Literal('linux'), Type.Literal('windows')]),
  image: Type.String({ description: 'In words.' }),
  capacity: Type.Integer(),
  /** Why no pool can be made of it, in words; null: one can. */
  refusal: Nullable(Type.String()),
});
export type ScaleSetChoice = Static<typeof ScaleSetChoice>;
export const ScaleSetChoices = Type.Object({ scaleSets: Type.Array(ScaleSetChoice) });
export type ScaleSetChoices = Static<typeof ScaleSetChoices>;

export const StandingMachines = Type.Object({
  /** The scale set itself, for whoever knows no more than its resource id. */
  scaleSet: ScaleSetChoice,
  machines: Type.Array(
    Type.Object({ vmId: Type.String(), name: Type.String(), state: Type.String(), createdAt: Nullable(Instant) }),
  ),
});
export type StandingMachines = Static<typeof StandingMachines>;

export const PriceClass = Type.Union([
  Type.Literal('low'),
  Type.Literal('middle'),
  Type.Literal('high'),
  Type.Literal('highest'),
  Type.Literal('unknown'),
]);
export type PriceClass = Static<typeof PriceClass>;

export const SizeChoice = Type.Object({
  name: Type.String(),
  cores: Type.Integer(),
  memoryGigabytes: Nullable(Type.Number()),
  /** By the series of the size: Azure's prices are not read. */
  priceClass: PriceClass,
  words: Type.String({ description: 'What the series is made for.' }),
  /** The largest system disk that fits on the machine itself; 0: none does. */
  ephemeralGigabytes: Type.Integer(),
  /** How many machines of it the subscription may still have; null where Azure does not tell. */
  quotaLeft: Nullable(Type.Integer()),
  /** Why the subscription may not use it here, as Azure names it. */
  restriction: Nullable(Type.String()),
});
export type SizeChoice = Static<typeof SizeChoice>;
export const SizeChoices = Type.Object({ sizes: Type.Array(SizeChoice) });
export type SizeChoices = Static<typeof SizeChoices>;

/** Null where Azure refuses the list to the service. */
export const PlaceChoices = Type.Object({
  resourceGroups: Nullable(Type.Array(Type.Object({ name: Type.String(), location: Type.String() }))),
  subnets: Nullable(Type.Array(Type.Object({ id: Type.String(), name: Type.String(), location: Type.String() }))),
  /** Well-known images of the Marketplace; another is named by its id. */
  images: Type.Array(
    Type.Object({
      urn: Type.String(),
      name: Type.String(),
      osType: Type.Union([Type.Literal('linux'), Type.Literal('windows')]),
      diskGigabytes: Type.Integer(),
    }),
  ),
});
export type PlaceChoices = Static<typeof PlaceChoices>;

const plain = (pattern: string, description: string, example: string) =>
  Type.String({ pattern, description, examples: [example] });

export const ScaleSetWish = Type.Object(
  {
    subscriptionId: plain('^[0-9A-Za-z-]{1,64}$', 'One of the list.', '00000000-0000-0000-0000-000000000001'),
    resourceGroup: plain('^[\\w.()-]{0,89}[\\w()-]$', 'As Azure allows its name.', 'build-agents'),
    location: plain('^[a-z0-9]{1,40}$', 'Such as westeurope.', 'westeurope'),
    name: plain('^[A-Za-z0-9]([\\w-]{0,62}[\\w])?$', 'As Azure allows its name.', 'linux-agents'),
    size: plain('^[A-Za-z]\\w{1,60}$', 'Such as Standard_D2s_v5.', 'Standard_D2s_v5'),
    image: Type.String({ minLength: 1, maxLength: 400, description: 'publisher:offer:sku:version, or an id.' }),
    osType: Type.Union([Type.Literal('linux'), Type.Literal('windows')]),
    isEphemeral: Type.Boolean(),
    subnetId: Nullable(Type.String({ maxLength: 400 })),
    trialMachines: Type.Union([Type.Literal(0), Type.Literal(2)]),
  },
  { additionalProperties: false },
);
export type ScaleSetWish = Static<typeof ScaleSetWish>;

export const ScaleSetMade = Type.Object({
  scaleSetId: Type.String(),
  /** False where the service may not: then the command is the way. */
  isAccepted: Type.Boolean(),
  words: Type.String(),
});
export type ScaleSetMade = Static<typeof ScaleSetMade>;
