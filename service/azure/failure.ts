// What an error of Azure Resource Manager means for us. The same code says different things and different codes say the
// same (azure-wire.md 3, "Capacity, quota, SKU errors"), so this file alone turns them into kinds.
import { isHtml, isSuccess, kindOfStatus, retryAfterMs } from '../answer.ts';
import type { HttpResponse } from '../ports.ts';
import { CloudError, type CloudErrorKind } from '../problem.ts';

/** `code` is the outer one; `message` also carries what lies inside, for the SDK would have dropped it. */
export interface AzureFailure {
  readonly code: string;
  readonly message: string;
  readonly target: string | null;
  readonly isOutOfCapacity: boolean;
}

/** The error of an answer that is no success, or is a page of HTML. */
export function problemOf(operation: string, answer: HttpResponse, now: number): CloudError {
  const failure = readFailure(parsedOrNull(answer.body));
  const rest = retryAfterMs(answer.headers, now);
  const words = failure === null ? answer.body.slice(0, 200) : `${failure.code}: ${namingPolicies(failure.message)}`;
  return new CloudError(
    kindOf(answer, failure),
    operation,
    `${operation}: Azure answered ${answer.status} ${words}`.trim(),
    {
      status: answer.status,
      ...(failure === null ? {} : { code: failure.code }),
      ...(rest === null ? {} : { retryAfterMs: rest }),
    },
  );
}

/** `{ error: {…} }` or the bare object, as Microsoft's own sample of a 429 has it; null where the body is no error. */
export function readFailure(body: unknown): AzureFailure | null {
  const outer = record(record(body)?.error) ?? record(body);
  if (outer === null || typeof outer.code !== 'string') return null;
  const chain = [outer, ...inside(outer, 0)];
  const codes = chain.map((error) => text(error.code));
  const message = chain.map((error) => text(error.message)).join(' ');
  const inner = chain.slice(1).map((error) => `${text(error.code)}: ${text(error.message)}`);
  return {
    code: outer.code,
    message: [text(outer.message), ...inner].join(' | '),
    target: typeof outer.target === 'string' ? outer.target : null,
    isOutOfCapacity: codes.some((code) => isCapacityCode(code)) || isQuota(codes, message),
  };
}

/** Azure names the policies as JSON within its sentence, with ids longer than the sentence; people need their names. */
function namingPolicies(message: string): string {
  return message.replace(/\s*Policy identifiers: '(\[.*?\}\])'\.?/g, (whole, json: string) => {
    const names = assignmentsIn(json);
    return names.length === 0 ? whole : ` The polic${names.length === 1 ? 'y is' : 'ies are'} ${names.join(', ')}.`;
  });
}

function assignmentsIn(json: string): readonly string[] {
  const policies = parsedOrNull(json);
  if (!Array.isArray(policies)) return [];
  return policies.flatMap((one: unknown) => {
    const name = text(record(record(one)?.policyAssignment)?.name);
    return name === '' ? [] : [`"${name}"`];
  });
}

function kindOf(answer: HttpResponse, failure: AzureFailure | null): CloudErrorKind {
  if (isSuccess(answer)) return isHtml(answer) ? 'denied' : 'unreadable';
  const kind = kindOfStatus(answer.status);
  if (kind === 'notFound') return kindOfMissing(failure);
  const isAboutTheRequest = kind === 'conflict' || kind === 'invalid' || kind === 'denied';
  return isAboutTheRequest && failure?.isOutOfCapacity === true ? 'outOfCapacity' : kind;
}

/** A full subnet is here too: what helps is the same, to rest the scale set and tell a person. */
function isCapacityCode(code: string): boolean {
  return /^(ZonalAllocationFailed|AllocationFailed|Overconstrained\w*|SkuNotAvailable|QuotaExceeded|SubnetIsFull|InsufficientSubnetSize)$/i.test(
    code,
  );
}

/**
 * A 404 of the subscription or of the kind of resource is of who looks and how, never of what was looked for: an identity
 * of another tenant sees no subscription at all, and nothing in it is gone for that. One without an error of Azure is
 * somebody else's page.
 */
function kindOfMissing(failure: AzureFailure | null): CloudErrorKind {
  if (failure === null) return 'unreadable';
  if (/^(SubscriptionNotFound|InvalidSubscriptionId|MissingSubscription)$/i.test(failure.code)) return 'denied';
  return /^(InvalidResource(Namespace|Type)|NoRegisteredProviderFound)$/i.test(failure.code) ? 'invalid' : 'notFound';
}

/** Of the very machine that was asked for, or of the scale set around it; the rest of Azure's 404s say nothing of it. */
export function isMachineGone(error: unknown): boolean {
  if (!(error instanceof CloudError) || error.kind !== 'notFound') return false;
  return /^(Resource|ParentResource)?NotFound$/i.test(error.code ?? '');
}

/** `OperationNotAllowed` is quota only by its text; else it is throttling or a set marked for deletion. */
function isQuota(codes: readonly string[], message: string): boolean {
  return (
    codes.some((code) => code.toLowerCase() === 'operationnotallowed') &&
    /\bquota\b/i.test(message) &&
    !/marked for deletion/i.test(message)
  );
}

type Raw = Readonly<Record<string, unknown>>;

/** Errors lie in `innererror` and in `details`; ten levels are more than Azure nests. */
function inside(error: Raw, depth: number): readonly Raw[] {
  if (depth >= 10) return [];
  const details: readonly unknown[] = Array.isArray(error.details) ? error.details : [];
  const nested = [...details, error.innererror].map(record).filter((item) => item !== null);
  return nested.flatMap((item) => [...(typeof item.code === 'string' ? [item] : []), ...inside(item, depth + 1)]);
}

function record(value: unknown): Raw | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Raw) : null;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function parsedOrNull(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return null;
  }
}
