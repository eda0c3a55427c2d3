// What clients ask of Entra before they come to the resource manager: discovery documents, tokens for applications, the ADFS form, and the
// list of endpoints of this cloud (azure-wire.md 1.1 and 6.10). Needs no token.
import type { HttpResponse } from '../http-message.ts';
import { formOf, json } from './arm-request.ts';
import type { RoutedRequest } from './arm-request.ts';
import { textOfBase64Url } from './base64.ts';
import { guid, isoTime } from './cloud.ts';
import type { Cloud } from './cloud.ts';
import type { Json, JsonObject } from './json.ts';
import { issueToken, tokenLifetimeSeconds } from './tokens.ts';

export const sandboxTenant = '00000000-0000-0000-0000-00000000000a';

export function openIdConfiguration(_cloud: Cloud, request: RoutedRequest): HttpResponse {
  const { origin } = request;
  const tenant = request.named.tenant ?? sandboxTenant;
  const isAdfs = tenant.toLowerCase() === 'adfs';
  const version = !isAdfs && request.segments.includes('v2.0') ? '/v2.0' : '';
  const base = `${origin}/${tenant}/oauth2${version}`;
  return json(200, {
    issuer: isAdfs ? `${origin}/adfs` : `${origin}/${tenantIn(tenant)}${version}`,
    authorization_endpoint: `${base}/authorize`,
    token_endpoint: `${base}/token`,
    device_authorization_endpoint: `${base}/devicecode`,
    jwks_uri: `${origin}/${tenant}/discovery${version}/keys`,
    response_types_supported: ['code', 'id_token'],
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    grant_types_supported: ['client_credentials'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    tenant_region_scope: null,
    cloud_instance_name: host(origin),
  });
}

/** Says that the host we are asked about is a real authority, with itself as the only alias. */
export function instanceDiscovery(_cloud: Cloud, request: RoutedRequest): HttpResponse {
  const name = host(request.origin);
  const asked = /^https?:\/\/[^/]+\/([^/]+)/i.exec(request.query.authorization_endpoint ?? '')?.[1] ?? 'common';
  return json(200, {
    tenant_discovery_endpoint: `${request.origin}/${asked}/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [{ preferred_network: name, preferred_cache: name, aliases: [name] }],
  });
}

export function token(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const form = formOf(request);
  const tenant = tenantIn(request.named.tenant ?? sandboxTenant);
  const grant = form.grant_type;
  if (grant === undefined || grant === '')
    return refused(
      cloud,
      400,
      'invalid_request',
      900144,
      "The request body must contain the following parameter: 'grant_type'.",
    );
  if (grant !== 'client_credentials') {
    return refused(
      cloud,
      400,
      'unsupported_grant_type',
      70003,
      `The app requested an unsupported grant type '${grant}'.`,
    );
  }
  const clientId = form.client_id ?? basicUser(request.headers.authorization);
  if (clientId === undefined || clientId === '') {
    return refused(
      cloud,
      400,
      'invalid_request',
      900144,
      "The request body must contain the following parameter: 'client_id'.",
    );
  }
  const hasSecret = (form.client_secret ?? '') !== '' || basicUser(request.headers.authorization) !== undefined;
  const assertion = form.client_assertion ?? '';
  if (!hasSecret && assertion === '') {
    return refused(
      cloud,
      401,
      'invalid_client',
      7000218,
      "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    );
  }
  if (!hasSecret && assertion.split('.').length !== 3) {
    return refused(cloud, 401, 'invalid_client', 50027, 'JWT token is invalid or malformed.');
  }
  const scope = form.scope ?? form.resource;
  if (scope === undefined || scope === '') {
    return refused(
      cloud,
      400,
      'invalid_request',
      900144,
      "The request body must contain the following parameter: 'scope'.",
    );
  }
  const audience = scope.split(' ')[0]?.replace(/\/\.default$/, '') ?? '';
  return json(200, tokenAnswer(issueToken(cloud, request.origin, tenant, clientId, audience), form, cloud), {
    'cache-control': 'no-store, no-cache',
    pragma: 'no-cache',
  });
}

/** The endpoints of this cloud, in the three forms that versions of the question have had. */
export function cloudEndpoints(_cloud: Cloud, request: RoutedRequest): HttpResponse {
  const { origin } = request;
  const version = request.query['api-version'] ?? '';
  const authentication: JsonObject = {
    loginEndpoint: origin,
    audiences: [`${origin}/`, origin],
    tenant: 'common',
    identityProvider: 'AAD',
  };
  if (version < '2018') {
    return json(200, {
      galleryEndpoint: `${origin}/`,
      graphEndpoint: `${origin}/`,
      portalEndpoint: `${origin}/`,
      authentication: { loginEndpoint: `${origin}/`, audiences: [origin] },
    });
  }
  const description: JsonObject = {
    name: 'WeirSandbox',
    portal: origin,
    resourceManager: `${origin}/`,
    authentication,
    graph: `${origin}/`,
    graphAudience: `${origin}/`,
    microsoftGraphResourceId: `${origin}/`,
    batch: `${origin}/`,
    media: origin,
    gallery: `${origin}/`,
    sqlManagement: `${origin}/`,
    vmImageAliasDoc: `${origin}/`,
    activeDirectoryDataLake: `${origin}/`,
    suffixes: { storage: host(origin), keyVaultDns: host(origin), acrLoginServer: host(origin) },
  };
  return json(200, version >= '2022' ? description : [description]);
}

function tokenAnswer(accessToken: string, form: Readonly<Record<string, string>>, cloud: Cloud): JsonObject {
  const answer: JsonObject = {
    token_type: 'Bearer',
    expires_in: tokenLifetimeSeconds,
    ext_expires_in: tokenLifetimeSeconds,
    access_token: accessToken,
  };
  if (form.resource === undefined) return answer;
  // The first version of the endpoint names the resource, and writes its numbers as text.
  const now = Math.floor(cloud.state.now / 1000);
  return {
    ...answer,
    expires_in: String(tokenLifetimeSeconds),
    ext_expires_in: String(tokenLifetimeSeconds),
    expires_on: String(now + tokenLifetimeSeconds),
    not_before: String(now),
    resource: form.resource,
  };
}

function refused(cloud: Cloud, status: number, error: string, number: number, words: string): HttpResponse {
  const body: Record<string, Json> = {
    error,
    error_description: `AADSTS${number}: ${words} Trace ID: ${guid(cloud.random)} Correlation ID: ${guid(cloud.random)} Timestamp: ${isoTime(cloud.state.now)}`,
    error_codes: [number],
    timestamp: isoTime(cloud.state.now),
    trace_id: guid(cloud.random),
    correlation_id: guid(cloud.random),
  };
  return json(status, body);
}

// Names such as `common` stand for the one tenant there is.
function tenantIn(named: string): string {
  return ['common', 'organizations', 'consumers', 'adfs'].includes(named.toLowerCase()) ? sandboxTenant : named;
}

function basicUser(authorization: string | undefined): string | undefined {
  const encoded = /^basic\s+(\S+)/i.exec(authorization ?? '')?.[1];
  return encoded === undefined ? undefined : textOfBase64Url(encoded)?.split(':')[0];
}

function host(origin: string): string {
  return origin.replace(/^https?:\/\//i, '');
}
