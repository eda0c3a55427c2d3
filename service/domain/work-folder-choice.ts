// Which work folder a machine is made with: the one that the request names for which it boots, else the pool's. It is
// decided before the machine claims its configuration and fixed for that life of the machine: a folder is never relabelled.
import { capabilitiesOf } from './agent.ts';
import { equalsIgnoringCase, parseDemand, readCapability, type Demand } from './demand.ts';
import type { OsType } from './instance.ts';
import type { JobRequest } from './job-request.ts';
import type { Node } from './node.ts';
import type { PoolSettings } from './pool.ts';
import { workFolderFault } from './work-folder.ts';

/** The name of the demand, and of the label that meets it. */
export const workFolderLabel = 'WorkFolder';

/** Of a generation that no machine has claimed yet; null: the pool's default. */
export interface WorkFolderChoice {
  readonly generationId: string;
  readonly workFolder: string | null;
}

/** The folder that the demands name, or null. */
export function namedWorkFolder(demands: readonly Demand[] | null): string | null {
  const demand = demands?.find((one) => one.kind === 'equals' && equalsIgnoringCase(one.name, workFolderLabel));
  return demand?.kind === 'equals' ? demand.value : null;
}

/** Only a folder that the grammar allows ever leaves the service (reliability-security.md 4.5). */
export function isUsableFolder(demand: Demand, osType: OsType): boolean {
  if (demand.kind !== 'equals' || !equalsIgnoringCase(demand.name, workFolderLabel)) return false;
  return workFolderFault(demand.value, osType) === null;
}

/** What a booting machine has claimed already; null while the choice is still open. */
export function fixedFolder(node: Node): string | null {
  if (isOpen(node)) return null;
  const own = node.agent === null ? null : readCapability(capabilitiesOf(node.agent), workFolderLabel);
  return own ?? node.generation?.workFolder ?? '';
}

/** A request that names no folder may have any. */
export function allowsFolder(demands: readonly Demand[] | null, folder: string | null): boolean {
  const wanted = namedWorkFolder(demands);
  return wanted === null || folder === null || equalsIgnoringCase(folder, wanted);
}

/** True where the request names a folder that the machine has not, and will not have before it is wiped or another one stands there. */
export function lacksFolder(node: Node, { demands }: Pick<JobRequest, 'demands'>): boolean {
  return !allowsFolder(folderDemands(demands), fixedFolder(node));
}

/** The folder that a request names, or null. */
export function namedFolder({ demands }: Pick<JobRequest, 'demands'>): string | null {
  return namedWorkFolder(folderDemands(demands));
}

/** The choice that is open still and stands in the record; null: the pool's default, or none was made. */
export function openChoice(node: Node): string | null {
  return isOpen(node) ? (node.generation?.workFolder ?? null) : null;
}

/** What the records of this pass do not say yet: asked for again as long as the machine has not claimed. */
export function chooseWorkFolders(
  claims: { readonly byNode: ReadonlyMap<string, JobRequest>; readonly withoutNode: readonly JobRequest[] },
  nodes: readonly Node[],
  settings: PoolSettings,
): readonly WorkFolderChoice[] {
  const folderOf = folderReader(settings);
  let waiting: Iterator<JobRequest, undefined> | null = null;
  // Hardly any machine boots for nobody, and then the line has not to be put together.
  const nextInLine = () => (waiting ??= claims.withoutNode.values()).next().value;
  let known: ReadonlySet<string | undefined> | null = null;
  const wanted = () => {
    known ??= new Set([...claims.byNode.values(), ...claims.withoutNode].map((one) => folderOf(one)?.toLowerCase()));
    return known;
  };
  return openNodes(nodes).flatMap((node): readonly WorkFolderChoice[] => {
    const { generation } = node;
    if (generation === null || node.instance === null) return [];
    const folder = generation.workFolder ?? null;
    const claimed = claims.byNode.get(node.key);
    // A late boot has no claim and comes up all the same: it keeps what somebody still wants, or is for the next in line.
    if (claimed === undefined && folder !== null && wanted().has(folder.toLowerCase())) return [];
    const request = claimed ?? nextInLine();
    const workFolder = request === undefined ? null : folderOf(request);
    return workFolder === folder ? [] : [{ generationId: generation.generationId, workFolder }];
  });
}

/** A reader gives one list of demands to all requests that write the same, so each list is read once. */
function folderReader({ osType }: PoolSettings): (request: JobRequest) => string | null {
  const known = new Map<readonly string[], string | null>();
  return ({ demands: texts }) => {
    const before = known.get(texts);
    if (before !== undefined) return before;
    const demand = folderDemands(texts).find((one) => isUsableFolder(one, osType));
    const found = demand?.kind === 'equals' ? demand.value : null;
    known.set(texts, found);
    return found;
  };
}

function folderDemands(texts: readonly string[]): readonly Demand[] {
  const demands = texts.filter((text) => /^workfolder\s/i.test(text)).map(parseDemand);
  return demands.filter((one) => one.kind !== 'fault');
}

/** Those whose choices are open; asked for each kind of choice. */
export function openNodes(nodes: readonly Node[]): readonly Node[] {
  const known = open.get(nodes);
  if (known !== undefined) return known;
  const found = nodes.filter(isOpen);
  open.set(nodes, found);
  return found;
}

const open = new WeakMap<readonly Node[], readonly Node[]>();

/** While it is being wiped the choice is for the next life, which takes it over from the record of this one. */
export function isOpen(node: Node): boolean {
  const { generation, agent, state } = node;
  if (state === 'pendingReimage' || (state === 'reimagingCompute' && agent === null)) return true;
  return agent === null && (generation === null || (generation.claimedAt === null && generation.agentId === null));
}
