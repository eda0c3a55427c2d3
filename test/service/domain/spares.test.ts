// Machines beyond the need: boots that race and are cancelled, and spares that moments like this one make worth keeping.
import { describe, expect, it } from '@jest/globals';
import { noteDemand } from '../../../service/domain/forecast.ts';
import { advise } from '../../../service/domain/spare-advice.ts';
import { decide } from '../../../service/domain/decide.ts';
import type { OpenOperation } from '../../../service/domain/observation.ts';
import {
  bootingMachine,
  jobRequests,
  machine,
  memory,
  minute,
  now0,
  operation,
  parallelLimit,
  scaleOutOperation,
  scene,
  settings,
  usedMachine,
  type Machine,
} from '../../builders.ts';
import { burstyPast, experienced, mergedPast, usual } from './past-scene.ts';

const reused = settings({ recycleAfterEachUse: false, maxCapacity: 40 });

describe('a race of boots', () => {
  it('asks for more than the queue needs, in the measure of what waiting is worth, and counts it apart', () => {
    const extra = (preset: 'economy' | 'balanced') => {
      const pool = settings({ recycleAfterEachUse: false, maxCapacity: 40, sizing: { preset } });
      return decide(scene({ requests: jobRequests(11) }), pool, experienced);
    };
    expect(extra('economy')).toMatchObject({ newNodes: 11, extraNodes: 5 });
    expect(extra('balanced')).toMatchObject({ newNodes: 11, extraNodes: 28 });
    expect(extra('balanced').decisions.find((one) => one.kind === 'scaleOut')?.to).toBe(39);
  });

  it('never goes above the maximum', () => {
    const small = settings({ recycleAfterEachUse: false, maxCapacity: 12 });
    expect(decide(scene({ requests: jobRequests(11) }), small, experienced)).toMatchObject({
      newNodes: 11,
      extraNodes: 1,
    });
  });

  it('begins for one request too where waiting is worth it, but not before the pool knows how its boots vary', () => {
    expect(decide(scene({ requests: jobRequests(1) }), reused, experienced)).toMatchObject({
      newNodes: 1,
      extraNodes: 3,
    });
    expect(decide(scene({ requests: jobRequests(11) }), reused, memory()).extraNodes).toBe(0);
  });

  it('is as large for jobs that come one after the other as for those that come at once', () => {
    const machines = [bootingMachine(1), bootingMachine(2), bootingMachine(3), bootingMachine(4)];
    const atOnce = decide(scene({ requests: jobRequests(2) }), reused, experienced);
    const later = decide(scene({ requests: jobRequests(2), machines }), reused, experienced);
    expect(later).toMatchObject({ newNodes: 0, extraNodes: atOnce.newNodes + atOnce.extraNodes - 4 });
    const scaled = later.decisions.find((one) => one.kind === 'scaleOut');
    expect(scaled?.reason.words).toMatch(/^2 job requests wait for machines that boot: \d more race with them/);
  });

  it('is cancelled when the queue is empty, but for the standby', () => {
    const kept = { ...reused, desiredIdle: 1 };
    const { decisions } = decide(scene({ machines: [bootingMachine(1), bootingMachine(2)] }), kept, memory());
    expect(decisions.map((one) => one.reason.code)).toEqual(['bootCancelled']);
  });

  it('is not lengthened by a machine whose delete Azure took after it was asked for as many more', () => {
    const leaving = machine(3, { instance: { provisioningState: 'deleting' }, agent: null });
    const machines = [machine(1), bootingMachine(2, 15_000), leaving];
    const taken = operation({ phase: 'requested', instanceId: '3', phaseSince: now0 - 10_000 });
    const booted = (gone: Partial<OpenOperation>) =>
      decide(
        scene({ machines, capacity: 2, operations: [scaleOutOperation(2, 3), { ...taken, ...gone }] }),
        { ...reused, desiredIdle: 2 },
        memory(),
      );
    expect(booted({}).decisions.map((one) => one.reason.code)).toEqual([]);
    const inOtherLetters = booted({ scaleSetId: taken.scaleSetId?.toUpperCase() ?? null });
    expect(inOtherLetters.decisions.map((one) => one.reason.code)).toEqual([]);
  });

  it('loses no boot to a promise that a machine may be whose delete Azure took before, for it may stand in the capacity', () => {
    const leaving = machine(3, { instance: { provisioningState: 'deleting' }, agent: null });
    const machines = [machine(1), bootingMachine(2, 15_000)];
    const taken = operation({ phase: 'requested', instanceId: '3', phaseSince: now0 - 30_000 });
    const booted = (...others: readonly Machine[]) =>
      decide(
        scene({ machines: [...machines, ...others], capacity: 3, operations: [scaleOutOperation(2, 3), taken] }),
        { ...reused, desiredIdle: 2 },
        memory(),
      ).decisions.map((one) => one.reason.code);
    expect(booted(leaving)).toEqual([]);
    // Once it is gone whatever the capacity has beyond is still to come.
    expect(booted()).toEqual(['bootCancelled']);
  });

  it('ends for a boot that is late too when nobody waits', () => {
    const { decisions } = decide(scene({ machines: [bootingMachine(1, 10 * minute)] }), reused, memory());
    expect(decisions.map((one) => one.reason.code)).toEqual(['bootCancelled']);
  });

  it('remembers how long the boots took at least that it cancelled', () => {
    const machines = [bootingMachine(1, 70_000), bootingMachine(2, 80_000)];
    expect(decide(scene({ machines }), reused, memory()).memory.boots).toEqual({
      create: [],
      reimage: [],
      cancelled: [
        { seconds: 70, after: 0 },
        { seconds: 80, after: 0 },
      ],
      online: 0,
    });
  });

  it('remembers none of less than nothing where the clock was set back, and of a boot that ended nothing', () => {
    const cancelled = [bootingMachine(1, -180 * minute), bootingMachine(2, 80_000)];
    const before = memory({ stateSince: { 'g-1': { state: 'creatingCompute', since: now0 - minute } } });
    expect(decide(scene({ machines: cancelled }), reused, before).memory.boots.cancelled).toEqual([
      { seconds: 60, after: 0 },
      { seconds: 80, after: 0 },
    ]);
    const up = machine(1, { generation: { startedAt: now0 + 180 * minute, firstOnlineAt: now0 } });
    const seen = decide(scene({ machines: [up], requests: jobRequests(1) }), reused, before);
    expect([seen.nodes[0]?.state, seen.memory.boots.create]).toEqual(['idle', []]);
  });

  it('goes on while anybody waits', () => {
    const machines = [bootingMachine(1), bootingMachine(2)];
    expect(decide(scene({ requests: jobRequests(1), machines }), reused, memory()).decisions).toEqual([]);
  });
});

