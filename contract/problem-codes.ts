// Every code with which the API refuses a request: the status it has, and what to do next where the problem itself
// does not know better. Codes of settings (MAX_AGENTS_RANGE …) are not listed: they are 400 and bring their own words.

interface ProblemCode {
  readonly status: number;
  readonly nextStep: string;
}

const codes = {
  AUTH_MISSING: { status: 401, nextStep: 'Send a bearer token from the hub or a task.' },
  AUTH_SIZE: { status: 401, nextStep: 'Send the access token that Azure DevOps gave, and nothing else.' },
  AUTH_ORG: { status: 401, nextStep: 'Name an organisation that is in the configuration of this service.' },
  AUTH_REFUSED: { status: 401, nextStep: 'Reload the page: that asks Azure DevOps for a new token.' },
  JOB_TOKEN_REFUSED: {
    status: 401,
    nextStep: 'Ask for a new OIDC token in the job, without a service connection, and use it once.',
  },
  CONNECTION_TOKEN_REFUSED: {
    status: 401,
    nextStep: 'Issue a new connection token for this pool in the hub and put it into the service connection.',
  },
  NEED_CONNECTION_TOKEN: {
    status: 403,
    nextStep:
      'Issue a connection token for this pool in the hub, on its Images page, and put it into the Weir service connection.',
  },
  NEED_TOKEN_ROLE: { status: 403, nextStep: 'Issue a connection token with the role "pin" for this pool.' },
  RUN_REFUSED: {
    status: 403,
    nextStep: 'Run it from a run in progress of the same project and pipeline that is not the pull request of a fork.',
  },
  NEED_POOL_MANAGE: { status: 403, nextStep: 'Ask an administrator of the pool, or for the Administrator role on it.' },
  ORIGIN_NOT_ALLOWED: { status: 403, nextStep: 'Add the origin of the page to the configuration of this service.' },
  POOL_NOT_FOUND: { status: 404, nextStep: 'Check the name, and that you may see this pool in Azure DevOps.' },
  VALIDATION_NOT_FOUND: { status: 404, nextStep: 'See the list of validations of the pool.' },
  NODE_NOT_FOUND: { status: 404, nextStep: 'See the list of nodes: it may be gone, or not be one that Weir made.' },
  CHECK_NOT_FOUND: { status: 404, nextStep: 'See the list of checks of the pool.' },
  CHECK_NOT_FIXABLE: { status: 422, nextStep: 'Run the command that the check names.' },
  FIX_CONFLICT: { status: 409, nextStep: 'Somebody else changed it at this moment: look at the checks again.' },
  FIX_REFUSED: { status: 422, nextStep: 'Run the command of the check with an account that may.' },
  FIX_UNKNOWN: { status: 502, nextStep: 'Look at the checks again: they say whether it has happened.' },
  FIX_ASKED: { status: 409, nextStep: 'Look at the checks again, and use a new Idempotency-Key for another try.' },
  TOKEN_NOT_FOUND: { status: 404, nextStep: 'See the list of tokens of the pool.' },
  ROUTE_NOT_FOUND: { status: 404, nextStep: 'See /v1/openapi.json for what there is.' },
  IDEMPOTENCY_MISMATCH: { status: 409, nextStep: 'Use a new Idempotency-Key for a new request.' },
  VALIDATION_RUNNING: { status: 409, nextStep: 'Wait for the validation of this version that runs, or cancel it.' },
  WHAT_IF_RUNNING: { status: 409, nextStep: 'Wait for the what-if of this pool that runs, or cancel it.' },
  WHAT_IF_ENDED: { status: 409, nextStep: 'Read its result: there is nothing left to cancel.' },
  WHAT_IF_BUSY: { status: 429, nextStep: 'Wait as long as Retry-After says.' },
  WHAT_IF_NOT_FOUND: { status: 404, nextStep: 'See the newest what-if of the pool, or start one.' },
  WHAT_IF_HISTORY_SHORT: { status: 422, nextStep: 'Choose a longer period, or replay a file of jobs.' },
  WHAT_IF_UNAVAILABLE: { status: 503, nextStep: 'Use weir replay on the command line.' },
  TRACE_TOO_LARGE: { status: 413, nextStep: 'Send a shorter file: a few weeks of jobs are enough.' },
  GUIDE_NAME: { status: 400, nextStep: 'Write another name.' },
  TRACE_INVALID: { status: 400, nextStep: 'Write lines of arrival_seconds,duration_seconds,label.' },
  VALIDATION_FINISHED: { status: 409, nextStep: 'Read the report: there is nothing left to cancel.' },
  POOL_MANAGED_BY_FILE: { status: 409, nextStep: 'Change the pool in the configuration file of the service.' },
  POOL_EXISTS: { status: 409, nextStep: 'Choose another name, or change the pool that has this one.' },
  POOL_ENDING: { status: 409, nextStep: 'Nothing: the pool is on its way out.' },
  AGENT_POOL_TAKEN: { status: 409, nextStep: 'Choose another agent pool of Azure DevOps.' },
  SUBSCRIPTION_OTHER_ORGANIZATION: {
    status: 403,
    nextStep:
      'Choose a scale set, image or network of another subscription, or ask whoever runs the service to add this organisation to the subscription in weir.yaml.',
  },
  SCALE_SET_TAKEN: { status: 409, nextStep: 'Choose another scale set: two pools cannot size the same one.' },
  SCALE_SET_CONTENDED: { status: 409, nextStep: 'Remove the scale set from whoever else sizes it, or choose another.' },
  SCALE_SET_HAS_INSTANCES: {
    status: 409,
    nextStep: 'Agree that exactly these machines are deleted, or choose a scale set without machines.',
  },
  NODE_BUSY: { status: 409, nextStep: 'Drain the node: it finishes its job and is deleted then.' },
  NODE_LEAVING: { status: 409, nextStep: 'Wait until what is under way with the node has ended.' },
  NODE_STARTING: { status: 409, nextStep: 'Wait until its agent is online, or delete the node.' },
  NODE_KEPT: { status: 409, nextStep: 'Give it back or delete it when nobody needs it any more.' },
  NODE_NOT_KEPT: { status: 409, nextStep: 'Nothing: Weir looks after the node already.' },
  NODE_WITHOUT_MACHINE: { status: 409, nextStep: 'Delete the node: only its registration is left.' },
  CLAIM_LATE: { status: 410, nextStep: 'Nothing: the machine is going to be deleted.' },
  STALE_REVISION: { status: 412, nextStep: 'Read the settings again and repeat the change.' },
  BODY_TOO_LARGE: { status: 413, nextStep: 'Send less than 256 KB.' },
  CONTENT_TYPE: { status: 415, nextStep: 'Send Content-Type: application/json.' },
  HOST_UNKNOWN: { status: 421, nextStep: 'Use the address that stands in the configuration of this service.' },
  SCALE_SET_NOT_FOUND: { status: 422, nextStep: 'Check the name, or create the scale set first.' },
  SCALE_SET_DENIED: { status: 422, nextStep: 'Give the identity of this service the role "Weir own scale set" there.' },
  SCALE_SET_NOT_UNIFORM: { status: 422, nextStep: 'Create a scale set with --orchestration-mode Uniform.' },
  AGENT_POOL_UNSUITABLE: { status: 422, nextStep: 'Choose an ordinary self-hosted agent pool.' },
  SERVICE_NEEDS_ADMINISTRATOR: {
    status: 422,
    nextStep: 'In Azure DevOps open the agent pool, Security, Add: the identity of this service as Administrator.',
  },
  IMAGE_UNKNOWN: { status: 422, nextStep: 'Name an alias that the settings of the pool declare.' },
  IMAGE_VERSION_NOT_FOUND: { status: 422, nextStep: 'Name a version that the image has.' },
  IMAGE_NOT_REPLICATED: {
    status: 422,
    nextStep: 'Wait until the version is replicated to the region of the pool, or add the region to it.',
  },
  IMAGE_EOL: { status: 422, nextStep: 'Name a newer version.' },
  IMAGE_NOT_VALIDATED: { status: 422, nextStep: 'Validate the version first, or override the policy with a reason.' },
  IMAGE_NOT_VERSIONED: {
    status: 422,
    nextStep: 'Only images of a gallery or of the Marketplace have versions to pin.',
  },
  PIN_NEEDS_LANES: { status: 422, nextStep: 'Set laneResourceGroup of the pool in weir.yaml.' },
  VALIDATION_NEEDS_LANES: {
    status: 422,
    nextStep: 'Set laneResourceGroup of the pool in weir.yaml, or validate statically.',
  },
  VALIDATION_TOO_LARGE: {
    status: 422,
    nextStep: 'Ask for fewer machines, or raise "Maximum number of virtual machines in the scale set" (maxCapacity).',
  },
  TOKENS_MANY: { status: 409, nextStep: 'Revoke the tokens that nobody uses.' },
  NO_PREVIOUS_VERSION: { status: 422, nextStep: 'Pin an exact version instead.' },
  PICTURE_MISSING: { status: 503, nextStep: 'Try again in a minute; if it stays so, look at the log of the service.' },
  IMAGES_UNREAD: { status: 503, nextStep: 'Try again when Azure has told the versions of the image.' },
  IDEMPOTENCY_REQUIRED: { status: 428, nextStep: 'Send Idempotency-Key with a value of your own, such as a GUID.' },
  REVISION_REQUIRED: { status: 428, nextStep: 'Send If-Match with the ETag that came with the settings.' },
  STREAMS_MANY: { status: 429, nextStep: 'Close pages that follow pools, or poll instead.' },
  RATE_LIMIT: { status: 429, nextStep: 'Wait as long as Retry-After says.' },
  HEADERS_TOO_LARGE: { status: 431, nextStep: 'Send fewer and shorter headers.' },
  BODY_NOT_JSON: { status: 400, nextStep: 'Send one JSON document in UTF-8 without a byte order mark.' },
  BODY_TOO_DEEP: { status: 400, nextStep: 'Nest at most 32 levels.' },
  BODY_FORBIDDEN_KEY: { status: 400, nextStep: 'Leave this key out.' },
  BODY_DUPLICATE_KEY: { status: 400, nextStep: 'Write the key once.' },
  BODY_TOO_MANY_KEYS: { status: 400, nextStep: 'Send at most 10,000 keys.' },
  FIELD_FIXED: { status: 400, nextStep: 'Leave this field as it is, or make another pool.' },
  POOL_ID_INVALID: {
    status: 400,
    nextStep: 'Write the number of the agent pool, which stands in its address in Azure DevOps (?poolId=7).',
  },
  FIELD_INVALID: { status: 400, nextStep: 'See /v1/openapi.json for the form of this field.' },
  HTTP_INVALID: { status: 400, nextStep: 'Send a well-formed HTTP/1.1 request.' },
  RANGE_INVALID: { status: 400, nextStep: 'Give from and to as instants such as 2026-01-05T08:00:00Z, from first.' },
  PIN_VERSION_FORMAT: { status: 400, nextStep: 'Write an exact version such as 2.0.0.' },
  OVERRIDE_NEEDS_REASON: {
    status: 400,
    nextStep: 'Say in `reason` why the version is pinned without a passed validation.',
  },
  PIN_INVALID: { status: 400, nextStep: 'See /v1/openapi.json for what belongs to each action and scope.' },
  IDEMPOTENCY_INVALID: { status: 400, nextStep: 'Send an Idempotency-Key of 8 to 128 letters, digits and - _ . :' },
  REVISION_INVALID: { status: 400, nextStep: 'Send If-Match with the ETag that came with the settings.' },
  TOKEN_INVALID: { status: 400, nextStep: 'Send the next of an earlier page, unchanged.' },
  UNEXPECTED: { status: 500, nextStep: 'Look for the correlation id in the log of the service.' },
  AUTHZ_UNAVAILABLE: {
    status: 503,
    nextStep: 'Try again shortly: nothing is shown or changed before Azure DevOps answers.',
  },
  CLOUD_UNAVAILABLE: { status: 503, nextStep: 'Try again shortly.' },
  DB_UNAVAILABLE: { status: 503, nextStep: 'Try again shortly; if it stays so, look at the database of the service.' },
  NOT_READY: { status: 503, nextStep: 'Look at the log of the service.' },
} as const satisfies Readonly<Record<string, ProblemCode>>;

export type ApiProblemCode = keyof typeof codes;

export const problemCodes: Readonly<Record<ApiProblemCode, ProblemCode>> = codes;

/** What is not in the list is a problem with what somebody wrote. */
export function statusOf(code: string): number {
  return isApiProblemCode(code) ? codes[code].status : 400;
}

export function isApiProblemCode(code: string): code is ApiProblemCode {
  return Object.hasOwn(codes, code);
}
