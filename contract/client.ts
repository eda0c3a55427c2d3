// The typed client of the service's API: hub and tasks call it. Whatever goes wrong comes out as one ServiceProblem.
import type { Admission } from './admission.ts';
import type { LogPage, PoolDetail, PoolList, Problem, RunJobs, Series } from './api.ts';
import type { DemandAnswer } from './diagnosis.ts';
import { organizationHeader, routes } from './routes.ts';

/** Pages the log towards the past: `?before=<LogPage.next>`. */
export const logCursor = 'before';

export interface Answer {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

/** As `fetch`, with the kind of cancel signal left to the platform: this file compiles without DOM and without Node. */
export type Fetch<Signal> = (
  url: string,
  init: {
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body?: string;
    readonly signal?: Signal;
  },
) => Promise<Answer>;

export interface ClientOptions<Signal> {
  readonly baseUrl: string;
  readonly organization: string;
  /** Asked before each request, so a token that has expired is replaced by itself; null sends none. */
  readonly getToken: () => Promise<string | null>;
  /** Of a pipeline, besides: the job's OIDC token, new for each request because it counts once, and its run. */
  readonly jobHeaders?: () => Promise<Record<string, string>>;
  readonly fetch: Fetch<Signal>;
}

export interface Client<Signal> {
  pools(signal?: Signal): Promise<PoolList>;
  pool(name: string, signal?: Signal): Promise<PoolDetail>;
  /** The last day unless told; instants as ISO 8601 strings. */
  series(name: string, signal?: Signal, span?: { readonly from: string; readonly to: string }): Promise<Series>;
  /** The newest page, or the one older than `before` (the `next` of the page that was read last). */
  log(name: string, before: number | null, signal?: Signal): Promise<LogPage>;
  /** What would become of a job with these demands, one in a line or as YAML. */
  explain(name: string, text: string, signal?: Signal): Promise<DemandAnswer>;
  /** What jobs of the pool may ask for. */
  admission(name: string, signal?: Signal): Promise<Admission>;
  /** Jobs of one run, of whichever pool; `project` is an id. */
  runJobs(run: number, project: string, signal?: Signal): Promise<RunJobs>;
}

export type ProblemPart = NonNullable<Problem['problems']>[number];

/** `status` is 0 when no answer came at all; `retryAfterMs` is how long the service asked us to rest. */
export class ServiceProblem extends Error {
  readonly code: string;
  readonly status: number;
  readonly nextStep: string;
  readonly correlationId: string | null;
  readonly retryAfterMs: number | null;
  /** All that is wrong with what was sent, each with the field that it is about; empty where only one thing is. */
  readonly parts: readonly ProblemPart[];

