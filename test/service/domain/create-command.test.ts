// The command that makes a scale set, as three shells read it.
import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { createCommands, type ScaleSetWish } from '../../../service/domain/create-command.ts';

const wish: ScaleSetWish = {
  subscriptionId: '00000000-0000-0000-0000-000000000001',
  resourceGroup: 'vmssagents',
  location: 'westeurope',
  name: 'agents',
  size: 'Standard_D4ds_v5',
  image: 'Canonical:0001-com-ubuntu-server-jammy:22_04-lts-gen2:latest',
  osType: 'linux',
  isEphemeral: true,
  subnetId: null,
  trialMachines: 0,
};

/** What a program gets from the last line, as this machine's bash reads it. */
function wordsInBash(commands: string): readonly string[] {
  const script = `az() { printf '%s\\0' "$@"; }\n${commands.split('\n').at(-1) ?? ''}`;
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

function valueOf(words: readonly string[], option: string): string | undefined {
  return words[words.indexOf(option) + 1];
}

describe('the command that makes a scale set', () => {
  it('names the subscription, makes the group, and asks for every setting that the pool needs', () => {
    const [account, group, create] = createCommands(wish).bash.split('\n');
    expect(account).toBe('az account set --subscription 00000000-0000-0000-0000-000000000001');
    expect(group).toBe('az group create --location westeurope --name vmssagents');
    expect(create).toMatchInlineSnapshot(
      `"az vmss create --name agents --resource-group vmssagents --location westeurope --image Canonical:0001-com-ubuntu-server-jammy:22_04-lts-gen2:latest --vm-sku Standard_D4ds_v5 --orchestration-mode Uniform --instance-count 0 --disable-overprovision --upgrade-policy-mode manual --single-placement-group false --platform-fault-domain-count 1 --load-balancer "" --ephemeral-os-disk true --os-disk-caching readonly --authentication-type SSH --generate-ssh-keys"`,
    );
  });

  it('says "no load balancer" in a way that no shell loses', () => {
    const { bash, powershell, cmd } = createCommands(wish);
    expect(valueOf(wordsInBash(bash), '--load-balancer')).toBe('');
    expect(powershell).toContain(`--load-balancer '""' `);
    expect(cmd).toContain('--load-balancer "" ');
  });

  it.each([
    ['an ephemeral disk', { isEphemeral: true }, /--ephemeral-os-disk true --os-disk-caching readonly/, /storage-sku/],
    ['a managed disk', { isEphemeral: false }, /--storage-sku StandardSSD_LRS/, /ephemeral/],
    ['a key', { osType: 'linux' as const }, /--authentication-type SSH --generate-ssh-keys/, /password/],
    ['a password that it asks for', { osType: 'windows' as const }, /--admin-username operator/, /--admin-password/],
    ['two trial machines', { trialMachines: 2 as const }, /--instance-count 2/, /--instance-count 0/],
    ['a network of its own', {}, /az vmss create/, /--subnet/],
    [
      'a subnet',
      { subnetId: '/subscriptions/x/subnets/build' },
      /--subnet \/subscriptions\/x\/subnets\/build/,
      /--vnet/,
    ],
  ])('has %s', (_what, change, present, absent) => {
    const { bash } = createCommands({ ...wish, ...change });
    expect(bash).toMatch(present);
    expect(bash).not.toMatch(absent);
  });

  it.each([`it's "mine"`, '$(reboot)', '`id`', 'a b', '*', 'ü😀', '%PATH%', '; rm -rf /'])(
    'keeps a hostile name %j in one word',
    (name) => {
      const words = wordsInBash(createCommands({ ...wish, name }).bash);
      expect(valueOf(words, '--name')).toBe(name);
      expect(valueOf(words, '--load-balancer')).toBe('');
    },
  );
});
