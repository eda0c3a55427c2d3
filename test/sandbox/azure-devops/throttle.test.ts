// The budget of 200 units in five minutes: headers first, then late answers, then refusals (azure-devops-wire.md 8).
import { describe, expect, it } from '@jest/globals';
import { createThrottle } from '../../../sandbox/azure-devops/throttle.ts';
import { minute, scene, second, type Answer, type Scene } from './organization.ts';

const pools = '_apis/distributedtask/pools?api-version=7.1';
const tokens = { weir: { name: 'weir', rights: 63 }, person: { name: 'person', rights: 63 } };

const budgeted = (unitsPerCall = 2): Scene => scene({ throttle: createThrottle({ unitsPerCall }), tokens });

/** The answer, and how long it was kept back. */
async function asked(on: Scene, token = 'weir'): Promise<{ readonly answer: Answer; readonly seconds: number }> {
  const before = on.now();
  const waiting = on.ask('GET', pools, undefined, { token });
  await new Promise((resolve) => setImmediate(resolve));
  for (let at = on.emulator.nextAnswerAt(); at !== null; at = on.emulator.nextAnswerAt()) on.pass(at - on.now());
  return { answer: await waiting, seconds: (on.now() - before) / 1000 };
}

async function askedOften(on: Scene, times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) await asked(on);
}

describe('an identity', () => {
  it('hears nothing of its budget in the first half of it, and then how much is left', async () => {
    const on = budgeted();
    await askedOften(on, 49);
    expect((await asked(on)).answer.headers['x-ratelimit-remaining']).toBeUndefined();
    expect((await asked(on)).answer.headers).toMatchObject({
      'x-ratelimit-resource': 'Core',
      'x-ratelimit-limit': '200',
      'x-ratelimit-remaining': '98',
    });
  });

  it('is asked for a rest with Retry-After on an answer of 200, before anything is late', async () => {
    const on = budgeted();
    await askedOften(on, 90);
    on.pass(minute);
    const { answer, seconds } = await asked(on);
    expect([answer.status, seconds]).toEqual([200, 0]);
    // The first call leaves the window after five minutes, and two of them have to.
    expect(answer.headers['retry-after']).toBe('240');
    expect(Number(answer.headers['x-ratelimit-reset'])).toBe((on.now() + 240 * second) / 1000);
  });

  it('gets its answers later and later beyond its budget, and is then refused', async () => {
    const on = budgeted(10);
    await askedOften(on, 20);
    const delays: number[] = [];
    for (let count = 0; count < 10; count += 1) delays.push((await asked(on)).seconds);
    expect(delays).toEqual([0, 3, 6, 9, 12, 15, 18, 21, 24, 27]);
    expect((await asked(on)).answer.status).toBe(429);
  });

  it('is refused far beyond it, and served again after the rest that it was asked for', async () => {
    const on = budgeted(100);
    await askedOften(on, 3);
    const { answer } = await asked(on);
    expect(answer).toMatchObject({ status: 429, json: { message: expect.stringContaining('TF400733') } });
    on.pass(Number(answer.headers['retry-after']) * second);
    expect((await asked(on)).answer.status).toBe(200);
  });

  it('has had its effect by the time that the late answer comes', async () => {
    const on = budgeted(110);
    await askedOften(on, 2);
    const waiting = on.ask('POST', pools, { name: 'late' }, { token: 'weir' });
    await new Promise((resolve) => setImmediate(resolve));
    const names = (await on.rows(pools, { token: 'person' })).map((pool) => pool.name);
    expect([names.includes('late'), on.emulator.nextAnswerAt()]).toEqual([true, on.now() + 6 * second]);
    on.pass(6 * second);
    expect((await waiting).headers['x-ratelimit-delay']).toBe('6');
  });

  it('does not pay for another', async () => {
    const on = budgeted(100);
    await askedOften(on, 3);
    expect((await asked(on)).answer.status).toBe(429);
    expect((await asked(on, 'person')).answer.status).toBe(200);
  });

  it('has all of it back when it was silent for five minutes', async () => {
    const on = budgeted(100);
    await askedOften(on, 4);
    on.pass(5 * minute);
    const { answer, seconds } = await asked(on);
    expect([answer.status, seconds, answer.headers['retry-after']]).toEqual([200, 0, undefined]);
  });
});

it('an agent polls as often as it likes', async () => {
  const on = scene({ throttle: createThrottle({ unitsPerCall: 150 }), tokens });
  const agent = await on.goOnline('a', {});
  for (let count = 0; count < 10; count += 1) {
    const poll = agent.poll();
    on.pass(minute);
    expect((await poll).status).toBe(202);
  }
});
