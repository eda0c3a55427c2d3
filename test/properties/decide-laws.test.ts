// Laws of decide that hold for every picture, drawn at random: what is never done, and what more of something never does.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decide } from '../../service/domain/decide.ts';
import type { Decision } from '../../service/domain/decision.ts';
import type { JobRequest } from '../../service/domain/job-request.ts';
import type { Lane, Observation } from '../../service/domain/observation.ts';
import type { PoolSettings } from '../../service/domain/pool.ts';
import * as build from '../builders.ts';

const kinds = [
  'idle',
  'gated',
  'held',
  'busy',
  'booting',
  'late',
  'used',
  'failed',
  'offline',
  'lost',
  'deleting',
  'reclaiming',
  'wiping',
  'maven',
] as const;
type Kind = (typeof kinds)[number];
const demandSets = [
  ['Agent.Version -gtVersion 2.163.1'],
  [],
  ['maven'],
  ['Agent.OS -equals Linux', 'maven'],
  ['Agent.OS -equals Windows_NT'],
];

function machineOf(kind: Kind, number: number, age: number): build.Machine {
  const at = build.now0 - age;
  const times = { agent: { statusChangedAt: at }, generation: { firstOnlineAt: at, startedAt: at - build.minute } };
  switch (kind) {
    case 'gated':
      return build.machine(number, {
        agent: { ...times.agent, isEnabled: false },
        generation: { ...times.generation, isDisabledByWeir: true },
      });
    case 'held':
      return build.machine(number, { ...times, agent: { ...times.agent, isEnabled: false } });
    case 'busy':
      return build.busyMachine(number, 1000 + number, times);
    case 'booting':
      return build.bootingMachine(number, age % (4 * build.minute));
    case 'late':
      return build.bootingMachine(number, 6 * build.minute + age);
    case 'used':
      return build.usedMachine(number);
    case 'failed':
      return build.bootingMachine(number, build.minute, { instance: { provisioningState: 'failed' } });
    case 'offline':
      return build.machine(number, { agent: { isOnline: false, statusChangedAt: build.now0 - build.minute } });
    case 'lost':
      return build.machine(number, { agent: { isOnline: false, statusChangedAt: build.now0 - build.hour } });
    case 'deleting':
      return build.machine(number, { ...times, instance: { provisioningState: 'deleting' } });
    case 'maven':
      return build.machine(number, { ...times, agent: { ...times.agent, userCapabilities: { maven: '' } } });
    case 'idle':
    case 'reclaiming':
    case 'wiping':
      return build.machine(number, times);
  }
}

interface Drawn {
  readonly picture: Observation;
  readonly pool: PoolSettings;
  readonly machines: readonly build.Machine[];
}

const drawn: fc.Arbitrary<Drawn> = fc
  .record({
    machines: fc.array(
      fc.record({ kind: fc.constantFrom(...kinds), age: fc.integer({ min: 0, max: 4 * build.hour }) }),
      { maxLength: 14 },
    ),
    demands: fc.array(fc.constantFrom(...demandSets), { maxLength: 12 }),
    extraCapacity: fc.integer({ min: 0, max: 3 }),
    isExplained: fc.boolean(),
    maxCapacity: fc.integer({ min: 1, max: 16 }),
    desiredIdle: fc.integer({ min: 0, max: 6 }),
    recycleAfterEachUse: fc.boolean(),
    policy: fc.constantFrom('eventDriven' as const, 'sampled' as const),
    preset: fc.constantFrom('economy' as const, 'balanced' as const, 'fast' as const),
  })
  .map((given) => {
    const machines = given.machines.map(({ kind, age }, index) => machineOf(kind, index + 1, age));
    const operations = given.machines.flatMap(({ kind }, index) => {
      const instanceId = String(index + 1);
      if (kind === 'reclaiming') return [build.operation({ instanceId, phase: 'settling' })];
      return kind === 'wiping' ? [build.operation({ instanceId, kind: 'reimage', phase: 'requested' })] : [];
    });
    const live = machines.filter((one) => one.instance.provisioningState !== 'deleting').length;
    const capacity = live + given.extraCapacity;
    const asked = given.isExplained && given.extraCapacity > 0 ? [build.scaleOutOperation(live, capacity)] : [];
    const requests = given.demands.map((demands, index) => build.jobRequest({ requestId: index + 1, demands }));
    const { maxCapacity, desiredIdle, recycleAfterEachUse, policy, preset } = given;
    return {
      machines,
      picture: build.scene({ machines, requests, operations: [...operations, ...asked], capacity }),
      pool: build.settings({ maxCapacity, desiredIdle, recycleAfterEachUse, sizing: { policy, preset } }),
    };
  });

const runs = { numRuns: 400 };
const destructive = new Set<Decision['kind']>(['reclaim', 'reimage', 'removeLane', 'removePlaceholder', 'drain']);

function decisionsOf(picture: Observation, pool: PoolSettings): readonly Decision[] {
  return decide(picture, pool, build.memory()).decisions;
}

function withRequests(picture: Observation, requests: readonly JobRequest[]): Observation {
  return { ...picture, jobRequests: build.fresh(requests) };
}

