// A client of the service that answers from a scene, until a test says what goes wrong.
import type { LogPage, PoolDetail } from '../../contract/api.ts';
import { ServiceProblem } from '../../contract/client.ts';
import { createCheckClient } from '../../contract/check-client.ts';
import { createImageClient } from '../../contract/image-client.ts';
import { createSettingsClient } from '../../contract/settings-client.ts';
import { createNewPoolClient } from '../../contract/new-pool-client.ts';
import { createNodeClient } from '../../contract/node-client.ts';
import { createWhatIfClient } from '../../contract/what-if-client.ts';
import type { WhatIfPage } from '../../contract/what-if.ts';
import type { HubClient } from '../../hub/service.ts';
import { livingScene, type Scene } from '../browser/scene.ts';
import { whatIfPage } from '../browser/what-if-scene.ts';

export interface FakeClient extends HubClient {
  scene: Scene;
  /** Thrown by everything while set. */
  problem: ServiceProblem | null;
  /** Nothing is answered while true. */
  isSilent: boolean;
}

export const asleep = new ServiceProblem(
  'SERVICE_UNREACHABLE',
  "Weir's service does not answer.",
  'Check that it runs.',
);

const pageSize = 50;

export function fakeClient(): FakeClient {
  const answer = async <Body>(body: () => Body): Promise<Body> => {
    if (client.isSilent) return new Promise(() => undefined);
    if (client.problem !== null) throw client.problem;
    return Promise.resolve(body());
  };
  const nowhere = {
    ...{ baseUrl: 'http://service', organization: 'fabrikam', getToken: () => Promise.resolve('token') },
    fetch: () => Promise.reject(new Error('not in this test')),
  };
  const client: FakeClient = {
    // The pages of images are tested in a browser; here whatever is asked has no answer.
    ...createImageClient<AbortSignal>(nowhere),
    ...createCheckClient<AbortSignal>(nowhere),
    ...createSettingsClient<AbortSignal>(nowhere),
    ...createWhatIfClient<AbortSignal>(nowhere),
    ...createNewPoolClient<AbortSignal>(nowhere),
    ...createNodeClient<AbortSignal>(nowhere),
    follow: () => Promise.reject(new Error('nothing streams in this test')),
    statistics: () => answer(() => client.scene.statistics),
    timeline: () => answer(() => client.scene.timeline),
    whatIfs: () => answer(() => (client.scene.parts['what-if'] as WhatIfPage | undefined) ?? whatIfPage(null)),
    admission: () => Promise.reject(new Error('not in this test')),
    scene: livingScene(),
    problem: null,
    isSilent: false,
    pools: () => answer(() => ({ now: client.scene.now, pools: client.scene.pools })),
    pool: (name) => answer(() => detail(client.scene, name)),
    series: () => answer(() => client.scene.series),
    log: (_name, before) => answer(() => logPage(client.scene, before)),
    explain: () => answer(() => client.scene.demandAnswer),
    runJobs: () => answer(() => ({ now: client.scene.now, jobs: client.scene.runJobs })),
  };
  return client;
}

function detail(scene: Scene, name: string): PoolDetail {
  const pool = scene.pools.find((one) => one.name === name);
  if (pool === undefined)
    throw new ServiceProblem('POOL_UNKNOWN', `There is no pool "${name}".`, 'Go back.', { status: 404 });
  return {
    now: scene.now,
    pool,
    nodes: scene.nodes,
    jobRequests: scene.jobRequests,
    problems: scene.problems,
    banners: scene.banners ?? [],
    agentRollouts: scene.agentRollouts ?? [],
  };
}

function logPage(scene: Scene, before: number | null): LogPage {
  const older = scene.log.filter((entry) => before === null || entry.id < before);
  const entries = older.slice(0, pageSize);
  return { entries, next: older.length > pageSize ? (entries.at(-1)?.id ?? null) : null };
}
