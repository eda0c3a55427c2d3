// Every route of the API once: the service registers them, the typed client and the OpenAPI document follow.
// Requests carry `Authorization: Bearer <the user's Azure DevOps access token>` and `X-Weir-Organization: <organization URL>`.

export const routes = {
  pools: '/v1/pools',
  pool: '/v1/pools/:pool',
  log: '/v1/pools/:pool/log',
  series: '/v1/pools/:pool/series',
  settings: '/v1/pools/:pool/settings',
  openApi: '/v1/openapi.json',
  about: '/v1/about',
  health: '/healthz',
  ready: '/readyz',
} as const;

export const organizationHeader = 'x-weir-organization';
