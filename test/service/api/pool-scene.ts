// A pool's picture from a scene of the domain, through the real nodes and verdicts.
import type { PoolDetail } from '../../../contract/api.ts';
import type { Banner } from '../../../contract/nodes.ts';
import { poolDetailOf } from '../../../service/api/views.ts';
import { diagnose } from '../../../service/domain/diagnosis.ts';
import { nodesOf } from '../../../service/domain/node.ts';
import type { Observation } from '../../../service/domain/observation.ts';
import type { PoolSettings } from '../../../service/domain/pool.ts';
import { memory, settings } from '../../builders.ts';

export function detailOf(
  observation: Observation,
  overrides: Partial<PoolSettings> = {},
  problem: string | null = null,
  banners: readonly Banner[] = [],
): PoolDetail {
  const { sizing: _sizing, ...rest } = overrides;
  const pool = settings(rest);
  const nodes = nodesOf(observation, pool, memory());
  const verdicts = observation.jobRequests.value.map((request) =>
    diagnose(request, observation, nodes, pool, memory()),
  );
  return poolDetailOf({
    observation,
    nodes,
    verdicts,
    settings: pool,
    now: observation.now,
    scaleSetName: 'agents',
    problem,
    banners,
  });
}
