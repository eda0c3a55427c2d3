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
