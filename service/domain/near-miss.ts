// Which demand fails on which agent, and what the agent has instead: the table behind "no agent matches".
import type { Agent } from './agent.ts';
import { capabilityOf } from './agent-class.ts';
import { meetsDemand, parseDemand } from './demand.ts';
import { neverSeen, withoutPlaceholder } from './declared-images.ts';
import { shorten } from './demand-faults.ts';
import type { JobRequest } from './job-request.ts';
import { meantLabel } from './meant-label.ts';
import { finding, type Evidence, type Finding, type NearMiss } from './verdict.ts';
import { count } from './words.ts';

/** `imageOf` names the image that a placeholder stands for; null for an agent that is one. `declared` are further images. */
export function noAgentMatches(
  request: Pick<JobRequest, 'demands'>,
  agents: readonly Agent[],
  stateOf: (agent: Agent) => string,
  imageOf: (agent: Agent) => string | null,
  declared: readonly NearMiss[] = [],
): Finding {
  const missesOf = missReader(request.demands);
  const rows = oneForEachImage([
    ...agents.map((agent) => nearMiss(missesOf, agent, stateOf(agent), imageOf(agent))),
    ...declared,
  ]);
  const nearest = rows[0];
  if (nearest === undefined) return withoutAgents(request);
  const alwaysFails = everywhere(rows);
  const subject = alwaysFails.length === 0 ? 'all of its demands at once' : alwaysFails.map(quoted).join(' and ');
  const words = `None of ${count(rows.length, 'agent')} meets ${subject}. ${nearestWords(nearest)}`;
  const evidence: readonly Evidence[] = rows.slice(0, 20);
  return finding('noAgentMatches', words, { nextStep: nextStepFor(nearest), evidence });
}

/** The nearest first. An image has many placeholders; the one that comes nearest speaks for it. */
export function oneForEachImage(rows: readonly NearMiss[]): readonly NearMiss[] {
  const seen = new Set<string>();
  return rows
    .toSorted((a, b) => a.fails.length - b.fails.length)
    .filter((row) => {
      if (row.of === 'agent') return true;
      const isNew = !seen.has(row.name.toLowerCase());
      seen.add(row.name.toLowerCase());
      return isNew;
    });
}

export function nearMissOf(
  request: Pick<JobRequest, 'demands'>,
  agent: Agent,
  state: string,
  image: string | null,
): NearMiss {
  return nearMiss(missReader(request.demands), agent, state, image);
}

function nearMiss(
  missesOf: (agent: Agent) => NearMiss['fails'],
  agent: Agent,
  state: string,
  image: string | null,
): NearMiss {
  return {
    kind: 'nearMiss',
    of: image === null ? 'agent' : 'image',
    name: image ?? agent.name,
    state,
    fails: missesOf(agent),
  };
}

type Miss = NearMiss['fails'][number];

/** Thousands of agents have a few values for what is demanded, so each value is judged once. */
function missReader(demands: readonly string[]): (agent: Agent) => NearMiss['fails'] {
  const readers = demands.map((text) => {
    const demand = parseDemand(text);
    const known = new Map<string | null, Miss | null>();
    return (agent: Agent): Miss | null => {
      const has = demand.kind === 'fault' ? null : capabilityOf(agent, demand.name);
      const before = known.get(has);
      if (before !== undefined) return before;
      const isMet = demand.kind !== 'fault' && has !== null && meetsDemand(demand, { [demand.name]: has });
      const miss = isMet ? null : { demand: shorten(text), has: has === null ? null : shorten(has) };
      known.set(has, miss);
      return miss;
    };
  });
  return (agent) => readers.map((read) => read(agent)).filter((miss) => miss !== null);
}

function everywhere(rows: readonly NearMiss[]): readonly string[] {
  const [first, ...others] = rows.map((row) => row.fails.map((fail) => fail.demand));
  return (first ?? []).filter((demand) => others.every((demands) => demands.includes(demand)));
}

function nearestWords({ of, name, state, fails }: NearMiss): string {
  const what = of === 'image' ? `a machine of image ${name}` : `agent ${name}`;
  if (fails.length === 0 && (state === withoutPlaceholder || state === neverSeen))
    return `The nearest is ${what}, which meets them all as far as is known, but no placeholder agent stands for it yet.`;
  if (fails.length === 0) return `The nearest is ${what}, which meets them all but cannot be started by Weir.`;
  const misses = fails.map(({ demand, has }) => `${quoted(demand)} (it has ${has === null ? 'nothing' : `"${has}"`})`);
  return `The nearest is ${what}, which fails ${misses.slice(0, 3).join(' and ')}.`;
}

function nextStepFor(nearest: NearMiss): string {
  const demands = nearest.fails.map((fail) => fail.demand);
  if (demands.length === 0) return `Bring ${nearest.name} online, or give the image of the pool the same capabilities.`;
  if (demands.some((demand) => /^Agent\.OS\s+-equals\s+Darwin$/i.test(demand))) {
    return 'Use a Microsoft-hosted macOS pool: Azure has no Mac machines to start.';
  }
  for (const { demand, has } of nearest.fails) {
    const meant = has === null ? meantLabel(demand) : null;
    if (meant !== null) return `Write ${quoted(meant)} where ${quoted(demand)} stands, which no agent knows.`;
  }
  return `Remove ${demands.slice(0, 3).map(quoted).join(' and ')} from the job, or give an image of this pool what it asks for.`;
}

function withoutAgents(request: Pick<JobRequest, 'demands'>): Finding {
  const words = `The pool has no agents, and no machine that Weir could start meets ${request.demands.map(quoted).join(' and ')}.`;
  return finding('noAgentMatches', words, {
    nextStep: 'Remove the demand, or give an image of this pool what it asks for.',
  });
}

function quoted(text: string): string {
  return `"${shorten(text)}"`;
}
