// The guide to an image of one's own: its steps in their order, its commands, and names that Azure or a shell would trip over.
import { describe, expect, it } from '@jest/globals';
import { guideFaults, guideSteps, type GuideNames } from '../../../service/domain/image-guide.ts';
import { scaleSetId } from '../../builders.ts';

const names: GuideNames = {
  start: 'azureImage',
  osType: 'linux',
  resourceGroup: 'images',
  baseImage: 'Ubuntu2204',
  vhd: '',
  diskGb: 200,
  vmName: 'make-image',
  vmSize: 'Standard_D2s_v5',
  adminUser: 'builder',
  imageName: 'build-tools',
  scaleSet: 'agents',
};
const windows: Partial<GuideNames> = { osType: 'windows', baseImage: 'Win2022Datacenter', vmName: 'make-image' };
const told = (more: Partial<GuideNames> = {}) => guideSteps({ ...names, ...more }, scaleSetId);
const titles = (more: Partial<GuideNames> = {}) => told(more).map((step) => step.title);
const of = (title: string, more: Partial<GuideNames> = {}) => told(more).find((step) => step.title === title)!;

const middle = [
  'Install what jobs need',
  'Generalize it',
  'Deallocate the machine',
  'Tell Azure that it is generalized',
  'Make the image',
];
const end = ['Create a scale set of it', 'Look whether both come up', 'Next time'];

describe('the steps', () => {
  it.each<[string, Partial<GuideNames>, string[]]>([
    [
      'Linux',
      {},
      ['Create a virtual machine', 'Open a port to connect', 'Connect', 'Look at the disk', ...middle, ...end],
    ],
    [
      'Windows',
      windows,
      ['Create a virtual machine', 'Open a port to connect', 'Connect', 'Extend the disk', ...middle, ...end],
    ],
    [
      'the usual disk',
      { diskGb: 128 },
      ['Create a virtual machine', 'Open a port to connect', 'Connect', ...middle, ...end],
    ],
    [
      'a disk of one’s own, for the pool',
      { start: 'vhd', vhd: 'https://a.blob.core.windows.net/v/x.vhd', diskGb: 64, scaleSet: null },
      [
        ...['Make an image of the disk', 'Create a virtual machine', 'Open a port to connect', 'Connect', ...middle],
        ...['Give it to the scale set of this pool', 'Next time'],
      ],
    ],
    ['an image of Azure as it is', { start: 'plain' }, end.slice(0, 2)],
  ])('with %s', (_name, more, expected) => {
    expect(titles(more)).toEqual(expected);
  });

  it.each<[string, Partial<GuideNames>, string]>([
    [
      'Create a virtual machine',
      {},
      'az vm create --resource-group images --name make-image --image Ubuntu2204 --os-disk-size-gb 200 --size Standard_D2s_v5 --security-type Standard --admin-username builder --generate-ssh-keys',
    ],
    [
      'Make an image of the disk',
      { start: 'vhd', vhd: 'https://a.blob.core.windows.net/v/x.vhd', ...windows },
      'az image create --resource-group images --name build-tools-base --os-type Windows --source https://a.blob.core.windows.net/v/x.vhd',
    ],
    ['Open a port to connect', windows, 'az vm open-port --resource-group images --name make-image --port 3389'],
    ['Open a port to connect', {}, 'az vm open-port --resource-group images --name make-image --port 22'],
    ['Deallocate the machine', {}, 'az vm deallocate --resource-group images --name make-image'],
    ['Tell Azure that it is generalized', {}, 'az vm generalize --resource-group images --name make-image'],
    ['Make the image', {}, 'az image create --resource-group images --name build-tools --source make-image'],
    [
      'Create a scale set of it',
      windows,
      'az vmss create --resource-group images --name agents --image build-tools --vm-sku Standard_D2s_v5 --orchestration-mode Uniform --instance-count 2 --disable-overprovision --upgrade-policy-mode manual --single-placement-group false --platform-fault-domain-count 1 --load-balancer "" --admin-username builder',
    ],
    [
      'Give it to the scale set of this pool',
      { scaleSet: null },
      `az vmss update --ids ${scaleSetId} --set virtualMachineProfile.storageProfile.imageReference.id=/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/images/providers/Microsoft.Compute/images/build-tools`,
    ],
  ])('%s: the command with %j', (title, more, command) => {
    expect(of(title, more).commands?.bash).toBe(command);
  });

  it('generalize by what the system has for it, and wait where it takes long', () => {
    expect(of('Generalize it')).toMatchObject({ commands: null, inside: 'sudo waagent -deprovision+user -force' });
    const { commands, inside } = of('Generalize it', windows);
    expect(inside).toBe('C:\\Windows\\System32\\sysprep\\sysprep.exe /generalize /oobe /shutdown');
    expect(commands?.cmd).toContain(`--custom "instanceView.statuses[?code=='PowerState/stopped']"`);
    expect(commands?.powershell).toContain(`--custom 'instanceView.statuses[?code==''PowerState/stopped'']'`);
  });

  it('write the empty load balancer as each shell wants it', () => {
    const { commands } = of('Create a scale set of it');
    expect(commands?.bash).toContain('--load-balancer "" ');
    expect(commands?.powershell).toContain(`--load-balancer '""' `);
    expect(commands?.cmd).toContain('--load-balancer "" ');
  });

  it('never carry a password', () => {
    expect(JSON.stringify([told(), told(windows)])).not.toContain('--admin-password');
  });

  it('keep a name with signs of a shell together in each of them', () => {
    const group = 'a(b)';
    const { commands } = of('Make the image', { resourceGroup: group });
    expect(commands).toEqual({
      bash: "az image create --resource-group 'a(b)' --name build-tools --source make-image",
      powershell: "az image create --resource-group 'a(b)' --name build-tools --source make-image",
      cmd: 'az image create --resource-group "a(b)" --name build-tools --source make-image',
    });
  });
});

describe('names', () => {
  it.each<[Partial<GuideNames>, string[]]>([
    [{}, []],
    [{ resourceGroup: 'a.' }, ['resourceGroup']],
    [{ resourceGroup: '$(x)' }, ['resourceGroup']],
    [{ vmName: 'a b', imageName: '' }, ['vmName', 'imageName']],
    [{ ...windows, vmName: 'longer-than-fifteen' }, ['vmName']],
    [{ adminUser: 'a;b' }, ['adminUser']],
    [{ baseImage: 'Ubuntu2204\nrm' }, ['baseImage']],
    [{ baseImage: 'Canonical:0001-com-ubuntu-server-jammy:22_04-lts-gen2:latest' }, []],
    [{ start: 'vhd', vhd: 'http://x/y' }, ['vhd']],
    [{ start: 'plain', vmName: '', imageName: '' }, []],
    [{ scaleSet: '' }, ['scaleSet']],
    [{ scaleSet: null }, []],
  ])('%j: faults in %j', (more, fields) => {
    expect(guideFaults({ ...names, ...more }).map((fault) => fault.field)).toEqual(fields);
  });
});
