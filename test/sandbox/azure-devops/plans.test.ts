// What a running job reports besides its end: a timeline and logs, which only its own token may write.
import { describe, expect, it } from '@jest/globals';
import { scene, second, type Row, type Scene } from './organization.ts';

async function runningJob(): Promise<{
  readonly on: Scene;
  readonly plan: string;
  readonly token: string;
  readonly job: Row;
}> {
  const on = scene();
  const agent = await on.goOnline('weir-0001');
  await on.queue([]);
  on.pass(2 * second);
  const job = JSON.parse(String((await agent.poll()).json.body)) as Row & {
    readonly plan: Row;
    readonly variables: Readonly<Record<string, { readonly value: string }>>;
  };
  const plan = `${String(job.plan.scopeIdentifier)}/_apis/distributedtask/hubs/build/plans/${String(job.plan.planId)}`;
  return { on, plan, token: job.variables['system.accessToken']?.value ?? '', job };
}

describe('a running job', () => {
  it('writes its timeline, record by record', async () => {
    const { on, plan, token, job } = await runningJob();
    const records = `${plan}/timelines/${String(job.jobId)}/records?api-version=7.2-preview.1`;
    const sent = { count: 1, value: [{ id: job.jobId, type: 'Job', name: 'build', state: 'inProgress' }] };
    expect((await on.ask('PATCH', records, sent, { token })).json).toMatchObject({
      count: 1,
      value: [{ state: 'inProgress', lastModified: '2026-01-05T08:00:02.000Z' }],
    });
    await on.ask(
      'PATCH',
      records,
      { count: 1, value: [{ id: job.jobId, state: 'completed', result: 'succeeded' }] },
      { token },
    );
    expect(await on.rows(records)).toMatchObject([{ name: 'build', state: 'completed', result: 'succeeded' }]);
    expect((await on.ask('GET', `${plan}/timelines/${String(job.jobId)}`)).json).toMatchObject({
      records: [{ name: 'build' }],
    });
    expect((await on.ask('PATCH', records, { value: 'none' }, { token })).status).toBe(400);
  });

  it('writes its logs, which can be read line by line', async () => {
    const { on, plan, token, job } = await runningJob();
    const { id } = (await on.ask('POST', `${plan}/logs?api-version=7.2-preview.1`, { path: 'logs\\1' }, { token }))
      .json;
    const log = `${plan}/logs/${String(id)}?api-version=7.2-preview.1`;
    await on.ask('POST', log, 'one\ntwo\n', { token });
    expect((await on.ask('POST', log, 'three\n', { token })).json).toMatchObject({ id, lineCount: 3 });
    expect(await on.rows(log)).toEqual(['one', 'two', 'three']);
    expect(await on.rows(`${plan}/logs`)).toMatchObject([{ path: 'logs\\1' }]);
    expect((await on.ask('GET', `${plan}/logs/99`)).status).toBe(404);
    const feed = `${plan}/timelines/${String(job.jobId)}/records/${String(job.jobId)}/feed?api-version=7.2-preview.1`;
    expect((await on.ask('POST', feed, { count: 1, value: ['one'] }, { token })).status).toBe(204);
  });

  it('has a token for its own plan, its events included, and for nothing that manages the pool', async () => {
    const { on, token } = await runningJob();
    const { poolId } = on;
    expect(
      (await on.ask('POST', `_apis/distributedtask/pools/${poolId}/agents?api-version=7.1`, { name: 'x' }, { token }))
        .status,
    ).toBe(403);
    await on.goOnline('weir-0002');
    const queued = await on.queue([]);
    const foreign = `${String(queued.scopeId)}/_apis/distributedtask/hubs/build/plans/${String(queued.planId)}/events?api-version=7.2-preview.1`;
    expect((await on.ask('POST', foreign, { name: 'JobCompleted' }, { token })).status).toBe(403);
  });

  it('is not ended by other events, nor without a result', async () => {
    const { on, plan, token, job } = await runningJob();
    const events = `${plan}/events?api-version=7.2-preview.1`;
    expect((await on.ask('POST', events, { name: 'JobStarted', jobId: job.jobId }, { token })).status).toBe(204);
    expect((await on.ask('POST', events, { name: 'JobPaused', jobId: job.jobId }, { token })).status).toBe(400);
    expect((await on.ask('POST', events, { name: 'JobCompleted', jobId: job.jobId }, { token })).status).toBe(400);
    expect(on.emulator.requests()[0]?.result).toBeNull();
  });

  it('loses its token with its end', async () => {
    const { on, plan, token, job } = await runningJob();
    await on.ask(
      'POST',
      `${plan}/events?api-version=7.2-preview.1`,
      { name: 'JobCompleted', jobId: job.jobId, result: 0 },
      { token },
    );
    expect(on.emulator.requests()[0]?.result).toBe('succeeded');
    on.pass(second);
    expect((await on.ask('GET', `${plan}/logs`, undefined, { token })).status).toBe(401);
  });
});
