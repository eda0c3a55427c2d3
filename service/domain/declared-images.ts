// Images that the settings declare and that neither an agent nor a placeholder shows yet: rows of the table of near misses
// all the same, for a person who reads it wonders where they are.
import type { Capabilities } from './agent.ts';
import { capabilityOf } from './agent-class.ts';
import { equalsIgnoringCase, meetsDemand, parseDemand, readCapability, type Demand } from './demand.ts';
import { shorten } from './demand-faults.ts';
import type { JobRequest } from './job-request.ts';
import { isLabelDemand } from './labels.ts';
import { learnedOf } from './learned.ts';
import type { Observation } from './observation.ts';
import type { PoolImage, PoolSettings } from './pool.ts';
import type { NearMiss } from './verdict.ts';

/** Its tools are known from machines that ran before. */
export const withoutPlaceholder = 'no placeholder yet';
/** Nobody knows what else it has. */
export const neverSeen = 'never seen';

export function declaredImages(
  request: Pick<JobRequest, 'demands'>,
  observation: Pick<Observation, 'agents' | 'placeholders' | 'learned'>,
  settings: PoolSettings,
): readonly NearMiss[] {
  const placeholders = new Set(observation.placeholders.map((one) => one.agentId));
  const agents = observation.agents.value.filter((agent) => !placeholders.has(agent.agentId));
  // The agents of a pool with one image are machines of it, whatever they carry.
  if (settings.images.length < 2 && agents.length > 0) return [];
  const shown = [
    ...observation.placeholders.map((one) => one.image),
    ...new Set(agents.flatMap((agent) => capabilityOf(agent, 'ImageOverride') ?? [])),
  ];
  const stands = ({ aliases }: PoolImage) =>
    shown.some((one) => aliases.some((alias) => equalsIgnoringCase(alias, one)));
  return settings.images.flatMap((image): NearMiss[] => {
    const [alias] = image.aliases;
    if (alias === undefined || stands(image)) return [];
    const learned = learnedOf(observation.learned ?? [], alias, null);
    const known: Capabilities = {
      'Agent.OS': (image.osType ?? settings.osType) === 'windows' ? 'Windows_NT' : 'Linux',
      'Agent.OSArchitecture': 'X64',
      ...learned?.capabilities,
    };
    const fails = request.demands.flatMap((text) => missOf(text, image, known, settings));
    return [
      { kind: 'nearMiss', of: 'image', name: alias, state: learned === null ? neverSeen : withoutPlaceholder, fails },
    ];
  });
}

function missOf(text: string, image: PoolImage, known: Capabilities, settings: PoolSettings): NearMiss['fails'] {
  const demand = parseDemand(text);
  if (demand.kind === 'fault') return [{ demand: shorten(text), has: null }];
  // A new machine runs the newest agent.
  if (demand.kind === 'gtVersion' && equalsIgnoringCase(demand.name, 'Agent.Version')) return [];
  if (isOfImage(demand, image) || isLabelDemand(demand, settings) || meetsDemand(demand, known)) return [];
  const isName = equalsIgnoringCase(demand.name, 'ImageOverride');
  const has = isName ? (image.aliases[0] ?? null) : readCapability(known, demand.name);
  return [{ demand: shorten(text), has: has === null ? null : shorten(has) }];
}

/** A machine of the image answers to each of its aliases. */
function isOfImage(demand: Demand, { aliases }: PoolImage): boolean {
  if (!equalsIgnoringCase(demand.name, 'ImageOverride')) return false;
  return demand.kind !== 'equals' || aliases.some((alias) => equalsIgnoringCase(alias, demand.value));
}
