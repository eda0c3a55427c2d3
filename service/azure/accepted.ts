// What it takes for Azure to have taken a mutation, and what may be named in one.
import assert from 'node:assert/strict';
import { isHtml } from '../answer.ts';
import type { Accepted, HttpResponse } from '../ports.ts';
import type { CallContext } from './plain-call.ts';
import { problemOf } from './failure.ts';

/** The operation's own URL comes first, for its body carries the reason of a failure. */
export function accepted(context: CallContext, operation: string, answer: HttpResponse): Accepted {
  if (isHtml(answer)) throw problemOf(operation, answer, context.clock.now());
  return { operationUrl: answer.headers['azure-asyncoperation'] ?? answer.headers.location ?? null };
}

/** Nothing empty, and never `*`, which Azure takes for every instance (azure-wire.md 6.8). */
export function assertInstanceId(instanceId: string): void {
  assert(/^[\w-]+$/.test(instanceId), `"${instanceId}" is not an instance id`);
}
