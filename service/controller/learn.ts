// Learns from the first real agents of each image what its machines can do, keeps it in the store, and adds it to the picture
// with the agent version that new machines will run: placeholders promise both.
import type { Agent } from '../domain/agent.ts';
import { readCapability } from '../domain/demand.ts';
import type { OsType } from '../domain/instance.ts';
import { sharedCapabilities, type LearnedCapabilities } from '../domain/learned.ts';
import type { Generation, Observation } from '../domain/observation.ts';
import { CloudError } from '../problem.ts';
import { isDueAgain, steadyNow } from '../steady.ts';
import type { PoolContext, Recollection } from './context.ts';
import { readKept, writeKept } from './kept.ts';

const versionMilliseconds = 10 * 60_000;
/** Of each image; what older versions showed helps nobody. */
const mostVersions = 4;

export async function learn(
  context: PoolContext,
  recollection: Recollection,
  observation: Observation,
): Promise<Observation> {
  const before = recollection.learned ?? (await readLearned(context));
  const learned = observation.agents.freshness === 'fresh' ? learnFrom(context, before, observation) : before;
  if (learned !== before) {
    await writeKept(context.store, context.lease, 'learnedCapabilities', learned, observation.now);
  }
  recollection.learned = learned;
  return { ...observation, learned, agentVersions: await agentVersions(context, recollection) };
}

async function readLearned(context: PoolContext): Promise<readonly LearnedCapabilities[]> {
  const value = await readKept(context.store, context.pool, 'learnedCapabilities');
  // Only this file writes it; what an older version wrote otherwise is learned again.
  return Array.isArray(value) ? value.filter(isLearned) : [];
}

function isLearned(value: unknown): value is LearnedCapabilities {
  if (typeof value !== 'object' || value === null) return false;
  return 'image' in value && 'agentVersion' in value && 'capabilities' in value && 'workFolder' in value;
}

/** The same list where nothing new was seen. */
function learnFrom(
  { settings }: PoolContext,
  before: readonly LearnedCapabilities[],
  observation: Observation,
): readonly LearnedCapabilities[] {
  const agents = new Map(observation.agents.value.map((agent) => [agent.agentId, agent]));
  let learned = before;
  for (const generation of observation.generations) {
    const agent = generation.agentId === null ? undefined : agents.get(generation.agentId);
    if (agent?.isOnline !== true) continue;
    const kind = kindOf(agent, generation, generation.image ?? settings.images[0]?.aliases[0] ?? '');
    // Most agents are of a kind that is known: only a new one has its capabilities looked through.
    if (kind === null || learned.some((one) => isSameKind(one, kind))) continue;
    const others = learned.filter((one) => one.image !== kind.image || one.version !== kind.version);
    learned = [...others, seenOn(agent, generation, kind, observation.now)];
  }
  return learned === before ? before : newestOfEach(learned);
}

type Kind = Pick<LearnedCapabilities, 'image' | 'version' | 'agentVersion'>;

function kindOf(agent: Agent, generation: Generation, image: string): Kind | null {
  const agentVersion = readCapability(agent.systemCapabilities, 'Agent.Version') ?? agent.version;
  return agentVersion === null ? null : { image, version: generation.version ?? null, agentVersion };
}

function seenOn(agent: Agent, generation: Generation, kind: Kind, at: number): LearnedCapabilities {
  const workFolder = readCapability(agent.systemCapabilities, 'WorkFolder');
  return {
    ...kind,
    at,
    capabilities: sharedCapabilities(agent.systemCapabilities),
    workFolder: generation.workFolder == null ? workFolder : null,
  };
}

function isSameKind(one: Kind, other: Kind): boolean {
  return one.image === other.image && one.version === other.version && one.agentVersion === other.agentVersion;
}

function newestOfEach(learned: readonly LearnedCapabilities[]): readonly LearnedCapabilities[] {
  const counts = new Map<string, number>();
  return learned
    .toSorted((a, b) => b.at - a.at)
    .filter(({ image }) => {
      const count = (counts.get(image) ?? 0) + 1;
      counts.set(image, count);
      return count <= mostVersions;
    });
}

/** A pinned version needs no question; the newest one is asked for now and then, and an old answer is better than none. */
async function agentVersions(
  { settings, azureDevOps, clock }: PoolContext,
  recollection: Recollection,
): Promise<NonNullable<Observation['agentVersions']>> {
  const systems = new Set<OsType>([
    settings.osType,
    ...settings.images.map((image) => image.osType ?? settings.osType),
  ]);
  const versions: Partial<Record<OsType, string>> = {};
  for (const osType of systems) {
    if (settings.agentVersion !== 'latest') {
      versions[osType] = settings.agentVersion;
      continue;
    }
    const known = recollection.agentVersions[osType];
    const isDue = isDueAgain(known?.readAt ?? null, versionMilliseconds, clock.now());
    if (isDue && steadyNow(clock) >= recollection.restUntil.azureDevOps) {
      try {
        const { version } = await azureDevOps.readAgentPackage(
          osType === 'windows' ? 'win-x64' : 'linux-x64',
          'latest',
        );
        recollection.agentVersions[osType] = { readAt: clock.now(), version };
      } catch (error) {
        if (!(error instanceof CloudError)) throw error;
      }
    }
    const version = recollection.agentVersions[osType]?.version;
    if (version !== undefined) versions[osType] = version;
  }
  return versions;
}
