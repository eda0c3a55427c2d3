// What a pool admits, as people see it: worked out anew from the newest picture and the settings.
import type { Admission, AdmittedValue } from '../../contract/admission.ts';
import { admissionOf, mostPlaceholders } from '../domain/admission.ts';
import { capabilitiesOf } from '../domain/agent.ts';
import { meetsDemands } from '../domain/demand.ts';
import { queuedRequests } from '../domain/fit.ts';
import { labelNames } from '../domain/learned.ts';
import type { Observation } from '../domain/observation.ts';
import type { PoolSettings } from '../domain/pool.ts';
import { copiesOf, wantedPlaceholders } from '../domain/wanted-placeholders.ts';
import { iso } from './instant.ts';

const mostSources = 20;

export function admissionView(observation: Observation, settings: PoolSettings, now: number): Admission {
  const room = Math.floor(mostPlaceholders / copiesOf(settings));
  const { sets, leftOut, leftOutCount, found, refused } = admissionOf(observation, settings, room);
  const { discovered } = observation;
  const readAt = discovered === undefined ? null : iso(discovered.readAt);
  return {
    now: iso(now),
    observedAt: iso(observation.now),
    values: valuesOf([...sets, ...leftOut, ...found]),
    placeholders: placeholdersOf(observation, settings),
    leftOut: leftOut.map(({ labels, source }) => ({ labels: { ...labels }, source })),
    leftOutCount,
    refused: refused.map(({ demands, source, because }) => ({ demands: [...demands], source, because })),
    discovery: {
      isOn: settings.demands.discovery,
      readAt,
      missingRights: [...(discovered?.missingRights ?? [])],
    },
    notCovered: settings.demands.discovery
      ? [...(discovered?.notCovered ?? [])]
      : ['Values that only pipelines name: demand discovery is off for this pool.'],
  };
}

/** Before the first pass: what the settings alone admit. */
export function unseenAdmission(settings: PoolSettings, now: number): Admission {
  const nothing = { freshness: 'unknown' as const, readAt: null, value: [], problem: null };
  const observation: Observation = {
    now,
    jobRequests: nothing,
    agents: nothing,
    lanes: [],
    generations: [],
    operations: [],
    placeholders: [],
    ownsEverything: false,
  };
  return { ...admissionView(observation, settings, now), observedAt: null };
}

interface Sourced {
  readonly labels: Readonly<Record<string, string>>;
  readonly source: string;
}

function valuesOf(sets: readonly Sourced[]): AdmittedValue[] {
  const values = new Map<string, { demand: string; value: string; sources: Set<string> }>();
  for (const demand of labelNames) {
    for (const { labels, source } of sets) {
      const value = labels[demand];
      if (value === undefined) continue;
      const key = `${demand}\n${value.toLowerCase()}`;
      const known = values.get(key) ?? { demand, value, sources: new Set() };
      known.sources.add(source);
      values.set(key, known);
    }
  }
  return [...values.values()].map(({ demand, value, sources }) => ({
    demand,
    value,
    sources: [...sources].slice(0, mostSources),
  }));
}

function placeholdersOf(observation: Observation, settings: PoolSettings): Admission['placeholders'] {
  const agents = new Map(observation.agents.value.map((agent) => [agent.agentId, agent]));
  const standing = new Map(observation.placeholders.map((one) => [one.name.toLowerCase(), agents.get(one.agentId)]));
  const queued = queuedRequests(observation);
  return wantedPlaceholders(observation, settings).map(({ name, set }) => {
    const agent = standing.get(name.toLowerCase());
    const waiting = queued.filter((request) => {
      if (agent === undefined) return false;
      return request.matchedAgentIds?.includes(agent.agentId) ?? meetsDemands(request.demands, capabilitiesOf(agent));
    });
    return {
      name,
      labels: { ...set.labels },
      source: set.source,
      agentId: agent?.agentId ?? null,
      waiting: waiting.length,
    };
  });
}
