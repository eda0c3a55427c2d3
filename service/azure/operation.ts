// One look at a long-running operation. `Azure-AsyncOperation` answers 200 with a status in its body even when the
// operation failed; a `Location` answers by HTTP code alone (azure-wire.md 1.2). The SDK's poller loses the outer code.
import { isHtml, isSuccess, kindOfStatus } from '../answer.ts';
import type { HttpResponse, OperationStatus } from '../ports.ts';
import { fieldsOf, parseJson } from '../wire.ts';
import { problemOf, readFailure } from './failure.ts';

/** Throws where the answer says nothing of the operation: throttled, denied, unavailable, unreadable. */
export function readOperation(answer: HttpResponse, now: number): OperationStatus {
  const operation = 'followOperation';
  if (!isSuccess(answer)) return readRefusal(operation, answer, now);
  if (isHtml(answer)) throw problemOf(operation, answer, now);
  if (answer.status === 202 && statusWord(answer.body, operation) === null) return { status: 'running' };
  const word = statusWord(answer.body, operation);
  if (word === null || /succeeded/i.test(word)) return { status: 'succeeded' };
  if (/fail/i.test(word)) return failed(parseJson(answer.body, operation), 'unknown', 'Azure gave no reason');
  if (/^cancell?ed$/i.test(word))
    return failed(parseJson(answer.body, operation), 'Canceled', 'the operation was canceled');
  return { status: 'running' };
}

/** An operation that is not there any more is unknown; another refusal of the `Location` is its failure. */
function readRefusal(operation: string, answer: HttpResponse, now: number): OperationStatus {
  const kind = kindOfStatus(answer.status);
  if (kind === 'notFound') return { status: 'unknown' };
  const problem = problemOf(operation, answer, now);
  if (kind === 'conflict' || kind === 'invalid') {
    return {
      status: 'failed',
      code: problem.code ?? 'unknown',
      message: problem.message,
      isOutOfCapacity: problem.kind === 'outOfCapacity',
    };
  }
  throw problem;
}

/** `status` of an operation, or `provisioningState` of the resource that a `Location` ends with; null where there is neither. */
function statusWord(body: string, operation: string): string | null {
  if (body.trim() === '') return null;
  const fields = fieldsOf(parseJson(body, operation), operation);
  return fields.text('status') ?? fields.object('properties')?.text('provisioningState') ?? null;
}

function failed(body: unknown, code: string, message: string): OperationStatus {
  const failure = readFailure(body) ?? { code, message, isOutOfCapacity: false };
  return { status: 'failed', code: failure.code, message: failure.message, isOutOfCapacity: failure.isOutOfCapacity };
}
