// The eight modes reach the wire as their names say, and in each of them the cloud has done what it was asked for.
import { describe, expect, it } from '@jest/globals';
import { Faults } from '../../../sandbox/world/faults.ts';
import { VirtualClock } from '../../../sandbox/world/virtual-clock.ts';
import { createAzureDevOps } from '../../../service/azure-devops/client.ts';
import type { HttpResponse, Send } from '../../../service/ports.ts';

const whole = JSON.stringify({ count: 1, value: [{ id: 3, name: 'agent', enabled: true, status: 'online' }] });

/** One DELETE and one list under one mode; `asked` is what reached the cloud. */
async function under(mode: string) {
  const clock = new VirtualClock(0);
  const faults = new Faults({
    ...{ seed: 1, startAt: 0, onFault: () => undefined },
    strengths: { [mode]: { rate: 1, everySeconds: 1, lastsSeconds: 1 } },
  });
  const asked: string[] = [];
  const cloud: Send = (request) => {
    asked.push(request.method);
    const answer: HttpResponse = { status: 200, headers: { 'content-type': 'application/json' }, body: whole };
    return Promise.resolve(answer);
  };
  const send = faults.between(cloud, clock);
  const port = createAzureDevOps({
    ...{ send, clock, random: { next: () => 0 } },
    organization: new URL('https://dev.azure.com/fabrikam'),
    authorization: () => Promise.resolve('Bearer weir'),
  });
  const settled = async <T>(work: Promise<T>): Promise<unknown> => {
    const state = { isDone: false };
    const end = work.then(
      (value) => value,
      (problem: unknown) => problem,
    );
    void end.finally(() => (state.isDone = true));
    while (!state.isDone) {
      await new Promise((resolve) => setImmediate(resolve));
      const at = clock.nextWakeAt();
      if (at !== null) clock.reach(at);
    }
    return await end;
  };
  return {
    list: await settled(port.listAgents(1)),
    deleted: await settled(port.deleteAgent(1, 3)),
    asked,
    clock,
    faults,
  };
}

describe('a body or a connection that breaks', () => {
  it.each([
    ['p', 'unavailable', 60],
    ['pc', 'unavailable', 0],
    ['pa', 'unavailable', 0],
    ['pn', 'unreadable', 0],
    ['n', 'unavailable', 60],
    ['nc', 'unavailable', 0],
    ['na', 'unavailable', 0],
  ])('as %s is %s, never an empty list and never "deleted"', async (mode, kind, seconds) => {
    const { list, deleted, asked, clock, faults } = await under(mode);
    expect(list).toMatchObject({ kind });
    expect(deleted).toMatchObject({ kind });
    // A read is tried again, a write is not.
    expect(asked).toEqual(kind === 'unreadable' ? ['GET', 'DELETE'] : ['GET', 'GET', 'GET', 'DELETE']);
    expect(clock.now() >= seconds * 1000 * asked.length).toBe(true);
    expect(faults.effective.get(mode)).toBe(asked.length);
  });

  it('as f comes whole and late', async () => {
    const { list, deleted, clock } = await under('f');
    expect(list).toMatchObject([{ agentId: 3 }]);
    expect([deleted, clock.now() > 1000]).toEqual(['deleted', true]);
  });
});
