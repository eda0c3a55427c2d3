// What a verdict stands on, and how long it says that the machine takes: a wiped one less than a new one.
import { describe, expect, it } from '@jest/globals';
import type { JobRequest } from '../../../service/domain/job-request.ts';
import { diagnose } from '../../../service/domain/diagnosis.ts';
import { nodesOf } from '../../../service/domain/node.ts';
import type { Observation } from '../../../service/domain/observation.ts';
import type { PoolSettings } from '../../../service/domain/pool.ts';
import {
  busyMachine,
  jobRequest,
  memory as memoryOf,
  scene,
  settings as settingsOf,
  usedMachine,
} from '../../builders.ts';

const memory = memoryOf();
const tell = (request: JobRequest, observation: Observation, settings: PoolSettings = settingsOf()) =>
  diagnose(request, observation, nodesOf(observation, settings, memory), settings, memory);
const one = (overrides: Partial<JobRequest> = {}): JobRequest => jobRequest({ requestId: 1, ...overrides });
const alone = (request: JobRequest, parts: Parameters<typeof scene>[0] = {}) =>
  tell(request, scene({ ...parts, requests: [request] }));

describe('a verdict', () => {
  it('gets a machine that has run its job once that is wiped, which takes less than a new one', () => {
    const [first, second] = [one(), jobRequest({ requestId: 2 })];
    const observation = scene({ machines: [usedMachine(1)], requests: [first, second] });
    expect(tell(first, observation)).toMatchObject({
      ...{ verdict: 'nodeReimaging', estimatedStartSeconds: 105 },
      evidence: [
        { kind: 'node', node: 'agents_1' },
        { kind: 'bootTime', of: 'reimage', usualSeconds: 90, boots: 0 },
      ],
    });
    expect(tell(second, observation)).toMatchObject({ verdict: 'starting', estimatedStartSeconds: 165 });
    // At the maximum, too: it makes no further machine.
    expect(tell(first, observation, settingsOf({ maxCapacity: 1 })).verdict).toBe('nodeReimaging');
  });

  it('never has a verdict without evidence', () => {
    const kinds = (parts: Parameters<typeof scene>[0], more: Partial<PoolSettings> = {}) =>
      tell(one(), scene({ ...parts, requests: [one()] }), settingsOf(more)).evidence.map(({ kind }) => kind);
    expect(kinds({})).toEqual(['bootTime']);
    expect(kinds({}, { paused: true })).toEqual(['setting']);
    expect(kinds({ machines: [busyMachine(1, 9)] }, { maxCapacity: 1 })).toEqual(['room']);
    expect(alone(one({ result: 'canceled' })).evidence).toMatchObject([{ kind: 'times', result: 'canceled' }]);
  });
});
