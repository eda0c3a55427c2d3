// How a scale set is made that Weir can work on, for somebody who makes it: the settings of the scale set agents page
// (seed 000, "Create the scale set") as one command in the quoting of each shell. `--load-balancer ""` is the word that
// shells lose; fix-commands.ts keeps it.
import { commandsFor, type FixCommands } from './fix-commands.ts';
import type { OsType } from './instance.ts';

export interface ScaleSetWish {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly location: string;
  readonly name: string;
  /** Virtual machine size, such as Standard_D2s_v3. */
  readonly size: string;
  /** `publisher:offer:sku:version`, or the resource id of an image. */
  readonly image: string;
  readonly osType: OsType;
  /** Keeps the system's disk on the machine itself: it boots and reimages faster, where the size has room for it. */
  readonly isEphemeral: boolean;
  /** Resource id; null: the command makes a network beside the scale set. */
  readonly subnetId: string | null;
  /** Machines to try the scale set with; Weir deletes them when it takes it over, and asks first. */
  readonly trialMachines: 0 | 2;
}

/** Signs in to nothing and deletes nothing; the resource group is made where there is none. */
export function createCommands(wish: ScaleSetWish): FixCommands {
  const { subscriptionId, resourceGroup, location } = wish;
  return commandsFor(
    ['az', 'account', 'set', '--subscription', subscriptionId],
    ['az', 'group', 'create', '--location', location, '--name', resourceGroup],
    ['az', 'vmss', 'create', ...vmssWords(wish)],
  );
}

function vmssWords(wish: ScaleSetWish): readonly string[] {
  return [
    ...['--name', wish.name, '--resource-group', wish.resourceGroup, '--location', wish.location],
    ...wordsForAgents(wish.image, wish.size, wish.trialMachines),
    ...diskWords(wish),
    ...(wish.subnetId === null ? [] : ['--subnet', wish.subnetId]),
    ...accountWords(wish),
  ];
}

/** What every scale set of agents is made with (azure-wire.md 3, "Required model"). */
export function wordsForAgents(image: string, size: string, machines: number): readonly string[] {
  return [
    ...['--image', image, '--vm-sku', size, '--orchestration-mode', 'Uniform', '--instance-count', String(machines)],
    ...['--disable-overprovision', '--upgrade-policy-mode', 'manual', '--single-placement-group', 'false'],
    ...['--platform-fault-domain-count', '1', '--load-balancer', ''],
  ];
}

function diskWords({ isEphemeral }: ScaleSetWish): readonly string[] {
  return isEphemeral
    ? ['--ephemeral-os-disk', 'true', '--os-disk-caching', 'readonly']
    : ['--storage-sku', 'StandardSSD_LRS'];
}

/** A password is asked for by the command itself, so that it stands in no history. */
function accountWords({ osType }: ScaleSetWish): readonly string[] {
  return osType === 'linux'
    ? ['--authentication-type', 'SSH', '--generate-ssh-keys']
    : ['--authentication-type', 'password', '--admin-username', 'operator'];
}
