// Placeholders that stand in Azure DevOps and in no record are recorded again (domain/lost-placeholder.ts).
import { lostPlaceholders, placeholderCapability, promisedImage } from '../domain/lost-placeholder.ts';
import type { Observation } from '../domain/observation.ts';
import { CloudError } from '../problem.ts';
import { steadyNow } from '../steady.ts';
import type { PoolContext } from './context.ts';

/** Longer than a claim takes, which may be taking one over, and than lists lag behind. */
const betweenSightsMilliseconds = 5 * 60_000;

/**
 * What was registered and is in no record is recorded at its second sight: then decide says whether it is wanted, and takes none
 * away on which a job waits. `seen`: agents → since when, by `Clock.elapsed` where there is one.
 */
export async function recordLost(
  context: PoolContext,
  observation: Observation,
  seen: Map<number, number>,
): Promise<void> {
  if (observation.agents.freshness !== 'fresh') return;
  const lost = lostPlaceholders(observation, context.pool);
  const ids = new Set(lost.map((agent) => agent.agentId));
  for (const id of seen.keys()) if (!ids.has(id)) seen.delete(id);
  const now = steadyNow(context.clock);
  for (const { agentId, name } of lost) {
    const since = seen.get(agentId) ?? now;
    seen.set(agentId, since);
    if (now - since < betweenSightsMilliseconds) continue;
    const latest = await latestOf(context, agentId, name);
    const isStill = latest?.name === name && latest.systemCapabilities[placeholderCapability] !== undefined;
    if (!isStill) continue;
    const image = promisedImage(latest.systemCapabilities, context.settings);
    await context.store.savePlaceholder(context.lease, { agentId, name, image });
    // While a machine may be taking it over nothing is written.
    if (!(await context.store.listPlaceholders(context.pool)).some((one) => one.agentId === agentId)) continue;
    context.line('info', `Placeholder ${name} was in no record; it is recorded again.`);
  }
}

async function latestOf({ azureDevOps, settings, line }: PoolContext, agentId: number, name: string) {
  try {
    return await azureDevOps.readAgent(settings.poolId, agentId);
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    line('warn', `Placeholder ${name} could not be looked at: ${error.message}`);
    return null;
  }
}
