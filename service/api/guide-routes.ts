// The guide to an image of one's own: commands filled with names, which the service only writes and never runs.
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { ImageGuide, ImageGuideRequest } from '../../contract/image-guide.ts';
import { guideRoutes } from '../../contract/routes.ts';
import { guideFaults, guideSteps } from '../domain/image-guide.ts';
import { UserProblem } from '../problem.ts';
import { poolOf } from './access.ts';
import { answers, secured } from './answers.ts';
import { ManyProblems } from './problem-answer.ts';

export function guideRoutesOf(fastify: FastifyInstance): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  app.post(
    guideRoutes.imageGuide,
    {
      config: { access: 'read' },
      schema: {
        summary: 'The steps to an image of one’s own, as commands',
        security: secured,
        params: Type.Object({ pool: Type.String() }),
        body: ImageGuideRequest,
        response: answers(ImageGuide, 'Nothing is done by it: people run the commands.'),
      },
    },
    (request) => {
      const faults = guideFaults(request.body).map(
        ({ field, message }) => new UserProblem('GUIDE_NAME', message, { field, nextStep: 'Write another name.' }),
      );
      const [first] = faults;
      if (first !== undefined) throw new ManyProblems(first, faults);
      const steps = guideSteps(request.body, poolOf(request).settings.scaleSet);
      return { steps: steps.map((one) => ({ ...one })) };
    },
  );
}
