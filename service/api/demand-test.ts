// What would become of a job with certain demands: one more request is put into the newest picture, and diagnosed.
import type { DemandAnswer } from '../../contract/diagnosis.ts';
import { decide } from '../domain/decide.ts';
import { declaredImages } from '../domain/declared-images.ts';
import { diagnoser } from '../domain/diagnosis.ts';
import { agentsIn, factsIn, nearMissesIn } from '../domain/facts.ts';
import type { JobRequest } from '../domain/job-request.ts';
import type { Memory } from '../domain/memory.ts';
import { nearMissOf, oneForEachImage } from '../domain/near-miss.ts';
import type { Observation } from '../domain/observation.ts';
import type { PoolSettings } from '../domain/pool.ts';
import { iso } from './instant.ts';
import { nameOfRequest } from './views.ts';

/** As the controller kept it. */
export interface Picture {
  readonly observation: Observation;
  readonly memory: Memory;
}

export function testDemands(picture: Picture, settings: PoolSettings, demands: readonly string[]): DemandAnswer {
  const request = requestFor(picture.observation, demands);
  const { jobRequests } = picture.observation;
  const observation: Observation = {
    ...picture.observation,
    jobRequests: { ...jobRequests, value: [...jobRequests.value, request] },
  };
  const pass = decide(observation, settings, picture.memory);
  const diagnosis = diagnoser(observation, pass.nodes, settings, pass.memory)(request);
  const names = new Map(jobRequests.value.map((one) => [one.requestId, nameOfRequest(one)]));
  const placeholders = new Map(observation.placeholders.map((one) => [one.agentId, one.image]));
  const agents = observation.agents.value.map((agent) => {
    const state = agent.isOnline ? (agent.assignedRequestId === null ? 'idle' : 'busy') : 'offline';
    const image = placeholders.get(agent.agentId) ?? null;
    return nearMissOf(request, agent, image === null ? state : 'can be started', image);
  });
  const rows = oneForEachImage([...agents, ...declaredImages(request, observation, settings)]);
  const found = nearMissesIn(diagnosis.evidence);
  const misses = found.length > 0 ? found : rows.filter((row) => row.fails.length > 0);
  return {
    demands: [...demands],
    verdict: diagnosis.verdict,
    words: diagnosis.words,
    nextStep: diagnosis.nextStep,
    resolvesItself: diagnosis.resolvesItself,
    estimatedStartSeconds: diagnosis.estimatedStartSeconds,
    nearMisses: misses.slice(0, 50).map(({ of, name, state, fails }) => ({ of, name, state, fails: [...fails] })),
    facts: [...factsIn(diagnosis.evidence, (id) => names.get(id) ?? `job request ${id}`)],
    agents: [...agentsIn(diagnosis.evidence)],
    fits: rows
      .filter((row) => row.fails.length === 0)
      .slice(0, 50)
      .map(({ of, name, state }) => ({ of, name, state })),
    pictureAt: iso(observation.now),
  };
}

/** Queued just now, by nobody, behind all others. */
function requestFor(observation: Observation, demands: readonly string[]): JobRequest {
  const last = observation.jobRequests.value.reduce((most, one) => Math.max(most, one.requestId), 0);
  return {
    requestId: last + 1,
    queuedAt: observation.now,
    assignedAt: null,
    receivedAt: null,
    finishedAt: null,
    result: null,
    lockedUntil: null,
    demands,
    reservedAgentId: null,
    matchedAgentIds: null,
    jobName: 'the job that you test',
    definitionName: null,
    runName: null,
    runId: null,
    projectId: null,
    statusMessage: null,
  };
}
