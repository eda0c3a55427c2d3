// The command lines of the Azure CLI that mend a scale set, filled with its names.
import { wordsForAgents } from './create-command.ts';
import { commandsFor, type FixCommands } from './fix-commands.ts';
import { isPlainText } from './plain-text.ts';
import type { SetFacts } from './set-facts.ts';

/**
 * Null where a word has a line break, which no shell of ours can carry, or a sign that makes the line look like another one:
 * what has such a name is mended in the portal.
 */
export function commandLine(...lines: readonly (readonly string[])[]): FixCommands | null {
  return lines.flat().every(isPlainText) ? commandsFor(...lines) : null;
}

export function updateSet(id: string, ...changes: readonly string[]): FixCommands | null {
  return commandLine(['az', 'vmss', 'update', '--ids', id, '--set', ...changes]);
}

export function removeFromSet(id: string, paths: readonly string[]): FixCommands | null {
  return commandLine(...paths.map((path) => ['az', 'vmss', 'update', '--ids', id, '--remove', path]));
}

/** Resource group and name of an ARM id; what has another form gives empty texts, never an error. */
export function partsOfId(id: string): { readonly group: string; readonly name: string } {
  const [, group = '', name = ''] = /\/resourceGroups\/([^/]+)\/.*\/([^/]+)$/i.exec(id) ?? [];
  return { group, name };
}

/**
 * A scale set beside this one with the settings that agents need, for what Azure fixes when a scale set is made. The empty
 * word of `--load-balancer` is quoted differently in each shell.
 */
export function createAnew({ scaleSet, model }: SetFacts): FixCommands | null {
  const { image, osType, sku, location } = scaleSet;
  const { group, name } = partsOfId(scaleSet.id);
  const urn = [image.publisher, image.offer, image.sku, image.version ?? 'latest'].join(':');
  const [subnet] = model.subnets;
  return commandLine([
    ...['az', 'vmss', 'create', '--resource-group', group, '--name', `${name}-2`, '--location', location],
    ...wordsForAgents(image.id ?? urn, sku.name, 0),
    ...['--ephemeral-os-disk', 'true', '--os-disk-caching', 'readonly'],
    ...(subnet === undefined ? [] : ['--subnet', subnet]),
    ...(osType === 'linux' ? ['--generate-ssh-keys'] : ['--admin-username', 'operator']),
  ]);
}
