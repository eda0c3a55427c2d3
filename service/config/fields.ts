// Reads the fields of weir.yaml: what each must be, and what must agree with what. Secrets stay references here.
import { readFields, type FieldReader, type Report, type TextRule } from '../domain/field-reader.ts';
import { isOrganizationUrl, normalOrganizationUrl } from '../domain/organization-url.ts';
import { poolFields, validatePoolSettings } from '../domain/pool-rules.ts';
import type { PoolSettings } from '../domain/pool.ts';
import { reportDisagreements } from './agreement.ts';
import {
  guidRule,
  pathRule,
  readAzureIdentity,
  readOrganizationIdentity,
  readSecret,
  type AzureIdentity,
  type OrganizationIdentity,
  type SecretReference,
} from './identity.ts';

/** Whose metadata service signs: each cloud has a name of its own. */
type AzureCloud = 'public' | 'usGovernment' | 'china' | 'germany';

/** The configuration with its secrets as `Secret`: references as written, or the texts themselves. */
export interface ServiceConfiguration<Secret = string> {
  readonly publicUrl: string;
  readonly listen: { readonly host: string; readonly port: number };
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
  readonly databaseUrl: Secret | null;
  readonly dataFolder: string;
  readonly hubOrigins: readonly string[];
  /** Whose signature on attested documents is trusted; the files hold roots as PEM. */
  readonly attestation: { readonly cloud: AzureCloud; readonly extraRootFiles: readonly string[] };
  readonly organizations: readonly {
    readonly url: string;
    readonly identity: OrganizationIdentity<Secret>;
    /** Absent: the other one reads pipelines, too. */
    readonly discoveryIdentity?: OrganizationIdentity<Secret>;
  }[];
  readonly subscriptions: readonly {
    readonly id: string;
    readonly identity: AzureIdentity<Secret>;
    /** Whose pools may use it: addresses as `organizations` has them. */
    readonly organizations: readonly string[];
  }[];
  readonly pools: readonly PoolSettings[];
}

const known = [
  ...['publicUrl', 'listen', 'tls', 'database', 'dataFolder', 'hubOrigins', 'attestation'],
  ...['organizations', 'subscriptions', 'pools'],
];

/** Whole only where nothing was reported. */
export function readConfigurationFields(value: unknown, report: Report): ServiceConfiguration<SecretReference> {
  const fields = readFields(value, '', known, report, {
    url: 'publicUrl',
    port: 'listen',
    subscription: 'subscriptions',
  });
  const organizations = needed(fields, 'organizations').map((organization) => ({
    url: normalOrganizationUrl(requiredText(organization, 'url', organizationRule)),
    identity: readOrganizationIdentity(organization),
    discoveryIdentity: organization.has('discoveryIdentity')
      ? readOrganizationIdentity(organization, 'discoveryIdentity')
      : null,
  }));
  const onlyOrganization = organizations.length === 1 ? organizations[0]?.url : undefined;
  const subscriptions = needed(fields, 'subscriptions').map((subscription) => ({
    id: requiredText(subscription, 'id', guidRule).toLowerCase(),
    identity: readAzureIdentity(subscription),
    organizations: readUsers(subscription, onlyOrganization),
  }));
  const pools = needed(fields, 'pools').map((pool) => readPool(pool, onlyOrganization, report));
  const configuration = {
    publicUrl: requiredText(fields, 'publicUrl', urlRule).replace(/\/$/, ''),
    listen: readListen(fields),
    tls: readTls(fields),
    databaseUrl: readDatabase(fields),
    dataFolder: fields.text('dataFolder', pathRule, '.weir'),
    hubOrigins: fields.texts('hubOrigins', originRule),
    attestation: readAttestation(fields),
    organizations: organizations.flatMap(({ url, identity, discoveryIdentity }) => {
      if (identity === null) return [];
      return [{ url, identity, ...(discoveryIdentity === null ? {} : { discoveryIdentity }) }];
    }),
    subscriptions: subscriptions.flatMap(({ identity, ...subscription }) =>
      identity === null ? [] : [{ ...subscription, identity }],
    ),
    pools: pools.filter((pool) => pool !== null),
  };
  reportDisagreements(fields, { organizations, subscriptions }, pools);
  return configuration;
}

const sectionFields: Readonly<Record<string, readonly string[]>> = {
  organizations: ['url', 'identity', 'discoveryIdentity'],
  subscriptions: ['id', 'identity', 'organizations'],
  pools: poolFields.pool,
};

function needed(fields: FieldReader, name: string): readonly FieldReader[] {
  // A pool's own rules name its unknown fields, with the words of other products.
  const list = fields.sections(name, name === 'pools' ? null : (sectionFields[name] ?? null));
  if (list.length === 0) {
    const nextStep = `Write at least one entry below "${name}:"; weir.example.yaml shows one.`;
    fields.report(name, 'FIELD_REQUIRED', `The file names no ${name}.`, nextStep);
  }
  return list;
}

