// The identities that Weir can have towards Entra, by @azure/identity over our own `Send`.
import {
  ClientSecretCredential,
  DefaultAzureCredential,
  ManagedIdentityCredential,
  type TokenCredential,
  WorkloadIdentityCredential,
} from '@azure/identity';
import { type HttpClient, createHttpHeaders } from '@azure/core-rest-pipeline';
import type { Send } from '../ports.ts';

/** `default` tries what the machine offers: environment, workload identity, managed identity, then a developer's sign-in. */
export type Identity =
  | {
      readonly kind: 'clientSecret';
      readonly tenantId: string;
      readonly clientId: string;
      readonly clientSecret: string;
    }
  | {
      readonly kind: 'workloadIdentity';
      readonly tenantId?: string;
      readonly clientId?: string;
      readonly tokenFilePath?: string;
    }
  | { readonly kind: 'managedIdentity'; readonly clientId?: string }
  | { readonly kind: 'default'; readonly tenantId?: string };

export interface CredentialOptions {
  readonly send: Send;
  /** Always https, the library refuses anything else. Another host than Entra's own is taken without discovery. */
  readonly authorityHost?: string;
}

export function credentialFor(identity: Identity, options: CredentialOptions): TokenCredential {
  const { authorityHost } = options;
  const shared = {
    httpClient: httpClientOver(options.send),
    ...(authorityHost === undefined ? {} : { authorityHost, disableInstanceDiscovery: !isEntra(authorityHost) }),
  };
  // Calls own their retries; the local endpoint of a managed identity keeps the library's, which knows its manners.
  const once = { ...shared, retryOptions: { maxRetries: 0 } };
  switch (identity.kind) {
    case 'clientSecret':
      return new ClientSecretCredential(identity.tenantId, identity.clientId, identity.clientSecret, once);
    case 'workloadIdentity':
      return new WorkloadIdentityCredential({
        ...once,
        ...(identity.tenantId === undefined ? {} : { tenantId: identity.tenantId }),
        ...(identity.clientId === undefined ? {} : { clientId: identity.clientId }),
        ...(identity.tokenFilePath === undefined ? {} : { tokenFilePath: identity.tokenFilePath }),
      });
    case 'managedIdentity':
      return new ManagedIdentityCredential({
        ...shared,
        ...(identity.clientId === undefined ? {} : { clientId: identity.clientId }),
      });
    case 'default':
      return new DefaultAzureCredential({
        ...shared,
        ...(identity.tenantId === undefined ? {} : { tenantId: identity.tenantId }),
      });
  }
}

function isEntra(authorityHost: string): boolean {
  return /^https:\/\/login\.(microsoftonline\.com|microsoftonline\.us|chinacloudapi\.cn|partner\.microsoftonline\.cn)\/?$/i.test(
    authorityHost,
  );
}

function httpClientOver(send: Send): HttpClient {
  return {
    sendRequest: async (request) => {
      const { 'accept-encoding': _, ...headers } = request.headers.toJSON();
      const body = typeof request.body === 'string' ? { body: request.body } : {};
      const answer = await send(
        { method: request.method, url: request.url, headers, ...body },
        request.abortSignal as AbortSignal | undefined,
      );
      return { request, status: answer.status, headers: createHttpHeaders(answer.headers), bodyAsText: answer.body };
    },
  };
}
