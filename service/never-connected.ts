// Removes a registration whose agent has never connected. It stands disabled from its first moment, but a person may enable it and
// its machine may come up late, so it is read by its id, disabled if it has to be, and goes only once it was free twice (R4).
import type { AzureDevOpsPort, Clock } from './ports.ts';
import { steadyNow } from './steady.ts';

/** Between two clean readings of an agent that is to be removed, and between its disable and the end of its registration. */
export const settleMs = 30_000;

/** Agent → since when this process has found it disabled and free, by `steadyNow`; losing it costs another half minute. */
export type FreeSince = Map<number, number>;

interface Parts {
  readonly azureDevOps: AzureDevOpsPort;
  readonly clock: Pick<Clock, 'now' | 'elapsed'>;
  readonly keepLease: () => Promise<void>;
}

/**
 * `mark`: the capability of its registration that the first connection of an agent replaces. `stays`: it has connected, is not known to be
 * free for long enough, or has a job. Throws `CloudError`.
 */
export async function removeNeverConnected(
  { azureDevOps, clock, keepLease }: Parts,
  poolId: number,
  agentId: number,
  mark: string,
  freeSince: FreeSince,
): Promise<'deleted' | 'absent' | 'stays'> {
  const agent = await azureDevOps.readAgent(poolId, agentId);
  const now = steadyNow(clock);
  const since = freeSince.get(agentId) ?? now;
  freeSince.delete(agentId);
  if (agent === null) return 'absent';
  const hasConnected = agent.isOnline || agent.systemCapabilities[mark] === undefined;
  if (hasConnected || agent.assignedRequestId !== null) return 'stays';
  await keepLease();
  if (agent.isEnabled) await azureDevOps.setAgentEnabled(poolId, agentId, false);
  if (agent.isEnabled || now - since < settleMs) {
    freeSince.set(agentId, agent.isEnabled ? now : since);
    return 'stays';
  }
  const answer = await azureDevOps.deleteAgent(poolId, agentId);
  return answer === 'busy' ? 'stays' : answer;
}
