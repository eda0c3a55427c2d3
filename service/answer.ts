// What an HTTP answer of either cloud means before its body is read: the kind behind a status, how long to rest, and a
// page of HTML where JSON was due.
import { CloudError, type CloudErrorKind } from './problem.ts';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function isSuccess(answer: Answer): boolean {
  return answer.status >= 200 && answer.status < 300;
}

/** The kind of a status that is no success. A redirect is a sign-in page that we did not ask for. */
export function kindOfStatus(status: number): CloudErrorKind {
  if (status === 401 || status === 403 || status === 407 || (status >= 300 && status < 400)) return 'denied';
  if (status === 404 || status === 410) return 'notFound';
  if (status === 409 || status === 412) return 'conflict';
  if (status === 429) return 'throttled';
  return status === 408 || status >= 500 ? 'unavailable' : 'invalid';
}

/** A page for people: an expired sign-in or a proxy answered instead of the cloud. */
export function isHtml(answer: Answer): boolean {
  return /\bhtml\b/i.test(answer.headers['content-type'] ?? '') || /^\s*<(!doctype|html)/i.test(answer.body);
}

/**
 * `Retry-After` as seconds or as an instant. An instant is measured from the answer's own `Date`, so that the cloud's
 * clock is never compared with ours; without one, from `now`. Null where there is none that can be read.
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>, now: number): number | null {
  const text = headers['retry-after']?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  const until = Date.parse(text);
  if (Number.isNaN(until)) return null;
  const from = Date.parse(headers.date ?? '');
  return Math.max(0, until - (Number.isNaN(from) ? now : from));
}

/** Whatever stopped a request before a whole response came: the outcome is unknown. */
export function noAnswer(operation: string, cause: unknown): CloudError {
  if (cause instanceof CloudError) return cause;
  const words = cause instanceof Error ? cause.message : String(cause);
  return new CloudError('unavailable', operation, `${operation}: no answer (${words})`, { cause });
}
