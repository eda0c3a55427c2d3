// The command lines of the Azure CLI that mend an image version, filled with the names of its gallery.
import { commandsFor, type FixCommands } from './fix-commands.ts';
import type { FactsSource, ImageFacts } from './image-facts.ts';

export function listCommand(source: FactsSource, region: string): FixCommands | null {
  if (source.kind === 'marketplace') {
    const { publisher, offer, sku } = source;
    return commandsFor([
      ...['az', 'vm', 'image', 'list', '--all', '--location', region, '--publisher', publisher],
      ...['--offer', offer, '--sku', sku, '--query', '[].version', '--output', 'tsv'],
    ]);
  }
  const parts = partsOf(source.id);
  if (parts === null) return null;
  return commandsFor([
    ...['az', 'sig', 'image-version', 'list', '--resource-group', parts.group, '--gallery-name', parts.gallery],
    ...['--gallery-image-definition', parts.image, '--query', '[].name', '--output', 'tsv'],
  ]);
}

export function updateCommand({ source, version }: ImageFacts, change: readonly string[]): FixCommands | null {
  const parts = source.kind === 'gallery' ? partsOf(source.id) : null;
  if (parts === null) return null;
  return commandsFor([
    ...['az', 'sig', 'image-version', 'update', '--resource-group', parts.group, '--gallery-name', parts.gallery],
    ...['--gallery-image-definition', parts.image, '--gallery-image-version', version, ...change],
  ]);
}

/** The regions of an update are all that there will be, so those that stand are written too. */
export function regionsCommand(facts: ImageFacts, replicas: number): FixCommands | null {
  const standing = (facts.found?.regions ?? []).filter((one) => one.region !== facts.region);
  const regions = [...standing.map((one) => `${one.region}=${one.replicas}`), `${facts.region}=${replicas}`];
  return updateCommand(facts, ['--target-regions', ...regions]);
}

/** Whoever accepts them agrees for the whole subscription. */
export function acceptTerms(plan: NonNullable<ImageFacts['plan']>, subscriptionId: string): FixCommands {
  return commandsFor([
    ...['az', 'vm', 'image', 'terms', 'accept', '--publisher', plan.publisher, '--offer', plan.product],
    ...['--plan', plan.name, '--subscription', subscriptionId],
  ]);
}

function partsOf(id: string): { readonly group: string; readonly gallery: string; readonly image: string } | null {
  const parts = /\/resourceGroups\/([^/]+)\/.*\/galleries\/([^/]+)\/images\/([^/]+)/i.exec(id);
  if (parts === null) return null;
  const [, group = '', gallery = '', image = ''] = parts;
  return { group, gallery, image };
}
