// The verdict where something keeps a machine from coming, where the agents are somebody else’s, and of many requests at once.
import { describe, expect, it } from '@jest/globals';
import type { Observation } from '../../../service/domain/observation.ts';
import { decide } from '../../../service/domain/decide.ts';
import { withRests } from '../../../service/domain/capacity-refusal.ts';
import { diagnoser } from '../../../service/domain/diagnosis.ts';
import {
  agent,
  bootingMachine,
  busyMachine,
  fresh,
  hour,
  jobRequests,
  lane,
  machine,
  memory as memoryOf,
  minute,
  now0,
  runningRequest,
  scaleSetId,
  scene,
  second,
  settings as settingsOf,
  stale,
  unknown,
  type Machine,
} from '../../builders.ts';
import { tell, one, asking, alone } from './verdict-scene.ts';

describe('what keeps a machine from coming', () => {
  const request = one();
  const picture = (overrides: Partial<Observation>): Observation => scene({ requests: [request] }, overrides);
  it.each<[string, Observation, string, boolean]>([
    ['agents unread', picture({ agents: stale([]) }), 'azureDevOpsUnknown', true],
    ['instances unread', picture({ lanes: [{ ...lane(), instances: unknown([]) }] }), 'azureUnknown', true],
    ['no lane read yet', picture({ lanes: [], laneProblem: 'timeout' }), 'azureUnknown', true],
    [
      'no scale set',
      picture({ lanes: [], laneProblem: "The Resource 'agents' was not found." }),
      'scaleSetMissing',
      false,
    ],
    ['no scale set in a snapshot', picture({ lanes: [], ownsEverything: true }), 'scaleSetMissing', false],
    [
      'a scale set that vanished',
      picture({
        lanes: [{ ...lane(), scaleSet: { ...lane().scaleSet, freshness: 'stale', problem: 'ResourceNotFound' } }],
      }),
      'scaleSetMissing',
      false,
    ],
    [
      'an elastic pool',
      picture({ lanes: [lane([], { tags: { _AzureDevOpsElasticPool: 'p' } })] }),
      'scaleSetContended',
      false,
    ],
  ])('%s', (_name, observation, verdict, resolvesItself) => {
    expect(tell(request, observation)).toMatchObject({ verdict, resolvesItself });
  });

  it('is a pool that is being deleted, whatever machines it still has', () => {
    for (const parts of [{}, { machines: [busyMachine(1, 9)] }, { machines: [bootingMachine(1)] }]) {
      const ending = scene({ ...parts, requests: [request] }, { isEnding: true });
      for (const paused of [false, true])
        expect(tell(request, ending, settingsOf({ paused }))).toMatchObject({
          verdict: 'agentsDisabled',
          resolvesItself: false,
          estimatedStartSeconds: null,
          words: expect.stringContaining('linux is being deleted'),
          nextStep: expect.stringContaining('another pool'),
        });
    }
  });

  it("is none where somebody else's agent takes the job of a pool that is being deleted", () => {
    const stranger = agent({ agentId: 77, name: 'mine', statusChangedAt: now0 - second });
    const ending = scene({ requests: [request], strangers: [stranger] }, { isEnding: true });
    expect(tell(request, ending)).toMatchObject({ verdict: 'starting', resolvesItself: true });
    const busy = { ...stranger, assignedRequestId: 9 };
    expect(tell(request, scene({ requests: [request], strangers: [busy] }, { isEnding: true })).verdict).toBe(
      'queuedBehind',
    );
  });

  it('is a pause that somebody made', () => {
    expect(tell(request, picture({}), settingsOf({ paused: true }))).toMatchObject({
      verdict: 'paused',
      resolvesItself: false,
    });
  });

  it('is Azure without capacity, which passes, or a quota, which does not', () => {
    const memory = memoryOf({ restUntil: { [scaleSetId]: now0 + minute } });
    expect(tell(request, picture({}), settingsOf(), memory)).toMatchObject({
      verdict: 'noCapacity',
      resolvesItself: true,
    });
    const refused = { scaleSetId, code: 'QuotaExceeded', words: 'Family vCPUs quota' };
    const diagnosis = tell(request, picture({}), settingsOf(), withRests(memory, [refused], now0));
    expect(diagnosis).toMatchObject({ verdict: 'noCapacity', resolvesItself: false });
    expect(diagnosis.nextStep).toContain('quota');
  });

  it('is the limit of parallel jobs, in the words of Azure DevOps', () => {
    const statusMessage = 'The maximum number of requests that can run for parallelism type Self-Hosted is reached.';
    expect(alone(one({ statusMessage }), { machines: [machine(1)] })).toMatchObject({
      verdict: 'parallelJobLimit',
      evidence: [{ kind: 'message', text: statusMessage }],
    });
  });

  it('is an image of which no machine comes up', () => {
    const failure = { source: 'CustomScript', code: 'ProvisioningState/failed', message: 'exit code 7' };
    const broken = (number: number) =>
      bootingMachine(number, 2 * minute, { instance: { provisioningState: 'failed', failures: [failure] } });
    const diagnosis = alone(one(), { machines: [broken(1), broken(2)] });
    expect(diagnosis).toMatchObject({ verdict: 'imageFailing', resolvesItself: false });
    expect(diagnosis.words).toContain('CustomScript says "exit code 7"');
    expect(diagnosis.evidence).toHaveLength(2);
  });
});