describe('requests that Azure DevOps holds back for the limit of parallel jobs', () => {
  const heldFor = (minutes: number, count: number) =>
    jobRequests(count, { queuedAt: now0 - minutes * minute, statusMessage: parallelLimit }, 11);
  const booting = (count: number) => Array.from({ length: count }, (_, index) => bootingMachine(index + 1));

  it('take no boots from those that may start, so nothing is asked for twice', () => {
    const requests = [...heldFor(1, 7), ...jobRequests(3)];
    expect(decide(scene({ requests }), reused, memory()).newNodes).toBe(3);
    expect(decide(scene({ requests, machines: booting(3) }), reused, memory()).newNodes).toBe(0);
  });

  it('are in no race', () => {
    const requests = [...jobRequests(3), ...heldFor(0, 7)];
    const { newNodes, extraNodes } = decide(scene({ requests }), reused, experienced);
    expect(decide(scene({ requests: jobRequests(3) }), reused, experienced)).toMatchObject({ newNodes, extraNodes });
    const machines = booting(newNodes + extraNodes);
    expect(decide(scene({ requests, machines }), reused, experienced)).toMatchObject({ newNodes: 0, extraNodes: 0 });
  });

  it('keep no boot when nobody else waits, and ask for none', () => {
    const verdict = decide(scene({ requests: heldFor(1, 2), machines: booting(2) }), reused, experienced);
    expect(verdict.decisions.map((one) => one.reason.code)).toEqual(['bootCancelled', 'bootCancelled']);
  });
});

describe('the forecast', () => {
  it('knows nothing without a past', () => {
    expect(advise(undefined, 2.5, 20, now0)).toMatchObject({ keep: 0, make: 0 });
    expect(advise(noteDemand(undefined, now0, 3, usual, 40), 2.5, 20, now0)).toMatchObject({ keep: 0, make: 0 });
  });

  it('keeps as many spares as demand rose by in most similar moments, and none where waiting costs little', () => {
    expect(advise(burstyPast(), 2.5, 20, now0).keep).toBe(5);
    expect(advise(burstyPast(), 2.5, 0, now0).keep).toBe(0);
  });

  it('believes few moments where nearly all of them were followed by what other moments hardly ever are', () => {
    const before = mergedPast();
    const afterMerge = noteDemand(before, now0 + minute, 1, usual, 100);
    expect(advise(afterMerge, 2.5, 5, now0 + minute).make).toBe(32);
    expect(advise(noteDemand(before, now0 + minute, 0, usual, 100), 2.5, 5, now0 + minute).make).toBe(0);
  });

  it('makes the spares and says from how many moments it knows', () => {
    const fast = settings({ ...reused, sizing: { preset: 'fast' } });
    const verdict = decide(scene(), fast, memory({ demand: burstyPast() }));
    expect(verdict).toMatchObject({ newNodes: 0, extraNodes: 5 });
    expect(verdict.decisions[0]?.reason.code).toBe('sparesForeseen');
    expect(verdict.decisions[0]?.reason.words).toMatch(
      /^Demand rose by 5 or more within an hour in \d+ of \d+ similar minutes/,
    );
  });

  it('wipes used machines for its spares, and makes only as many as are missing then', () => {
    const fresh = settings({ maxCapacity: 40, timeToLiveMinutes: 1, sizing: { preset: 'fast' } });
    const used = [usedMachine(1), usedMachine(2)];
    const verdict = decide(scene({ machines: used }), fresh, memory({ demand: burstyPast() }));
    expect(verdict.decisions.filter((one) => one.kind === 'reimage')).toHaveLength(2);
    expect(verdict.extraNodes).toBe(3);
  });

  it('counts no request that no machine can serve as demand', () => {
    const never = jobRequests(5, { demands: ['size -equals big', 'size -equals small'] }, 90);
    const held = never.map((one) => ({ ...one, requestId: one.requestId + 10, statusMessage: parallelLimit }));
    const { memory: after } = decide(scene({ requests: [...jobRequests(2), ...never, ...held] }), reused, memory());
    expect(after.demand?.ends).toEqual([2]);
  });

  it('is told the maximum of the pool, beyond which nothing costs', () => {
    const small = settings({ ...reused, maxCapacity: 4 });
    const past = noteDemand(undefined, now0 - 10 * minute, 50, usual, 4);
    const { demand } = decide(scene({ requests: jobRequests(50) }), small, memory({ demand: past })).memory;
    expect(Math.max(...(demand?.cost?.machines ?? [Infinity]))).toBe(4);
  });

  it('is no business of economy', () => {
    const cheap = settings({ ...reused, sizing: { preset: 'economy' } });
    expect(decide(scene(), cheap, memory({ demand: burstyPast() })).extraNodes).toBe(0);
  });
});
