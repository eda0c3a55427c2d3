// The typed client: what it sends, and what each kind of failure becomes.
import { describe, expect, it } from '@jest/globals';
import { createClient, ServiceProblem, type Answer } from '../../contract/client.ts';

interface Sent {
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, string>;
}

function clientOf(answer: () => Answer | Promise<Answer>) {
  const sent: Sent[] = [];
  let tokens = 0;
  const client = createClient<AbortSignal>({
    baseUrl: 'https://weir.example.com/',
    organization: 'https://dev.azure.com/fabrikam',
    getToken: () => Promise.resolve(`token ${String((tokens += 1))}`),
    fetch: async (url, { method, headers }) => {
      sent.push({ url, method, headers });
      return answer();
    },
  });
  return { client, sent };
}

const answerOf = (status: number, body: unknown, headers: Record<string, string> = {}): Answer => ({
  ok: status < 400,
  status,
  headers: { get: (name) => headers[name.toLowerCase()] ?? null },
  text: () => Promise.resolve(typeof body === 'string' ? body : JSON.stringify(body)),
});

const problemOf = async (question: Promise<unknown>): Promise<ServiceProblem> => {
  const caught: unknown = await question.catch((cause: unknown) => cause);
  if (!(caught instanceof ServiceProblem)) throw new Error(`No ServiceProblem: ${String(caught)}`);
  return caught;
};

describe('the client', () => {
  it('sends the organization and a token that it asks for anew each time', async () => {
    const { client, sent } = clientOf(() => answerOf(200, { now: '', pools: [] }));
    await client.pools();
    await client.pools();
    expect(sent).toMatchObject([
      {
        url: 'https://weir.example.com/v1/pools',
        method: 'GET',
        headers: { authorization: 'Bearer token 1', 'x-weir-organization': 'https://dev.azure.com/fabrikam' },
      },
      { headers: { authorization: 'Bearer token 2' } },
    ]);
  });

  it('puts any name into an address as one segment', async () => {
    const { client, sent } = clientOf(() => answerOf(200, { at: [], queued: [], instances: [] }));
    await client.series('a/b ../$& ü');
    expect(sent[0]?.url).toBe('https://weir.example.com/v1/pools/a%2Fb%20..%2F%24%26%20%C3%BC/series');
  });

  it('pages the log towards the past', async () => {
    const { client, sent } = clientOf(() => answerOf(200, { entries: [], next: null }));
    await client.log('linux', null);
    await client.log('linux', 42);
    expect(sent.map(({ url }) => url)).toEqual([
      'https://weir.example.com/v1/pools/linux/log',
      'https://weir.example.com/v1/pools/linux/log?before=42',
    ]);
  });

  it('passes on the problem of the service word for word, with how long to rest', async () => {
    const body = {
      code: 'THROTTLED',
      message: 'Too many questions.',
      field: null,
      value: null,
      nextStep: 'Wait.',
      correlationId: 'c1',
    };
    const { client } = clientOf(() => answerOf(429, body, { 'retry-after': '7' }));
    expect(await problemOf(client.pool('linux'))).toMatchObject({
      code: 'THROTTLED',
      message: 'Too many questions.',
      nextStep: 'Wait.',
      status: 429,
      correlationId: 'c1',
      retryAfterMs: 7000,
    });
  });

  it('says that something else answered when an error is no problem of ours', async () => {
    const { client } = clientOf(() => answerOf(502, '<html>Bad gateway</html>'));
    const problem = await problemOf(client.pools());
    expect(problem).toMatchObject({ code: 'ANSWER_UNREADABLE', status: 502, retryAfterMs: null });
    expect(problem.message).toContain('502');
  });

  it.each([
    [401, 'sign-in of its own'],
    [403, 'sign-in of its own'],
    [404, 'the whole path'],
    [413, 'raise its limits'],
    [429, 'waits and asks again'],
    [500, 'starting, or down'],
    [302, 'Look at its log'],
  ])('has a next step of its own for a status %d without words', async (status, words) => {
    const { client } = clientOf(() => ({ ...answerOf(status, ''), ok: false }));
    expect((await problemOf(client.pools())).nextStep).toContain(words);
  });

  it('hands on what is wrong with each field, also where it is one field only', async () => {
    const part = { code: 'IDLE_RANGE', message: 'too long', field: 'timeToLiveMinutes', value: '9', nextStep: 'Less.' };
    const many = clientOf(() => answerOf(400, { ...part, correlationId: 'c', problems: [part, part] }));
    expect((await problemOf(many.client.pools())).parts).toEqual([part, part]);
    const one = clientOf(() => answerOf(400, { ...part, correlationId: 'c' }));
    expect((await problemOf(one.client.pools())).parts).toEqual([part]);
    const none = clientOf(() => answerOf(400, { ...part, field: null, correlationId: 'c' }));
    expect((await problemOf(none.client.pools())).parts).toEqual([]);
  });

  it.each(['<html>Sign in</html>', '', '[]', '{"pools":[]}', 'null'])(
    'does not take %j for a list of pools',
    async (body) => {
      const { client } = clientOf(() => answerOf(200, body));
      expect(await problemOf(client.pools())).toMatchObject({ code: 'ANSWER_UNREADABLE', status: 200 });
    },
  );

  it('says that nothing answers when the network fails, also in the middle of an answer', async () => {
    const refused = clientOf(() => Promise.reject(new TypeError('fetch failed')));
    expect(await problemOf(refused.client.pools())).toMatchObject({ code: 'SERVICE_UNREACHABLE', status: 0 });
    const torn = clientOf(() => ({ ...answerOf(200, ''), text: () => Promise.reject(new TypeError('terminated')) }));
    expect(await problemOf(torn.client.pools())).toMatchObject({ code: 'SERVICE_UNREACHABLE' });
  });

  it('leaves a question that was given up to whoever gave it up', async () => {
    const { client } = clientOf(() => Promise.reject(new DOMException('aborted', 'AbortError')));
    await expect(client.pools()).rejects.toMatchObject({ name: 'AbortError' });
  });
});
