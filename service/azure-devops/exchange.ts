// One request to Azure DevOps and its JSON answer: no redirects, JSON only, 16 MB at most (azure-devops-wire.md 0).
import { isHtml, noAnswer } from '../answer.ts';
import type { HttpResponse, Send } from '../ports.ts';
import { CloudError } from '../problem.ts';
import { parseJson } from '../wire.ts';
import { problemOf } from './failure.ts';

export interface Ask {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the organisation, beginning with `_apis/`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Left out where the resource is documented without one. */
  readonly apiVersion?: string;
  readonly body?: unknown;
}

const maximumBodyLength = 16 * 1024 * 1024;

/** Gives whatever came; throws only where no whole response did. */
export async function exchange(
  send: Send,
  organization: URL,
  authorization: string,
  operation: string,
  ask: Ask,
  signal: AbortSignal | undefined,
): Promise<HttpResponse> {
  const headers = {
    accept: 'application/json',
    authorization,
    'x-tfs-fedauthredirect': 'Suppress',
    ...(ask.body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
  };
  const body = ask.body === undefined ? {} : { body: JSON.stringify(ask.body) };
  try {
    return await send({ method: ask.method, url: addressOf(organization, ask), headers, ...body }, signal);
  } catch (cause) {
    throw noAnswer(operation, cause);
  }
}

/** The JSON of a success, null where it has no body. 203 is a sign-in page with another name. */
export function bodyOf(operation: string, answer: HttpResponse, now: number, parse = parseJson): unknown {
  const isJson = /^application\/json\b/i.test(answer.headers['content-type'] ?? '');
  if (answer.status === 204 || (answer.status === 200 && answer.body === '')) return null;
  if (![200, 201, 202].includes(answer.status) || isHtml(answer)) throw problemOf(operation, answer, now);
  if (!isJson)
    throw new CloudError(
      'unreadable',
      operation,
      `${operation}: Azure DevOps answered ${answer.headers['content-type'] ?? 'without a type'}, not JSON`,
    );
  if (answer.body.length > maximumBodyLength) {
    throw new CloudError('unreadable', operation, `${operation}: the answer is longer than 16 MB`);
  }
  return parse(answer.body, operation);
}

function addressOf(organization: URL, ask: Ask): string {
  const query = new URLSearchParams({
    ...ask.query,
    ...(ask.apiVersion === undefined ? {} : { 'api-version': ask.apiVersion }),
  }).toString();
  return `${organization.href.replace(/\/$/, '')}/${ask.path}${query === '' ? '' : `?${query}`}`;
}
