// A pool on its way out gives back what it has, and ends though Azure never made all that was asked for.
import { describe, expect, it } from '@jest/globals';
import { claim } from '../../../service/domain/claims.ts';
import { endPool } from '../../../service/domain/end-pool.ts';
import { laneCapacities } from '../../../service/domain/lane-capacity.ts';
import { nodesOf } from '../../../service/domain/node.ts';
import type { Observation } from '../../../service/domain/observation.ts';
import type { Plan } from '../../../service/domain/pass.ts';
import { judge } from '../../../service/domain/trust.ts';
import { machine, memory, now0, operation, scene, settings } from '../../builders.ts';

const nothing: Plan = {
  ...{ decisions: [], leaving: new Set(), needs: [], laneShort: null, unmet: 0, standbyShort: 0, isAtMaximum: false },
  ...{ newNodes: 0, extraNodes: 0, remember: {}, dueAt: [] },
};

function passOf(observation: Observation, pool = settings(), kept = memory()) {
  const nodes = nodesOf(observation, pool, kept);
  const lanes = laneCapacities(observation, kept);
  const claims = claim(observation, pool, kept, nodes, lanes);
  const shared = { now: observation.now, observation, settings: pool, memory: kept, nodes, lanes, claims };
  return { ...shared, trust: judge(observation, nodes) };
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
