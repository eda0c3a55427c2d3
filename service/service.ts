// Puts the service together from its parts. Everything that reaches outside comes in by argument, so the command line
// starts it on sockets and the wall clock, and the world in memory and virtual time.
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { keptPackages, type ReadPackage } from './agent-packages.ts';
import { createApi } from './api/create-api.ts';
import { poolDetailOf } from './api/views.ts';
import { createController, type Controller } from './controller/controller.ts';
import { leaseMilliseconds } from './controller/lease.ts';
import type { PoolContext, ViewInput, WriteLine } from './controller/context.ts';
import { agentExtensionName, type ScaleSet, type ScaleSetExtension } from './domain/instance.ts';
import type { PoolSettings } from './domain/pool.ts';
import { windowsDoubt } from './domain/set-check-windows.ts';
import type { Attestation } from './enrolment/attestation.ts';
import { createAutoscaleWatch, type AutoscaleWatch } from './doctor/autoscale-watch.ts';
import { createDoctor } from './doctor/doctor.ts';
import type { OwnRightsPort } from './doctor-port.ts';
import { createDiscovery, type Discovery } from './discovery/discovery.ts';
import { createEnrolment } from './enrolment/enrolment.ts';
import { extensionFor } from './enrolment/extension.ts';
import type { AgentKeys } from './enrolment/keys.ts';
import { registerEnrolmentRoutes } from './enrolment/routes.ts';
import type { JobTrust } from './job-ports.ts';
import type { AzureDevOpsPort, Clock, Lease, PoolRecord, Store, UserRights } from './ports.ts';
import type { StartReplays } from './replay-port.ts';
import { poolPlaces, type OwnRights } from './pool-places.ts';
import type { PipelinesPort } from './pipelines-port.ts';
import { UserProblem } from './problem.ts';
import { listsOf, readImageVersions, trialsOf, type AzureWithImages } from './service-images.ts';
import { freshSweeps } from './validation/sweep.ts';

export interface ServiceParts {
  readonly version: string;
  readonly store: Store;
  readonly clock: Clock;
  /** Names this process in leases. */
  readonly owner: string;
  readonly organizations: readonly string[];
  readonly azureDevOpsFor: (organization: string) => AzureDevOpsPort & Partial<OwnRights & OwnRightsPort>;
  /** For demand discovery; left out, or null, where nobody may read the pipelines of the organisation. */
  readonly pipelinesFor?: (organization: string) => PipelinesPort | null;
  readonly azureFor: (scaleSetId: string) => AzureWithImages;
  /** Ids; scale sets for new pools are chosen from them. */
  readonly subscriptions?: readonly string[];
  /** Whether pools of the organisation may use the subscription; left out where all may. */
  readonly maySubscription?: (organization: string, subscriptionId: string) => boolean;
  readonly rights: UserRights;
  /** Absent: no job token of a pipeline is believed. */
  readonly jobTrust?: JobTrust;
  /** Absent: no what-if is run. */
  readonly startReplays?: StartReplays;
  /** Letters and digits that nobody can guess; two ids unless given. */
  readonly newSecret?: () => string;
  /** Where machines reach this service. */
  readonly publicUrl: string;
  readonly corsOrigins: readonly string[];
  /** Names under which the service is reached; null answers under any. */
  readonly hosts: readonly string[] | null;
  /** Tokens live on it. */
  readonly wallClock: Clock;
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Null writes nothing of single requests. */
  readonly logger: FastifyBaseLogger | null;
  /** Machines are played there. */
  readonly isSandbox: boolean;
  /** Passes also look for Azure's own autoscale; left out where nobody watches. */
  readonly watchesAutoscale?: boolean;
  /** Whose machines may enrol. */
  readonly attestation: Attestation;
  readonly newId: () => string;
  readonly newNonce: () => string;
  readonly generateKeys: () => Promise<AgentKeys>;
  readonly line: WriteLine;
}

export interface Service {
  readonly app: FastifyInstance;
  readonly controller: Controller;
}

const pollMovingMilliseconds = 5_000;
/** See docs/decisions/0003. */
const pollRestMilliseconds = 15_000;

export async function createService(parts: ServiceParts): Promise<Service> {
  const packages = keptPackages(parts.clock, parts.azureDevOpsFor);
  const startedAt = parts.clock.now();
  const { store, clock, pipelinesFor = () => null } = parts;
  const watch = createAutoscaleWatch(clock);
  const inPasses = parts.watchesAutoscale === true ? watching(parts, watch) : parts;
  const discovery = createDiscovery({ store, clock, pipelinesFor });
  const sweeps = freshSweeps();
  const { jobTrust } = parts;
  const runs = jobTrust === undefined ? null : { readRun: jobTrust.readRun.bind(jobTrust), looks: new Map() };
  const controller = createController({
    store: parts.store,
    owner: parts.owner,
    clock: parts.clock,
    line: parts.line,
    contextFor: (record, lease) => {
      const context = contextFor(inPasses, packages, discovery, record, lease);
      const azure = parts.azureFor(record.settings.scaleSet);
      return { ...context, advanceTrials: trialsOf(context, azure, startedAt, sweeps, runs) };
    },
    leaseMilliseconds,
    pollMovingMilliseconds,
    pollRestMilliseconds,
  });
  const app = await createApi({
    store: parts.store,
    rights: parts.rights,
    organizations: parts.organizations,
    corsOrigins: parts.corsOrigins,
    hosts: parts.hosts,
    clock: parts.clock,
    wallClock: parts.wallClock,
    newId: parts.newId,
    logger: parts.logger,
    ...(parts.tls === undefined ? {} : { tls: parts.tls }),
    about: { version: parts.version, isSandbox: parts.isSandbox },
    onSettingsSaved: (pool) => controller.wake(pool),
    onImagesChanged: (pool) => controller.wake(pool),
    readImageVersions: (record, alias, versions) =>
      readImageVersions(parts.azureFor(record.settings.scaleSet), record, alias, versions),
    places: poolPlaces(inPasses.azureFor, parts.azureDevOpsFor),
    azure: { subscriptions: parts.subscriptions ?? [], listsFor: listsOf(parts) },
    doctor: createDoctor({
      ...{ store, clock, publicUrl: parts.publicUrl, isSandbox: parts.isSandbox },
      ...{ setsFor: parts.azureFor, rightsFor: parts.azureDevOpsFor, onMended: () => watch.forget() },
    }),
    ...(parts.jobTrust === undefined ? {} : { jobTrust: parts.jobTrust }),
    ...(parts.startReplays === undefined ? {} : { startReplays: parts.startReplays }),
    ...(parts.maySubscription === undefined ? {} : { maySubscription: parts.maySubscription }),
    ...(parts.newSecret === undefined ? {} : { newSecret: parts.newSecret }),
  });
  registerEnrolmentRoutes(app, enrolmentOf(parts));
  return { app, controller };
}

