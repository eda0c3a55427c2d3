// Whether a machine that does not exist yet would meet the demands of a request: what the placeholder promises, else what
// its siblings can do. Where neither is known, Azure DevOps let the request wait, so some agent of the pool's kind met it.
import { capabilitiesOf, type Agent, type Capabilities } from './agent.ts';
import { classesOf, lens, meetsAll } from './agent-class.ts';
import { agentsById } from './agents-by-id.ts';
import { equalsIgnoringCase, meetsDemand, readCapability, type Demand } from './demand.ts';
import { imageCalled, serves, type ImageCatalog, type Target } from './image-catalog.ts';
import type { OsType } from './instance.ts';
import type { JobRequest } from './job-request.ts';
import { isLabelDemand } from './labels.ts';
import type { Node } from './node.ts';
import type { Observation } from './observation.ts';
import { placedClasses } from './placed-class.ts';
import type { PoolSettings } from './pool.ts';
import { tagLabel } from './tags.ts';
import { isUsableFolder, workFolderLabel } from './work-folder-choice.ts';

export type NewNodeFit = (
  demands: readonly Demand[] | null,
  requests: readonly JobRequest[],
  target: Target | null,
) => boolean;

export function newNodeFit(
  observation: Observation,
  settings: PoolSettings,
  nodes: readonly Node[],
  names: readonly string[],
  catalog: ImageCatalog,
): NewNodeFit {
  const meets = catalog.isOwnSet
    ? onOwnSet(observation, settings, nodes, names)
    : inLanes(observation, settings, nodes, names, catalog);
  const newest = newestAgent(observation, settings, nodes);
  return (demands, requests, target) => {
    if (demands !== null && (contradict(demands) || demands.some((demand) => isTooNew(demand, newest)))) return false;
    const osType = settings.images[target?.image ?? 0]?.osType ?? settings.osType;
    // A new machine gets the folder and the labels that its request names, whatever others of its kind have.
    const others = demands?.filter((demand) => !isLabelDemand(demand, settings) && !isUsableFolder(demand, osType));
    return meets(others ?? null, requests, target);
  };
}

/**
 * Which agent a new machine would run, as far as a picture without records tells: the one of the settings, else what a machine
 * runs that was made within a day. Null where nothing tells, and in the service, whose placeholders speak for it.
 */
function newestAgent(observation: Observation, settings: PoolSettings, nodes: readonly Node[]): string | null {
  if (!observation.ownsEverything) return null;
  if (settings.agentVersion !== 'latest') return settings.agentVersion;
  const isNew = ({ instance }: Node) => observation.now - (instance?.createdAt ?? 0) < dayMs;
  const versions = nodes.filter(isNew).flatMap(({ agent }) => {
    if (agent === null) return [];
    return readCapability(capabilitiesOf(agent), 'Agent.Version') ?? agent.version ?? [];
  });
  const [first = null, ...others] = versions;
  return others.reduce((newest, one) => (isAtLeast(one, newest ?? '') ? one : newest), first);
}

const dayMs = 24 * 3_600_000;

function isTooNew(demand: Demand, newest: string | null): boolean {
  if (newest === null || demand.kind !== 'gtVersion' || !equalsIgnoringCase(demand.name, 'Agent.Version')) return false;
  return !isAtLeast(newest, demand.value);
}

function isAtLeast(version: string, wanted: string): boolean {
  return meetsDemand({ kind: 'gtVersion', name: 'Agent.Version', value: wanted }, { 'Agent.Version': version });
}

/** No machine has two values for one label, whoever gives it. */
function contradict(demands: readonly Demand[]): boolean {
  const seen = new Map<string, string>();
  return demands.some((demand) => {
    if (demand.kind !== 'equals') return false;
    const name = demand.name.toLowerCase();
    const earlier = seen.get(name);
    seen.set(name, demand.value);
    return earlier !== undefined && !equalsIgnoringCase(earlier, demand.value);
  });
}

function onOwnSet(
  observation: Observation,
  settings: PoolSettings,
  nodes: readonly Node[],
  names: readonly string[],
): NewNodeFit {
  const placeholderIds = new Set(observation.placeholders.map((placeholder) => placeholder.agentId));
  const placeholders = observation.agents.value.filter((agent) => placeholderIds.has(agent.agentId));
  const templates =
    placeholders.length > 0
      ? placeholders.map(lens(names))
      : [
          ...classesOf(nodes, names).map((one) => one.capabilities),
          ...strangersOf(observation, nodes).map(lens(names)),
        ];
  const aliases = settings.images.flatMap((image) => image.aliases);
  const isGiven = (demand: Demand): boolean => {
    // A new machine runs the newest agent, and without a placeholder its image label is known from the settings alone.
    if (demand.kind === 'gtVersion') return equalsIgnoringCase(demand.name, 'Agent.Version');
    if (placeholders.length > 0 || demand.kind !== 'equals' || !equalsIgnoringCase(demand.name, 'ImageOverride'))
      return false;
    return aliases.some((alias) => equalsIgnoringCase(alias, demand.value));
  };
  const isForeignImage = (demand: Demand): boolean =>
    equalsIgnoringCase(demand.name, 'ImageOverride') &&
    demand.kind === 'equals' &&
    aliases.length > 0 &&
    !isGiven(demand);
  return (demands, requests) => {
    if (demands === null) return false;
    if (isMatched(requests, placeholderIds)) return true;
    if (templates.length === 0) return !demands.some((demand) => isForeignImage(demand) || isNeverMet(demand));
    const asked = demands.filter((demand) => !isGiven(demand));
    return templates.some((capabilities) => meetsAll(asked, capabilities));
  };
}

