// Reads decide's memory, part by part, as the service keeps it from pass to pass: plain JSON, instants in milliseconds. What is
// absent never was, as in a pool that Weir has just begun with.
import { emptyMemory, type Memory } from '../service/domain/memory.ts';
import { nearestName } from '../service/domain/nearest.ts';
import { UserProblem } from '../service/problem.ts';
import type { Fields } from '../service/wire.ts';
import { readBoots, readDemand, readPaying, readRaces, readSpent } from './snapshot-habits.ts';
import { mapOf, numberAt, numbers, objectMapOf } from './snapshot-shapes.ts';
import { readBreaker, readCapacityRefusal, readPhantom, readRefusal, readShortage } from './snapshot-trouble.ts';

type Parts = { readonly [Name in Exclude<keyof Memory, 'version'>]-?: (memory: Fields) => Memory[Name] };

/** One reader for each part, so that none can be forgotten: the compiler would miss it. */
const parts: Parts = {
  idleSince: (memory) => mapOf(memory, 'idleSince', numberAt),
  stateSince: (memory) =>
    objectMapOf(memory, 'stateSince', (one) => ({
      state: one.requiredText('state'),
      since: one.requiredNumber('since'),
    })),
  claims: (memory) => memory.textMap('claims'),
  boots: readBoots,
  sampled: (memory) => {
    const sampled = memory.object('sampled');
    return {
      lastSampleAt: sampled?.number('lastSampleAt') ?? null,
      lastGrowAt: sampled?.number('lastGrowAt') ?? null,
      aboveStandbySince: sampled?.number('aboveStandbySince') ?? null,
    };
  },
  restUntil: (memory) => mapOf(memory, 'restUntil', numberAt),
  capacityRefusals: (memory) => objectMapOf(memory, 'capacityRefusals', readCapacityRefusal),
  bumped: (memory) => numbers(memory, 'bumped'),
  unwell: (memory) => mapOf(memory, 'unwell', numberAt),
  triedAgents: (memory) => mapOf(memory, 'triedAgents', numberAt),
  breakers: (memory) => objectMapOf(memory, 'breakers', readBreaker),
  reimagedAt: (memory) => mapOf(memory, 'reimagedAt', numberAt),
  defaults: (memory) =>
    objectMapOf(memory, 'defaults', (one) => ({ version: one.requiredText('version'), former: one.text('former') })),
  emptyLanes: (memory) => mapOf(memory, 'emptyLanes', numberAt),
  broughtVersions: (memory) => mapOf(memory, 'broughtVersions', numberAt),
  // Kept in lower case, and whoever writes one by hand need not know it.
  refusals: (memory) =>
    Object.fromEntries(
      Object.entries(objectMapOf(memory, 'refusals', readRefusal)).map(([id, refusal]) => [id.toLowerCase(), refusal]),
    ),
  shortages: (memory) => objectMapOf(memory, 'shortages', readShortage),
  spent: readSpent,
  races: readRaces,
  demand: readDemand,
  paying: readPaying,
  phantom: (memory) => objectMapOf(memory, 'phantom', readPhantom),
};

/** What stands beside decide's own memory. */
const beside = ['version', 'generations', 'operations', 'placeholders', 'admittedVersions', 'rollouts', 'strangers'];

export function readKeptMemory(memory: Fields): Memory {
  refuseMisspelt(memory);
  const isTold = (name: string) => (memory.raw()[name] ?? null) !== null;
  const told = Object.entries(parts).flatMap(([name, read]) => (isTold(name) ? [[name, read(memory)] as const] : []));
  return { ...emptyMemory, ...Object.fromEntries(told) };
}

function refuseMisspelt(memory: Fields): void {
  const written = Object.keys(memory.raw());
  const missing = [...Object.keys(parts), ...beside].filter((name) => !written.includes(name));
  for (const name of written) {
    if (Object.hasOwn(parts, name) || beside.includes(name)) continue;
    const meant = nearestName(name, missing);
    const nextStep = meant === null ? 'Leave it out: Weir keeps no such thing.' : `Did you mean ${meant}?`;
    throw new UserProblem('UNKNOWN_FIELD', `The memory of a snapshot has no field ${name}.`, {
      field: `memory.${name}`,
      nextStep,
    });
  }
}
