// The emulated agent with a job, and on a machine that stops.
import { describe, expect, it } from '@jest/globals';
import { exception, FakeWorld, linux, reply, windows } from './fake-world.ts';
import { online, kindsOf } from './online-agent.ts';

const onlineOnce = async () => {
  const world = new FakeWorld();
  await world.enrolled();
  world.requests.length = 0;
  return world;
};

describe('a job', () => {
  it('is renewed before it starts and each minute, runs for its time, and its end is told with its own token', async () => {
    const world = await online();
    world.job(41, { 'weir.sandbox.durationSeconds': '150' });
    await world.pass(300);
    const started = kindsOf(world, 'jobStarted')[0]!;
    expect(started).toMatchObject({
      requestId: 41,
      agentId: 7,
      durationSeconds: 150,
      labels: { ImageOverride: 'ubuntu-22.04', WorkFolder: '/mnt/_work' },
      workFolder: '/mnt/_work',
      image: linux.image,
    });
    const renewals = world.requests.filter((request) => request.method === 'PATCH');
    expect(renewals.map((request) => Math.round((request.at - started.at) / 1000))).toEqual([0, 60, 120]);
    expect(renewals[0]?.url).toContain('/pools/5/jobrequests/41?lockToken=00000000-0000-0000-0000-000000000000');
    const event = world.requests.find((request) => request.url.endsWith('/events'))!;
    expect(event.url).toBe(
      'https://dev.azure.com/fabrikam/project-guid/_apis/distributedtask/hubs/Build/plans/plan-41/events',
    );
    expect(event.headers.authorization).toBe('Bearer job-token');
    expect(event.at - started.at).toBe(150_000);
    expect(JSON.parse(event.body ?? '')).toEqual({
      name: 'JobCompleted',
      jobId: 'job-41',
      requestId: 41,
      result: 'succeeded',
      agentShuttingDown: false,
    });
    expect(world.messages).toEqual([]);
  });

  it('runs a minute where nothing else is said, and ends as its variable says', async () => {
    const world = await online();
    world.job(41, { 'weir.sandbox.result': 'failed' });
    await world.pass(120);
    const [started, finished] = [kindsOf(world, 'jobStarted')[0]!, kindsOf(world, 'jobFinished')[0]!];
    expect(finished.at - started.at).toBe(60_000);
    expect(finished).toMatchObject({ result: 'failed' });
  });

  it('ends canceled within seconds of a cancellation that names it', async () => {
    const world = await online();
    world.job(41, { 'weir.sandbox.durationSeconds': '3600' });
    await world.pass(120);
    world.post(7, 'JobCancellation', { jobId: 'job-40', timeout: '00:01:00' });
    await world.pass(60);
    expect(world.kinds()).not.toContain('jobFinished');
    world.post(7, 'JobCancellation', { jobId: 'JOB-41', timeout: '00:01:00' });
    await world.pass(60);
    expect(kindsOf(world, 'jobFinished')).toMatchObject([{ requestId: 41, result: 'canceled' }]);
    await world.pass(3600);
    expect(kindsOf(world, 'jobFinished')).toHaveLength(1);
  });

  it('is given up where its lock is lost', async () => {
    const world = await online();
    world.job(41, { 'weir.sandbox.durationSeconds': '3600' });
    await world.pass(90);
    world.override = (request) => (request.method === 'PATCH' ? exception(404, 'TaskAgentJobNotFoundException') : null);
    await world.pass(4000);
    expect(kindsOf(world, 'jobLost')).toMatchObject([{ requestId: 41, reason: 'the lock was lost' }]);
    expect(world.kinds()).not.toContain('jobFinished');
  });

  it('never starts where the lock cannot be renewed once', async () => {
    const world = await online();
    world.override = (request) => (request.method === 'PATCH' ? reply(500, {}) : null);
    world.job(41);
    await world.pass(300);
    expect(world.requests.filter((request) => request.method === 'PATCH')).toHaveLength(5);
    expect(world.kinds()).not.toContain('jobStarted');
  });

  it('is followed by the next one on an agent that stays', async () => {
    const world = await online();
    world.job(41);
    await world.pass(200);
    world.job(42);
    await world.pass(200);
    expect(kindsOf(world, 'jobFinished')).toMatchObject([{ requestId: 41 }, { requestId: 42 }]);
  });

  it('is the only one of a one-job agent, which ends its session and leaves a second message', async () => {
    const world = await onlineOnce();
    world.job(41);
    await world.pass(20);
    world.job(42);
    await world.pass(300);
    expect(kindsOf(world, 'jobFinished')).toMatchObject([{ requestId: 41 }]);
    expect(JSON.parse(world.requests.find((request) => request.url.endsWith('/events'))?.body ?? '')).toMatchObject({
      agentShuttingDown: true,
    });
    expect(world.asked('DELETE').filter((line) => line.includes('/sessions/'))).toHaveLength(1);
    expect(world.messages).toMatchObject([{ messageId: 2 }]);
    expect(kindsOf(world, 'agentEnded')).toMatchObject([{ exitCode: 0 }]);
    const before = world.requests.length;
    await world.pass(3600);
    expect(world.requests).toHaveLength(before);
  });
});

describe('a machine that stops', () => {
  it.each(['delete', 'eviction', 'reimage', 'deallocate'] as const)('loses its job at once on %s', async (reason) => {
    const world = await online();
    world.job(41, { 'weir.sandbox.durationSeconds': '3600' });
    await world.pass(90);
    world.machines.stopped(linux, reason, world.now);
    expect(kindsOf(world, 'jobLost')).toMatchObject([{ requestId: 41, reason }]);
    expect(kindsOf(world, 'agentEnded')).toMatchObject([{ exitCode: null }]);
    world.requests.length = 0;
    await world.pass(7200);
    expect(world.requests).toEqual([]);
    expect(world.machines.nextEventAt()).toBeNull();
  });

  it('keeps its disk over a restart, and on Linux its agent does not come back', async () => {
    const world = await online();
    world.machines.stopped(linux, 'restart', world.now);
    world.machines.booted(linux, 'restart', world.now);
    world.requests.length = 0;
    await world.pass(3600);
    expect(world.machines.filesOf(linux.vmId).has('.agent')).toBe(true);
    expect(world.requests).toEqual([]);
  });

  it('has an empty disk after a reimage, enrols anew and comes online again', async () => {
    const world = await onlineOnce();
    world.machines.stopped(linux, 'reimage', world.now);
    world.machines.booted(linux, 'reimage', world.now);
    expect(world.machines.filesOf(linux.vmId).size).toBe(0);
    await world.enrolled();
    expect(world.kinds().filter((kind) => kind === 'agentOnline')).toHaveLength(2);
  });

  it('takes up an interactive agent again after every restart', async () => {
    const world = new FakeWorld();
    world.claimAnswer = { ...world.claimAnswer, isInteractive: true, runOnce: false };
    await world.enrolled(windows);
    for (const _ of [1, 2]) {
      world.machines.booted(windows, 'restart', world.now);
      await world.pass(60);
      world.machines.stopped(windows, 'restart', world.now);
    }
    expect(world.kinds().filter((kind) => kind === 'agentOnline')).toHaveLength(2);
  });
});
