// From a picture of the domain to what the hub shows, with the sentence that says how a pool is doing.
import { Value } from '@sinclair/typebox/value';
import { describe, expect, it } from '@jest/globals';
import { PoolDetail } from '../../../contract/api.ts';
import '../../../service/api/stored-view.ts';
import { iso } from '../../../service/api/instant.ts';
import { sentenceOf, type SentenceInput } from '../../../service/api/sentence.ts';
import { unseenPool } from '../../../service/api/views.ts';
import type { Diagnosis } from '../../../service/domain/diagnosis.ts';
import { finding } from '../../../service/domain/verdict.ts';
import {
  bootingMachine,
  busyMachine,
  jobRequests,
  machine,
  now0,
  runningRequest,
  scene,
  settings,
  stale,
  unknown,
} from '../../builders.ts';
import { detailOf } from './pool-scene.ts';

describe('the view of a pool', () => {
  const busyPool = scene({
    machines: [machine(1), busyMachine(2, 40), bootingMachine(3)],
    requests: [runningRequest(40, 2, { jobName: 'Build <b>' }), ...jobRequests(2, {}, 50)],
    capacity: 3,
  });

  it('counts what runs, waits, idles and boots, and is what the contract says', () => {
    const detail = detailOf(busyPool);
    expect(Value.Check(PoolDetail, detail)).toBe(true);
    expect(detail.pool).toMatchObject({
      scaleSet: 'agents',
      state: 'healthy',
      queued: 2,
      running: 1,
      agentsIdle: 1,
      agentsBusy: 1,
      agentsStarting: 1,
      instances: 3,
      maximum: 10,
      observedAt: new Date(now0).toISOString(),
    });
    expect(detail.problems).toEqual([]);
  });

  it('names the standby that the clock asks for, where the pool has a schedule', () => {
    const schedule = { timeZone: 'UTC', days: Array.from({ length: 7 }, () => ({ '00:00:00': 4 })) };
    const scheduled = settings({ schedule, desiredIdle: 1, maxCapacity: 10 });
    expect(unseenPool(scheduled, now0).pool.standby).toBe(4);
    expect(unseenPool({ ...scheduled, maxCapacity: 3 }, now0).pool.standby).toBe(3);
    expect(unseenPool({ ...scheduled, schedule: null }, now0).pool.standby).toBe(1);
  });

  it('shows each machine with its job and each job with its verdict, and no placeholder', () => {
    const detail = detailOf(busyPool);
    expect(detail.nodes).toHaveLength(3);
    const busy = detail.nodes.find((node) => node.state === 'assigned');
    expect(busy).toMatchObject({ requestId: 40, jobName: 'Build <b>', isOnline: true });
    expect(detail.jobRequests.map(({ requestId, state }) => [requestId, state])).toEqual([
      [40, 'running'],
      [50, 'queued'],
      [51, 'queued'],
    ]);
    expect(detail.jobRequests[0]).toMatchObject({ verdict: 'running', agentName: busy?.agentName });
    for (const request of detail.jobRequests) expect(request.words).not.toBe('');
  });

  it('tells what went wrong inside a machine', () => {
    const failures = [{ source: 'CustomScript', code: 'VMExtensionProvisioningError', message: 'Exit code 1.' }];
    const detail = detailOf(scene({ machines: [bootingMachine(1, 1000, { instance: { failures } })] }));
    expect(detail.nodes[0]?.failure).toBe('CustomScript: Exit code 1. (VMExtensionProvisioningError)');
  });

  it('is degraded, with the reason, while a part of it could not be read', () => {
    const detail = detailOf(scene({}, { agents: stale([], 'Azure DevOps answered 503.') }));
    expect(detail.pool.state).toBe('degraded');
    expect(detail.problems).toEqual(['The agents could not be read: Azure DevOps answered 503.']);
    expect(detail.pool.sentence).toBe('The agents could not be read: Azure DevOps answered 503');
    expect(detail.pool.observedAt).toBe(new Date(now0 - 60_000).toISOString());
  });

  it('says when it never saw a part', () => {
    expect(detailOf(scene({}, { jobRequests: unknown([]) })).pool.observedAt).toBeNull();
    expect(detailOf(scene({}, { lanes: [], laneProblem: 'The scale set is gone.' }))).toMatchObject({
      problems: ['The scale set is gone.'],
      pool: { state: 'degraded', observedAt: null },
    });
  });

  it('is at its maximum only while jobs wait for it', () => {
    const full = { machines: [busyMachine(1, 40)], requests: [runningRequest(40, 1)], capacity: 1 };
    expect(detailOf(scene(full), { maxCapacity: 1 }).pool.state).toBe('healthy');
    const waiting = scene({ ...full, requests: [...full.requests, ...jobRequests(1, {}, 50)] });
    expect(detailOf(waiting, { maxCapacity: 1 }).pool.state).toBe('atMaximum');
  });

  it('tells of a pause and of what keeps the pool from scaling out', () => {
    expect(detailOf(scene(), { paused: true }).pool).toMatchObject({ state: 'paused' });
    expect(detailOf(scene(), {}, 'The model is being changed.').pool).toMatchObject({
      state: 'degraded',
      sentence: 'The model is being changed',
    });
  });

  it('is degraded under an alarm, whose words it says; a warning changes nothing', () => {
    const alarm = { code: 'panic', level: 'error' as const, words: 'Weir stopped: too many machines look unhealthy.' };
    const seen = detailOf(scene(), {}, null, [alarm]).pool;
    expect(seen).toMatchObject({ state: 'degraded', sentence: 'Weir stopped: too many machines look unhealthy' });
    expect(detailOf(scene(), {}, null, [{ ...alarm, level: 'warning' }]).pool.state).toBe('healthy');
    expect(detailOf(scene(), { paused: true }, null, [alarm]).pool.state).toBe('paused');
  });

  it('has banners that are read at a glance: what a machine said at length stands with its node', () => {
    const said = `VM has reported a failure (code 1) ${'of the extension '.repeat(8)}`;
    const words = `3 machines in a row did not come up (the last one says: ${said}); one more is tried now. Mend it.`;
    const { banners } = detailOf(scene(), {}, null, [{ code: 'imageFailing', level: 'warning', words }]);
    expect(banners).toEqual([
      expect.objectContaining({ words: '3 machines in a row did not come up; one more is tried now. Mend it.' }),
    ]);
  });

  it('of a pool nobody looked at yet is whole, too', () => {
    const detail = unseenPool(settings(), now0);
    expect(Value.Check(PoolDetail, detail)).toBe(true);
    expect(detail.pool).toMatchObject({ state: 'starting', scaleSet: 'agents', observedAt: null });
  });
});

