// The real service of one process life: its real clients over the world's network, its store, and its way to be asked.
import type { TokenCredential } from '@azure/identity';
import { createAzure } from '../../service/azure/client.ts';
import { createAzureDevOps } from '../../service/azure-devops/client.ts';
import { createPipelines } from '../../service/azure-devops/pipelines.ts';
import { createUserRights } from '../../service/azure-devops/user-rights.ts';
import type { WriteLine } from '../../service/controller/context.ts';
import { createAttestation, type Attestation } from '../../service/enrolment/attestation.ts';
import { rootsOf } from '../../service/enrolment/chain.ts';
import type { AgentKeys } from '../../service/enrolment/keys.ts';
import type { AzureDevOpsPort, AzurePort, Clock, HttpResponse, Store } from '../../service/ports.ts';
import { createService, type Service } from '../../service/service.ts';
import { sandboxSubscription } from '../azure/emulator.ts';
import type { Send } from '../http-message.ts';
import { Life, type CrashPoint } from './life.ts';

export const organizationUrl = 'https://dev.azure.com/fabrikam';
const serviceUrl = 'http://localhost:1';

/** What differs from life to life; a planted bug is one of these wrappers. */
export interface Ports {
  readonly azure: AzurePort;
  readonly azureDevOps: AzureDevOpsPort;
  readonly store: Store;
}

export interface IncarnationOptions {
  readonly send: Send;
  readonly azureToken: string;
  /** Where the tokens for Azure come from; one that never ends unless given. */
  readonly credential?: TokenCredential | undefined;
  readonly azureDevOpsToken: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly store: Store;
  readonly owner: string;
  readonly newId: () => string;
  readonly generateKeys: () => Promise<AgentKeys>;
  /** PEM of the root that signs for the world's machines. */
  readonly attestationRoot: string;
  readonly line?: WriteLine | undefined;
  readonly crashAt?: ((call: string) => CrashPoint | null) | undefined;
  readonly ports?: ((ports: Ports) => Ports) | undefined;
}

export interface Incarnation {
  readonly service: Service;
  readonly life: Life;
}

export async function incarnate(options: IncarnationOptions): Promise<Incarnation> {
  const { send, clock, random } = options;
  const life = new Life(options.crashAt ?? (() => null));
  const credential = options.credential ?? {
    getToken: () => Promise.resolve({ token: options.azureToken, expiresOnTimestamp: Number.MAX_SAFE_INTEGER }),
  };
  const chance = { next: random };
  const real: Ports = {
    azure: createAzure({ send, credential, clock, wallClock: clock, random: chance }),
    azureDevOps: createAzureDevOps({
      send,
      organization: new URL(organizationUrl),
      authorization: () => Promise.resolve(`Bearer ${options.azureDevOpsToken}`),
      clock,
      random: chance,
    }),
    store: options.store,
  };
  const ports = options.ports?.(real) ?? real;
  const azure = life.carry(ports.azure, 'azure');
  const azureDevOps = life.carry(ports.azureDevOps, 'azureDevOps');
  const pipelines = createPipelines({
    send,
    organization: new URL(organizationUrl),
    authorization: () => Promise.resolve(`Bearer ${options.azureDevOpsToken}`),
    clock,
    random: chance,
  });
  const service = await createService({
    version: '0.0.0',
    store: life.carry(ports.store, 'store'),
    clock,
    wallClock: clock,
    owner: options.owner,
    organizations: [organizationUrl],
    azureDevOpsFor: () => azureDevOps,
    pipelinesFor: () => pipelines,
    azureFor: () => azure,
    rights: createUserRights({ send, organizations: [{ url: organizationUrl }], wallClock: clock }),
    publicUrl: serviceUrl,
    corsOrigins: [],
    hosts: null,
    isSandbox: true,
    attestation: attestationOf(options),
    newId: options.newId,
    newNonce: () => String(Math.floor(random() * 1e10)).padStart(10, '0'),
    generateKeys: options.generateKeys,
    line: options.line ?? (() => undefined),
    logger: null,
  });
  return { service, life };
}

function attestationOf(options: IncarnationOptions): Attestation {
  return createAttestation({
    cloud: 'public',
    extraRoots: rootsOf(options.attestationRoot, 'the world'),
    subscriptions: [sandboxSubscription],
    fetch: () => Promise.reject(new Error('the world asks nobody outside')),
    clock: options.clock,
    deadline: () => new AbortController().signal,
    note: () => undefined,
  });
}

/** A machine's request to the service; it gets no answer while no process lives, or where it died on the way. */
export async function injected(
  incarnation: Incarnation | null,
  request: { method: string; url: string; headers: Readonly<Record<string, string>>; body?: string },
): Promise<HttpResponse> {
  if (incarnation === null || incarnation.life.isDead) throw new Error('connect ECONNREFUSED: no service listens.');
  const { pathname, search } = new URL(request.url);
  const answer = await incarnation.service.app.inject({
    method: request.method as 'GET' | 'POST',
    url: `${pathname}${search}`,
    headers: { ...request.headers },
    ...(request.body === undefined ? {} : { payload: request.body }),
  });
  if (lives(incarnation)) {
    const headers = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, String(value)]));
    return { status: answer.statusCode, headers, body: answer.body };
  }
  throw new Error('read ECONNRESET: the service ended while it answered.');
}

function lives(incarnation: Incarnation): boolean {
  return !incarnation.life.isDead;
}