/** Only machines of the image that the request means tell what a new one of it can do. */
function inLanes(
  observation: Observation,
  settings: PoolSettings,
  nodes: readonly Node[],
  names: readonly string[],
  catalog: ImageCatalog,
): NewNodeFit {
  const placeholderImages = new Map(
    observation.placeholders.map((one) => [one.agentId, imageCalled(one.image, catalog)?.index ?? 0]),
  );
  const placeholderIds = new Set(placeholderImages.keys());
  const promised: Template[] = [];
  const look = lens(names);
  for (const [agentId, image] of placeholderImages) {
    const agent = agentsById(observation.agents.value).get(agentId);
    if (agent !== undefined) promised.push([image, look(agent)]);
  }
  const isPromised = new Set(promised.map(([image]) => image));
  let found: readonly Template[] | null = null;
  const siblings = () => (found ??= siblingsIn(observation, nodes, names, catalog));
  const canCome = (target: Target): boolean =>
    catalog.canMakeLanes || [...catalog.places.values()].some((one) => one.canGrow && serves(one, target, catalog));
  return (demands, requests, target) => {
    if (demands === null || target === null || !canCome(target)) return false;
    const asked = demands.filter((demand) => !isGivenByLane(demand));
    // Looking at every machine is dear, and what the placeholder of an image promises makes up for it.
    const known = isPromised.has(target.image) ? promised : siblings().filter(([image]) => !isPromised.has(image));
    const templates = known.filter(([image]) => image === target.image || (image === null && promised.length === 0));
    const osType = settings.images[target.image]?.osType ?? null;
    const fits =
      templates.length === 0
        ? !asked.some((demand) => isOtherSystem(demand, osType) || isUnusableLabel(demand))
        : templates.some(([, capabilities]) => meetsAll(asked, capabilities));
    return fits || isMatched(requests, placeholderIds);
  };
}

type Template = readonly [image: number | null, capabilities: Capabilities | null];

/** Of machines that there are; where there are none, of agents whose machine is not known. */
function siblingsIn(
  observation: Observation,
  nodes: readonly Node[],
  names: readonly string[],
  catalog: ImageCatalog,
): readonly Template[] {
  const classes = placedClasses(nodes, names, catalog).map((one): Template => [one.place.image, one.capabilities]);
  const look = lens(names);
  return classes.length > 0 ? classes : strangersOf(observation, nodes).map((agent): Template => [null, look(agent)]);
}

/** Image and version were judged already, and a new machine runs the newest agent. */
function isGivenByLane(demand: Demand): boolean {
  if (demand.kind === 'gtVersion') return equalsIgnoringCase(demand.name, 'Agent.Version');
  return ['ImageOverride', 'ImageVersionOverride'].some((name) => equalsIgnoringCase(name, demand.name));
}

/** The customer's own set makes no version of somebody's choice, and Azure no Mac. */
function isNeverMet(demand: Demand): boolean {
  const isVersion = demand.kind === 'equals' && equalsIgnoringCase(demand.name, 'ImageVersionOverride');
  return isVersion || isOtherSystem(demand, null) || isUnusableLabel(demand);
}

/** What of these could be given to a machine was left out before. */
function isUnusableLabel(demand: Demand): boolean {
  return [workFolderLabel, tagLabel].some((name) => equalsIgnoringCase(name, demand.name));
}

function isOtherSystem(demand: Demand, osType: OsType | null): boolean {
  if (demand.kind !== 'equals' || !equalsIgnoringCase(demand.name, 'Agent.OS')) return false;
  if (osType === null) return equalsIgnoringCase(demand.value, 'Darwin');
  return !equalsIgnoringCase(demand.value, osType === 'linux' ? 'Linux' : 'Windows_NT');
}

function isMatched(requests: readonly JobRequest[], placeholderIds: ReadonlySet<number>): boolean {
  return requests.some((request) => request.matchedAgentIds?.some((id) => placeholderIds.has(id)) === true);
}

/**
 * A snapshot without memory does not say which agents are placeholders. One that is offline and has no machine may be;
 * and where no agent has a machine, all of them are what is known of the pool.
 */
function strangersOf(observation: Observation, nodes: readonly Node[]): readonly Agent[] {
  if (!observation.ownsEverything) return [];
  const joined = new Set(nodes.flatMap((node) => (node.agent === null ? [] : [node.agent.agentId])));
  const strangers = observation.agents.value.filter((agent) => !joined.has(agent.agentId));
  return joined.size === 0 ? strangers : strangers.filter((agent) => !agent.isOnline && agent.isEnabled);
}
