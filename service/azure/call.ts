// One call through @azure/arm-compute over our own `Send`. Each call has a tap of its own, so that whatever requests
// the SDK makes inside are bounded by one deadline and their raw answers are kept: the SDK loses the reason of many
// failures (azure-wire.md 1.4), and its models are not what `translate.ts` reads. The client is shared: to make one, and to put
// its policies in order, takes longer than a call.
import { AsyncLocalStorage } from 'node:async_hooks';
import { ComputeManagementClient } from '@azure/arm-compute';
import { type HttpClient, createHttpHeaders } from '@azure/core-rest-pipeline';
import { isSuccess, noAnswer } from '../answer.ts';
import type { HttpResponse } from '../ports.ts';
import { retryRead } from '../retry.ts';
import { problemOf } from './failure.ts';
import { authorized, callTimeoutMs, type CallContext } from './plain-call.ts';

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

async function once(
  context: CallContext,
  operation: string,
  subscriptionId: string,
  signal: AbortSignal | undefined,
  ask: (client: ComputeManagementClient) => Promise<unknown>,
): Promise<[HttpResponse, ...HttpResponse[]]> {
  const tap: Tap = { signal, answers: [], stopped: [] };
  const { answers, stopped } = tap;
  const client = clientOf(context, subscriptionId);
  const thrown = await taps
    .run(tap, () => ask(client))
    .then(
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

/** What one call sent, and what came back. */
interface Tap {
  readonly signal: AbortSignal | undefined;
  readonly answers: HttpResponse[];
  /** What kept a request from its answer. */
  readonly stopped: unknown[];
}

const taps = new AsyncLocalStorage<Tap>();
const clients = new WeakMap<CallContext, Map<string, ComputeManagementClient>>();

function clientOf(context: CallContext, subscriptionId: string): ComputeManagementClient {
  const known = clients.get(context) ?? new Map<string, ComputeManagementClient>();
  clients.set(context, known);
  const client = known.get(subscriptionId) ?? tappedClient(context, subscriptionId);
  known.set(subscriptionId, client);
  return client;
}

/** The tap sits where the SDK would open a socket, below all of its policies: it sees every answer, retries or not. */
function tappedClient(context: CallContext, subscriptionId: string): ComputeManagementClient {
  const httpClient: HttpClient = {
    sendRequest: async (request) => {
      const tap = taps.getStore();
      if (tap === undefined) throw new Error('The SDK sent a request outside of every call.');
      const { signal, answers, stopped } = tap;
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
