// The real service on the sandbox's clouds: the same composition as in production, with the identity that the sandbox
// gives away and without a configuration file.
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { ISSUER_PATH } from '../sandbox/azure-devops/job-token.ts';
import { createAzure } from '../service/azure/client.ts';
import { credentialFor } from '../service/azure/credential.ts';
import { createAzureDevOps } from '../service/azure-devops/client.ts';
import { createJobTrust } from '../service/azure-devops/job-trust.ts';
import { createPipelines } from '../service/azure-devops/pipelines.ts';
import { createUserRights } from '../service/azure-devops/user-rights.ts';
import type { WriteLine } from '../service/controller/context.ts';
import { createAttestation, type Attestation } from '../service/enrolment/attestation.ts';
import { rootsOf } from '../service/enrolment/chain.ts';
import { generateAgentKeys } from '../service/enrolment/keys.ts';
import type { Clock, Send, Store } from '../service/ports.ts';
import { createService } from '../service/service.ts';
import { createReplays } from '../service/what-if/threads.ts';
import { deadlineIn, randomDigits, randomId, wallRandom } from '../service/wall.ts';

export interface SandboxServiceOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly wallClock: Clock;
  readonly send: Send;
  readonly port: number;
  readonly hubOrigin: string;
  readonly organizationUrl: string;
  readonly azureUrl: string;
  readonly tenantId: string;
  readonly line: WriteLine;
  /** PEM of the root that signs for the sandbox's machines. */
  readonly attestationRoot: string;
  readonly subscriptionId: string;
  /** How many times faster than the wall the sandbox's clock runs. */
  readonly speed: number;
}

export interface RunningService {
  readonly url: string;
  close(): Promise<void>;
}

export async function startService(options: SandboxServiceOptions): Promise<RunningService> {
  const { clock, wallClock, send, store } = options;
  const random = wallRandom;
  const credential = credentialFor(
    { kind: 'clientSecret', tenantId: options.tenantId, clientId: 'weir', clientSecret: 'sandbox-only' },
    { send, authorityHost: options.azureUrl },
  );
  const azure = createAzure({
    send,
    credential,
    endpoint: options.azureUrl,
    clock,
    wallClock,
    random,
    deadline: deadlineIn,
  });
  const authorization = () => Promise.resolve('Bearer weir-service');
  const organization = new URL(options.organizationUrl);
  const azureDevOps = createAzureDevOps({ send, organization, authorization, clock, random, deadline: deadlineIn });
  const pipelines = createPipelines({ send, organization, authorization, clock, random, deadline: deadlineIn });
  const url = `http://127.0.0.1:${options.port}`;
  const service = await createService({
    version: readVersion(),
    store,
    clock,
    wallClock,
    owner: randomId(),
    organizations: [options.organizationUrl],
    azureDevOpsFor: () => azureDevOps,
    pipelinesFor: () => pipelines,
    azureFor: () => azure,
    subscriptions: [options.subscriptionId],
    rights: createUserRights({
      send,
      organizations: [{ url: options.organizationUrl }],
      wallClock,
      deadline: deadlineIn,
    }),
    jobTrust: createJobTrust({
      ...{ send, wallClock, deadline: deadlineIn },
      organizations: [{ url: options.organizationUrl, authorization }],
      issuerOrigin: `${organization.origin}/${ISSUER_PATH}`,
    }),
    startReplays: createReplays(deadlineIn),
    publicUrl: url,
    corsOrigins: [options.hubOrigin],
    hosts: ['127.0.0.1', 'localhost'],
    isSandbox: true,
    watchesAutoscale: true,
    attestation: attestationOf(options),
    newId: randomId,
    newNonce: () => randomDigits(10),
    generateKeys: generateAgentKeys,
    line: options.line,
    logger: null,
  });
  await service.app.listen({ host: '127.0.0.1', port: options.port });
  const stop = new AbortController();
  const running = service.controller.run(stop.signal);
  running.catch((error: unknown) => options.line('error', `The controller ended: ${String(error)}`));
  return {
    url: `http://127.0.0.1:${(service.app.server.address() as AddressInfo).port}`,
    close: async () => {
      stop.abort();
      await running;
      await service.app.close();
    },
  };
}

function attestationOf(options: SandboxServiceOptions): Attestation {
  return createAttestation({
    cloud: 'public',
    extraRoots: rootsOf(options.attestationRoot, 'the sandbox'),
    subscriptions: [options.subscriptionId],
    // A request takes as long on the wall, however fast the clock runs that dates the document.
    windowMilliseconds: 300_000 * Math.max(1, options.speed),
    fetch: () => Promise.reject(new Error('the sandbox asks nobody outside')),
    clock: options.wallClock,
    deadline: deadlineIn,
    note: (words) => options.line('warn', words),
  });
}

function readVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}
