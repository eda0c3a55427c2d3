// Whether an identity has the rights that demand discovery needs, by a small look that asks for everything once or a few times.
import type { PipelinesPort } from '../pipelines-port.ts';
import { CloudError } from '../problem.ts';
import { nothingDiscovered } from './reading.ts';
import { scan } from './scan.ts';

/** Previews are the dearest reads, and a right is the same for every pipeline of a project. */
const mostProjects = 10;
const mostPreviews = 3;

/** What it may not do, in words; empty where nothing is missing. Throws `CloudError` where Azure DevOps is silent or wants a rest. */
export async function missingRightsOf(
  pipelines: PipelinesPort,
  poolId: number,
  now: () => number,
): Promise<readonly string[]> {
  const running = scan({ pipelines: few(pipelines), poolId, before: nothingDiscovered, now });
  for (;;) {
    const step = await running.next();
    if (step.done === true) return step.value.missingRights;
  }
}

function few(pipelines: PipelinesPort): PipelinesPort {
  let previews = 0;
  return {
    listProjects: async () => (await pipelines.listProjects()).slice(0, mostProjects),
    listQueues: (projectId, poolId) => pipelines.listQueues(projectId, poolId),
    readQueuePermissions: (projectId, queueId) => pipelines.readQueuePermissions(projectId, queueId),
    listPipelines: (projectId) => pipelines.listPipelines(projectId),
    listRecentRuns: (projectId, since) => pipelines.listRecentRuns(projectId, since),
    listReleaseDefinitions: (projectId) => pipelines.listReleaseDefinitions(projectId),
    preview: (projectId, pipelineId, branch) => {
      previews += 1;
      if (previews <= mostPreviews) return pipelines.preview(projectId, pipelineId, branch);
      return Promise.reject(new CloudError('invalid', 'preview', 'Enough pipelines were asked about.'));
    },
  };
}
