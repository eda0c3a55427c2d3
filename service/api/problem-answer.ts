// Whatever goes wrong in a request becomes one problem document with a code; never a stack, never a token.
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Problem } from '../../contract/api.ts';
import { isApiProblemCode, problemCodes, statusOf, type ApiProblemCode } from '../../contract/problem-codes.ts';
import { CloudError, UserProblem } from '../problem.ts';
import { schemaProblem } from './schema-words.ts';

type Part = Omit<Problem, 'correlationId' | 'problems'>;

/** Several things wrong with one document, told at once. */
export class ManyProblems extends UserProblem {
  readonly all: readonly UserProblem[];

  constructor(first: UserProblem, all: readonly UserProblem[]) {
    super(first.code, first.message, {
      nextStep: first.nextStep,
      ...(first.field === null ? {} : { field: first.field }),
      ...(first.value === null ? {} : { value: first.value }),
    });
    this.all = all;
  }
}

/** How long whoever asked should rest, beside the problem itself. */
export class RestProblem extends UserProblem {
  readonly retryAfterSeconds: number;

  constructor(code: ApiProblemCode, message: string, retryAfterSeconds: number) {
    super(code, message);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export function answerProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toProblem(error);
  const status = statusOf(problem.code);
  if (status >= 500) {
    request.log.error(
      { code: problem.code, correlationId: request.id, cause: wordsFor(error, request) },
      problem.message,
    );
  } else {
    request.log.debug({ code: problem.code, correlationId: request.id }, problem.message);
  }
  if (status === 401) void reply.header('www-authenticate', 'Bearer');
  if (problem instanceof RestProblem) void reply.header('retry-after', String(problem.retryAfterSeconds));
  return send(reply.code(status), request.id, problem);
}

/** The same document for what never becomes a request, such as a broken request line. */
export function problemText(code: ApiProblemCode, message: string, correlationId: string): string {
  return JSON.stringify({ ...partOf(new UserProblem(code, message)), correlationId });
}

function send(reply: FastifyReply, correlationId: string, problem: UserProblem): FastifyReply {
  const document: Problem = {
    ...partOf(problem),
    correlationId,
    ...(problem instanceof ManyProblems ? { problems: problem.all.map(partOf) } : {}),
  };
  // Serialized here: a refused request may belong to a route whose schema knows no problems.
  return reply
    .header('content-type', 'application/problem+json; charset=utf-8')
    .serializer((body: Problem) => JSON.stringify(body))
    .send(document);
}

function partOf({ code, message, field, value, nextStep }: UserProblem): Part {
  const known = isApiProblemCode(code) ? problemCodes[code].nextStep : '';
  return { code, message, field, value, nextStep: nextStep === '' ? known : nextStep };
}

function toProblem(error: unknown): UserProblem {
  // Its words name hosts and ports: they are for our log.
  if (error instanceof UserProblem && error.code === 'DB_UNAVAILABLE') {
    return new UserProblem('DB_UNAVAILABLE', 'The database does not answer.');
  }
  if (error instanceof UserProblem) return error;
  if (error instanceof CloudError) {
    const rest = Math.ceil((error.retryAfterMs ?? 10_000) / 1000);
    return new RestProblem('CLOUD_UNAVAILABLE', 'Azure DevOps or Azure does not answer as it should.', rest);
  }
  return (
    fromFastify(error as Partial<FastifyError>) ?? new UserProblem('UNEXPECTED', 'Something went wrong inside Weir.')
  );
}

const fastifyCodes: Readonly<Record<string, readonly [ApiProblemCode, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['BODY_TOO_LARGE', 'The body is too large.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['HTTP_INVALID', 'The body has another length than its header says.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['CONTENT_TYPE', 'The body is not sent as JSON.'],
  FST_ERR_CTP_EMPTY_TYPE: ['CONTENT_TYPE', 'The body is sent without a type.'],
  FST_ERR_BAD_URL: ['HTTP_INVALID', 'The path of the address is not well formed.'],
  FST_ERR_ASYNC_CONSTRAINT: ['HTTP_INVALID', 'The request is not well formed.'],
  FST_ERR_MAX_PARAM_LENGTH: ['ROUTE_NOT_FOUND', 'There is nothing at this address.'],
};

function fromFastify(error: Partial<FastifyError>): UserProblem | null {
  const [first, ...others] = error.validation ?? [];
  if (first !== undefined) return schemaProblem([first, ...others]);
  const known = fastifyCodes[error.code ?? ''];
  return known === undefined ? null : new UserProblem(...known);
}

/** The cause in words for our own log; whoever wrote them, the token of the request is not among them. */
function wordsFor(error: unknown, request: FastifyRequest): string {
  const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const token = request.headers.authorization?.slice('Bearer '.length).trim() ?? '';
  return token === '' ? words : words.replaceAll(token, '[token]');
}
