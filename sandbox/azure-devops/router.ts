// From a request to its answer: organisation, preflight, identity, route, version, handler. What the handlers throw is
// turned into the service's error body here and nowhere else.

import type { HttpRequest, HttpResponse } from '../http-message.ts';
import { parseAddress, type Address } from './address.ts';
import { issueAgentToken } from './agent-token.ts';
import { checkApiVersion } from './api-version.ts';
import { maybeAssignAfterRead } from './assignment.ts';
import { parseBody } from './body.ts';
import { errorResponse, VssError } from './errors.ts';
import { answerIssuer, isIssuer } from './job-token.ts';
import { callerOf, signInPage, signInResponse, type Caller } from './identity.ts';
import { resourceLocations } from './locations.ts';
import type { LateAnswer, Organization } from './organization.ts';
import { ROUTES, UNBUILT, type Route } from './routes.ts';

export async function answer(organization: Organization, request: HttpRequest): Promise<HttpResponse> {
  try {
    return withOrigin(request, await dispatch(organization, request));
  } catch (problem) {
    if (!(problem instanceof VssError)) throw problem;
    return withOrigin(request, errorResponse(problem));
  }
}

function dispatch(organization: Organization, request: HttpRequest): HttpResponse | Promise<HttpResponse> {
  const address = parseAddress(request.url);
  const [first = '', ...path] = address.segments;
  if (isIssuer(address.origin, first)) {
    if (request.method !== 'GET') return notBuilt(request.method, address.segments);
    return answerIssuer(organization, address.origin, first.startsWith('_') ? path : address.segments);
  }
  organization.origin = address.origin;
  if (first.toLowerCase() === '_signin') return signInPage();
  if (first.toLowerCase() !== organization.name.toLowerCase())
    throw new VssError(404, 'HostDoesNotExistException', `The organization ${first} does not exist here.`);
  if (request.method === 'OPTIONS') return answerOptions(request, path);
  if (path.join('/').toLowerCase() === '_apis/oauth2/token') return issueAgentToken(organization, request);
  const caller = callerOf(organization, request);
  if (caller === null) return signInResponse(request, address.origin);
  const found = findRoute(request.method, path);
  if (found === null) return notBuilt(request.method, path);
  checkApiVersion(request, address, found.route.location);
  return run(organization, request, address, caller, found);
}

async function run(
  organization: Organization,
  request: HttpRequest,
  address: Address,
  caller: Caller,
  found: Found,
): Promise<HttpResponse> {
  const throttle = organization.rules.throttle({
    operation: found.route.operation,
    identity: caller,
    at: organization.now,
  });
  if (throttle?.status === 429) {
    const refusal = errorResponse(
      new VssError(
        429,
        'RequestBlockedException',
        'TF400733: The request has been canceled: Request was blocked due to exceeding usage of resource.',
      ),
    );
    return { ...refusal, headers: { ...refusal.headers, ...throttle.headers } };
  }
  const body = (): unknown => parseBody(request.body);
  const call = {
    request,
    address,
    base: `${address.origin}/${organization.name}`,
    caller,
    route: found.parameters,
    body,
  };
  const response = await found.route.handle(organization, call);
  if (found.route.isReadOfPool === true) maybeAssignAfterRead(organization, Number(found.parameters.poolId));
  if (throttle === null) return response;
  const told = { ...response, headers: { ...response.headers, ...throttle.headers } };
  return throttle.delaySeconds === undefined ? told : await kept(organization, told, throttle.delaySeconds);
}

/** What was done is done; the client hears of it later. */
function kept(organization: Organization, response: HttpResponse, seconds: number): Promise<HttpResponse> {
  return new Promise((resolve) => {
    const answer: LateAnswer = {
      dueAt: organization.now + seconds * 1000,
      give: () => {
        organization.late.delete(answer);
        resolve(response);
      },
    };
    organization.late.add(answer);
  });
}

/** A browser's preflight, or a client that asks where the resources are. */
function answerOptions(request: HttpRequest, path: readonly string[]): HttpResponse {
  if (request.headers['access-control-request-method'] !== undefined) {
    const headers = {
      'access-control-allow-methods': 'OPTIONS,GET,POST,PATCH,PUT,DELETE',
      'access-control-allow-headers': request.headers['access-control-request-headers'] ?? 'authorization,content-type',
      'access-control-max-age': '3600',
    };
    return { status: 200, headers, body: '' };
  }
  const [apis = '', area] = path;
  if (apis.toLowerCase() !== '_apis' || path.length > 2) return notBuilt('OPTIONS', path);
  return resourceLocations(area);
}

/** Extensions live on another origin than the organisation, so browsers must be let through. */
function withOrigin(request: HttpRequest, response: HttpResponse): HttpResponse {
  const origin = request.headers.origin;
  if (origin === undefined) return response;
  const exposed = 'ActivityId,X-TFS-Session,X-MS-ContinuationToken,Retry-After';
  const headers = {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': exposed,
  };
  return { ...response, headers: { ...response.headers, ...headers } };
}

interface Found {
  readonly route: Route;
  readonly parameters: Readonly<Record<string, string>>;
}

function findRoute(method: string, path: readonly string[]): Found | null {
  for (const route of ROUTES) {
    const parameters = route.method === method ? parametersOf(route.template, path) : null;
    if (parameters !== null) return { route, parameters };
  }
  return null;
}

/** Templates taken apart once: every request is held against many. */
const taken = new Map<string, readonly string[]>();

function partsOf(template: string): readonly string[] {
  const parts = taken.get(template) ?? template.split('/');
  taken.set(template, parts);
  return parts;
}

function parametersOf(template: string, path: readonly string[]): Readonly<Record<string, string>> | null {
  const parts = partsOf(template);
  if (parts.length !== path.length) return null;
  const parameters: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const segment = path[index] ?? '';
    if (part.startsWith('{')) {
      // A word with an underscore in front is never a project's name.
      if (segment.startsWith('_')) return null;
      parameters[part.slice(1, -1)] = segment;
    } else if (part.toLowerCase() !== segment.toLowerCase()) {
      return null;
    }
  }
  return parameters;
}

function notBuilt(method: string, path: readonly string[]): HttpResponse {
  const named = UNBUILT.find(
    ([unbuiltMethod, template]) => unbuiltMethod === method && parametersOf(template, path) !== null,
  );
  const operation = named?.[2] ?? `${method} ${path.join('/')}`;
  const message = `The Azure DevOps emulator does not build the operation ${operation}.`;
  return errorResponse(new VssError(501, 'NotImplementedException', message));
}
