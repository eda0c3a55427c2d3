// The other half of the takeover: an agent that waiting jobs were matched with at queue time is not deleted with its machine but
// becomes a placeholder again, with a key that nobody has, so that the next machine can take it over.
import type { Generation } from '../domain/observation.ts';
import { jobRequestState } from '../domain/job-request.ts';
import { placeholderCapability } from '../domain/lost-placeholder.ts';
import type { PoolContext } from './context.ts';
import { lifeCapability } from './orphans.ts';

/**
 * Null where it is to be deleted. It stays disabled, which counts as matching all the same: its machine may be logged in until
 * it is destroyed. The readings before this are the only net, for a PUT is not refused for a busy agent as a DELETE is.
 */
export async function giveBack(
  context: PoolContext,
  agentId: number,
  generation: Generation | null,
): Promise<'givenBack' | 'busy' | null> {
  const { settings, azureDevOps, store, lease } = context;
  if (settings.demands.matching !== 'atQueueTime') return null;
  const requests = await azureDevOps.listJobRequests(settings.poolId);
  const isWaitedFor = requests.some(
    (one) => jobRequestState(one) === 'queued' && one.matchedAgentIds?.includes(agentId) === true,
  );
  const agent = isWaitedFor ? await azureDevOps.readAgent(settings.poolId, agentId) : null;
  if (agent === null) return null;
  if (agent.assignedRequestId !== null) return 'busy';
  const name = `weir-placeholder-returned-${agentId}`;
  // It is no life's any more: the sweep of broken claims would take it.
  const { [lifeCapability]: _life, ...capabilities } = agent.systemCapabilities;
  const image = generation?.image ?? settings.images[0]?.aliases[0] ?? '';
  await azureDevOps.replaceAgent(settings.poolId, agentId, {
    name,
    version: agent.version ?? '0.0.0',
    osDescription: 'Weir placeholder: never online, keeps the jobs that were matched with it startable',
    systemCapabilities: { ...capabilities, 'Agent.Name': name, [placeholderCapability]: context.pool },
    publicKey: await context.placeholderKey(),
    isEnabled: false,
  });
  await store.savePlaceholder(lease, { agentId, name, image });
  if (generation !== null) {
    await store.changeGeneration(lease, generation.generationId, { agentId: null, agentName: null });
  }
  return 'givenBack';
}
