// Lists that are asked for again and again: what has not changed is not read anew, and what has is.
import { describe, expect, it } from '@jest/globals';
import { keptLists } from '../../../service/azure-devops/kept-lists.ts';

describe('lists that are asked for again and again', () => {
  const idsIn = (json: unknown): readonly number[] => [...(json as readonly number[])];

  it('gives the very values of last time where an address gave the same text, and reads another text anew', () => {
    const lists = keptLists();
    const read = (address: string, text: string) => lists.translated(lists.parse(address, text, 'listAgents'), idsIn);
    const first = read('pool 1', '[1,2]');
    expect(read('pool 1', '[1,2]')).toBe(first);
    expect(read('pool 2', '[1,2]')).not.toBe(first);
    expect(read('pool 1', '[1,3]')).toEqual([1, 3]);
    expect(read('pool 1', '[1,2]')).toEqual([1, 2]);
  });

  it('forgets what it had where an answer is no JSON, and names the operation', () => {
    const lists = keptLists();
    const kept = lists.parse('pool 1', '[1]', 'listAgents');
    expect(() => lists.parse('pool 1', '[1', 'listAgents')).toThrow('listAgents is not JSON: "[1"');
    expect(lists.parse('pool 1', '[1]', 'listAgents')).toEqual(kept);
  });

  it('reads very long texts each time', () => {
    const lists = keptLists();
    const text = `["${'x'.repeat(4_000_000)}"]`;
    expect(lists.parse('pool 1', text, 'listAgents')).not.toBe(lists.parse('pool 1', text, 'listAgents'));
  });
});

describe('the queue, in which most of the text is which agents match', () => {
  const row = (requestId: number, ...names: readonly string[]) => ({
    ...{ requestId, jobName: 'a,"matchedAgents":[0', matchesAllAgentsInPool: false },
    ...{ matchedAgents: names.map((name, id) => ({ id, name })), priority: 0 },
  });
  const textOf = (...value: readonly object[]) => JSON.stringify({ count: value.length, value });
  const read = (...texts: readonly string[]) => {
    const lists = keptLists();
    return texts.map((text) => lists.parse('pool 1', text, 'listJobRequests') as { value: ReturnType<typeof row>[] });
  };

  it.each([
    ['one list', textOf(row(1, 'a'))],
    ['lists that are alike, and others', textOf(row(1, 'a', 'b'), row(2, 'a'), { requestId: 3 }, row(4, 'a', 'b'))],
    ['nobody who matches', textOf(row(1), row(2))],
    ['a bracket in a name', textOf(row(1, 'a],"b":[{'), row(2, 'a]}'), row(3, ']'))],
    ['a list in another place', textOf({ ...row(1, 'a'), data: row(2, 'b') })],
    ['a number for a list', textOf({ requestId: 1, matchedAgents: 0 }, row(2, 'b'))],
    ['a mark before it', `\uFEFF${textOf(row(1, 'a'), row(2, 'a'))}`],
    ['no frame', JSON.stringify([row(1, 'a'), null, 7])],
  ])('says what the whole text says: %s', (_, text) => {
    const whole: unknown = JSON.parse(text.replace('\uFEFF', ''));
    expect(read(text, `${text} `)).toEqual([whole, whole]);
  });

  it('has one list of those that are alike, also with those of the answer before', () => {
    const [first, second] = read(textOf(row(1, 'a'), row(2, 'a'), row(3, 'b')), textOf(row(4, 'a'), row(5, 'c')));
    const [one, two, other] = first?.value.map(({ matchedAgents }) => matchedAgents) ?? [];
    expect(two).toBe(one);
    expect(other).toEqual([{ id: 0, name: 'b' }]);
    expect(second?.value.map(({ matchedAgents }) => matchedAgents)).toEqual([one, [{ id: 0, name: 'c' }]]);
    expect(second?.value[0]?.matchedAgents).toBe(one);
  });

  it.each([
    textOf(row(1, 'a')).slice(0, -9),
    textOf(row(1, 'a'), row(2, 'b')).slice(0, -60),
    '{"value":["a,"matchedAgents":[]]}',
    '{"a":1,"matchedAgents":[1,]}',
  ])('is not JSON where the whole text is none', (text) => {
    expect(() => read(text)).toThrow('listJobRequests is not JSON: "{');
  });
});
