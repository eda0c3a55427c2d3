// The labels that Weir gives an agent while it lives: its priority, and in stateful pools a tag. Both are user capabilities.
import { capabilitiesOf, type Agent, type Capabilities } from './agent.ts';
import { equalsIgnoringCase, meetsDemand, parseDemand, readCapability, type Demand } from './demand.ts';
import type { JobRequest } from './job-request.ts';
import type { PoolSettings } from './pool.ts';
import { priorities, priorityLabel } from './priority.ts';
import { tagLabel } from './tags.ts';

export type Labels = Readonly<Record<string, string>>;

/** True for a demand that no machine has to be made for: a label meets it. */
export function isLabelDemand(demand: Demand, settings: PoolSettings): boolean {
  if (demand.kind !== 'equals') return false;
  if (equalsIgnoringCase(demand.name, priorityLabel)) {
    return priorities.some((one) => equalsIgnoringCase(one, demand.value));
  }
  return equalsIgnoringCase(demand.name, tagLabel) && settings.profile.kind === 'stateful' && isTagText(demand.value);
}

/** True where labels are all that is missing. A tag stays for the life of the machine, so a tagged agent gets no other. */
export function fitsOnceLabelled(
  demands: readonly Demand[] | null,
  capabilities: Capabilities | null,
  settings: PoolSettings,
): boolean {
  if (demands === null || capabilities === null) return false;
  return demands.every((demand) => {
    if (meetsDemand(demand, capabilities)) return true;
    if (!isLabelDemand(demand, settings)) return false;
    return !equalsIgnoringCase(demand.name, tagLabel) || readCapability(capabilities, tagLabel) === null;
  });
}

/** The labels that the agent has not and the request asks for. */
export function missingLabels(request: JobRequest, agent: Agent, settings: PoolSettings): Labels {
  const missing: Record<string, string> = {};
  for (const text of request.demands) {
    const demand = parseDemand(text);
    if (demand.kind !== 'equals' || !isLabelDemand(demand, settings)) continue;
    if (meetsDemand(demand, capabilitiesOf(agent))) continue;
    if (equalsIgnoringCase(demand.name, tagLabel)) missing[tagLabel] = demand.value;
    else missing[priorityLabel] = priorities.find((one) => equalsIgnoringCase(one, demand.value)) ?? demand.value;
  }
  return missing;
}

/** The whole set of user capabilities that the agent is to have: somebody else's stay as they are. */
export function withLabels(agent: Agent, labels: Labels): Capabilities {
  const isReplaced = (name: string) => Object.keys(labels).some((label) => equalsIgnoringCase(label, name));
  const kept = Object.entries(agent.userCapabilities).filter(([name]) => !isReplaced(name));
  return { ...Object.fromEntries(kept), ...labels };
}

/** A label of our own must be one that can be written and read everywhere. */
function isTagText(text: string): boolean {
  return (
    text.length <= 256 && text.trim() !== '' && !/[\p{Cc}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u.test(text)
  );
}
