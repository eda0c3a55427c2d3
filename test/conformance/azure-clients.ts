// The vendor's own clients against the emulator on a socket of the loopback interface, over https with a certificate made for it.
// Virtual time moves by a few seconds with every request that arrives, so a poll always finds the world a little further on, and no
// test waits for a clock.
import { ComputeManagementClient } from '@azure/arm-compute';
import { ClientSecretCredential } from '@azure/identity';
import { createAzureEmulator, sandboxSubscription, sandboxTenant } from '../../sandbox/azure/emulator.ts';
import type { AzureEmulator, AzureEmulatorOptions, AzureEvent } from '../../sandbox/azure/emulator.ts';
import { selfSignedCertificate } from '../../sandbox/certificate.ts';
import type { HttpRequest, HttpResponse } from '../../sandbox/http-message.ts';
import { serveRequests } from '../../sandbox/serve.ts';
import { group, seeded, start, testImage } from '../sandbox/azure/cloud.ts';

const secondsPerRequest = 4;

export interface AzureOnASocket {
  readonly azure: AzureEmulator;
  readonly events: AzureEvent[];
  readonly compute: ComputeManagementClient;
  readonly credential: ClientSecretCredential;
  readonly url: string;
  readonly ca: string;
  /** Every exchange, as `METHOD /path → status`, and whole. */
  readonly exchanges: { readonly request: HttpRequest; readonly response: HttpResponse }[];
  close(): Promise<void>;
}

export async function azureOnASocket(options: Partial<AzureEmulatorOptions> = {}): Promise<AzureOnASocket> {
  const events: AzureEvent[] = [];
  const exchanges: AzureOnASocket['exchanges'] = [];
  const azure = createAzureEmulator({
    now: start,
    random: seeded(11),
    onEvent: (event) => events.push(event),
    strictTokens: true,
    marketplace: [testImage],
    ...options,
  });
  const certificate = await selfSignedCertificate();
  const server = await serveRequests(pumped(azure, exchanges), { port: 0, tls: certificate });
  const tlsOptions = { ca: certificate.cert };
  const credential = new ClientSecretCredential(sandboxTenant, 'weir-client', 'not-a-real-secret', {
    authorityHost: server.url,
    disableInstanceDiscovery: true,
    tlsOptions,
  });
  const compute = new ComputeManagementClient(credential, sandboxSubscription, {
    endpoint: server.url,
    credentials: { scopes: [`${server.url}/.default`] },
    tlsOptions,
    retryOptions: { maxRetries: 0 },
  });
  const authorization = `Bearer ${azure.tokenFor('person')}`;
  azure.handle({
    method: 'PUT',
    url: `${server.url}${group}?api-version=2022-09-01`,
    headers: { authorization },
    body: '{"location":"eastus"}',
  });
  return {
    azure,
    events,
    compute,
    credential,
    url: server.url,
    ca: certificate.cert,
    exchanges,
    close: () => server.close(),
  };
}

/** Polls at once: the emulator's time moves with each request. */
export const quickly = { updateIntervalInMs: 1 };

function pumped(azure: AzureEmulator, exchanges: AzureOnASocket['exchanges']): (request: HttpRequest) => HttpResponse {
  let now = start;
  return (request) => {
    now += secondsPerRequest * 1000;
    azure.advance(now);
    const response = azure.handle(request);
    exchanges.push({ request, response });
    return response;
  };
}
