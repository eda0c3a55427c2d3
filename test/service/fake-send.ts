// A hand-written `Send`: answers in the order given and keeps what was asked. No cloud's behaviour lives here.
import type { HttpRequest, HttpResponse, Send } from '../../service/ports.ts';

/** An answer, something to reject with, or a look at the request. */
export type Scripted =
  HttpResponse | Error | ((request: HttpRequest, signal?: AbortSignal) => HttpResponse | Promise<HttpResponse>);

export interface FakeSend {
  readonly send: Send;
  readonly requests: HttpRequest[];
}

/** A request that nobody expected fails the test, for it is one too many. */
export function fakeSend(...script: readonly Scripted[]): FakeSend {
  const requests: HttpRequest[] = [];
  const send: Send = async (request, signal) => {
    const next = script[requests.length];
    requests.push(request);
    if (next === undefined) throw new Error(`unexpected request ${requests.length}: ${request.method} ${request.url}`);
    if (next instanceof Error) throw next;
    return typeof next === 'function' ? next(request, signal) : next;
  };
  return { send, requests };
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  };
}

export function empty(status: number, headers: Record<string, string> = {}): HttpResponse {
  return { status, headers, body: '' };
}

export function html(status: number): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: '<!DOCTYPE html><html><body>Sign in</body></html>',
  };
}

export function reset(): Error {
  return Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
}