describe("agents that are somebody else's", () => {
  const gpu = (overrides: Parameters<typeof agent>[0]) =>
    agent({ agentId: 50, name: 'gpu', userCapabilities: { gpu: 'yes' }, ...overrides });
  it.each<[string, Parameters<typeof agent>[0], string]>([
    ['busy', { assignedRequestId: 77 }, 'queuedBehind'],
    ['disabled', { isEnabled: false }, 'agentsDisabled'],
    ['offline', { isOnline: false }, 'noAgentMatches'],
    ['idle', {}, 'starting'],
  ])('%s', (_word, overrides, verdict) => {
    const request = asking('gpu');
    const diagnosis = alone(request, { machines: [machine(1)], strangers: [gpu(overrides)] });
    expect(diagnosis.verdict).toBe(verdict);
    expect(diagnosis.words).toContain('gpu');
  });

  it.each<[string, number, Machine[], string]>([
    ['takes the job within seconds', 10 * second, [], 'starting'],
    ['does not, so a machine is made', 5 * minute, [], 'starting'],
    ['does not, so the machine that boots is for it', 5 * minute, [bootingMachine(1)], 'nodeBooting'],
  ])('of which one is idle and %s: the verdict says what is done', (_what, ago, machines, verdict) => {
    const request = one({ queuedAt: now0 - ago });
    const mine = agent({ agentId: 77, name: 'mine', statusChangedAt: now0 - hour });
    const picture = scene({ requests: [request], machines, strangers: [mine] });
    expect(decide(picture, settingsOf(), memoryOf()).newNodes).toBe(1 - machines.length);
    expect(tell(request, picture)).toMatchObject({ verdict, resolvesItself: true });
  });

  it('that Azure DevOps names as matching are believed', () => {
    const request = one({ demands: ['odd'], matchedAgentIds: [50] });
    const diagnosis = alone(request, { machines: [machine(1)], strangers: [gpu({ isEnabled: false })] });
    expect(diagnosis.verdict).toBe('agentsDisabled');
  });
});

describe('a stateful pool', () => {
  const settings = settingsOf({ recycleAfterEachUse: false });
  const tagged = { userCapabilities: { CustomCapabilities: 'big-repository' } };
  const request = asking('CustomCapabilities -equals big-repository');

  it('lets a job wait for the agent that carries its tag', () => {
    const observation = scene({ machines: [busyMachine(1, 90, { agent: tagged })], requests: [request] });
    const diagnosis = tell(request, { ...observation, jobRequests: fresh([request, runningRequest(90, 1)]) }, settings);
    expect(diagnosis).toMatchObject({ verdict: 'taggedAgentBusy', resolvesItself: true });
  });

  it('gives it the tagged agent once it is free', () => {
    const observation = scene({ machines: [machine(1, { agent: tagged })], requests: [request] });
    expect(tell(request, observation, settings).verdict).toBe('starting');
  });
});

describe('many requests of one picture', () => {
  const strange = agent({ agentId: 99, name: 'mac-mini', systemCapabilities: { 'Agent.OS': 'Darwin' } });
  const [first, ...others] = jobRequests(40, { demands: ['xcode'] });

  it('with the same demands are each told of the agents that Azure DevOps names for them', () => {
    const known = one({ requestId: 41, demands: ['xcode'], matchedAgentIds: [99] });
    const picture = scene({ requests: [...others, known], strangers: [strange] });
    const tellAll = diagnoser(picture, [], settingsOf(), memoryOf());
    expect(others.map((request) => tellAll(request).verdict)).not.toContain('starting');
    expect(tellAll(known)).toMatchObject({ verdict: 'starting', evidence: [{ agent: 'mac-mini' }] });
  });

  it('do not have the agents looked through for each of them', () => {
    let reads = 0;
    const counted = {
      ...strange,
      get agentId() {
        reads += 1;
        return 99;
      },
    };
    const picture = scene({ requests: jobRequests(40, { demands: ['xcode'] }), strangers: [counted] });
    const tellAll = diagnoser(picture, [], settingsOf(), memoryOf());
    if (first !== undefined) tellAll(first);
    reads = 0;
    for (const request of others) tellAll(request);
    expect(reads).toBe(0);
  });
});
