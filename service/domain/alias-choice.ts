// Which of its image's aliases a machine answers to: a capability has one value, so it is the alias that the request names
// for which the machine boots, else the first. Like a work folder it is decided before the machine claims its configuration.
import { capabilitiesOf } from './agent.ts';
import { equalsIgnoringCase, parseDemand, readCapability, type Demand } from './demand.ts';
import type { JobRequest } from './job-request.ts';
import { imageOfAlias } from './lane-image.ts';
import type { Node } from './node.ts';
import type { PoolSettings } from './pool.ts';
import { isOpen, openNodes } from './work-folder-choice.ts';

/** Of a generation that no machine has claimed yet; null: the image's first alias. */
export interface AliasChoice {
  readonly generationId: string;
  readonly alias: string | null;
}

/** What a booting machine has claimed already; null while the choice is still open. */
export function fixedAlias(node: Node): string | null {
  if (isOpen(node)) return null;
  const own = node.agent === null ? null : readCapability(capabilitiesOf(node.agent), 'ImageOverride');
  return own ?? node.generation?.alias ?? node.generation?.image ?? null;
}

/** A request that names no image may have any alias. */
export function allowsAlias(demands: readonly Demand[] | null, alias: string | null): boolean {
  const wanted = namedAlias(demands);
  return wanted === null || alias === null || equalsIgnoringCase(alias, wanted);
}

/** What the records of this pass do not say yet: asked for again as long as the machine has not claimed. */
export function chooseAliases(
  byNode: ReadonlyMap<string, JobRequest>,
  nodes: readonly Node[],
  settings: Pick<PoolSettings, 'images'>,
): readonly AliasChoice[] {
  // A reader gives one list to all requests that write the same.
  const known = new Map<readonly string[], string | null>();
  const aliasIn = (texts: readonly string[]): string | null => {
    const before = known.get(texts);
    if (before !== undefined) return before;
    const found = namedAlias(texts.flatMap(demandIn));
    known.set(texts, found);
    return found;
  };
  return openNodes(nodes).flatMap((node): readonly AliasChoice[] => {
    const { generation } = node;
    if (generation === null || node.instance === null) return [];
    const [first] = settings.images;
    const image = generation.image == null ? first : imageOfAlias(settings, generation.image);
    // Most images have one alias, and then it does not matter who waits.
    const request = (image?.aliases.length ?? 0) > 1 ? byNode.get(node.key) : undefined;
    const wanted = request === undefined ? null : aliasIn(request.demands);
    const found = image?.aliases.findIndex((one) => wanted !== null && equalsIgnoringCase(one, wanted)) ?? -1;
    const alias = found > 0 ? (image?.aliases[found] ?? null) : null;
    return alias === (generation.alias ?? null) ? [] : [{ generationId: generation.generationId, alias }];
  });
}

function namedAlias(demands: readonly Demand[] | null): string | null {
  const demand = demands?.find((one) => one.kind === 'equals' && equalsIgnoringCase(one.name, 'ImageOverride'));
  return demand?.kind === 'equals' ? demand.value : null;
}

function demandIn(text: string): readonly Demand[] {
  const demand = parseDemand(text);
  return demand.kind === 'fault' ? [] : [demand];
}
