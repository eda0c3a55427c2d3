// Plain reads of Azure Resource Manager by path, for what the SDK of virtual machines does not know or would cut down.
import { isHtml, isSuccess } from '../answer.ts';
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
  const first = await get(context, path, apiVersion, more);
  return first === null ? null : await allPages(context, fieldsOf(first, 'page'));
}

/** A later page that is not there is a list that was not read to its end. */
async function allPages(context: CallContext, first: Fields): Promise<readonly Fields[]> {
  const rows: Fields[] = [];
  let page = first;
  for (let pages = 1; pages <= maximumPages; pages += 1) {
    rows.push(...(page.objects('value') ?? []));
    const next = page.text('nextLink') ?? '';
    if (next === '') return rows;
    page = await pageAt(context, next);
  }
  throw new CloudError('unreadable', operation, `The list goes on after ${maximumPages} pages.`);
}

async function pageAt(context: CallContext, url: string): Promise<Fields> {
  return fieldsOf(parseJson((await successAt(context, url)).body, operation), 'page');
}

/** Null for what is not there; the parsed answer otherwise. */
export async function get(
  context: CallContext,
  path: string,
  apiVersion: string,
  more: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const answer = await answerTo(context, addressOf(context, path, { 'api-version': apiVersion, ...more }));
  return answer === null ? null : parseJson(answer.body, operation);
}

/** Null for what is not there; what a missing answer means, `failure.ts` alone says. */
async function answerTo(context: CallContext, url: string): Promise<HttpResponse | null> {
  try {
    return await successAt(context, url);
  } catch (error) {
    if (error instanceof CloudError && error.kind === 'notFound') return null;
    throw error;
  }
}

async function successAt(context: CallContext, url: string): Promise<HttpResponse> {
  const answer = await follow(context, url);
  if (!isSuccess(answer) || isHtml(answer)) throw problemOf(operation, answer, context.clock.now());
  return answer;
}

function addressOf(context: CallContext, path: string, query: Readonly<Record<string, string>>): string {
  const url = new URL(path, context.endpoint);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}
