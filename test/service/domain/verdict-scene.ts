// One request of a picture and the verdict on it.
import type { JobRequest } from '../../../service/domain/job-request.ts';
import type { Memory } from '../../../service/domain/memory.ts';
import type { Observation } from '../../../service/domain/observation.ts';
import type { PoolSettings } from '../../../service/domain/pool.ts';
import { diagnose, type Diagnosis } from '../../../service/domain/diagnosis.ts';
import { nodesOf } from '../../../service/domain/node.ts';
import { jobRequest, memory as memoryOf, scene, settings as settingsOf } from '../../builders.ts';

export const tell = (
  request: JobRequest,
  observation: Observation,
  settings: PoolSettings = settingsOf(),
  memory: Memory = memoryOf(),
): Diagnosis => diagnose(request, observation, nodesOf(observation, settings, memory), settings, memory);

export const one = (overrides: Partial<JobRequest> = {}): JobRequest => jobRequest({ requestId: 1, ...overrides });

export const asking = (...demands: string[]): JobRequest => one({ demands });

export const alone = (request: JobRequest, parts: Parameters<typeof scene>[0] = {}) =>
  tell(request, scene({ ...parts, requests: [request] }));
