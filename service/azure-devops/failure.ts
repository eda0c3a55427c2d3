// What an error of Azure DevOps means for us. Its `typeKey` says more than the status, and a token that it does not like
// gets a sign-in page rather than a 401 (azure-devops-wire.md 0).
import { isHtml, kindOfStatus, retryAfterMs } from '../answer.ts';
import type { HttpResponse } from '../ports.ts';
import { CloudError, type CloudErrorKind } from '../problem.ts';

/** `code` of the problem is the `typeKey`; null where the body carries none. */
export function problemOf(operation: string, answer: HttpResponse, now: number): CloudError {
  const { typeKey, message } = readException(answer.body);
  const rest = retryAfterMs(answer.headers, now);
  const words = isHtml(answer) ? 'with a page of HTML' : (message ?? answer.body.slice(0, 200));
  return new CloudError(
    kindOf(answer, typeKey),
    operation,
    `${operation}: Azure DevOps answered ${answer.status} ${words}`.trim(),
    {
      status: answer.status,
      ...(typeKey === null ? {} : { code: typeKey }),
      ...(rest === null ? {} : { retryAfterMs: rest }),
    },
  );
}

function kindOf(answer: HttpResponse, typeKey: string | null): CloudErrorKind {
  if (answer.status === 429) return 'throttled';
  if (typeKey?.endsWith('NotFoundException') === true) return 'notFound';
  if (typeKey !== null && /(Exists|Conflict|JobStillRunning)Exception$/.test(typeKey)) return 'conflict';
  if (typeKey !== null && /^(AccessDenied|UnauthorizedRequest)/.test(typeKey)) return 'denied';
  if (answer.status >= 500 || answer.status === 408) return 'unavailable';
  return answer.status === 203 || isHtml(answer) ? 'denied' : kindOfStatus(answer.status);
}

/** `{ message, typeName, typeKey, errorCode, eventId }`, where the body is that. */
function readException(body: string): { readonly typeKey: string | null; readonly message: string | null } {
  try {
    const raw: unknown = JSON.parse(body);
    if (typeof raw !== 'object' || raw === null) return { typeKey: null, message: null };
    return {
      typeKey: 'typeKey' in raw && typeof raw.typeKey === 'string' ? raw.typeKey : null,
      message: 'message' in raw && typeof raw.message === 'string' ? raw.message : null,
    };
  } catch {
    return { typeKey: null, message: null };
  }
}