describe('decide', () => {
  it('never asks for more than the maximum, counting what is being deleted', () => {
    fc.assert(
      fc.property(drawn, ({ picture, pool, machines }) => {
        const deletes = machines.filter((one) => one.instance.provisioningState === 'deleting').length;
        for (const decision of decisionsOf(picture, pool)) {
          if (decision.kind !== 'scaleOut') continue;
          expect(decision.to).toBeLessThanOrEqual(pool.maxCapacity);
          if (decision.to !== decision.from) expect((decision.to ?? 0) + deletes).toBeLessThanOrEqual(pool.maxCapacity);
        }
      }),
      runs,
    );
  });

  it('never lowers a capacity', () => {
    fc.assert(
      fc.property(drawn, ({ picture, pool }) => {
        for (const one of decisionsOf(picture, pool))
          if (one.kind === 'scaleOut') expect(one.to).toBeGreaterThanOrEqual(one.from ?? 0);
      }),
      runs,
    );
  });

  it('never asks for fewer nodes when more is queued', () => {
    fc.assert(
      fc.property(
        drawn,
        fc.array(fc.constantFrom(...demandSets), { minLength: 1, maxLength: 6 }),
        ({ picture, pool }, more) => {
          const extra = more.map((demands, index) => build.jobRequest({ requestId: 500 + index, demands }));
          const before = decide(picture, pool, build.memory());
          const after = decide(withRequests(picture, [...picture.jobRequests.value, ...extra]), pool, build.memory());
          expect(after.newNodes).toBeGreaterThanOrEqual(before.newNodes);
        },
      ),
      runs,
    );
  });

  it('decides the same for the same picture, in whatever order it is listed', () => {
    fc.assert(
      fc.property(drawn, fc.infiniteStream(fc.nat()), ({ picture, pool }, stream) => {
        const shuffle = <T>(list: readonly T[]): readonly T[] =>
          list
            .map((value) => ({ value, key: stream.next().value as number }))
            .sort((a, b) => a.key - b.key)
            .map((one) => one.value);
        const laneOf = (lane: Lane): Lane => ({ ...lane, instances: build.fresh(shuffle(lane.instances.value)) });
        const shuffled: Observation = {
          ...picture,
          jobRequests: build.fresh(shuffle(picture.jobRequests.value)),
          agents: build.fresh(shuffle(picture.agents.value)),
          lanes: picture.lanes.map(laneOf),
          generations: shuffle(picture.generations),
          operations: shuffle(picture.operations),
        };
        expect(decide(shuffled, pool, build.memory())).toEqual(decide(picture, pool, build.memory()));
      }),
      runs,
    );
  });

  it('destroys nothing and writes no capacity when a part is unknown or stale', () => {
    const parts = ['jobRequests', 'agents', 'scaleSet', 'instances'] as const;
    fc.assert(
      fc.property(
        drawn,
        fc.constantFrom(...parts),
        fc.constantFrom('stale' as const, 'unknown' as const),
        ({ picture, pool }, part, freshness) => {
          const lane = picture.lanes[0]!;
          const spoiled: Observation =
            part === 'jobRequests' || part === 'agents'
              ? { ...picture, [part]: { ...picture[part], freshness } }
              : { ...picture, lanes: [{ ...lane, [part]: { ...lane[part], freshness } }] };
          const decisions = decisionsOf(spoiled, pool);
          expect(decisions.filter((one) => destructive.has(one.kind) || one.kind === 'scaleOut')).toEqual([]);
          expect(decisions.some((one) => one.kind === 'wait' && one.reason.words.length > 20)).toBe(true);
        },
      ),
      runs,
    );
  });

  it('never touches a node with a job, one that a person disabled, or one with an open operation', () => {
    fc.assert(
      fc.property(drawn, ({ picture, pool, machines }) => {
        const busy = machines.flatMap((one) =>
          one.agent?.assignedRequestId == null ? [] : [one.generation.generationId],
        );
        const held = machines.flatMap((one) =>
          one.agent?.isEnabled === false && !one.generation.isDisabledByWeir ? [one.generation.generationId] : [],
        );
        const open = picture.operations.flatMap((one) => one.generationId ?? []);
        const untouchable = new Set([...busy, ...held, ...open]);
        for (const decision of decisionsOf(picture, pool))
          expect(untouchable).not.toContain(decision.target?.generationId);
      }),
      runs,
    );
  });

  it('decides at most one thing about one node', () => {
    fc.assert(
      fc.property(drawn, ({ picture, pool }) => {
        const touched = decisionsOf(picture, pool).flatMap((one) => one.target?.generationId ?? []);
        expect(new Set(touched).size).toBe(touched.length);
      }),
      runs,
    );
  });

  it('keeps the standby: what it takes away never leaves fewer idle than there should be', () => {
    fc.assert(
      fc.property(drawn, ({ picture, pool }) => {
        const verdict = decide(picture, pool, build.memory());
        const idleBefore = verdict.nodes.filter(
          (node) => node.state === 'idle' && node.agent?.isEnabled === true,
        ).length;
        const taken = verdict.decisions.filter(
          (one) => one.reason.code === 'idleTooLong' || one.reason.code === 'idleAboveStandby',
        ).length;
        if (taken > 0)
          expect(
            idleBefore -
              taken +
              verdict.nodes.filter((node) => node.state === 'idle' && node.agent?.isEnabled === false).length,
          ).toBeGreaterThanOrEqual(Math.min(pool.desiredIdle, pool.maxCapacity));
      }),
      runs,
    );
  });

  it('gives every decision a code and words', () => {
    fc.assert(
      fc.property(drawn, ({ picture, pool }) => {
        for (const { reason } of decisionsOf(picture, pool)) {
          expect(reason.code).toMatch(/^[a-z][A-Za-z]+$/);
          expect(reason.words).toMatch(/^[\dA-Zaw].{15,}$/s);
          expect(reason.words).not.toMatch(/undefined|NaN|null|\?/);
        }
      }),
      runs,
    );
  });

  it('names an instant that is still to come as the next one due', () => {
    fc.assert(
      fc.property(drawn, ({ picture, pool }) => {
        expect(decide(picture, pool, build.memory()).nextDueAt ?? Infinity).toBeGreaterThan(picture.now);
      }),
      runs,
    );
  });
});
