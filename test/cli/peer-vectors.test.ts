// Faults that peers had, as single pictures through `weir decide`; the same as stories in test/stories/peer-regressions.
import { describe, expect, it } from '@jest/globals';
import { agentOf, decided, explained, request, scaleSet, type Machine } from './wire-picture.ts';

const machine = (number: number, agent: object = {}): Machine => ({ set: 'agents', number, agent });
const busy = (number: number, requestId: number) => machine(number, { assignedRequest: { requestId } });
const running = (requestId: number, agentId: number) =>
  request(requestId, [], {
    assignTime: '2026-11-22T09:59:30Z',
    receiveTime: '2026-11-22T09:59:31Z',
    reservedAgent: { id: agentId },
  });
const pool = (settings: object, machines: readonly Machine[], jobRequests: readonly object[]) => ({
  settings,
  jobRequests,
  agents: machines.map((one, index) => agentOf(one, index + 1)),
  scaleSets: [scaleSet('agents', {}, machines)],
});
const taken = ['reclaim', 'reimage'];

describe('a job that was picked up', () => {
  it('makes no other machine at the next poll (KEDA 7747)', async () => {
    const picture = pool({}, [busy(1, 1)], [running(1, 1)]);
    expect(await decided(picture)).toMatchObject({ newNodes: 0, extraNodes: 0 });
  });

  it('makes none where the list of requests still shows it queued', async () => {
    expect((await decided(pool({}, [busy(1, 1)], [request(1)]))).newNodes).toBe(0);
  });

  it('makes none where the agent is reserved and does not say so yet', async () => {
    const assigned = request(1, [], { assignTime: '2026-11-22T09:59:59Z', reservedAgent: { id: 1 } });
    expect((await decided(pool({}, [machine(1)], [assigned]))).newNodes).toBe(0);
  });
});

describe('a busy machine', () => {
  it.each([0, 1])('is never taken away when the queue is empty, at standby %i (KEDA 8185)', async (desiredIdle) => {
    const machines = [busy(1, 1), busy(2, 2), machine(3, { statusChangedOn: '2026-11-22T06:00:00Z' })];
    const { decisions } = await decided(pool({ desiredIdle }, machines, [running(1, 1), running(2, 2)]));
    const gone = decisions.filter(({ kind }) => taken.includes(kind)).map(({ node }) => node);
    expect(gone).toEqual(desiredIdle === 0 ? ['agents_3'] : []);
  });

  it('stays even where there are more machines than the maximum', async () => {
    const { decisions } = await decided(
      pool({ maxCapacity: 1 }, [busy(1, 1), busy(2, 2)], [running(1, 1), running(2, 2)]),
    );
    expect(decisions.filter(({ kind }) => taken.includes(kind))).toEqual([]);
  });
});

describe('a second batch', () => {
  it('gets machines while the first still runs (KEDA 7757)', async () => {
    const machines = [busy(1, 1), busy(2, 2)];
    const picture = pool({}, machines, [running(1, 1), running(2, 2), request(3), request(4), request(5)]);
    const { decisions, newNodes } = await decided(picture);
    expect(newNodes).toBe(3);
    expect(decisions).toContainEqual(expect.objectContaining({ kind: 'scaleOut', from: 2 }));
  });

  it('counts the machines that boot for the first', async () => {
    const booting = { ...scaleSet('agents', {}, [machine(1), machine(2)]) };
    const picture = { jobRequests: [request(1), request(2), request(3)], agents: [], scaleSets: [booting] };
    const now = '2026-11-22T09:40:00Z';
    expect((await decided({ ...picture, now })).newNodes).toBe(1);
  });

  it('is served up to the maximum and not beyond', async () => {
    const machines = [busy(1, 1)];
    const jobs = [running(1, 1), ...[2, 3, 4, 5, 6].map((id) => request(id))];
    expect((await decided(pool({ maxCapacity: 3 }, machines, jobs))).newNodes).toBe(2);
  });
});

describe('no machine is asked for where none would help', () => {
  it('a job that the parallel jobs of the organisation hold back, beside one that may run', async () => {
    const statusMessage = 'The maximum number of requests for parallelism type Private is running.';
    expect((await decided(pool({}, [], [request(1, [], { statusMessage }), request(2)]))).newNodes).toBe(1);
  });

  it('an agent newer than any machine would get: idle ones are not followed by more and more', async () => {
    const asked = [request(1, ['Agent.Version -gtVersion 99.0.0'])];
    const made = [machine(1, { version: '4.260.0' }), machine(2, { version: '4.258.1' })];
    expect((await decided(pool({}, made, asked))).newNodes).toBe(0);
    expect((await explained(pool({}, made, asked)))[0]?.verdict).toBe('noAgentMatches');
    expect((await decided(pool({ agentVersion: '4.260.0' }, [], asked))).newNodes).toBe(0);
    // A machine of long ago does not tell what a new one gets.
    const old = { ...pool({}, made, asked), now: '2026-12-22T10:00:00Z' };
    expect((await decided(old)).newNodes).toBe(1);
  });

  it('a scale set that somebody deletes', async () => {
    const properties = { provisioningState: 'Deleting' };
    const going = { ...pool({}, [], [request(1)]), scaleSets: [scaleSet('agents', {}, [], { properties })] };
    expect(await decided(going)).toMatchObject({ newNodes: 0, decisions: [{ kind: 'alarm' }] });
    expect((await explained(going))[0]).toMatchObject({ verdict: 'scaleSetMissing', resolvesItself: false });
  });

  it('a machine that is being wiped: its age is no reason to give it up', async () => {
    const wiped = scaleSet('agents', {}, [machine(1)]) as { instances: { properties: object }[] };
    for (const one of wiped.instances) one.properties = { ...one.properties, provisioningState: 'Updating' };
    const picture = { ...pool({}, [], [request(1)]), scaleSets: [wiped] };
    expect(await decided(picture)).toMatchObject({ decisions: [], newNodes: 0 });
    expect((await explained(picture))[0]).toMatchObject({ verdict: 'nodeReimaging', estimatedStartSeconds: 95 });
  });
});

it.each(['online', 'offline'])(
  'an agent that updates itself, %s: the job waits for it, and nobody has to act',
  async (status) => {
    const changing = machine(1, {
      status,
      statusChangedOn: '2026-11-22T09:59:40Z',
      pendingUpdate: { currentState: 'x' },
    });
    const [told] = await explained(pool({}, [changing], [request(1)]));
    expect(told).toMatchObject({ verdict: 'agentUpdating', resolvesItself: true });
    const other = machine(2, { statusChangedOn: '2026-11-22T09:59:50Z' });
    expect((await explained(pool({}, [changing, other], [request(1)])))[0]?.verdict).toBe('starting');
  },
);
