// Calls of Azure Resource Manager without its SDK, and what every call needs. Tasks come here too, so nothing here asks for more than
// what Node 20 has.
import { isSuccess, noAnswer } from '../answer.ts';
import type { Clock, HttpResponse, Random, Send } from '../ports.ts';
import { CloudError } from '../problem.ts';
import { retryRead } from '../retry.ts';
import { isAllowedHost } from './endpoint.ts';
import { problemOf } from './failure.ts';
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

export const callTimeoutMs = 60_000;

/** A body that the SDK's models would cut down to what they know; sent exactly once. */
export async function write(
  context: CallContext,
  operation: string,
  method: 'PUT' | 'PATCH' | 'POST',
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<HttpResponse> {
  const url = new URL(path, context.endpoint).href;
  const json = { ...headers, 'content-type': 'application/json' };
  const request = { method, url, headers: json, body: JSON.stringify(body) };
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
