// The service as a process: the configuration's identities, the wall clock, real sockets, and an end in the right order.
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pino, type Logger } from 'pino';
import { entraAuthorization, personalAccessToken } from './azure-devops/authorization.ts';
import { createAzureDevOps } from './azure-devops/client.ts';
import { createPipelines } from './azure-devops/pipelines.ts';
import { createJobTrust } from './azure-devops/job-trust.ts';
import { createUserRights } from './azure-devops/user-rights.ts';
import { createAzure } from './azure/client.ts';
import { credentialFor } from './azure/credential.ts';
import { createTokens } from './azure/token.ts';
import type { OrganizationIdentity, ServiceConfiguration } from './config.ts';
import type { WriteLine } from './controller/context.ts';
import { createAttestation, type Attestation } from './enrolment/attestation.ts';
import { rootsOf } from './enrolment/chain.ts';
import { fetchBytes } from './enrolment/fetch-bytes.ts';
import { generateAgentKeys } from './enrolment/keys.ts';
import { settlePools } from './file-pools.ts';
import type { AzureDevOpsPort, Send, Store } from './ports.ts';
import type { OwnRights } from './pool-places.ts';
import type { PipelinesPort } from './pipelines-port.ts';
import { UserProblem, whyUnreadable } from './problem.ts';
import { createSend } from './send.ts';
import { createService } from './service.ts';
import type { AzureWithImages } from './service-images.ts';
import type { OwnRightsPort } from './doctor-port.ts';
import { openStore } from './store/open-store.ts';
import { datesTeller, readTlsPair, type TlsPair } from './tls-files.ts';
import { createReplays } from './what-if/threads.ts';
import { deadlineIn, randomDigits, randomId, wallClock, wallRandom } from './wall.ts';

export interface RunningService {
  readonly url: string;
  /** Stops claiming, ends the passes in hand, releases the leases, then closes HTTP and the database. */
  close(): Promise<void>;
}

export async function runConfigured(configuration: ServiceConfiguration): Promise<RunningService> {
  const logger = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime });
  const line: WriteLine = (level, words, fields) => logger[level](fields ?? {}, words);
  const tls = await tlsOf(configuration, line, wallClock.now());
  const store = await openStore(
    configuration.databaseUrl === null
      ? { kind: 'folder', folder: join(configuration.dataFolder, 'data') }
      : { kind: 'server', url: configuration.databaseUrl },
  );
  try {
    await settlePools(store, configuration);
    return await listen(configuration, store, tls, { logger, line });
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Throws what `readTlsPair` throws; dates that do not hold `now` are only said. */
export async function tlsOf(
  { tls }: Pick<ServiceConfiguration, 'tls'>,
  line: WriteLine,
  now: number,
): Promise<CheckedTls | null> {
  if (tls === null) return null;
  const [cert, key] = [
    { path: tls.certFile, field: 'tls.certFile' },
    { path: tls.keyFile, field: 'tls.keyFile' },
  ];
  const pair = await readTlsPair(cert, key);
  const tellDates = datesTeller(pair, cert.field, line);
  tellDates(now);
  return { pair, tellDates };
}

interface CheckedTls {
  readonly pair: TlsPair;
  /** As the process goes on: the certificate may end meanwhile. */
  readonly tellDates: (now: number) => void;
}

const hourMs = 3_600_000;

async function listen(
  configuration: ServiceConfiguration,
  store: Store,
  tls: CheckedTls | null,
  { logger, line }: { readonly logger: Logger; readonly line: WriteLine },
): Promise<RunningService> {
  const send = createSend();
  const { listen: place } = configuration;
  const service = await createService({
    version: readVersion(),
    store,
    clock: wallClock,
    wallClock,
    owner: randomId(),
    organizations: configuration.organizations.map((organization) => organization.url),
    azureDevOpsFor: azureDevOpsTable(configuration, send),
    pipelinesFor: pipelinesTable(configuration, send),
    azureFor: azureTable(configuration, send),
    subscriptions: configuration.subscriptions.map(({ id }) => id),
    maySubscription: subscriptionUse(configuration),
    rights: createUserRights({ send, organizations: configuration.organizations, wallClock, deadline: deadlineIn }),
    jobTrust: createJobTrust({
      send,
      organizations: configuration.organizations.map(({ url, identity }) => ({
        url,
        authorization: authorizationOf(identity, send),
      })),
      ...{ wallClock, deadline: deadlineIn },
    }),
    startReplays: createReplays(deadlineIn),
    publicUrl: configuration.publicUrl,
    corsOrigins: [new URL(configuration.publicUrl).origin, ...configuration.hubOrigins],
    hosts: [new URL(configuration.publicUrl).hostname, 'localhost', '127.0.0.1'],
    isSandbox: false,
    watchesAutoscale: true,
    attestation: await attestationOf(configuration, line),
    newId: randomId,
    newNonce: () => randomDigits(10),
    generateKeys: generateAgentKeys,
    line,
    logger,
    ...(tls === null ? {} : { tls: tls.pair }),
  });
  await service.app.listen({ host: place.host, port: place.port });
  const stop = new AbortController();
  const running = service.controller.run(stop.signal);
  const dates = setInterval(() => tls?.tellDates(wallClock.now()), hourMs);
  const { port } = service.app.server.address() as AddressInfo;
  return {
    url: `${tls === null ? 'http' : 'https'}://${place.host}:${port}`,
    close: async () => {
      clearInterval(dates);
      stop.abort();
      await running;
      await service.app.close();
      await store.close();
    },
  };
}

async function attestationOf(configuration: ServiceConfiguration, line: WriteLine): Promise<Attestation> {
  const { cloud, extraRootFiles } = configuration.attestation;
  const roots = extraRootFiles.map(async (file) => rootsOf(await readRoot(file), 'attestation.extraRoots'));
  return createAttestation({
    cloud,
    extraRoots: (await Promise.all(roots)).flat(),
    subscriptions: configuration.subscriptions.map(({ id }) => id),
    fetch: fetchBytes,
    clock: wallClock,
    deadline: deadlineIn,
    note: (words) => line('warn', words),
  });
}

async function readRoot(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UserProblem('ROOT_READ', `The root certificates in ${file} cannot be read: ${whyUnreadable(error)}.`, {
      field: 'attestation.extraRoots',
      nextStep: 'Name a PEM file that the service may read.',
    });
  }
}

