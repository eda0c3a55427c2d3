// Placeholders: agents that are registered and never online, so that Azure DevOps lets a job wait for a machine that does
// not exist yet. One for each set of demands that the pool admits; decide says which (domain/placeholder.ts).
import { mostPlaceholders } from '../domain/admission.ts';
import type { Decision } from '../domain/decision.ts';
import { placeholderCapability } from '../domain/lost-placeholder.ts';
import type { Observation } from '../domain/observation.ts';
import { wantedPlaceholders, type WantedPlaceholder } from '../domain/wanted-placeholders.ts';
import { UserProblem } from '../problem.ts';
import type { AgentRegistration } from '../ports.ts';
import type { PoolContext } from './context.ts';

/** Registers the placeholder, or tells the one that stands under the agent's id anew what it promises. */
export async function registerPlaceholder(
  context: PoolContext,
  observation: Observation,
  decision: Decision,
): Promise<string> {
  const name = decision.placeholder;
  if (name === undefined) throw new UserProblem('PLACEHOLDER_NAME', 'The decision names no placeholder.');
  const wanted = wantedPlaceholders(observation, context.settings).find((one) => one.name === name);
  if (wanted === undefined) return 'It is not wanted any more.';
  const standing = decision.target?.agentId ?? null;
  if (standing !== null) return await refresh(context, wanted, standing);
  const existing = observation.agents.value.find((agent) => agent.name.toLowerCase() === name.toLowerCase());
  if (existing !== undefined) {
    // The registration was taken and its answer lost: the name is ours alone, so it is adopted.
    await context.store.savePlaceholder(context.lease, recordOf(wanted, existing.agentId));
    return 'It was there already.';
  }
  // Whoever else believes to lead may have registered some since the picture.
  const recorded = await context.store.listPlaceholders(context.pool);
  const { unrecordedPlaceholders: unrecorded = new Set() } = context;
  for (const one of recorded) unrecorded.delete(one.name);
  if (recorded.length + unrecorded.size >= mostPlaceholders) return 'There are as many as a pool may have.';
  const registration = await registrationOf(context, wanted);
  // Until the next picture nobody knows whether a registration without an answer stands.
  unrecorded.add(name);
  const { agentId } = await context.azureDevOps.registerAgent(context.settings.poolId, registration);
  await context.store.savePlaceholder(context.lease, recordOf(wanted, agentId));
  unrecorded.delete(name);
  return `Registered as agent ${agentId}.`;
}

/** In place, so that the jobs that wait on it go on waiting. */
async function refresh(context: PoolContext, wanted: WantedPlaceholder, agentId: number): Promise<string> {
  const ours = await context.store.listPlaceholders(context.pool);
  if (!ours.some((one) => one.agentId === agentId)) return 'A machine has taken it over meanwhile.';
  const registration = await registrationOf(context, wanted);
  await context.azureDevOps.replaceAgent(context.settings.poolId, agentId, { ...registration, isEnabled: true });
  return 'Told anew.';
}

async function registrationOf(context: PoolContext, wanted: WantedPlaceholder): Promise<AgentRegistration> {
  const { name, set, capabilities } = wanted;
  const version = capabilities['Agent.Version'] ?? (await newestVersion(context, set.osType));
  return {
    name,
    version,
    osDescription: 'Weir placeholder: never online, keeps the demands of this pool admissible',
    systemCapabilities: { ...capabilities, 'Agent.Version': version, [placeholderCapability]: context.pool },
    publicKey: await context.placeholderKey(),
  };
}

async function newestVersion(context: PoolContext, osType: WantedPlaceholder['set']['osType']): Promise<string> {
  const platform = osType === 'windows' ? 'win-x64' : 'linux-x64';
  return (await context.azureDevOps.readAgentPackage(platform, context.settings.agentVersion)).version;
}

function recordOf({ name, set }: WantedPlaceholder, agentId: number) {
  return { agentId, name, image: set.image };
}

export async function removePlaceholder(context: PoolContext, decision: Decision): Promise<string> {
  const agentId = decision.target?.agentId;
  if (agentId == null) return 'The decision names no placeholder.';
  const answer = await context.azureDevOps.deleteAgent(context.settings.poolId, agentId);
  if (answer === 'busy') return 'Azure DevOps says that it holds a job; it stays.';
  await context.store.removePlaceholder(context.lease, agentId);
  return 'Removed.';
}
