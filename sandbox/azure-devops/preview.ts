// The dry run of a pipeline: it answers the final YAML that is kept for the branch, or fails as the service does, with a
// PipelineValidationException whose message has a line for each error (pipelines-and-yaml.md 1.1).

import { asBody, object, optional, text, type Body } from './body.ts';
import { ok, type Handler } from './call.ts';
import { VssError } from './errors.ts';
import { findPipeline } from './pipelines.ts';

export const previewPipeline: Handler = (organization, call) => {
  const { pipeline } = findPipeline(organization, call, 'pipelineId');
  const body = asBody(call.body());
  if (pipeline.classic !== null)
    throw new VssError(400, 'InvalidPipelineException', `Pipeline ${pipeline.name} is not a YAML pipeline.`);
  const override = optional(body, 'yamlOverride', text);
  if (override !== undefined) return ok({ finalYaml: override });
  const branch = branchIn(body) ?? pipeline.defaultBranch;
  const found = Object.hasOwn(pipeline.yaml, branch) ? pipeline.yaml[branch] : undefined;
  if (found === undefined)
    throw validation(`/${pipeline.file}: File not found in repository at branch refs/heads/${branch}.`);
  if (typeof found !== 'string') throw validation(found.error);
  return ok({ finalYaml: found });
};

/** `resources.repositories.self.refName`, as a short name. */
function branchIn(body: Body): string | null {
  const resources = optional(body, 'resources', object);
  const repositories = resources === undefined ? undefined : optional(resources, 'repositories', object);
  const self = repositories === undefined ? undefined : optional(repositories, 'self', object);
  const name = self === undefined ? undefined : optional(self, 'refName', text);
  return name?.replace(/^refs\/heads\//, '') ?? null;
}

const validation = (message: string): VssError => new VssError(400, 'PipelineValidationException', message);