export function azureDevOpsTable(
  configuration: ServiceConfiguration,
  send: Send,
): (organization: string) => AzureDevOpsPort & OwnRights & OwnRightsPort {
  const ports = new Map(
    configuration.organizations.map(({ url, identity }) => [
      url,
      createAzureDevOps({
        send,
        organization: new URL(url),
        authorization: authorizationOf(identity, send),
        clock: wallClock,
        random: wallRandom,
        deadline: deadlineIn,
      }),
    ]),
  );
  return (organization) => found(ports, organization, 'ORGANIZATION_UNKNOWN', `The organisation ${organization}`);
}

/** Reads pipelines for demand discovery, with the identity that the file names for it, or else with the other one. */
export function pipelinesTable(
  configuration: ServiceConfiguration,
  send: Send,
): (organization: string) => PipelinesPort | null {
  const ports = new Map(
    configuration.organizations.map(({ url, identity, discoveryIdentity }) => [
      url,
      createPipelines({
        send,
        organization: new URL(url),
        authorization: authorizationOf(discoveryIdentity ?? identity, send),
        clock: wallClock,
        random: wallRandom,
        deadline: deadlineIn,
      }),
    ]),
  );
  return (organization) => ports.get(organization) ?? null;
}

function authorizationOf(identity: OrganizationIdentity<string>, send: Send): () => Promise<string> {
  if (identity.kind === 'personalAccessToken') return personalAccessToken(identity.token);
  const tokens = createTokens(credentialFor(identity, { send }), wallClock);
  return entraAuthorization((scope) => tokens.token(scope));
}

export function azureTable(configuration: ServiceConfiguration, send: Send): (scaleSetId: string) => AzureWithImages {
  const ports = new Map(
    configuration.subscriptions.map(({ id, identity }) => [
      id.toLowerCase(),
      createAzure({
        send,
        credential: credentialFor(identity, { send }),
        clock: wallClock,
        wallClock,
        random: wallRandom,
        deadline: deadlineIn,
      }),
    ]),
  );
  return (scaleSetId) => {
    const subscription = (scaleSetId.split('/')[2] ?? '').toLowerCase();
    return found(ports, subscription, 'SUBSCRIPTION_UNKNOWN', `The subscription ${subscription}`);
  };
}

/** One that is not in the file is nobody's business: whoever names it is told that. */
export function subscriptionUse({ subscriptions }: Pick<ServiceConfiguration, 'subscriptions'>) {
  const users = new Map(
    subscriptions.map(({ id, organizations }) => [id, new Set(organizations.map((one) => one.toLowerCase()))]),
  );
  return (organization: string, id: string): boolean =>
    users.get(id.toLowerCase())?.has(organization.toLowerCase()) ?? true;
}

function found<T>(table: ReadonlyMap<string, T>, key: string, code: string, what: string): T {
  const value = table.get(key);
  if (value !== undefined) return value;
  throw new UserProblem(code, `${what} is not in the configuration.`, {
    nextStep: 'Add it to weir.yaml and start again.',
  });
}

function readVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}
