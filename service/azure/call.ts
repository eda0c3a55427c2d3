// One call through @azure/arm-compute over our own `Send`. Each call has a client of its own, so that whatever requests
// the SDK makes inside are bounded by one deadline and their raw answers are kept: the SDK loses the reason of many
// failures (azure-wire.md 1.4), and its models are not what `translate.ts` reads.
import { ComputeManagementClient } from '@azure/arm-compute';
import { type HttpClient, createHttpHeaders } from '@azure/core-rest-pipeline';
import { isSuccess, noAnswer } from '../answer.ts';
import type { Clock, HttpResponse, Random, Send } from '../ports.ts';
import { CloudError } from '../problem.ts';
import { retryRead } from '../retry.ts';
import { problemOf } from './failure.ts';
import { isAllowedHost } from './endpoint.ts';
import type { Tokens } from './token.ts';

export interface CallContext {
  readonly send: Send;
  readonly tokens: Tokens;
  readonly endpoint: URL;
  readonly scope: string;
  readonly clock: Clock;
  readonly random: Random;
  /** A signal that aborts after that many milliseconds on the wall; none in virtual time. */
  readonly deadline: ((milliseconds: number) => AbortSignal) | null;
}

const callTimeoutMs = 60_000;

/** Sends a read, at most three times. Gives all answers in order; the last one is a success. */
export async function read(
  context: CallContext,
  operation: string,
  subscriptionId: string,
  ask: (client: ComputeManagementClient) => Promise<unknown>,
): Promise<readonly HttpResponse[]> {
  const signal = context.deadline?.(callTimeoutMs);
  return retryRead(context, signal, () => once(context, operation, subscriptionId, signal, ask));
}

/** Sends a mutation exactly once and gives the answer that accepted it: a second POST would do it twice. */
export async function mutate(
  context: CallContext,
  operation: string,
  subscriptionId: string,
  start: (client: ComputeManagementClient) => { submitted(): Promise<void> },
): Promise<HttpResponse> {
  const signal = context.deadline?.(callTimeoutMs);
  // A poller that nobody awaits turns a refused request into an unhandled rejection (azure-wire.md, fact 2).
  const [answer] = await once(context, operation, subscriptionId, signal, (client) => start(client).submitted());
  return answer;
}

/** A PUT of a whole body, which the SDK's models would cut down to what they know; sent exactly once. */
export async function put(
  context: CallContext,
  operation: string,
  path: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<HttpResponse> {
  const url = new URL(path, context.endpoint).href;
  const request = { method: 'PUT', url, headers: { ...headers, 'content-type': 'application/json' }, body };
  const answer = await authorized(context, request, context.deadline?.(callTimeoutMs)).catch((cause: unknown) => {
    throw noAnswer(operation, cause);
  });
  if (!isSuccess(answer)) throw problemOf(operation, answer, context.clock.now());
  return answer;
}

/** A GET of the URL of an operation, as Azure gave it, with our token. */
export async function follow(context: CallContext, operationUrl: string): Promise<HttpResponse> {
  const operation = 'followOperation';
  const request = { method: 'GET', url: operationUrl, headers: { accept: 'application/json' } };
  const signal = context.deadline?.(callTimeoutMs);
  return retryRead(context, signal, async () => {
    const answer = await authorized(context, request, signal).catch((cause: unknown) => {
      throw noAnswer(operation, cause);
    });
    if (answer.status >= 500) throw problemOf(operation, answer, context.clock.now());
    return answer;
  });
}

async function once(
  context: CallContext,
  operation: string,
  subscriptionId: string,
  signal: AbortSignal | undefined,
  ask: (client: ComputeManagementClient) => Promise<unknown>,
): Promise<[HttpResponse, ...HttpResponse[]]> {
  const answers: HttpResponse[] = [];
  const stopped: unknown[] = [];
  const client = tappedClient(context, subscriptionId, signal, answers, stopped);
  const thrown = await ask(client).then(
    () => null,
    (cause: unknown) => cause,
  );
  if (stopped.length > 0) throw noAnswer(operation, stopped[0]);
  const [first, ...rest] = answers;
  if (first === undefined) throw thrown instanceof Error ? thrown : new Error(`${operation} sent nothing`);
  const last = answers.at(-1);
  // What the SDK thinks of a success's body does not matter: the translator reads it.
  if (last !== undefined && !isSuccess(last)) throw problemOf(operation, last, context.clock.now());
  return [first, ...rest];
}

/** The tap sits where the SDK would open a socket, below all of its policies: it sees every answer, retries or not. */
function tappedClient(
  context: CallContext,
  subscriptionId: string,
  signal: AbortSignal | undefined,
  answers: HttpResponse[],
  stopped: unknown[],
): ComputeManagementClient {
  const httpClient: HttpClient = {
    sendRequest: async (request) => {
      try {
        const headers = request.headers.toJSON();
        const body = typeof request.body === 'string' ? { body: request.body } : {};
        const answer = await authorized(
          context,
          { method: request.method, url: request.url, headers, ...body },
          signal,
        );
        answers.push(answer);
        return { request, status: answer.status, headers: createHttpHeaders(answer.headers), bodyAsText: answer.body };
      } catch (cause) {
        stopped.push(cause);
        throw cause;
      }
    },
  };
  const client = new ComputeManagementClient(noCredential, subscriptionId, {
    endpoint: context.endpoint.origin,
    httpClient,
    allowInsecureConnection: context.endpoint.protocol === 'http:',
    retryOptions: { maxRetries: 0 },
    redirectOptions: { maxRetries: 0 },
  });
  // It refuses plain http, which the sandbox speaks on loopback, and caches a token per client; `authorized` does its part.
  client.pipeline.removePolicy({ name: 'bearerTokenAuthenticationPolicy' });
  return client;
}

const noCredential = {
  getToken: (): Promise<never> => Promise.reject(new Error('the tap authorizes requests, not the SDK')),
};

/** The token goes to Azure's own hosts only, whatever a link in an answer says. */
export async function authorized(
  context: CallContext,
  request: {
    readonly method: string;
    readonly url: string;
    readonly headers: Record<string, string>;
    readonly body?: string;
  },
  signal: AbortSignal | undefined,
): Promise<HttpResponse> {
  if (!isAllowedHost(context.endpoint, request.url)) {
    throw new CloudError(
      'unreadable',
      request.method,
      `Azure named an address that is not its own: ${request.url.replace(/\?.*$/, '')}`,
    );
  }
  const token = await context.tokens.token(context.scope, signal);
  const { 'accept-encoding': _, ...headers } = request.headers;
  const answer = await context.send({ ...request, headers: { ...headers, authorization: `Bearer ${token}` } }, signal);
  if (answer.status === 401) context.tokens.forget(context.scope);
  return answer;
}