  constructor(
    code: string,
    message: string,
    nextStep: string,
    more: {
      status?: number;
      correlationId?: string;
      retryAfterMs?: number | null;
      parts?: readonly ProblemPart[];
      cause?: unknown;
    } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'ServiceProblem';
    this.code = code;
    this.status = more.status ?? 0;
    this.nextStep = nextStep;
    this.correlationId = more.correlationId ?? null;
    this.retryAfterMs = more.retryAfterMs ?? null;
    this.parts = more.parts ?? [];
  }
}

export function createClient<Signal>(options: ClientOptions<Signal>): Client<Signal> {
  const call = createCall(options);
  const read = <Body>(path: string, expected: readonly string[], signal?: Signal): Promise<Body> =>
    call<Body>({ method: 'GET', path, expected, ...(signal === undefined ? {} : { signal }) });
  return {
    pools: (signal) => read(routes.pools, ['now', 'pools'], signal),
    pool: (name, signal) => read(fill(routes.pool, name), ['now', 'pool', 'nodes', 'jobRequests', 'problems'], signal),
    series: (name, signal, span) => {
      const query =
        span === undefined ? '' : `?from=${encodeURIComponent(span.from)}&to=${encodeURIComponent(span.to)}`;
      return read(fill(routes.series, name) + query, ['at', 'queued', 'instances'], signal);
    },
    log: (name, before, signal) =>
      read(fill(routes.log, name) + (before === null ? '' : `?${logCursor}=${before}`), ['entries', 'next'], signal),
    explain: (name, text, signal) =>
      call({
        method: 'POST',
        path: fill(routes.explain, name),
        body: { text },
        expected: ['demands', 'verdict', 'words', 'nearMisses', 'fits'],
        ...(signal === undefined ? {} : { signal }),
      }),
    admission: (name, signal) =>
      read(fill(routes.admission, name), ['values', 'placeholders', 'leftOut', 'notCovered'], signal),
    runJobs: (run, project, signal) =>
      read(`${routes.runJobs.replace(':run', String(run))}?project=${encodeURIComponent(project)}`, ['jobs'], signal),
  };
}

export interface Call<Signal> {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly path: string;
  /** Members that an answer of ours has at least. */
  readonly expected: readonly string[];
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: Signal;
}

/** One request with everything that it carries; throws `ServiceProblem`. */
export function createCall<Signal>(options: ClientOptions<Signal>): <Body>(call: Call<Signal>) => Promise<Body> {
  const base = options.baseUrl.replace(/\/+$/, '');
  return async <Body>(call: Call<Signal>): Promise<Body> => {
    const token = await options.getToken();
    const headers = {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(await options.jobHeaders?.()),
      accept: 'application/json',
      [organizationHeader]: options.organization,
      ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...call.headers,
    };
    const { answer, text } = await exchange(options.fetch, base, call.path, {
      method: call.method,
      headers,
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      ...(call.signal === undefined ? {} : { signal: call.signal }),
    });
    const body = parse(text);
    if (!answer.ok) throw refusal(answer, body);
    if (!hasAll(body, call.expected)) throw strangeAnswer(base, answer.status);
    return body as Body;
  };
}

/** `route` with its parts filled in, each as one segment whatever signs it has. */
export function fill(route: string, pool: string, part = ''): string {
  return route
    .replace(':pool', () => encodeURIComponent(pool))
    .replace(/:(validation|token|whatIf)/, () => encodeURIComponent(part));
}

async function exchange<Signal>(fetch: Fetch<Signal>, base: string, path: string, init: Parameters<Fetch<Signal>>[1]) {
  try {
    const answer = await fetch(base + path, init);
    return { answer, text: await answer.text() };
  } catch (cause) {
    // A request that the page itself gave up is no problem to show: the caller knows its own signal.
    throw isAbort(cause) ? cause : unreachable(base, cause);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // A proxy's page of HTML, or nothing at all: the callers say what that means beside the status.
    return null;
  }
}

function hasAll(body: unknown, keys: readonly string[]): boolean {
  return typeof body === 'object' && body !== null && keys.every((key) => key in body);
}

function isAbort(cause: unknown): boolean {
  return typeof cause === 'object' && cause !== null && 'name' in cause && cause.name === 'AbortError';
}

function refusal(answer: Answer, body: unknown): ServiceProblem {
  const retryAfterMs = readRetryAfter(answer.headers.get('retry-after'));
  if (hasAll(body, ['code', 'message', 'nextStep'])) {
    const problem = body as Problem;
    const { correlationId, problems, ...part } = problem;
    const parts = problems ?? (part.field === null ? [] : [part]);
    const more = { status: answer.status, correlationId, retryAfterMs, parts };
    return new ServiceProblem(problem.code, problem.message, problem.nextStep, more);
  }
  const message = `Weir's service answered with status ${answer.status} and no explanation.`;
  return new ServiceProblem('ANSWER_UNREADABLE', message, withoutWords(answer.status), {
    status: answer.status,
    retryAfterMs,
  });
}

/** Weir explains every refusal, so without words something else spoke: what that usually is, by status. */
function withoutWords(status: number): string {
  const between = 'Something between this page and the service, such as a proxy, answered in its place.';
  if (status === 401 || status === 403)
    return `${between} It may want a sign-in of its own, which a page in Azure DevOps cannot give: let it pass requests to Weir.`;
  if (status === 404 || status === 410) return `${between} Check that it passes the whole path on to Weir.`;
  if (status === 413 || status === 431) return `${between} It allows less than Weir does: raise its limits.`;
  if (status === 429) return `${between} Too many requests came at once: this page waits and asks again.`;
  if (status >= 500)
    return `${between} Weir may be starting, or down. Look at the log of the service and of the proxy.`;
  return `${between} Look at its log.`;
}

function readRetryAfter(header: string | null): number | null {
  const seconds = header === null || header.trim() === '' ? Number.NaN : Number(header);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
}

function unreachable(base: string, cause: unknown): ServiceProblem {
  const message = `Weir's service at ${base} does not answer.`;
  const nextStep = 'Check that the service runs, that this browser can reach it and that its certificate is trusted.';
  return new ServiceProblem('SERVICE_UNREACHABLE', message, nextStep, { cause });
}

function strangeAnswer(base: string, status: number): ServiceProblem {
  const message = `What answers at ${base} is not Weir's service, or is another version of it.`;
  return new ServiceProblem('ANSWER_UNREADABLE', message, 'Check the address of the service.', { status });
}