describe('the sentence of a pool', () => {
  const none = { queued: 0, running: 0, agentsIdle: 0, agentsBusy: 0, agentsStarting: 0, instances: 0 };
  const waitingFor = (
    verdict: Parameters<typeof finding>[0],
    words: string,
    seconds: number | null,
    position = 1,
  ): Diagnosis => ({
    ...finding(verdict, words, { estimatedStartSeconds: seconds }),
    requestId: position,
    position,
  });
  const say = (counts: Partial<SentenceInput['counts']>, more: Partial<SentenceInput> = {}) =>
    sentenceOf({
      counts: { ...none, ...counts },
      waiting: [],
      isPaused: false,
      observedAt: now0,
      now: now0,
      problem: null,
      ...more,
    });

  it.each([
    ['All quiet: no machines', say({})],
    ['All quiet: 2 idle agents on standby', say({ agentsIdle: 2, instances: 2 })],
    ['All quiet: 1 idle agent on standby, 1 machine boots', say({ agentsIdle: 1, agentsStarting: 1, instances: 2 })],
    ['All quiet: 1 machine on the way out', say({ instances: 1 })],
    ['1 job runs', say({ running: 1, agentsBusy: 1, instances: 1 })],
    ['4 jobs run, 2 idle agents on standby', say({ running: 4, agentsIdle: 2 })],
    [
      '3 jobs wait: 2 machines boot, ready in about 70 s',
      say(
        { queued: 3, agentsStarting: 2 },
        { waiting: [waitingFor('nodeBooting', 'x', 70), waitingFor('nodeBooting', 'x', 90, 2)] },
      ),
    ],
    [
      '1 job waits: 1 machine boots',
      say({ queued: 1, agentsStarting: 1 }, { waiting: [waitingFor('starting', 'x', null)] }),
    ],
    [
      '2 jobs wait: No agent has the capability npm',
      say(
        { queued: 2, agentsStarting: 1 },
        {
          waiting: [
            waitingFor('nodeBooting', 'x', 70),
            waitingFor('noAgentMatches', 'No agent has the capability npm.', null, 2),
          ],
        },
      ),
    ],
    [
      '1 job waits: The pool is at its maximum of 10',
      say({ queued: 1 }, { waiting: [waitingFor('poolAtMaximum', 'The pool is at its maximum of 10.', 300)] }),
    ],
    [
      // What a machine said stands with the job and the node; the sentence stays one that is read at a glance.
      '1 job waits: 3 machines in a row did not come up in the scale set "agents (Linux)"; one is being tried now',
      say(
        { queued: 1 },
        {
          waiting: [
            waitingFor(
              'imageFailing',
              `3 machines in a row did not come up in the scale set "agents (Linux)" (the last one says: exit (1) ${'x'.repeat(200)}); one is being tried now.`,
              null,
            ),
          ],
        },
      ),
    ],
    ['Paused: Weir starts and removes no machines, and 2 jobs wait', say({ queued: 2 }, { isPaused: true })],
    ['Weir has not seen both clouds yet', say({}, { observedAt: null })],
  ])('is "%s"', (words, said) => {
    expect(said).toBe(words);
  });
});

describe('an instant', () => {
  it.each([0, 1, 59_999, 60_000, now0 + 7.9, -1, -60_001.5, Date.UTC(2028, 1, 29, 23, 59, 59, 999)])(
    'of %d ms is written as everybody writes it',
    (at) => {
      expect(iso(at)).toBe(new Date(at).toISOString());
    },
  );
});
