// The registrations of trial machines, also such as nobody knows of because their answer was lost: they go before the machine
// is wiped or deleted (reliability-security.md I-1).
import type { Agent } from '../domain/agent.ts';
import { trialAgentPrefix, trialCapability, type TrialRecord, type Validation } from '../domain/validation.ts';
import type { TrialParts } from './parts.ts';

/** After a registration without an answer lists may lack its agent for this long, as for machines of pools. */
const unlistedMs = 5 * 60_000;

/** False where one of them cannot be removed now. */
export async function removeAgents(
  { azureDevOps, keepLease, settings }: TrialParts,
  agentIds: Iterable<number>,
): Promise<boolean> {
  for (const agentId of new Set(agentIds)) {
    await keepLease();
    if ((await azureDevOps.deleteAgent(settings.poolId, agentId)) === 'busy') return false;
  }
  return true;
}

/** Those that have never connected, by what their registration says; null while the list is not fresh. */
export function neverConnected(
  { observation: { agents } }: TrialParts,
  { validationId }: Validation,
): readonly Agent[] | null {
  if (agents.freshness !== 'fresh') return null;
  return agents.value.filter((agent) => agent.systemCapabilities[trialCapability] === validationId);
}

/** Of one machine, whose second life has not begun. */
export function neverConnectedOf(
  parts: TrialParts,
  validation: Validation,
  trial: TrialRecord,
): readonly Agent[] | null {
  const prefix = trialAgentPrefix(trial);
  return neverConnected(parts, validation)?.filter(({ name }) => name.startsWith(prefix)) ?? null;
}

/** After a registration without an answer, until lists can show its agent. None begins once the phase has. */
export function mayBeUnlisted(
  { registrationLostAt }: TrialRecord,
  { phaseSince }: Pick<Validation, 'phaseSince'>,
  now: number,
): boolean {
  return registrationLostAt !== undefined && now - Math.min(registrationLostAt, phaseSince) < unlistedMs;
}
