// A pool on its way out gives back what it has, and ends though Azure never made all that was asked for.
import { describe, expect, it } from '@jest/globals';
import { claim } from '../../../service/domain/claims.ts';
import { endPool } from '../../../service/domain/end-pool.ts';
import { laneCapacities } from '../../../service/domain/lane-capacity.ts';
import { nodesOf } from '../../../service/domain/node.ts';
import type { Observation } from '../../../service/domain/observation.ts';
import type { Plan } from '../../../service/domain/pass.ts';
import { judge } from '../../../service/domain/trust.ts';
import {
  lane,
  machine,
  memory,
  minute,
  now0,
  observation,
  operation,
  scaleOutOperation,
  scene,
  settings,
} from '../../builders.ts';

const nothing: Plan = {
  ...{ decisions: [], leaving: new Set(), needs: [], laneShort: null, unmet: 0, standbyShort: 0, isAtMaximum: false },
  ...{ newNodes: 0, extraNodes: 0, remember: {}, dueAt: [] },
};

function passOf(picture: Observation, pool = settings(), kept = memory()) {
  const nodes = nodesOf(picture, pool, kept);
  const lanes = laneCapacities(picture, kept);
  const claims = claim(picture, pool, kept, nodes, lanes);
  const shared = { now: picture.now, observation: picture, settings: pool, memory: kept, nodes, lanes, claims };
  return { ...shared, trust: judge(picture, nodes) };
}

describe('the machines of a pool that ends', () => {
  it('go, but for those whose delete is open, and each operation is looked at only a few times', () => {
    let reads = 0;
    const operations = Array.from({ length: 40 }, (_, index) => {
      const open = operation({ instanceId: String(index + 1) });
      return Object.defineProperty(open, 'generationId', { get: () => ((reads += 1), `g-${index + 1}`) });
    });
    const machines = Array.from({ length: 80 }, (_, index) => machine(index + 1));
    const pass = passOf(scene({ now: now0, machines, operations }, { isEnding: true }));
    reads = 0;
    const { decisions } = endPool(pass, nothing);
    expect(decisions.map(({ kind, node }) => `${kind} ${node}`)).toEqual(
      machines.slice(40).map(({ instance }) => `reclaim ${instance.name}`),
    );
    expect(reads).toBeLessThanOrEqual(3 * operations.length);
  });
});

describe('capacity that Azure never made', () => {
  const key = { image: 'linux', version: '1.0.0', template: 'a' };
  const own = lane([], { capacity: 2 });
  const left = [{ ...own, key }];
  /** What the passes decide, one at each of these minutes, each with the memory of the one before. */
  const over = (minutes: readonly number[], lanes: Observation['lanes'], more: Partial<Observation> = {}) => {
    let kept = memory();
    return minutes.map((at) => {
      const picture = observation({ now: now0 + at * minute, isEnding: true, lanes, ...more });
      const plan = endPool(passOf(picture, settings(), kept), nothing);
      kept = memory({ phantom: plan.remember.phantom ?? {} });
      return plan.decisions.map(({ kind, reason }) => `${kind} ${reason.code}`).join();
    });
  };

  it('keeps a lane of a pool that ends for 20 minutes, and no longer', () => {
    expect(over([0, 10, 19, 20], left)).toEqual(['', '', '', 'removeLane poolEnds']);
  });

  it('keeps it for as long as something is under way in it', () => {
    const operations = [scaleOutOperation(0, 2, 60 * minute)];
    expect(over([0, 10, 20, 30], left, { operations })).toEqual(['', '', '', '']);
  });

  it('counts from when the last machine is gone', () => {
    const one = machine(1);
    const lanes = [{ ...lane([one.instance], { capacity: 2 }), key }];
    const kept = memory({
      phantom: { [own.scaleSet.value.id]: { since: now0 - 60 * minute, resent: 1, nextAt: now0 } },
    });
    const plan = endPool(passOf(observation({ lanes, generations: [one.generation] }), settings(), kept), nothing);
    expect(Object.values(plan.remember.phantom ?? {})).toMatchObject([{ since: now0 }]);
  });

  it("is an alarm with its number and the next step where the set is the pool's own", () => {
    expect(over([0, 19, 20], [own])).toEqual([
      'wait capacityLeftOver',
      'wait capacityLeftOver',
      'alarm capacityLeftOver',
    ]);
    const words = endPool(passOf(observation({ lanes: [own] })), nothing).decisions[0]?.reason.words;
    expect(words).toMatch(/scale set agents still asks for 2 machines .*az vmss scale --ids .* --new-capacity 0$/);
  });
});
