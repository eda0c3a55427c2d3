// What `weir explain` and `weir decide` say of snapshots that cannot be used.
import { describe, expect, it } from '@jest/globals';
import { callWeir, withFile } from './run-weir.ts';

describe('a broken snapshot has exit code 1 and names the place', () => {
  const now = '2026-11-22T10:00:00Z';
  it.each<[string, string, string, string]>([
    ['no JSON', '{ "now": ', 'SNAPSHOT_JSON', 'is not JSON'],
    ['a list', '[]', 'SNAPSHOT_FIELD', 'snapshot should be an object, but is a list'],
    ['no instant', '{}', 'SNAPSHOT_NOW', 'where: now'],
    [
      'a request without number',
      JSON.stringify({ now, jobRequests: [{}] }),
      'SNAPSHOT_FIELD',
      'jobRequests[0].requestId',
    ],
    [
      'an agent that is text',
      JSON.stringify({ now, agents: { value: ['a'] } }),
      'SNAPSHOT_FIELD',
      'agents[0] should be an object',
    ],
    ['a time that is none', JSON.stringify({ now: 'soon' }), 'SNAPSHOT_NOW', '"now" is no instant of the calendar.'],
    ['a day that is none', JSON.stringify({ now: '2026-02-30T10:00:00Z' }), 'SNAPSHOT_NOW', 'found: 2026-02-30T10'],
    ['an hour that is none', JSON.stringify({ now: '2026-11-22T24:00:00Z' }), 'SNAPSHOT_NOW', 'is no instant of'],
    [
      'a time zone that nobody knows',
      JSON.stringify({ now: '2026-11-22T10:00:00' }),
      'SNAPSHOT_NOW',
      'which time zone',
    ],
    [
      'a day of a cloud that is none',
      JSON.stringify({ now, jobRequests: [{ requestId: 1, queueTime: '2025-02-29T10:00:00Z' }] }),
      'SNAPSHOT_FIELD',
      'jobRequests[0].queueTime should be an instant',
    ],
    [
      'a scale set without id',
      JSON.stringify({ now, scaleSets: [{ scaleSet: {} }] }),
      'SNAPSHOT_FIELD',
      'scaleSets[0].scaleSet.id',
    ],
    ['half a list', JSON.stringify({ now, agents: { count: 3, value: [] } }), 'SNAPSHOT_FIELD', 'agents.count is 3'],
    [
      'a page of several',
      JSON.stringify({ now, agents: { value: [], nextLink: 'https://next' } }),
      'SNAPSHOT_FIELD',
      'agents is one page of several',
    ],
    [
      'a capacity below nothing, as a failed read leaves it',
      JSON.stringify({ now, scaleSets: [{ scaleSet: { id: '/x', sku: { capacity: -1 } } }] }),
      'SNAPSHOT_FIELD',
      'sku.capacity should be a whole number from 0, but is -1',
    ],
    [
      'one scale set twice',
      JSON.stringify({ now, scaleSets: [{ scaleSet: { id: '/x/A' } }, { scaleSet: { id: '/x/a' } }] }),
      'SNAPSHOT_FIELD',
      'scaleSets[1] is the scale set of scaleSets[0] once more',
    ],
    [
      'a number beyond what numbers can tell apart',
      `{ "now": "${now}", "jobRequests": [{ "requestId": 9007199254740993 }] }`,
      'SNAPSHOT_FIELD',
      'jobRequests[0].requestId should be a whole number',
    ],
    [
      'a number too large',
      `{ "now": "${now}", "jobRequests": [{ "requestId": 1e400 }] }`,
      'SNAPSHOT_FIELD',
      'too large',
    ],
    [
      'a list under another name',
      JSON.stringify({ now, jobrequests: [] }),
      'UNKNOWN_FIELD',
      'Did you mean jobRequests?',
    ],
    [
      'a part of the memory under another name',
      JSON.stringify({ now, memory: { breaker: {} } }),
      'UNKNOWN_FIELD',
      'Did you mean breakers?',
    ],
    [
      'a part of the memory under a name of the prototype',
      JSON.stringify({ now, memory: { toString: 5 } }),
      'UNKNOWN_FIELD',
      'memory.toString',
    ],
    [
      'a refusal without words',
      JSON.stringify({ now, memory: { refusals: { a: { at: 1, what: 'scaleOut' } } } }),
      'SNAPSHOT_FIELD',
      'snapshot.memory.refusals.a.words',
    ],
    ['broken memory', JSON.stringify({ now, memory: { claims: 3 } }), 'SNAPSHOT_FIELD', 'snapshot.memory.claims'],
    [
      'wrong settings',
      JSON.stringify({ now, settings: { maxAgents: 3 } }),
      'UNKNOWN_FIELD',
      'Did you mean maxCapacity?',
    ],
  ])('%s', async (_what, content, code, words) => {
    const ran = await withFile(content, (file) => callWeir('decide', file));
    expect([ran.code, ran.out]).toEqual([1, '']);
    expect(ran.note).toContain(`(${code})`);
    expect(ran.note).toContain(words);
    expect(ran.note).not.toMatch(/\n\s+at /);
  });

  it('no such file', async () => {
    const ran = await callWeir('explain', 'nowhere.json');
    expect([ran.code, ran.out]).toEqual([1, '']);
    expect(ran.note).toContain('nowhere.json cannot be read: there is no such file. (SNAPSHOT_READ)');
  });

  it('all wrong settings at once', async () => {
    const content = JSON.stringify({ now, settings: { maxCapacity: 0, timeToLiveMinutes: 0 } });
    const { note } = await withFile(content, (file) => callWeir('explain', file));
    expect(note).toContain('where: settings.maxCapacity');
    expect(note).toContain('where: settings.timeToLiveMinutes');
  });
});
