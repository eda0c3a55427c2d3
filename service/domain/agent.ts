// A registered agent of one pool. Busy is `assignedRequestId`, there is no busy status in Azure DevOps.
import type { JobResult } from './job-request.ts';

export type Capabilities = Readonly<Record<string, string>>;

export interface Agent {
  readonly agentId: number;
  readonly name: string;
  readonly version: string | null;
  readonly isEnabled: boolean;
  readonly isOnline: boolean;
  /** It is being given another version of itself, for minutes; absent: it is not. */
  readonly isUpdating?: boolean;
  readonly createdAt: number | null;
  readonly statusChangedAt: number | null;
  readonly systemCapabilities: Capabilities;
  readonly userCapabilities: Capabilities;
  readonly assignedRequestId: number | null;
  readonly lastCompletedRequestId: number | null;
  readonly lastCompletedAt: number | null;
  /** Absent or null: Azure DevOps did not say it with the agent. */
  readonly lastCompletedResult?: JobResult | null;
}

/** What demands are matched against: user capabilities beside system ones. A pass asks often, so each agent is joined once. */
export function capabilitiesOf(agent: Agent): Capabilities {
  const known = joined.get(agent);
  if (known !== undefined) return known;
  const all = { ...agent.systemCapabilities, ...agent.userCapabilities };
  joined.set(agent, all);
  return all;
}

const joined = new WeakMap<Agent, Capabilities>();
