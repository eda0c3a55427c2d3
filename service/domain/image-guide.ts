// From a virtual machine to an image of one's own and a scale set of it (seed 000, "custom software and custom disk size"):
// each step with its command. Passwords are never part of a command: the Azure CLI asks for them.
import { wordsForAgents } from './create-command.ts';
import { commandsFor, type FixCommands } from './fix-commands.ts';
import type { OsType } from './instance.ts';

export interface GuideNames {
  readonly start: 'azureImage' | 'vhd' | 'plain';
  readonly osType: OsType;
  readonly resourceGroup: string;
  readonly baseImage: string;
  readonly vhd: string;
  readonly diskGb: number;
  readonly vmName: string;
  readonly vmSize: string;
  readonly adminUser: string;
  readonly imageName: string;
  /** Null: the scale set of the pool, `own`, gets the image. */
  readonly scaleSet: string | null;
}

export interface GuideStep {
  readonly title: string;
  readonly words: string;
  readonly commands: FixCommands | null;
  readonly inside: string | null;
}

/** `own` is the ARM id of the pool's scale set. */
export function guideSteps(names: GuideNames, own: string): readonly GuideStep[] {
  if (names.start === 'plain') return intoScaleSet(names, names.baseImage, own);
  return [
    ...virtualMachine(names),
    ...inside(names),
    ...image(names),
    ...intoScaleSet(names, names.imageName, own),
    again(names),
  ];
}

const usualDiskGb = 128;

function virtualMachine(names: GuideNames): readonly GuideStep[] {
  const { resourceGroup, vmName, osType, diskGb, vmSize, adminUser } = names;
  const isVhd = names.start === 'vhd';
  const base = isVhd ? `${names.imageName}-base` : names.baseImage;
  const disk = step(
    'Make an image of the disk',
    'Azure starts machines from images, so the generalized disk becomes one first. Disks without management, which older instructions use here and convert later, are not needed for it.',
    [
      ...['az', 'image', 'create', '--resource-group', resourceGroup, '--name', base],
      ...['--os-type', osType === 'windows' ? 'Windows' : 'Linux', '--source', names.vhd],
    ],
  );
  const create = [
    ...['az', 'vm', 'create', '--resource-group', resourceGroup, '--name', vmName, '--image', base],
    ...['--os-disk-size-gb', String(diskGb), '--size', vmSize, '--security-type', 'Standard'],
    ...['--admin-username', adminUser, ...(osType === 'linux' ? ['--generate-ssh-keys'] : [])],
  ];
  const asks =
    osType === 'windows' ? ' The command asks for a password.' : ' Its SSH keys are made where you have none.';
  return [
    ...(isVhd ? [disk] : []),
    step('Create a virtual machine', `It has the disk size that machines of the image will have.${asks}`, create),
  ];
}

function inside({ resourceGroup, vmName, osType, diskGb, adminUser }: GuideNames): readonly GuideStep[] {
  const isWindows = osType === 'windows';
  const at = ['--resource-group', resourceGroup, '--name', vmName];
  const port = isWindows ? '3389' : '22';
  const how = isWindows ? 'Remote Desktop' : `ssh ${adminUser}@ADDRESS`;
  const stopped = `instanceView.statuses[?code=='PowerState/stopped']`;
  return [
    step(
      'Open a port to connect',
      `Port ${port} is open to everybody after this: do it only where your network does not let you in, and delete the machine when you are done.`,
      ['az', 'vm', 'open-port', ...at, '--port', port],
    ),
    step('Connect', `The command prints the address of the machine. Go there with ${how}.`, [
      ...['az', 'vm', 'show', ...at, '--show-details', '--query', 'publicIps', '--output', 'tsv'],
    ]),
    ...growDisk(isWindows, diskGb),
    step(
      'Install what jobs need',
      'No agent: Weir installs it on every machine. Microsoft does not give away the images of its hosted agents, but the scripts that make them are open source: github.com/actions/runner-images. Restart the machine when you are done.',
      ['az', 'vm', 'restart', ...at],
    ),
    isWindows
      ? step(
          'Generalize it',
          'It takes its own name and accounts away and shuts itself down. The command on your computer waits until it has, which may take an hour: do not go on before.',
          ['az', 'vm', 'wait', ...at, '--custom', stopped, '--interval', '30', '--timeout', '3600'],
          'C:\\Windows\\System32\\sysprep\\sysprep.exe /generalize /oobe /shutdown',
        )
      : {
          ...step('Generalize it', 'It takes its own name, keys and your account away. Then leave the machine.', null),
          inside: 'sudo waagent -deprovision+user -force',
        },
  ];
}

/** The image of Azure has the usual size inside, however large the disk around it is. */
function growDisk(isWindows: boolean, diskGb: number): readonly GuideStep[] {
  if (diskGb <= usualDiskGb) return [];
  return [
    isWindows
      ? {
          ...step('Extend the disk', 'Windows does not use the whole disk by itself. As administrator:', null),
          inside: 'diskpart\nlist volume\nselect volume C\nextend\nexit',
        }
      : {
          ...step(
            'Look at the disk',
            'Linux images of Azure grow by themselves at the first start. This shows it:',
            null,
          ),
          inside: 'df -h /',
        },
  ];
}

