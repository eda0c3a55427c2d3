// How a job request and a job message refer to the pipeline and to its run.

import type { RequestRecord } from './state.ts';

export function definitionReference(request: RequestRecord, base: string): unknown {
  const project = `${base}/${request.projectId}`;
  return {
    _links: {
      web: { href: `${project}/_build/definition?definitionId=${request.definition.id}` },
      self: { href: `${project}/_apis/build/Definitions/${request.definition.id}` },
    },
    ...request.definition,
  };
}

export function ownerReference(request: RequestRecord, base: string): unknown {
  const project = `${base}/${request.projectId}`;
  return {
    _links: {
      web: { href: `${project}/_build/results?buildId=${request.owner.id}` },
      self: { href: `${project}/_apis/build/Builds/${request.owner.id}` },
    },
    ...request.owner,
  };
}
