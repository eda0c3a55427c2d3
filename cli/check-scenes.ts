// Where `weir check` looks: at the clouds of a configuration file, or at a sandbox that ends with the command.
import { sandboxSubscription } from '../sandbox/azure/emulator.ts';
import { createClouds, type Clouds } from '../sandbox/world/clouds.ts';
import { layOutEstate } from '../sandbox/world/estate.ts';
import { createAzure } from '../service/azure/client.ts';
import { createAzureDevOps } from '../service/azure-devops/client.ts';
import { createPipelines } from '../service/azure-devops/pipelines.ts';
import { readConfig } from '../service/config.ts';
import type { PoolSettings } from '../service/domain/pool.ts';
import { validatePoolSettings } from '../service/domain/pool-rules.ts';
import { azureDevOpsTable, azureTable, pipelinesTable } from '../service/main.ts';
import { UserProblem } from '../service/problem.ts';
import { createSend } from '../service/send.ts';
import { createMemoryStore } from '../service/store/memory-store.ts';
import { wallClock, wallRandom } from '../service/wall.ts';
import { checkPool, type CheckParts, type PoolFindings } from './check-pool.ts';

/** The database is left alone: a service may be running on it. */
export async function checkConfigured(path: string, pool: string | null): Promise<readonly PoolFindings[]> {
  const configuration = await readConfig(path);
  const send = createSend();
  const pools = configuration.pools.filter((one) => pool === null || one.name === pool);
  if (pools.length === 0) {
    throw new UserProblem('POOL_UNKNOWN', pool === null ? `${path} names no pool.` : `${path} has no pool "${pool}".`, {
      field: 'pools',
      nextStep: 'Add the pool to the file. Pools that were made in the hub are checked with --service.',
    });
  }
  const parts: CheckParts = {
    store: await storeOf(configuration.pools),
    clock: wallClock,
    azureFor: azureTable(configuration, send),
    azureDevOpsFor: azureDevOpsTable(configuration, send),
    publicUrl: configuration.publicUrl,
    pipelinesFor: pipelinesTable(configuration, send),
  };
  const findings: PoolFindings[] = [];
  for (const settings of pools) findings.push(await checkPool(parts, settings));
  return findings;
}

/** Other pools of the file count: two of them may not share a scale set. */
async function storeOf(pools: readonly PoolSettings[]) {
  const store = createMemoryStore({ now: () => wallClock.now() });
  for (const settings of pools) await store.savePool(settings, null, true);
  return store;
}

const organization = 'fabrikam';
const organizationUrl = `https://dev.azure.com/${organization}`;

/** In memory: no ports, no machines, and no time that passes. `change` comes between its making and the look. */
export async function checkSandbox(
  change: (clouds: Clouds, scaleSetId: string) => void = () => undefined,
): Promise<readonly PoolFindings[]> {
  const clouds = createClouds({
    ...{ now: wallClock.now(), random: () => wallRandom.next(), organization },
    sendElsewhere: () => Promise.reject(new Error('the sandbox asks nobody outside')),
  });
  const estate = await layOutEstate({
    ...{ send: clouds.send, azureUrl: 'https://management.azure.com', azureToken: 'person', organizationUrl },
    ...{ azureDevOpsToken: 'person', subscriptionId: sandboxSubscription, resourceGroup: 'weir-agents' },
    ...{ scaleSetName: 'agents', poolName: 'linux-build', osType: 'linux' as const },
  });
  change(clouds, estate.scaleSetId);
  const read = validatePoolSettings({
    ...{ name: 'linux-build', organization: organizationUrl, poolId: estate.poolId, scaleSet: estate.scaleSetId },
    ...{ maxCapacity: 40, images: [{ aliases: ['ubuntu-22.04'] }], demands: { discovery: true } },
  });
  if ('problems' in read) throw new Error(read.problems.map((problem) => problem.message).join(' '));
  const shared = { send: clouds.send, clock: wallClock, random: wallRandom };
  const token = { token: clouds.azure.tokenFor('weir'), expiresOnTimestamp: Number.MAX_SAFE_INTEGER };
  const credential = { getToken: () => Promise.resolve(token) };
  const azure = createAzure({ ...shared, credential, wallClock });
  const authorization = () => Promise.resolve('Bearer weir');
  const there = { ...shared, organization: new URL(organizationUrl), authorization };
  const [azureDevOps, pipelines] = [createAzureDevOps(there), createPipelines(there)];
  const parts: CheckParts = {
    ...{ store: await storeOf([read.settings]), clock: wallClock, publicUrl: 'https://weir.example.com' },
    ...{ azureFor: () => azure, azureDevOpsFor: () => azureDevOps, pipelinesFor: () => pipelines },
  };
  return [await checkPool(parts, read.settings)];
}
