// The client of the service as this page uses it: the host's token, the browser's fetch.
import { createClient, type Client } from '../contract/client.ts';
import { createImageClient, type ImageClient } from '../contract/image-client.ts';
import { createSettingsClient, type SettingsClient } from '../contract/settings-client.ts';
import type { Host } from './host.ts';

export type HubClient = Client<AbortSignal> & ImageClient<AbortSignal> & SettingsClient<AbortSignal>;

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
    ...createSettingsClient<AbortSignal>(options),
  };
}
