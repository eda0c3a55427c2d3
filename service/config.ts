// Reads weir.yaml and what it points to. The only file of the service that looks at the environment.
import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { readConfigurationFields, type ServiceConfiguration } from './config/fields.ts';
import type { AzureIdentity, OrganizationIdentity, SecretReference } from './config/identity.ts';
import { readYaml, type YamlSource } from './config/yaml-source.ts';
import { UserProblem, UserProblems, whyUnreadable } from './problem.ts';

export type { ServiceConfiguration } from './config/fields.ts';
export type { AzureIdentity, OrganizationIdentity } from './config/identity.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** 256 KB: a longer file is not a configuration. */
const maximumBytes = 262_144;

/**
 * The configuration with its secrets read and its paths absolute (relative ones start at the file's folder). Throws
 * `UserProblems` with everything that is wrong, each with file, line and column; secrets are never shown.
 */
export async function readConfig(path: string, environment: Environment = process.env): Promise<ServiceConfiguration> {
  const file = resolve(path);
  const source = readYaml(await readText(file, path), path);
  const problems: UserProblem[] = [];
  const written = readConfigurationFields(source.value, ({ code, field, message, nextStep, value }) => {
    const place = field === '' ? path : `${source.placeOf(field)} (${field})`;
    problems.push(new UserProblem(code, message, { field: place, nextStep, ...(value === null ? {} : { value }) }));
  });
  const secrets = secretReader(source, dirname(file), environment, problems);
  const configuration = await withSecrets(written, secrets, dirname(file));
  if (problems.length > 0) throw new UserProblems(inOrder(problems));
  return { ...configuration, databaseUrl: configuration.databaseUrl ?? databaseFrom(environment) };
}

/** A variable that is set to nothing counts as not set. */
function databaseFrom({ WEIR_DATABASE_URL: url }: Environment): string | null {
  return url === undefined || url === '' ? null : url;
}

async function readText(file: string, path: string): Promise<string> {
  const nextStep = 'Name a configuration file; weir.example.yaml is one to start from.';
  try {
    const { size } = await stat(file);
    if (size > maximumBytes) {
      throw new UserProblem('CONFIG_READ', `${path} has ${size} bytes; at most ${maximumBytes} are read.`, {
        nextStep,
      });
    }
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof UserProblem) throw error;
    throw new UserProblem('CONFIG_READ', `${path} cannot be read: ${whyUnreadable(error)}.`, { nextStep });
  }
}

type ReadSecret = (reference: SecretReference, field: string) => Promise<string>;

async function withSecrets(
  written: ServiceConfiguration<SecretReference>,
  read: ReadSecret,
  folder: string,
): Promise<ServiceConfiguration> {
  const { tls, databaseUrl, dataFolder, attestation } = written;
  return {
    ...written,
    tls: tls === null ? null : { certFile: resolve(folder, tls.certFile), keyFile: resolve(folder, tls.keyFile) },
    attestation: { ...attestation, extraRootFiles: attestation.extraRootFiles.map((file) => resolve(folder, file)) },
    databaseUrl: databaseUrl === null ? null : await read(databaseUrl, 'database.url'),
    dataFolder: resolve(folder, dataFolder),
    organizations: await Promise.all(
      written.organizations.map(async ({ url, identity, discoveryIdentity }, index) => {
        const at = `organizations[${index}]`;
        const other = discoveryIdentity ?? null;
        return {
          url,
          identity: await organizationIdentity(identity, read, `${at}.identity`),
          ...(other === null
            ? {}
            : { discoveryIdentity: await organizationIdentity(other, read, `${at}.discoveryIdentity`) }),
        };
      }),
    ),
    subscriptions: await Promise.all(
      written.subscriptions.map(async ({ identity, ...subscription }, index) => ({
        ...subscription,
        identity: await azureIdentity(identity, read, `subscriptions[${index}].identity`),
      })),
    ),
  };
}

async function organizationIdentity(
  identity: OrganizationIdentity<SecretReference>,
  read: ReadSecret,
  field: string,
): Promise<OrganizationIdentity<string>> {
  if (identity.kind !== 'personalAccessToken') return azureIdentity(identity, read, field);
  return { kind: identity.kind, token: await read(identity.token, `${field}.token`) };
}

async function azureIdentity(
  identity: AzureIdentity<SecretReference>,
  read: ReadSecret,
  field: string,
): Promise<AzureIdentity<string>> {
  if (identity.kind !== 'clientSecret') return identity;
  return { ...identity, clientSecret: await read(identity.clientSecret, `${field}.clientSecret`) };
}

function secretReader(
  source: YamlSource,
  folder: string,
  environment: Environment,
  problems: UserProblem[],
): ReadSecret {
  return async (reference, field) => {
    const tell = (code: string, message: string, nextStep: string): string => {
      problems.push(new UserProblem(code, message, { field: `${source.placeOf(field)} (${field})`, nextStep }));
      return '';
    };
    if ('env' in reference) {
      const value = environment[reference.env];
      if (value !== undefined && value !== '') return value;
      const message = `The environment variable ${reference.env} is not set.`;
      return tell('SECRET_MISSING', message, 'Set it where the service starts.');
    }
    const file = resolve(folder, reference.file);
    try {
      const { mode } = await stat(file);
      if (process.platform !== 'win32' && (mode & 0o007) !== 0) {
        const shown = (mode & 0o777).toString(8).padStart(4, '0');
        const message = `Everybody on this machine may read the secret ${file} (mode ${shown}, want 0600).`;
        return tell('SECRET_MODE', message, `chmod 600 ${file}`);
      }
      const value = (await readFile(file, 'utf8')).trim();
      return value === '' ? tell('SECRET_MISSING', `The file ${file} is empty.`, 'Write the secret into it.') : value;
    } catch (error) {
      const message = `The secret ${file} cannot be read: ${whyUnreadable(error)}.`;
      return tell('SECRET_MISSING', message, 'Name a file that the service may read.');
    }
  };
}

/** As they stand in the file, so that a person mends it from top to bottom. */
function inOrder(problems: readonly UserProblem[]): readonly UserProblem[] {
  const place = (problem: UserProblem): number => {
    const found = /:(\d+):(\d+)(?: |$)/.exec(problem.field ?? '');
    return found === null ? 0 : Number(found[1]) * 1e6 + Number(found[2]);
  };
  return problems.toSorted((a, b) => place(a) - place(b));
}
