// Placeholders: agents that are registered and never online, so that Azure DevOps lets a job wait for a machine that
// does not exist yet. This Weir keeps one, for the declared image.
import type { Decision } from '../domain/decision.ts';
import type { Observation } from '../domain/observation.ts';
import { UserProblem } from '../problem.ts';
import type { PoolContext } from './context.ts';

export async function registerPlaceholder(
  context: PoolContext,
  observation: Observation,
  decision: Decision,
): Promise<string> {
  const name = decision.placeholder;
  if (name === undefined) throw new UserProblem('PLACEHOLDER_NAME', 'The decision names no placeholder.');
  const existing = observation.agents.value.find((agent) => agent.name === name);
  const image = context.settings.images[0]?.aliases[0] ?? '';
  if (existing !== undefined) {
    // The registration was taken and its answer lost: the name is ours alone, so it is adopted.
    await context.store.savePlaceholder(context.lease, { agentId: existing.agentId, name, image });
    return 'It was there already.';
  }
  const isWindows = context.settings.osType === 'windows';
  const agentPackage = await context.azureDevOps.readAgentPackage(
    isWindows ? 'win-x64' : 'linux-x64',
    context.settings.agentVersion,
  );
  const registered = await context.azureDevOps.registerAgent(context.settings.poolId, {
    name,
    version: agentPackage.version,
    osDescription: 'Weir placeholder: never online, keeps the demands of this pool admissible',
    systemCapabilities: {
      'Agent.Name': name,
      'Agent.Version': agentPackage.version,
      'Agent.OS': isWindows ? 'Windows_NT' : 'Linux',
      'Agent.OSArchitecture': 'X64',
      ...(image === '' ? {} : { ImageOverride: image }),
    },
    publicKey: await context.placeholderKey(),
  });
  await context.store.savePlaceholder(context.lease, { agentId: registered.agentId, name, image });
  return `Registered as agent ${registered.agentId}.`;
}

export async function removePlaceholder(context: PoolContext, decision: Decision): Promise<string> {
  const agentId = decision.target?.agentId;
  if (agentId == null) return 'The decision names no placeholder.';
  const answer = await context.azureDevOps.deleteAgent(context.settings.poolId, agentId);
  if (answer === 'busy') return 'Azure DevOps says that it holds a job; it stays.';
  await context.store.removePlaceholder(context.lease, agentId);
  return 'Removed.';
}
