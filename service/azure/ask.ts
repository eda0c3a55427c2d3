// Plain reads of Azure Resource Manager by path, for what the SDK of virtual machines does not know or would cut down.
import { isHtml, isSuccess, kindOfStatus } from '../answer.ts';
import type { HttpResponse } from '../ports.ts';
import { CloudError } from '../problem.ts';
import { fieldsOf, parseJson, type Fields } from '../wire.ts';
import { problemOf } from './failure.ts';
import { follow, type CallContext } from './plain-call.ts';

/** Null for what is not there; throws `CloudError` for all else that is no success. */
export async function found(
  context: CallContext,
  path: string,
  apiVersion: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Fields | null> {
  const body = await get(context, path, apiVersion, more);
  return body === null ? null : fieldsOf(body, path.slice(path.lastIndexOf('/') + 1));
}

/** The whole answer with its etag, which Azure writes into the body or the header. */
export async function foundToChange(
  context: CallContext,
  path: string,
  apiVersion: string,
  more: Readonly<Record<string, string>>,
): Promise<{ readonly fields: Fields; readonly etag: string | null } | null> {
  const answer = await answerTo(context, addressOf(context, path, { 'api-version': apiVersion, ...more }));
  if (answer === null) return null;
  const fields = fieldsOf(parseJson(answer.body, operation), path.slice(path.lastIndexOf('/') + 1));
  return { fields, etag: fields.text('etag') ?? answer.headers.etag ?? null };
}

const operation = 'readFacts';
const maximumPages = 100;

/** All pages of a list; empty where there is none. */
export async function list(
  context: CallContext,
  path: string,
  apiVersion: string,
  more: Readonly<Record<string, string>> = {},
): Promise<readonly Fields[]> {
  return (await listOrNull(context, path, apiVersion, more)) ?? [];
}

/** Null where what would have the list is not there. */
export async function listOrNull(
  context: CallContext,
  path: string,
  apiVersion: string,
  more: Readonly<Record<string, string>> = {},
): Promise<readonly Fields[] | null> {
  const rows: Fields[] = [];
  let page = await get(context, path, apiVersion, more);
  if (page === null) return null;
  for (let pages = 0; page !== null && pages < maximumPages; pages += 1) {
    const fields = fieldsOf(page, 'page');
    rows.push(...(fields.objects('value') ?? []));
    const next = fields.text('nextLink') ?? '';
    if (next === '') return rows;
    page = await ask(context, next);
  }
  if (page === null) return rows;
  throw new CloudError('unreadable', operation, `The list goes on after ${maximumPages} pages.`);
}

export function get(
  context: CallContext,
  path: string,
  apiVersion: string,
  more: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  return ask(context, addressOf(context, path, { 'api-version': apiVersion, ...more }));
}

async function ask(context: CallContext, url: string): Promise<unknown> {
  const answer = await answerTo(context, url);
  return answer === null ? null : parseJson(answer.body, operation);
}

async function answerTo(context: CallContext, url: string): Promise<HttpResponse | null> {
  const answer = await follow(context, url);
  if (kindOfStatus(answer.status) === 'notFound') return null;
  if (!isSuccess(answer) || isHtml(answer)) throw problemOf(operation, answer, context.clock.now());
  return answer;
}

function addressOf(context: CallContext, path: string, query: Readonly<Record<string, string>>): string {
  const url = new URL(path, context.endpoint);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}
