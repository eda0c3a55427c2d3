// The four addresses that machines ask, none with a token: the attested document is what they show.
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Problem } from '../../contract/api.ts';
import { CloudError, UserProblem } from '../problem.ts';
import { ClaimRequest } from './claim.ts';
import { ClaimRefused } from './claim-refused.ts';
import type { Enrolment } from './enrolment.ts';
import { TrialReportRequest } from './trial-claim.ts';
import { linuxScript, windowsScript, type Script } from './script.ts';

const enrolmentPaths = {
  nonce: '/v1/enrolment/nonce',
  claims: '/v1/enrolment/claims',
  reports: '/v1/enrolment/reports',
} as const;

/** How much one source may ask is bounded by the API that these addresses stand in (`RateLimits.anonymous`). */
export function registerEnrolmentRoutes(app: FastifyInstance, enrolment: Enrolment): void {
  const secret = { errorHandler: answerProblem, bodyLimit: 65_536 };
  app.post(enrolmentPaths.nonce, secret, async (_request, reply) => {
    void reply.header('cache-control', 'no-store');
    return await enrolment.issueNonce();
  });
  app.post<{ Body: ClaimRequest }>(
    enrolmentPaths.claims,
    { ...secret, schema: { body: ClaimRequest } },
    async (request, reply) => {
      void reply.header('cache-control', 'no-store');
      return await enrolment.claim(request.body);
    },
  );
  app.post<{ Body: TrialReportRequest }>(
    enrolmentPaths.reports,
    { ...secret, schema: { body: TrialReportRequest } },
    async (request, reply) => {
      const isTaken = await enrolment.report(request.body);
      return await reply.code(isTaken ? 200 : 410).send({ isTaken });
    },
  );
  for (const script of [linuxScript, windowsScript]) serve(app, script);
}

function serve(app: FastifyInstance, script: Script): void {
  app.get(script.path, async (_request, reply) => {
    void reply.header('cache-control', 'public, max-age=300').type('text/plain; charset=us-ascii');
    return await Promise.resolve(script.text);
  });
}

/** What is not ours to explain goes on to the service's own handler of errors. */
function answerProblem(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): void {
  if (error instanceof UserProblem) {
    const status = error instanceof ClaimRefused ? error.status : 422;
    void reply.code(status).send(problem(request, error.code, error.message, error.nextStep));
    return;
  }
  if (error instanceof CloudError) {
    void reply
      .code(503)
      .header('retry-after', String(Math.ceil((error.retryAfterMs ?? 10_000) / 1000)))
      .send(
        problem(
          request,
          'ENROLMENT_CLOUD',
          'Azure DevOps did not take the agent now.',
          'The machine tries again by itself.',
        ),
      );
    return;
  }
  if ('validation' in error && error.validation !== undefined) {
    void reply
      .code(400)
      .send(
        problem(
          request,
          'ENROLMENT_BODY',
          `The request has another shape: ${error.message}.`,
          'Send what enableagent sends.',
        ),
      );
    return;
  }
  throw error;
}

function problem(request: FastifyRequest, code: string, message: string, nextStep: string): Problem {
  return { code, message, field: null, value: null, nextStep, correlationId: request.id };
}
