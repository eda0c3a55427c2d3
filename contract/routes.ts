// Every route of the API once: the service registers them, the typed client and the OpenAPI document follow.
// Requests carry `X-Weir-Organization: <organization URL>` and one of:
// - a person: `Authorization: Bearer <the user's Azure DevOps access token>`;
// - a pipeline: `X-Weir-Job-Token: <the job's OIDC token>` and, for pins and live validations, also
//   `Authorization: Bearer <Weir's connection token>`. The job token alone reads and validates statically.

export const routes = {
  pools: '/v1/pools',
  pool: '/v1/pools/:pool',
  log: '/v1/pools/:pool/log',
  /** What deleting the pool takes along and leaves, and how far it is; `DELETE` of the pool itself begins it. */
  deletion: '/v1/pools/:pool/deletion',
  series: '/v1/pools/:pool/series',
  settings: '/v1/pools/:pool/settings',
  explain: '/v1/pools/:pool/explain',
  admission: '/v1/pools/:pool/admission',
  /** `?project=` its id; `:run` is the number of the run. */
  runJobs: '/v1/runs/:run',
  openApi: '/v1/openapi.json',
  about: '/v1/about',
  health: '/healthz',
  ready: '/readyz',
} as const;

/** Images, pins, validations and connection tokens. */
export const imageRoutes = {
  images: '/v1/pools/:pool/images',
  pins: '/v1/pools/:pool/pins',
  validations: '/v1/pools/:pool/validations',
  validation: '/v1/pools/:pool/validations/:validation',
  tokens: '/v1/pools/:pool/tokens',
  token: '/v1/pools/:pool/tokens/:token',
  /** What a connection token is good for; asked with that token alone. */
  connection: '/v1/connection',
} as const;

/** Single nodes, the past of a pool, and streams of server-sent events. */
export const nodeRoutes = {
  /** `:node` is the key of a node's view, `:action` one of `nodeActions`. */
  node: '/v1/pools/:pool/nodes/:node/:action',
  timeline: '/v1/pools/:pool/timeline',
  statistics: '/v1/pools/:pool/statistics',
  events: '/v1/pools/:pool/events',
  /** Of every pool that the asker may see. */
  allEvents: '/v1/events',
} as const;

/** Checks of scale sets and rights. */
export const checkRoutes = {
  poolChecks: '/v1/pools/:pool/checks',
  /** The one write that mends a check: `:check` is its code. */
  fix: '/v1/pools/:pool/checks/:check/fix',
  /** Of a scale set that has no pool yet: `?scaleSet=` its resource id, `&poolId=` an agent pool that the asker manages. */
  setChecks: '/v1/checks',
} as const;

/** Commands that people run. */
export const guideRoutes = { imageGuide: '/v1/pools/:pool/image-guide' } as const;

/** Replays of a pool's jobs with other settings. */
export const whatIfRoutes = {
  whatIfs: '/v1/pools/:pool/what-if',
  whatIf: '/v1/pools/:pool/what-if/:whatIf',
} as const;

/** What somebody chooses from who makes a pool; `?poolId=` is an agent pool that the asker manages. */
export const azureRoutes = {
  subscriptions: '/v1/azure/subscriptions',
  /** `&subscription=`; POST makes one. */
  scaleSets: '/v1/azure/scale-sets',
  /** `&scaleSet=` its resource id. */
  machines: '/v1/azure/machines',
  /** `&subscription=&location=` */
  sizes: '/v1/azure/sizes',
  places: '/v1/azure/places',
  createCommand: '/v1/azure/create-command',
} as const;

export const organizationHeader = 'x-weir-organization';
/** The job's OIDC token, requested without a service connection. */
export const jobTokenHeader = 'x-weir-job-token';
/** The run that the job belongs to, where its token does not say it (`run_id`). */
export const runHeader = 'x-weir-run';
/** A repeated request with the same key has the same effect, once; another body under it is refused. Kept for a day. */
export const idempotencyHeader = 'idempotency-key';
/** How a connection token begins, so that a leaked one is recognised. */
export const connectionTokenPrefix = 'weir_';
