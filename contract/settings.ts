// The settings of a pool as people write them: the published JSON Schema. Everything but the name has a default.
// The service's own rules say more (and say it better); a test holds the two together.
import { Type, type Static, type TSchema } from '@sinclair/typebox';

const closed = { additionalProperties: false } as const;
const Optional = <T extends TSchema>(schema: T) => Type.Optional(schema);
const Nullable = <T extends TSchema>(schema: T, description: string) =>
  Type.Union([schema, Type.Null()], { default: null, description });
const Choice = <T extends string>(choices: readonly T[], fallback: T, description: string) =>
  Type.Unsafe<T>({ type: 'string', enum: [...choices], default: fallback, description });
const Whole = (minimum: number, maximum: number, fallback: number, description: string) =>
  Type.Integer({ minimum, maximum, default: fallback, description });
const Flag = (fallback: boolean, description: string) => Type.Boolean({ default: fallback, description });

const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;

/** The looser of two: a gallery's versions have three parts without leading zeros, which the service judges by the source. */
const Version = '^(latest|\\d{1,10}(\\.\\d{1,14}){2,3})$';

const ImageSource = Type.Union([
  Type.Object({ publisher: Type.String(), offer: Type.String(), sku: Type.String() }, closed),
  Type.Object({ id: Type.String({ description: 'Resource id of an image.' }) }, closed),
]);

const PoolImage = Type.Object(
  {
    aliases: Type.Array(Type.String({ pattern: '^[A-Za-z0-9]([A-Za-z0-9._ -]{0,62}[A-Za-z0-9._-])?$' }), {
      minItems: 1,
      description: 'Names for the ImageOverride demand; case makes no difference.',
    }),
    source: Optional(Nullable(ImageSource, 'Marketplace image or resource id; null: the image of the scale set.')),
    version: Optional(Type.String({ pattern: Version, default: 'latest', description: '"latest" or an exact x.y.z.' })),
    standbyPercent: Optional(
      Type.Union([Type.Integer({ minimum: 0, maximum: 100 }), Type.Literal('*')], {
        default: '*',
        description: 'Share of the standby; "*" takes what the others leave over.',
      }),
    ),
    size: Optional(
      Nullable(
        Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$' }),
        "Size of its machines; null: the scale set's.",
      ),
    ),
    osType: Optional(
      Nullable(
        Type.Unsafe<'linux' | 'windows'>({ type: 'string', enum: ['linux', 'windows'] }),
        "Operating system of its machines; null: the pool's.",
      ),
    ),
  },
  closed,
);

const Sizing = Type.Object(
  {
    policy: Optional(Choice(['sampled', 'eventDriven'], 'eventDriven', 'How the pool grows and shrinks.')),
    preset: Optional(
      Choice(['economy', 'balanced', 'fast'], 'balanced', 'What to prefer: fewer machines or less waiting.'),
    ),
    sampleMinutes: Optional(Whole(1, 60, 5, 'Only sampled: minutes between two looks.')),
    incrementPercent: Optional(Whole(1, 100, 25, 'Only sampled: growth per step, in percent of maxCapacity.')),
    stepMinutes: Optional(Whole(1, 1440, 20, 'Only sampled: the longest time that one step may take.')),
  },
  { ...closed, default: {} },
);

const Demands = Type.Object(
  {
    workFolders: Optional(
      Type.Array(Type.String(), { default: [], description: 'Values that a WorkFolder demand may have.' }),
    ),
    customCapabilities: Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 1024 }), {
        default: [],
        description: 'Values that a CustomCapabilities demand may have.',
      }),
    ),
    versionOverride: Optional(
      Choice(['validated', 'any', 'none'], 'validated', 'Which image versions a job may ask for.'),
    ),
    newVersionsPerDay: Optional(Whole(0, 1000, 10, 'New image versions that jobs may bring in within 24 hours.')),
    discovery: Optional(Flag(false, 'Read the demands of the pipelines that may use the pool.')),
    tagWaitMinutes: Optional(Whole(0, 1440, 10, 'How long a job waits for the busy agent that carries its tag.')),
    matching: Optional(
      Choice(
        ['live', 'atQueueTime'],
        'live',
        'atQueueTime where a waiting job only gets an agent that was registered when it was queued.',
      ),
    ),
  },
  { ...closed, default: {} },
);

const Priority = Type.Object(
  {
    batchSeconds: Optional(Whole(0, 600, 10, 'Jobs queued this close together are ordered by priority.')),
    agingMinutes: Optional(Whole(1, 10080, 60, 'After this wait a job counts as one priority higher.')),
  },
  { ...closed, default: {} },
);

const Profile = Type.Union(
  [
    Type.Object({ kind: Type.Literal('stateless') }, closed),
    Type.Object(
      {
        kind: Type.Literal('stateful'),
        maxAgentLifetimeHours: Optional(Whole(1, 168, 168, 'An agent older than this is replaced once it is free.')),
        gracePeriodMinutes: Optional(Whole(0, 10080, 60, 'How long an agent stays after its last job.')),
      },
      closed,
    ),
  ],
  { description: 'Follows recycleAfterEachUse where it is absent.' },
);

const Schedule = Type.Object(
  {
    timeZone: Optional(Type.String({ default: 'UTC', description: 'IANA name, such as Europe/Berlin.' })),
    days: Type.Array(
      Type.Record(
        Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d)?$' }),
        Whole(0, 1000, 0, 'Standby from then on.'),
        closed,
      ),
      {
        minItems: 1,
        maxItems: 7,
        description: 'One day for all, or seven with Sunday first: time of day to standby.',
      },
    ),
  },
  closed,
);

