// A pool with a gallery image on the sandbox's sockets, jobs that run on its machines, and the bundled tasks as steps of those jobs: real
// processes with the environment that the agent gives.
import { createImageClient, type ImageClient } from '../../contract/image-client.ts';
import { raiseStage, type Stage } from '../../cli/sandbox-stage.ts';
import { sandboxTenant } from '../../sandbox/azure/emulator.ts';
import type { JobToQueue } from '../../sandbox/azure-devops/queue-job.ts';
import type { RequestRecord } from '../../sandbox/azure-devops/state.ts';
import { createMemoryStore } from '../../service/store/memory-store.ts';
import { runBundledTask, type TaskOptions, type TaskRun } from '../tasks/bundled-task.ts';
import { configurationOf } from './started-weir.ts';
import { until } from './until.ts';

const subscription = '/subscriptions/00000000-0000-0000-0000-000000000001';
const gallery = `${subscription}/resourceGroups/weir-agents/providers/Microsoft.Compute/galleries/gold`;
const image = `${gallery}/images/linux`;
const location = 'westeurope';
export const pool = 'gold-agents';

/** A job that runs, as the agent that runs it knows it. */
export type RunningJob = Readonly<RequestRecord>;

export interface PipelineStage {
  readonly stage: Stage;
  readonly serviceUrl: string;
  readonly organizationUrl: string;
  /** As the hub's user. */
  readonly client: ImageClient<AbortSignal>;
  /** A version of the image; kept out of `latest` unless said otherwise. */
  publish(version: string, more?: { readonly nature?: string; readonly isLatest?: boolean }): Promise<void>;
  /** Queues a job and waits until a machine runs it; it goes on until it is ended. */
  job(change?: Partial<JobToQueue>): Promise<RunningJob>;
  /** Cancels it, and waits until its agent has said that it is over: until then its token is good. */
  end(job: RunningJob): Promise<void>;
  /** The version of the image that the machine of a running job was made of. */
  versionUnder(job: RunningJob): string | undefined;
  connect(role: 'pin' | 'validate'): Promise<string>;
  /** One step of the job. */
  step(
    job: RunningJob,
    task: 'ValidateImage' | 'PinImageVersion',
    options: Partial<TaskOptions> & { readonly connection?: string | null },
  ): Promise<TaskRun>;
  /** The step ValidateImage without the service, with a connection to Azure by workload identity federation. */
  onAzure(job: RunningJob, connectionId: string, version: string): Promise<TaskRun>;
  /** A new OIDC token of the job. */
  jobToken(job: RunningJob): Promise<string>;
  /** Scale sets and agents of trials that stand in the clouds. */
  leftovers(): readonly string[];
  close(): Promise<void>;
}

export async function pipelineStage(): Promise<PipelineStage> {
  const store = createMemoryStore({ now: () => Date.now() });
  const stage = await raiseStage({
    ...{ store, speed: 60, port: 0, arrivals: [], note: () => undefined },
    settings: { maxCapacity: 1, desiredIdle: 0 },
    pools: [
      {
        ...{ name: pool, scaleSetName: 'gold', hasLanes: true, arrivals: [] },
        settings: {
          maxCapacity: 8,
          images: [{ aliases: ['gold', 'gold-latest'], source: { id: image } }],
          rollout: { requireValidated: true, canaryPercent: 100 },
        },
      },
    ],
  });
  const { serviceUrl, organization } = await configurationOf(stage.url);
  const { azureDevOps, azure } = stage.clouds;
  const client = createImageClient<AbortSignal>({
    baseUrl: serviceUrl ?? '',
    organization: organization.url,
    getToken: async () => (await fetch(new URL('/token', stage.url))).text(),
    fetch,
  });
  const arm = async (method: 'GET' | 'PUT', path: string, body?: object): Promise<string> => {
    const url = `https://management.azure.com${path}?api-version=2026-04-01`;
    const headers = { authorization: 'Bearer builder', 'content-type': 'application/json' };
    const answer = await stage.clouds.send({ method, url, headers, body: JSON.stringify(body ?? {}) });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
    return answer.body;
  };
  await arm('PUT', gallery, { location });
  const identifier = { publisher: 'weir', offer: 'agents', sku: 'linux' };
  const definition = { osType: 'Linux', osState: 'Generalized', hyperVGeneration: 'V2', architecture: 'x64' };
  await arm('PUT', image, { location, properties: { ...definition, identifier } });
  const requestOf = (id: number) => azureDevOps.requests().find((one) => one.id === id);
  const told: Omit<PipelineStage, 'step' | 'onAzure'> = {
    ...{ stage, client, serviceUrl: serviceUrl ?? '', organizationUrl: organization.url },
    async publish(version, { nature, isLatest = false } = {}) {
      const path = `${image}/versions/${version}`;
      await arm('PUT', path, versionBody(nature ?? null, isLatest));
      await until(`version ${version} is made`, 150, async () => (await arm('GET', path)).includes('"Succeeded"'));
    },
    async job(change = {}) {
      const poolId = (await store.readPool(pool))?.settings.poolId ?? 0;
      const queued = azureDevOps.queueJob({
        ...{ poolId, demands: [], jobName: 'job', definitionName: 'images', runName: 'run' },
        variables: { 'weir.sandbox.durationSeconds': '36000' },
        ...change,
      });
      if ('failed' in queued) throw new Error(queued.failed);
      await until('the job runs', 90, () => requestOf(queued.requestId)?.accessToken != null);
      const found = requestOf(queued.requestId);
      if (found === undefined) throw new Error('The job is gone.');
      return found;
    },
    async end(job) {
      azureDevOps.cancelJob(job.id);
      await until('the job is over', 90, () => requestOf(job.id)?.result !== null);
    },
    versionUnder(job) {
      const agent = azureDevOps.agents().find((one) => one.id === job.reservedAgent?.id);
      return agent?.systemCapabilities.ImageVersionOverride;
    },
    connect: async (role) => (await client.issueToken(pool, { role, name: 'images' })).token,
    async jobToken(job) {
      const { SYSTEM_OIDCREQUESTURI: url } = agentEnvironment(job, organization.url);
      const headers = { authorization: `Bearer ${job.accessToken ?? ''}`, 'content-type': 'application/json' };
      const answer = await fetch(`${url ?? ''}?api-version=7.1`, { method: 'POST', headers });
      return ((await answer.json()) as { oidcToken: string }).oidcToken;
    },
    leftovers: () => [
      ...Object.values(azure.exportState().scaleSets).flatMap(({ name }) => (name.includes('trial') ? [name] : [])),
      ...azureDevOps.agents().flatMap(({ name }) => (name.includes('trial') ? [name] : [])),
    ],
    async close() {
      await stage.close();
      await store.close();
    },
  };
  return {
    ...told,
    async onAzure(job, connectionId, version) {
      const scaleSet = (await store.readPool(pool))?.settings.scaleSet ?? '';
      return await runBundledTask('ValidateImage', {
        serviceUrl: '',
        inputs: { azureSubscription: connectionId, staticOnly: 'true', image, version, scaleSet },
        environment: {
          ...agentEnvironment(job, organization.url),
          ...azureConnectionOf(connectionId, new URL(organization.url).origin),
          INPUT_WEIRCONNECTION: '',
        },
      });
    },
    step: (job, task, { connection = null, inputs = {}, environment = {}, ...more }) =>
      runBundledTask(task, {
        serviceUrl: told.serviceUrl,
        ...more,
        inputs: { pool, image: 'gold', ...inputs },
        environment: { ...agentEnvironment(job, organization.url), ...connectionOf(connection), ...environment },
      }),
  };
}

