// The organisation can be written down and read again, in the same place of the story; and a seed gives it again whole.
import { describe, expect, it } from '@jest/globals';
import { minute, scene, second, type Scene } from './organization.ts';

async function middleOfAJob(): Promise<{ readonly on: Scene; readonly token: string }> {
  const on = scene();
  const agent = await on.goOnline('weir-0001');
  await on.register('placeholder', { userCapabilities: { Priority: 'High' } });
  await on.queue([], { 'weir.durationSeconds': '60' });
  await on.queue(['Priority -equals high']);
  on.pass(2 * second);
  await agent.poll();
  return { on, token: agent.token };
}

describe('a saved organisation', () => {
  it('goes on where it was, in another emulator', async () => {
    const { on, token } = await middleOfAJob();
    const file = JSON.stringify(on.emulator.exportState());
    const other = scene();
    other.emulator.importState(JSON.parse(file));
    expect(JSON.stringify(other.emulator.exportState())).toBe(file);
    expect(other.emulator.requests()).toEqual(on.emulator.requests());
    const renewed = await other.ask(
      'PATCH',
      `_apis/distributedtask/pools/${on.poolId}/jobrequests/1?lockToken=x&api-version=7.2-preview.1`,
      { requestId: 1 },
      { token },
    );
    expect(renewed.json.lockedUntil).toBe('2026-01-05T08:10:02.000Z');
    other.pass(11 * minute);
    expect(other.events.map((event) => event.kind)).toContain('jobLost');
  });

  it('is a copy: what happens afterwards changes neither side', async () => {
    const { on } = await middleOfAJob();
    const saved = on.emulator.exportState();
    const before = JSON.stringify(saved);
    on.pass(20 * minute);
    expect(JSON.stringify(saved)).toBe(before);
  });

  it.each([[null], [{}], [{ format: 'weir-sandbox-azure-devops', version: 99 }], ['text']])('is not %j', (document) => {
    expect(() => scene().emulator.importState(document)).toThrow('Not a saved Azure DevOps organisation');
  });
});

describe('the same seed', () => {
  it('gives the same organisation, answer by answer', async () => {
    const { on: one } = await middleOfAJob();
    const { on: other } = await middleOfAJob();
    const whole = (on: Scene) => JSON.stringify(on.emulator.exportState());
    expect(whole(one)).toBe(whole(other));
    expect(one.events).toEqual(other.events);
  });
});
