// The client of the service as this page uses it: the host's token, the browser's fetch.
import { createCheckClient, type CheckClient } from '../contract/check-client.ts';
import { createClient, fill, ServiceProblem, type Client } from '../contract/client.ts';
import { createImageClient, type ImageClient } from '../contract/image-client.ts';
import { createNodeClient, type NodeClient } from '../contract/node-client.ts';
import { createSettingsClient, type SettingsClient } from '../contract/settings-client.ts';
import { nodeRoutes, organizationHeader } from '../contract/routes.ts';
import { createWhatIfClient, type WhatIfClient } from '../contract/what-if-client.ts';
import { createNewPoolClient, type NewPoolClient } from '../contract/new-pool-client.ts';
import type { Host } from './host.ts';

export type HubClient = Client<AbortSignal> &
  ImageClient<AbortSignal> &
  SettingsClient<AbortSignal> &
  NewPoolClient<AbortSignal> &
  NodeClient<AbortSignal> &
  CheckClient<AbortSignal> &
  EventsClient &
  WhatIfClient<AbortSignal>;

export interface EventsClient {
  /** The stream of events of one pool, or of all that the person may see. Rejects where the service does not stream. */
  follow(pool: string | null, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
}

export function connectService(host: Host, serviceUrl: string): HubClient {
  const options = {
    baseUrl: serviceUrl,
    organization: host.organizationUrl,
    getToken: () => host.accessToken(),
    // No cookies and no redirects: the token goes to the address that an administrator saved, and nowhere else.
    fetch: (url: string, init: RequestInit) =>
      window.fetch(url, { ...init, credentials: 'omit', redirect: 'error', cache: 'no-store' }),
  };
  return {
    ...createClient<AbortSignal>(options),
    ...createImageClient<AbortSignal>(options),
    ...createNodeClient<AbortSignal>(options),
    ...createCheckClient<AbortSignal>(options),
    follow: (pool, signal) => follow(options, pool, signal),
    ...createSettingsClient<AbortSignal>(options),
    ...createNewPoolClient<AbortSignal>(options),
    ...createWhatIfClient<AbortSignal>(options),
  };
}

interface StreamOptions {
  readonly baseUrl: string;
  readonly organization: string;
  readonly getToken: () => Promise<string>;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
}

/** With a token of its own, asked for now: a stream outlives many questions. */
async function follow(
  { baseUrl, organization, getToken, fetch }: StreamOptions,
  pool: string | null,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const path = pool === null ? nodeRoutes.allEvents : fill(nodeRoutes.events, pool);
  const headers = { authorization: `Bearer ${await getToken()}`, [organizationHeader]: organization };
  const answer = await fetch(baseUrl.replace(/\/+$/, '') + path, {
    signal,
    headers: { ...headers, accept: 'text/event-stream' },
  });
  const isStream = answer.headers.get('content-type')?.startsWith('text/event-stream') === true;
  if (answer.ok && isStream && answer.body !== null) return answer.body;
  await answer.body?.cancel();
  throw new ServiceProblem('STREAM_ABSENT', "Weir's service does not stream events.", 'The page polls instead.', {
    status: answer.status,
  });
}