function image({ resourceGroup, vmName, imageName }: GuideNames): readonly GuideStep[] {
  const at = ['--resource-group', resourceGroup, '--name', vmName];
  return [
    step('Deallocate the machine', 'It has to be deallocated, not only stopped.', ['az', 'vm', 'deallocate', ...at]),
    step('Tell Azure that it is generalized', 'It can never be started again after this.', [
      ...['az', 'vm', 'generalize', ...at],
    ]),
    step('Make the image', 'It is of this disk, in this region.', [
      ...['az', 'image', 'create', '--resource-group', resourceGroup, '--name', imageName, '--source', vmName],
    ]),
  ];
}

function intoScaleSet(names: GuideNames, base: string, own: string): readonly GuideStep[] {
  const { resourceGroup, scaleSet, osType, vmSize, adminUser } = names;
  if (scaleSet === null) return names.start === 'plain' ? [] : [intoOwn(names, own)];
  const at = ['--resource-group', resourceGroup, '--name', scaleSet];
  const create = [
    ...['az', 'vmss', 'create', ...at, ...wordsForAgents(base, vmSize, 2)],
    ...['--admin-username', adminUser, ...(osType === 'linux' ? ['--generate-ssh-keys'] : [])],
  ];
  const list = ['az', 'vmss', 'list-instances', '--resource-group', resourceGroup, '--name', scaleSet];
  const query = '[].{name:name, computer:osProfile.computerName, state:provisioningState}';
  return [
    step(
      'Create a scale set of it',
      'Its two machines prove that the image starts. Weir deletes them when the scale set becomes a pool.',
      create,
    ),
    step('Look whether both come up', 'They have different names, and both reach the state Succeeded.', [
      ...[...list, '--query', query, '--output', 'table'],
    ]),
  ];
}

function intoOwn({ resourceGroup, imageName }: GuideNames, own: string): GuideStep {
  const [, subscription = ''] = /^\/subscriptions\/([^/]+)\//i.exec(own) ?? [];
  const id = `/subscriptions/${subscription}/resourceGroups/${resourceGroup}/providers/Microsoft.Compute/images/${imageName}`;
  return step(
    'Give it to the scale set of this pool',
    'Machines that are made from then on are of this image; those that stand keep theirs until they are replaced.',
    ['az', 'vmss', 'update', '--ids', own, '--set', `virtualMachineProfile.storageProfile.imageReference.id=${id}`],
  );
}

function again({ resourceGroup, vmName }: GuideNames): GuideStep {
  return step(
    'Next time',
    'Delete the machine; for newer software begin anew with another image name. Where images come often, publish them as versions of a gallery image: Weir follows the newest by itself, tries it on few machines first and goes back where it fails.',
    ['az', 'vm', 'delete', '--resource-group', resourceGroup, '--name', vmName, '--yes'],
  );
}

function step(
  title: string,
  words: string,
  command: readonly string[] | null,
  typedInside: string | null = null,
): GuideStep {
  return { title, words, commands: command === null ? null : commandsFor(command), inside: typedInside };
}

export interface GuideFault {
  readonly field: keyof GuideNames;
  readonly message: string;
}

/** What Azure would refuse, said before anybody types it; all faults at once. */
export function guideFaults(names: GuideNames): readonly GuideFault[] {
  const isOwn = names.start !== 'plain';
  const longest = names.osType === 'windows' ? 15 : 64;
  const plainName = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;
  const rules: readonly (readonly [boolean, keyof GuideNames, RegExp, number, string])[] = [
    [true, 'resourceGroup', /^[\w.()-]*[\w()-]$/, 90, 'letters, digits and _ . ( ) -, not ending in a full stop'],
    [isOwn, 'vmName', plainName, longest, 'letters, digits and - . _'],
    [isOwn, 'imageName', plainName, 75, 'letters, digits and - . _'],
    [names.scaleSet !== null, 'scaleSet', plainName, 64, 'letters, digits and - . _'],
    [true, 'vmSize', /^[A-Za-z0-9_-]+$/, 64, 'the name of a size, such as Standard_D2s_v5'],
    [true, 'adminUser', /^[a-z_][a-z0-9_-]*$/i, 20, 'letters, digits and _ -'],
    [names.start !== 'vhd', 'baseImage', /^[\w.:/-]+$/, 300, 'the name or URN of an image, such as Ubuntu2204'],
    [names.start === 'vhd', 'vhd', /^https:\/\/[\w.-]+\/[^\s]+$/, 1000, 'an address that begins with https://'],
  ];
  return rules.flatMap(([isAsked, field, form, most, words]) => {
    const text = String(names[field] ?? '');
    if (!isAsked || (form.test(text) && text.length <= most)) return [];
    return [{ field, message: `Write 1 to ${most} signs: ${words}.` }];
  });
}