const Rollout = Type.Object(
  {
    requireValidated: Optional(
      Flag(false, 'Only versions with a passed validation are pinned, unless somebody overrides it with a reason.'),
    ),
    canaryPercent: Optional(Whole(1, 100, 20, 'Share of the new machines that try a new version first.')),
    canaryBoots: Optional(Whole(1, 100, 2, 'So many of them must come online before all follow.')),
    failurePercent: Optional(Whole(1, 100, 30, 'More boots than this that fail bring the last known good back.')),
    oldImageDays: Optional(Whole(0, 3650, 60, 'A version that is older raises an alarm; 0: never.')),
    probeScript: Optional(
      Nullable(Type.String({ maxLength: 8192 }), 'Runs on each trial machine of a validation; exit code 0 passes.'),
    ),
  },
  { ...closed, default: {} },
);

const Disruption = Type.Object(
  {
    maxPercent: Optional(
      Whole(1, 100, 10, 'Of the machines, how many may go at a time for a new version or at the end of their life.'),
    ),
    blocked: Optional(
      Nullable(
        Type.Object(
          {
            timeZone: Optional(Type.String({ default: 'UTC', description: 'IANA name, such as Europe/Berlin.' })),
            days: Optional(
              Type.Array(Type.Unsafe<(typeof weekdays)[number]>({ type: 'string', enum: [...weekdays] }), {
                minItems: 1,
                maxItems: 7,
                default: [...weekdays],
                description: 'Days on which the hours begin.',
              }),
            ),
            from: Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', description: 'HH:MM.' }),
            to: Type.String({
              pattern: '^([01]\\d|2[0-3]):[0-5]\\d$',
              description: 'HH:MM; the next day where it is not later.',
            }),
          },
          closed,
        ),
        'Hours in which no machine goes by choice of the pool; null: never.',
      ),
    ),
  },
  { ...closed, default: {} },
);

export const poolSettingsProperties = {
  name: Type.String({ minLength: 1, maxLength: 64, description: 'What people call the pool; unique in one service.' }),
  organization: Optional(Type.String({ default: '', description: 'Such as https://dev.azure.com/fabrikam.' })),
  poolId: Optional(Whole(0, 2_147_483_647, 0, 'Number of the agent pool in Azure DevOps.')),
  scaleSet: Optional(Type.String({ default: '', description: 'Resource id of the virtual machine scale set.' })),
  maxCapacity: Optional(Whole(1, 1000, 10, 'The most machines there may be.')),
  desiredIdle: Optional(Whole(0, 1000, 0, 'Standby: idle agents to keep, at most maxCapacity.')),
  timeToLiveMinutes: Optional(Whole(1, 10080, 30, 'An agent idle for longer, above the standby, is deleted.')),
  recycleAfterEachUse: Optional(Flag(true, 'Every job gets a fresh machine.')),
  maxSavedNodeCount: Optional(Whole(0, 1000, 0, 'The most machines kept for investigation after they failed.')),
  preserveAgentOnJobFailure: Optional(
    Flag(false, 'Within maxSavedNodeCount, keep the machine of a job that failed, too.'),
  ),
  savedNodeHours: Optional(
    Whole(0, 8760, 72, 'A machine that Weir kept by itself is deleted after so many hours; 0: never.'),
  ),
  agentInteractiveUI: Optional(Flag(false, 'Agents run in an interactive session, for tests with a user interface.')),
  osType: Optional(Choice(['linux', 'windows'], 'linux', 'Operating system of the machines.')),
  agentVersion: Optional(
    Type.String({
      pattern: '^(latest|\\d{1,4}\\.\\d{1,6}\\.\\d{1,6})$',
      default: 'latest',
      description: 'Of the Azure Pipelines agent.',
    }),
  ),
  workFolder: Optional(Nullable(Type.String(), "Work folder of the agents; null: the image's own, else the default.")),
  paused: Optional(Flag(false, 'Watch the pool and change nothing.')),
  sizing: Optional(Sizing),
  images: Optional(
    Type.Array(PoolImage, { default: [], description: 'In order: the first serves jobs that name none.' }),
  ),
  demands: Optional(Demands),
  priority: Optional(Priority),
  profile: Optional(Profile),
  schedule: Optional(Nullable(Schedule, 'Standby by the clock; null: desiredIdle always.')),
  budget: Optional(
    Nullable(
      Type.Object({ monthlyVmHours: Type.Number({ exclusiveMinimum: 0, maximum: 1e9 }) }, closed),
      'The most machine-hours in a month; null: no limit.',
    ),
  ),
  maxLanes: Optional(Whole(1, 50, 8, 'The most scale sets at a time.')),
  laneResourceGroup: Optional(
    Nullable(
      Type.String({
        pattern: '^/[sS]ubscriptions/[^/\\s]+/[rR]esource[gG]roups/[-A-Za-z0-9_.()]{0,89}[-A-Za-z0-9_()]$',
      }),
      'Resource id of a resource group only for Weir, where it makes a scale set for each image and version; null: one image, on scaleSet itself.',
    ),
  ),
  rollout: Optional(Rollout),
  disruption: Optional(Disruption),
};

export const PoolSettingsInput = Type.Object(poolSettingsProperties, {
  ...closed,
  $id: 'pool-settings.schema.json',
  title: 'Settings of a pool',
});
export type PoolSettingsInput = Static<typeof PoolSettingsInput>;
