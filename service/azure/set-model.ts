// What the model of a scale set says beyond what passes need, as facts for the checks (azure-wire.md 3).
import type { BalancerFacts, SecretFacts, SetModel } from '../domain/set-facts.ts';
import { secretsIn } from '../domain/set-secrets.ts';
import type { Fields } from '../wire.ts';
import { ephemeralOf } from './translate-size.ts';

export function setModelOf(scaleSet: Fields): SetModel {
  const properties = scaleSet.object('properties');
  const profile = properties?.object('virtualMachineProfile') ?? null;
  const disk = profile?.object('storageProfile')?.object('osDisk') ?? null;
  const identity = scaleSet.object('identity');
  const extensions = profile?.object('extensionProfile')?.objects('extensions') ?? [];
  const notification = profile?.object('scheduledEventsProfile')?.object('terminateNotificationProfile') ?? null;
  return {
    faultDomains: properties?.number('platformFaultDomainCount') ?? null,
    caching: disk?.text('caching') ?? null,
    ephemeral: ephemeralOf(disk?.object('diffDiskSettings') ?? null),
    osDiskGigabytes: disk?.number('diskSizeGB') ?? null,
    isSpot: /^(spot|low)$/i.test(profile?.text('priority') ?? ''),
    terminateNotification: notification?.flag('enable') ?? false,
    userIdentities: Object.keys(identity?.object('userAssignedIdentities')?.raw() ?? {}),
    hasSystemIdentity: /SystemAssigned/i.test(identity?.text('type') ?? ''),
    suppressesFailures: extensions
      .filter((one) => one.object('properties')?.flag('suppressFailures') === true)
      .map((one) => one.requiredText('name')),
    secrets: secretsOf(scaleSet, profile, extensions),
    ...networkOf(profile),
  };
}

const pools = [
  'loadBalancerBackendAddressPools',
  'loadBalancerInboundNatPools',
  'applicationGatewayBackendAddressPools',
] as const;

function networkOf(profile: Fields | null): Pick<SetModel, 'balancers' | 'subnets'> {
  const cards = profile?.object('networkProfile')?.objects('networkInterfaceConfigurations') ?? [];
  const balancers: BalancerFacts[] = [];
  const subnets: string[] = [];
  for (const [card, one] of cards.entries()) {
    const addresses = one.object('properties')?.objects('ipConfigurations') ?? [];
    for (const [at, address] of addresses.entries()) {
      const inner = address.object('properties');
      const subnet = inner?.object('subnet')?.text('id') ?? null;
      if (subnet !== null) subnets.push(subnet);
      // The Azure CLI names the parts of the model without their `properties`.
      const path = `networkProfile.networkInterfaceConfigurations[${card}].ipConfigurations[${at}]`;
      for (const pool of pools) {
        const [first] = inner?.objects(pool) ?? [];
        if (first !== undefined)
          balancers.push({ path: `${path}.${pool}`, name: balancerName(first.text('id') ?? pool) });
      }
    }
  }
  return { balancers, subnets };
}

function balancerName(id: string): string {
  return /\/(?:loadBalancers|applicationGateways)\/([^/]+)/i.exec(id)?.[1] ?? id;
}

/** Weir's own extension carries no secret, and neither do keys that only open what they lock. */
function secretsOf(scaleSet: Fields, profile: Fields | null, extensions: readonly Fields[]): readonly SecretFacts[] {
  const userData = profile?.text('userData') ?? null;
  return [
    ...secretsIn(scaleSet.textMap('tags'), 'tags'),
    ...extensions.flatMap((one) =>
      secretsIn(
        one.object('properties')?.object('settings')?.raw() ?? {},
        `extension ${one.requiredText('name')}.settings`,
      ),
    ),
    ...(userData === null ? [] : secretsIn(Buffer.from(userData, 'base64').toString('utf8'), 'userData')),
  ];
}