function enrolmentOf(parts: ServiceParts) {
  const organizationOf = new Map<string, string>();
  return createEnrolment({
    store: parts.store,
    settingsFor: async (pool) => {
      const settings = (await parts.store.readPool(pool))?.settings ?? null;
      if (settings !== null) organizationOf.set(pool, settings.organization);
      return settings;
    },
    azureDevOpsFor: (pool) => {
      const organization = organizationOf.get(pool);
      if (organization === undefined) throw new UserProblem('POOL_UNKNOWN', `Pool "${pool}" is not known.`);
      return parts.azureDevOpsFor(organization);
    },
    clock: parts.clock,
    newNonce: parts.newNonce,
    generateKeys: parts.generateKeys,
    attestation: parts.attestation,
    note: (note) =>
      parts.line(note.level === 'info' ? 'info' : 'warn', note.words, { code: note.code, pool: note.pool }),
  });
}

function watching(parts: ServiceParts, watch: AutoscaleWatch): ServiceParts {
  return { ...parts, azureFor: (scaleSetId) => watch.watched(parts.azureFor(scaleSetId)) };
}

function contextFor(
  parts: ServiceParts,
  packages: ReadPackage,
  discovery: Discovery,
  record: PoolRecord,
  lease: Lease,
): PoolContext {
  const { settings } = record;
  const azureDevOps = parts.azureDevOpsFor(settings.organization);
  return {
    pool: record.pool,
    isManagedByFile: record.isManagedByFile,
    settings,
    lease,
    store: parts.store,
    azure: parts.azureFor(settings.scaleSet),
    azureDevOps,
    clock: parts.clock,
    line: (level, words, fields) => parts.line(level, words, { pool: record.pool, ...fields }),
    renderView: (input) => JSON.stringify(render(input)),
    extensionFor: (scaleSet, osType, agentVersion = settings.agentVersion) =>
      modelExtension(parts, packages, { ...settings, osType, agentVersion }, scaleSet),
    placeholderKey: () => placeholderKeyOf(parts),
    discover: (observation) => discovery.look(settings, lease, observation),
    newId: parts.newId,
  };
}

const placeholderKeys = new WeakMap<ServiceParts, Promise<Pick<AgentKeys, 'modulus' | 'exponent'>>>();

/** A placeholder never connects and nobody keeps the private half, so one key serves them all: making one takes long. */
function placeholderKeyOf(parts: ServiceParts): Promise<Pick<AgentKeys, 'modulus' | 'exponent'>> {
  const known = placeholderKeys.get(parts);
  if (known !== undefined) return known;
  const made = parts.generateKeys().then(({ modulus, exponent }) => ({ modulus, exponent }));
  placeholderKeys.set(parts, made);
  return made;
}

function render(input: ViewInput) {
  const { observation, nodes, verdicts, settings, problem, banners, agentRollouts } = input;
  const scaleSetName = settings.scaleSet.slice(settings.scaleSet.lastIndexOf('/') + 1);
  const now = observation.now;
  const picture = { observation, nodes, verdicts, settings, now, scaleSetName };
  return poolDetailOf({ ...picture, problem, banners, agentRollouts });
}

/** The customer's Custom Script Extension, under either of its two publishers, runs before ours (seed, lifecycle step 3). */
async function modelExtension(
  parts: ServiceParts,
  packages: ReadPackage,
  settings: PoolSettings,
  scaleSet: ScaleSet,
): Promise<ScaleSetExtension> {
  if (settings.osType === 'windows' && !parts.isSandbox) tellDoubt(parts, settings.name);
  const customScripts = scaleSet.extensions.filter(
    (one) => /^(CustomScript|CustomScriptExtension)$/i.test(one.type) && one.name !== agentExtensionName,
  );
  return extensionFor(settings, {
    publicUrl: parts.publicUrl,
    package: await packages({
      organization: settings.organization,
      platform: settings.osType === 'windows' ? 'win-x64' : 'linux-x64',
      version: settings.agentVersion,
    }),
    customScripts,
  });
}

const told = new WeakMap<ServiceParts, Set<string>>();

/** Once for each pool: every pass asks for the model. */
function tellDoubt(parts: ServiceParts, pool: string): void {
  const pools = told.get(parts) ?? new Set();
  told.set(parts, pools);
  if (!pools.has(pool)) parts.line('warn', `Windows: ${windowsDoubt}`, { pool });
  pools.add(pool);
}