function versionBody(nature: string | null, isLatest: boolean): object {
  const source = { id: `${subscription}/resourceGroups/weir-agents/providers/Microsoft.Compute/snapshots/s` };
  const targetRegions = [{ name: 'West Europe', regionalReplicaCount: 1 }];
  return {
    location,
    ...(nature === null ? {} : { tags: { 'weir-sandbox-nature': nature } }),
    properties: {
      publishingProfile: { targetRegions, excludeFromLatest: !isLatest },
      storageProfile: { osDiskImage: { source } },
    },
  };
}

/** What the agent makes of the message of a job. */
function agentEnvironment(job: RunningJob, organizationUrl: string): Readonly<Record<string, string>> {
  const { projectId, planId, jobId, owner, definition, accessToken } = job;
  const plan = `${organizationUrl}/${projectId}/_apis/distributedtask/hubs/build/plans/${planId}`;
  return {
    BUILD_BUILDID: String(owner.id),
    SYSTEM_COLLECTIONURI: `${organizationUrl}/`,
    SYSTEM_TEAMPROJECTID: projectId,
    SYSTEM_DEFINITIONID: String(definition.id),
    SYSTEM_OIDCREQUESTURI: `${plan}/jobs/${jobId}/oidctoken`,
    ENDPOINT_URL_SYSTEMVSSCONNECTION: `${organizationUrl}/`,
    ENDPOINT_AUTH_SYSTEMVSSCONNECTION: JSON.stringify({
      scheme: 'OAuth',
      parameters: { AccessToken: accessToken ?? '' },
    }),
    ENDPOINT_AUTH_PARAMETER_SYSTEMVSSCONNECTION_ACCESSTOKEN: accessToken ?? '',
  };
}

/** Null: a connection with No Authentication, which leans on the job token alone. */
function connectionOf(token: string | null): Readonly<Record<string, string>> {
  const scheme = token === null ? 'None' : 'Token';
  return {
    ENDPOINT_AUTH_conn: JSON.stringify({ scheme, parameters: token === null ? {} : { apitoken: token } }),
    ENDPOINT_AUTH_SCHEME_conn: scheme,
    ENDPOINT_AUTH_PARAMETER_conn_APITOKEN: token ?? '',
  };
}

/** The emulated Azure answers at the port of the organisation, too. */
function azureConnectionOf(id: string, origin: string): Readonly<Record<string, string>> {
  const parameters = { tenantid: sandboxTenant, serviceprincipalid: 'image-reader' };
  const scheme = 'WorkloadIdentityFederation';
  return {
    [`ENDPOINT_URL_${id}`]: `${origin}/`,
    [`ENDPOINT_AUTH_${id}`]: JSON.stringify({ scheme, parameters }),
    [`ENDPOINT_AUTH_SCHEME_${id}`]: scheme,
    [`ENDPOINT_AUTH_PARAMETER_${id}_TENANTID`]: parameters.tenantid,
    [`ENDPOINT_AUTH_PARAMETER_${id}_SERVICEPRINCIPALID`]: parameters.serviceprincipalid,
    [`ENDPOINT_DATA_${id}_ENVIRONMENTAUTHORITYURL`]: `${origin}/`,
  };
}
