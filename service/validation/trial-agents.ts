// The registrations of trial machines, also such as nobody knows of because their answer was lost: they go before the machine
// is wiped or deleted (reliability-security.md I-1).
import type { Agent } from '../domain/agent.ts';
import { trialAgentPrefix, trialCapability, type TrialRecord, type Validation } from '../domain/validation.ts';
import { trialWrite, type Kept } from '../image-records.ts';
import { removeNeverConnected, settleMs } from '../never-connected.ts';
import type { TrialParts } from './parts.ts';

/** After a registration without an answer lists may lack its agent for this long, as for machines of pools. */
const unlistedMs = 5 * 60_000;

/**
 * False where one of them cannot be removed now: it holds a job, or somebody had enabled it. Trial agents stand disabled; one that is
 * enabled may be given a job of the pool at any moment, so it is disabled first and goes a while after that (I-10).
 */
export async function removeAgents(
  parts: TrialParts,
  trials: readonly Kept<TrialRecord>[],
  others: readonly Agent[],
): Promise<boolean> {
  const known = new Set(trials.flatMap(({ value }) => value.agentId ?? []));
  let areGone = true;
  for (const trial of trials) areGone = (await removeOf(parts, trial)) && areGone;
  for (const { agentId } of others) if (!known.has(agentId)) areGone = (await removeUnknown(parts, agentId)) && areGone;
  return areGone;
}

async function removeUnknown(parts: TrialParts, agentId: number): Promise<boolean> {
  const { settings, freeSince } = parts;
  return (await removeNeverConnected(parts, settings.poolId, agentId, trialCapability, freeSince)) !== 'stays';
}

async function removeOf(parts: TrialParts, trial: Kept<TrialRecord>): Promise<boolean> {
  const { azureDevOps, keepLease, settings, store, lease, clock } = parts;
  const { agentId, shutAt } = trial.value;
  if (agentId === null) return true;
  const agent = await azureDevOps.readAgent(settings.poolId, agentId);
  if (agent === null) return true;
  const now = clock.now();
  // A clock that was set back since begins anew.
  if (agent.isEnabled || (shutAt !== undefined && shutAt > now)) {
    await keepLease();
    if (agent.isEnabled) await azureDevOps.setAgentEnabled(settings.poolId, agentId, false);
    await store.writeRecords([trialWrite(trial.revision, { ...trial.value, shutAt: now })], lease);
    return false;
  }
  if (agent.assignedRequestId !== null || (shutAt !== undefined && now - shutAt < settleMs)) return false;
  await keepLease();
  return (await azureDevOps.deleteAgent(settings.poolId, agentId)) !== 'busy';
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
