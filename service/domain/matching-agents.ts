// Which agents a waiting request fits: those that meet its demands, and those that Azure DevOps itself names.
import type { Agent } from './agent.ts';
import { capabilityOf } from './agent-class.ts';
import { meetsDemand, parseDemand } from './demand.ts';
import type { JobRequest } from './job-request.ts';
import type { Observation } from './observation.ts';
import { oncePerWriting, type Asking, type Writing } from './waiting.ts';
import { writingReader } from './writings.ts';

/** One object for all that write the same demands. */
export function writingsOf(): (demands: readonly string[]) => Writing {
  const read = writingReader();
  const writings: Writing[] = [];
  return (demands) => (writings[read(demands)] ??= { demands, named: [] });
}

/** Requests share a writing where they write the same demands and Azure DevOps matches them with the same agents. */
export function namedWritings(
  { agents }: Pick<Observation, 'agents'>,
  placeholders: ReadonlyMap<number, string>,
  writingOf: (demands: readonly string[]) => Writing,
): (request: JobRequest) => Writing {
  const others = new Map<Writing, Map<string, Writing>>();
  return ({ demands, matchedAgentIds }) => {
    const writing = writingOf(demands);
    if (matchedAgentIds === null || matchedAgentIds.length === 0) return writing;
    const met = idsThatMeet(writing, agents.value);
    const named = matchedAgentIds.filter((id) => !met.has(id) && !placeholders.has(id));
    if (named.length === 0) return writing;
    const known = others.get(writing) ?? new Map<string, Writing>();
    others.set(writing, known);
    const key = named.join(' ');
    const other = known.get(key) ?? { demands, named };
    known.set(key, other);
    return other;
  };
}

/** Agents that meet its demands and are no placeholders; what Azure DevOps itself names counts too. */
export const matchingAgents = oncePerWriting(({ writing, observation, placeholders }: Asking): readonly Agent[] => {
  const met = idsThatMeet(writing, observation.agents.value);
  const named = new Set(writing.named);
  return observation.agents.value.filter(
    ({ agentId }) => !placeholders.has(agentId) && (met.has(agentId) || named.has(agentId)),
  );
});

/** Ids of all agents that meet the demands, placeholders among them. */
export function idsThatMeet(writing: Writing, agents: readonly Agent[]): ReadonlySet<number> {
  const known = meeting.get(writing);
  if (known !== undefined) return known;
  const meets = demandsTest(writing.demands);
  const ids = new Set(agents.filter(meets).map((agent) => agent.agentId));
  meeting.set(writing, ids);
  return ids;
}

const meeting = new WeakMap<Writing, ReadonlySet<number>>();

/** Thousands of agents have a few values for what is demanded, so each value is compared once. */
function demandsTest(texts: readonly string[]): (agent: Agent) => boolean {
  const tests = texts.map((text) => {
    const demand = parseDemand(text);
    const known = new Map<string, boolean>();
    return (agent: Agent): boolean => {
      if (demand.kind === 'fault') return false;
      const found = capabilityOf(agent, demand.name);
      if (found === null) return false;
      const before = known.get(found);
      if (before !== undefined) return before;
      const isMet = meetsDemand(demand, { [demand.name]: found });
      known.set(found, isMet);
      return isMet;
    };
  });
  return (agent) => tests.every((test) => test(agent));
}
