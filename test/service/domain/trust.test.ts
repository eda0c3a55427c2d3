// What a picture allows: nothing is destroyed on what is not known, and what stays unknown for long is an alarm.
import { describe, expect, it } from '@jest/globals';
import { judge } from '../../../service/domain/trust.ts';
import { nodesOf } from '../../../service/domain/node.ts';
import { busyMachine, machine, memory, minute, now0, scene, settings } from '../../builders.ts';
import { offline } from './told.ts';

const judged = (picture: ReturnType<typeof scene>) => {
  const trust = judge(picture, nodesOf(picture, settings(), memory()));
  return { ...trust, because: trust.because.map((one) => `${one.kind} ${one.reason.code}`) };
};

describe('a part that cannot be read', () => {
  it.each([
    [1, 'wait agentsUnknown'],
    [10, 'wait agentsUnknown'],
    [11, 'alarm agentsUnknown'],
  ])('for %d minutes forbids to destroy and to write: %s', (minutes, because) => {
    const picture = scene({ machines: [machine(1)] });
    const agents = { ...picture.agents, freshness: 'stale' as const, readAt: now0 - minutes * minute };
    expect(judged({ ...picture, agents })).toEqual({
      canDestroy: false,
      canWriteCapacity: false,
      canEnable: false,
      isPanicStopped: null,
      because: [because],
    });
  });
});

describe('a scale set that is not there', () => {
  const told = (problem: string) => {
    const picture = scene({ machines: [machine(1)] });
    const lanes = picture.lanes.map((lane) => ({
      ...lane,
      scaleSet: { ...lane.scaleSet, freshness: 'stale' as const, problem },
    }));
    return judged({ ...picture, lanes }).because;
  };

  it.each([
    ["ResourceNotFound: The Resource 'x' was not found.", 'alarm scaleSetMissing'],
    ['getaddrinfo ENOTFOUND management.azure.com', 'wait scaleSetUnknown'],
    ['AADSTS700016: Application was not found in the directory', 'wait scaleSetUnknown'],
    ['No token for Azure: the identity was not found', 'wait scaleSetUnknown'],
  ])('%s', (problem, because) => {
    expect(told(problem)).toEqual([because]);
  });
});

describe('a panic stop', () => {
  const picture = (unwell: number, well: number) =>
    scene({
      machines: [
        ...Array.from({ length: unwell }, (_, index) => machine(1 + index, offline(11 * minute))),
        ...Array.from({ length: well }, (_, index) => busyMachine(50 + index, 900 + index)),
      ],
    });

  it.each([
    [4, 4, true],
    [3, 0, false],
    [4, 5, false],
    [40, 40, true],
  ])('with %d unwell and %d well is %s: more than three, and more than 45 %%', (unwell, well, isStopped) => {
    const { canDestroy, canWriteCapacity, because, ...known } = judged(picture(unwell, well));
    expect([canDestroy, canWriteCapacity, known.isPanicStopped, because]).toEqual([
      !isStopped,
      true,
      isStopped,
      isStopped ? ['alarm panicStopped'] : [],
    ]);
  });
});
