// What a snapshot leaves out was not captured: unknown is not zero, so nothing is destroyed and nothing asked for.
import { describe, expect, it } from '@jest/globals';
import { agentOf, decided, explained, request, scaleSet, type Machine } from './wire-picture.ts';

describe('what a snapshot leaves out is unknown, not empty', () => {
  const idle: Machine = { set: 'agents', number: 1, agent: { statusChangedOn: '2026-11-21T09:00:00Z' } };
  const whole: Record<string, unknown> = {
    now: '2026-11-22T10:00:00Z',
    jobRequests: [],
    agents: [agentOf(idle, 5)],
    scaleSets: [scaleSet('agents', {}, [idle])],
  };

  it('with everything told the idle machine goes', async () => {
    expect((await decided(whole)).decisions.map(({ kind }) => kind)).toEqual(['reclaim']);
  });

  it.each(['jobRequests', 'agents', 'scaleSets'])('without %s nothing is destroyed or asked for', async (name) => {
    for (const left of [undefined, null]) {
      const { decisions, newNodes } = await decided({ ...whole, [name]: left });
      expect([decisions.map(({ kind }) => kind), newNodes]).toEqual([['wait'], 0]);
    }
  });

  it('without the instances of a scale set that has some, neither', async () => {
    const scaleSets = [{ ...scaleSet('agents', {}, [idle]), instances: undefined }];
    const jobRequests = [request(1), request(2)];
    const { decisions, newNodes } = await decided({ ...whole, jobRequests, scaleSets });
    expect([decisions.map(({ kind }) => kind), newNodes]).toEqual([['wait'], 0]);
    const unread = await explained({ ...whole, jobRequests: [request(1)], agents: undefined });
    expect(unread[0]).toMatchObject({ verdict: 'azureDevOpsUnknown', resolvesItself: true });
  });

  it('an empty scale set needs no lists to be grown', async () => {
    const bare = {
      now: whole.now,
      jobRequests: [request(1)],
      scaleSets: [{ scaleSet: { id: '/x/a', sku: { capacity: 0 } } }],
    };
    expect(await decided(bare)).toMatchObject({ decisions: [{ kind: 'scaleOut', from: 0, to: 1 }], newNodes: 1 });
  });

  it('where the capacity is left out the machines are counted, each once', async () => {
    const { instances } = scaleSet('agents', {}, [idle]) as { readonly instances: readonly object[] };
    const twice = { scaleSet: { id: '/x/agents' }, instances: [...instances, ...instances] };
    const busy = agentOf({ ...idle, agent: { assignedRequest: { requestId: 9 } } }, 5);
    const pool = { ...whole, agents: [busy], jobRequests: [request(1)], scaleSets: [twice] };
    expect((await decided(pool)).decisions).toMatchObject([{ kind: 'scaleOut', from: 1, to: 2 }]);
  });

  it('an instant that was never set is absent', async () => {
    const never = '0001-01-01T00:00:00';
    const jobRequests = [request(1, [], { assignTime: never, receiveTime: never, finishTime: never })];
    expect((await explained({ ...whole, jobRequests }))[0]).toMatchObject({ position: 1 });
  });
});