/** With one organisation nobody has to say whose it is; with several a guess would open one's machines to another. */
function readUsers(subscription: FieldReader, onlyOrganization: string | undefined): readonly string[] {
  if (subscription.has('organizations'))
    return subscription.texts('organizations', organizationRule).map(normalOrganizationUrl);
  if (onlyOrganization !== undefined) return [onlyOrganization];
  const nextStep = 'Write "organizations: [https://dev.azure.com/NAME]" with each whose pools may use it.';
  subscription.report(
    'organizations',
    'FIELD_REQUIRED',
    `${subscription.path('organizations')} is missing: with several organisations the file says whose each subscription is.`,
    nextStep,
  );
  return [];
}

/** Null where its settings are not whole. */
function readPool(pool: FieldReader, onlyOrganization: string | undefined, report: Report): PoolSettings | null {
  const written = Object.fromEntries(pool.names().map((name) => [name, pool.raw(name)]));
  const isUnsaid = !pool.has('organization') && onlyOrganization !== undefined;
  const result = validatePoolSettings(isUnsaid ? { ...written, organization: onlyOrganization } : written);
  for (const name of ['poolId', 'scaleSet', ...(onlyOrganization === undefined ? ['organization'] : [])]) {
    if (!pool.has(name))
      pool.report(name, 'FIELD_REQUIRED', `${pool.path(name)} is missing.`, `Write ${name}: and its value.`);
  }
  if ('settings' in result) return result.settings;
  for (const problem of result.problems) report({ ...problem, field: pool.path(problem.field) });
  return null;
}

function readListen(fields: FieldReader): { readonly host: string; readonly port: number } {
  const listen = fields.section('listen', ['host', 'port']);
  const port = { code: 'PORT_INVALID', min: 1, max: 65535, fallback: 8080 };
  return {
    host: listen?.text('host', hostRule, '127.0.0.1') ?? '127.0.0.1',
    port: listen?.integer('port', port) ?? 8080,
  };
}

function readTls(fields: FieldReader): ServiceConfiguration['tls'] {
  const tls = fields.section('tls', ['certFile', 'keyFile']);
  if (tls === null) return null;
  return { certFile: requiredText(tls, 'certFile', pathRule), keyFile: requiredText(tls, 'keyFile', pathRule) };
}

function readAttestation(fields: FieldReader): ServiceConfiguration['attestation'] {
  const attestation = fields.section('attestation', ['cloud', 'extraRoots']);
  return {
    cloud:
      attestation?.oneOf<AzureCloud>('cloud', ['public', 'usGovernment', 'china', 'germany'], 'public') ?? 'public',
    extraRootFiles: attestation?.texts('extraRoots', pathRule) ?? [],
  };
}

function readDatabase(fields: FieldReader): SecretReference | null {
  const database = fields.section('database', ['url']);
  return database === null ? null : readSecret(database, 'url');
}

function requiredText(fields: FieldReader, name: string, rule: TextRule): string {
  if (!fields.has(name)) fields.report(name, 'FIELD_REQUIRED', `${fields.path(name)} is missing.`, rule.nextStep);
  return fields.text(name, rule, '');
}

const organizationRule: TextRule = {
  code: 'ORG_URL_INVALID',
  isValid: isOrganizationUrl,
  mustBe: 'the address of an Azure DevOps organisation',
  nextStep: 'Write https://dev.azure.com/NAME, nothing before or behind it.',
  isSecret: true,
};

/** Plain http is for loopback only: machines send their proof of identity there. */
const urlRule: TextRule = {
  code: 'PUBLIC_URL_INVALID',
  isValid: isServiceUrl,
  mustBe: 'an https address without path, query or user',
  nextStep: 'Write the address that browsers and machines use, such as https://weir.example.com.',
  isSecret: true,
};

const originRule: TextRule = {
  code: 'ORIGIN_INVALID',
  isValid: (text) => isServiceUrl(text) && !text.endsWith('/'),
  mustBe: 'an https origin',
  nextStep: 'Write scheme and host alone, such as https://fabrikam.gallerycdn.vsassets.io.',
};

const hostRule: TextRule = {
  code: 'HOST_INVALID',
  isValid: (text) => /^[A-Za-z0-9.:_-]{1,253}$/.test(text),
  mustBe: 'a host name or an IP address',
  nextStep: 'Write 127.0.0.1 for this machine alone, 0.0.0.0 for every network.',
};

function isServiceUrl(text: string): boolean {
  if (!URL.canParse(text) || /[\s\\]/.test(text)) return false;
  const url = new URL(text);
  if (`${url.username}${url.password}${url.search}${url.hash}` !== '' || url.pathname !== '/') return false;
  const isLoopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback);
}
