// The configuration file of the service, weir.yaml: the published JSON Schema. Secrets stand in the environment or in
// files, never in here.
import { Type, type Static, type TSchema } from '@sinclair/typebox';
import { poolSettingsProperties } from './settings.ts';

const closed = { additionalProperties: false } as const;
const Optional = <T extends TSchema>(schema: T) => Type.Optional(schema);

const Secret = Type.Union(
  [
    Type.Object(
      { env: Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$', description: 'Name of an environment variable.' }) },
      closed,
    ),
    Type.Object({ file: Type.String({ minLength: 1, description: 'A file that only the service may read.' }) }, closed),
  ],
  { description: 'Where the secret stands.' },
);

const Guid = Type.String({ pattern: '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$' });

const azureIdentities = [
  Type.Object({ kind: Type.Literal('managedIdentity'), clientId: Optional(Guid) }, closed),
  Type.Object(
    {
      kind: Type.Literal('workloadIdentity'),
      tenantId: Optional(Guid),
      clientId: Optional(Guid),
      tokenFilePath: Optional(Type.String()),
    },
    closed,
  ),
  Type.Object({ kind: Type.Literal('clientSecret'), tenantId: Guid, clientId: Guid, clientSecret: Secret }, closed),
  Type.Object({ kind: Type.Literal('default'), tenantId: Optional(Guid) }, closed),
] as const;

const organizationIdentity = (description: string) =>
  Type.Union([...azureIdentities, Type.Object({ kind: Type.Literal('personalAccessToken'), token: Secret }, closed)], {
    description,
  });

const Organization = Type.Object(
  {
    url: Type.String({ description: 'Such as https://dev.azure.com/fabrikam.' }),
    identity: organizationIdentity('Who Weir is in this organisation: it needs the Administrator role on its pools.'),
    discoveryIdentity: Optional(
      organizationIdentity(
        'Who reads pipelines for demand discovery, where it is somebody else: View builds, and Read on the repositories.',
      ),
    ),
  },
  closed,
);

const Subscription = Type.Object(
  {
    id: Guid,
    identity: Type.Union([...azureIdentities], { description: 'Who Weir is in this subscription.' }),
    organizations: Optional(
      Type.Array(Type.String(), {
        minItems: 1,
        uniqueItems: true,
        description:
          'Addresses of the organisations whose pools may use it. May be left out where there is one organisation.',
      }),
    ),
  },
  closed,
);

export const WeirFile = Type.Object(
  {
    publicUrl: Type.String({ description: 'Where browsers and machines reach the service.' }),
    listen: Optional(
      Type.Object(
        {
          host: Optional(Type.String({ default: '127.0.0.1' })),
          port: Optional(Type.Integer({ minimum: 1, maximum: 65535, default: 8080 })),
        },
        { ...closed, default: {} },
      ),
    ),
    tls: Optional(
      Type.Union([Type.Object({ certFile: Type.String(), keyFile: Type.String() }, closed), Type.Null()], {
        default: null,
        description: 'PEM files; null where something in front of the service ends TLS.',
      }),
    ),
    database: Optional(
      Type.Union([Type.Object({ url: Secret }, closed), Type.Null()], {
        default: null,
        description: 'A PostgreSQL server; null: WEIR_DATABASE_URL, else an embedded database in dataFolder.',
      }),
    ),
    dataFolder: Optional(
      Type.String({ default: '.weir', description: 'For what the service keeps; relative to this file.' }),
    ),
    hubOrigins: Optional(
      Type.Array(Type.String(), { default: [], description: 'Origins from which the hub may call, beside publicUrl.' }),
    ),
    attestation: Optional(
      Type.Object(
        {
          cloud: Optional(
            Type.Unsafe<'public' | 'usGovernment' | 'china' | 'germany'>({
              type: 'string',
              enum: ['public', 'usGovernment', 'china', 'germany'],
              default: 'public',
              description: 'The Azure cloud whose metadata service signs for the machines.',
            }),
          ),
          extraRoots: Optional(
            Type.Array(Type.String({ minLength: 1 }), {
              default: [],
              description: 'PEM files with root certificates that may sign, besides those that Weir knows.',
            }),
          ),
        },
        { ...closed, default: {}, description: 'Whose word Weir takes for which machine it is talking to.' },
      ),
    ),
    organizations: Type.Array(Organization, { minItems: 1 }),
    subscriptions: Type.Array(Subscription, { minItems: 1 }),
    pools: Type.Array(
      Type.Object(
        {
          ...poolSettingsProperties,
          organization: Optional(Type.String({ description: 'May be left out where there is one organisation.' })),
          poolId: Type.Integer({
            minimum: 1,
            maximum: 2_147_483_647,
            description: 'Number of the agent pool in Azure DevOps.',
          }),
          scaleSet: Type.String({ description: 'Resource id of the virtual machine scale set.' }),
        },
        closed,
      ),
      { minItems: 1 },
    ),
  },
  { ...closed, $id: 'weir.schema.json', title: 'Configuration of the Weir service' },
);
export type WeirFile = Static<typeof WeirFile>;
