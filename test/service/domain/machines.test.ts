// Each life finds its machine, whatever numbers the machines have; and a record of the memory says the same in whatever order it is asked.
import { describe, expect, it } from '@jest/globals';
import { noteRecord, recordReader, sizeOfRecord } from '../../../service/domain/known-record.ts';
import { machinesOf } from '../../../service/domain/machines.ts';
import { generation, instance, lane, now0 } from '../../builders.ts';

const machine = (instanceId: string, vmId: string) => instance({ instanceId, vmId });
const life = (generationId: string, instanceId: string, vmId: string, startedAt = now0) =>
  generation({ generationId, instanceId, vmId, startedAt });

/** For each life the `vmId` of its machine, and the newest life of each machine. */
function joined(machines: ReturnType<typeof machine>[], lives: ReturnType<typeof life>[]) {
  const { instances, placeOf, newest } = machinesOf([lane(machines)], lives);
  return {
    machines: [...placeOf].map((place) => instances[place]?.vmId ?? null),
    newest: [...newest].map((place) => lives[place]?.generationId ?? null),
  };
}

describe('a life and its machine', () => {
  it.each([
    ['in any order', [machine('2', 'b'), machine('1', 'a')], [life('x', '1', 'a'), life('y', '2', 'b')], ['a', 'b']],
    ['under another number', [machine('7', 'a')], [life('x', '1', 'a')], ['a']],
    ['not one that has its number now', [machine('1', 'b')], [life('x', '1', 'a')], [null]],
    ['under what is no number', [machine('linux_0', 'a')], [life('x', 'linux_0', 'a')], ['a']],
    ['under one number that is written twice', [machine('1', 'a'), machine('01', 'b')], [life('x', '01', 'b')], ['b']],
    ['under a number that is far off', [machine('99999999', 'a')], [life('x', '99999999', 'a')], ['a']],
  ])('is found %s', (_, machines, lives, found) => {
    expect(joined(machines, lives).machines).toEqual(found);
  });

  it('belongs to the newest life after a reimage', () => {
    const lives = [life('x', '1', 'a'), life('y', '1', 'a', now0 + 1)];
    expect(joined([machine('1', 'a'), machine('2', 'b')], lives).newest).toEqual(['y', null]);
    expect(joined([machine('1', 'a')], lives.toReversed()).newest).toEqual(['y']);
  });
});

describe('a record that was written in order', () => {
  const keys = Array.from({ length: 60 }, (_, place) => `k${String(place).padStart(2, '0')}`);
  const record = Object.fromEntries(keys.map((key, place) => [key, place]));

  it.each([
    ['as it was written', keys],
    ['with one that came and one that went', ['a', ...keys.slice(0, 3), 'k02x', ...keys.slice(5)]],
    ['backwards', keys.toReversed()],
    ['from far behind and again', [keys[50] ?? '', ...keys, ...keys]],
  ])('is read %s', (_, asked) => {
    noteRecord(
      record,
      keys,
      keys.map((_key, place) => place),
    );
    const read = recordReader(record);
    expect(asked.map(read)).toEqual(asked.map((key) => record[key]));
    expect(sizeOfRecord(record)).toBe(60);
  });

  it('is not believed where a key comes twice', () => {
    const twice = { a: 2 };
    noteRecord(twice, ['a', 'a'], [1, 2]);
    expect(recordReader(twice)('a')).toBe(2);
    expect(sizeOfRecord(twice)).toBe(1);
  });
});
