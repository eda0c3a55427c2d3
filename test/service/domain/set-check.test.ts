// What makes Azure act by itself, and how a scale set was made: a good one passes every check, and each fault fails its own.
import { describe, expect, it } from '@jest/globals';
import { checkSet } from '../../../service/domain/set-check.ts';
import { known, notKnown, type SetFacts } from '../../../service/domain/set-facts.ts';
import { scaleSetId } from '../../builders.ts';
import { expectAlone, expectRow, extension, goodSet, goodUse, type SetRow } from './set-scene.ts';

const group = scaleSetId.split('/').slice(0, 5).join('/');
const subscription = scaleSetId.split('/').slice(0, 3).join('/');
const autoscale = (isEnabled: boolean) =>
  known([
    {
      ...{
        id: `${subscription}/resourceGroups/ops/providers/Microsoft.Insights/autoscaleSettings/night`,
        isEnabled,
        targetId: scaleSetId,
      },
      ...{ name: 'night', resourceGroup: 'ops' },
    },
  ]);
const size = goodSet().size.value!;

const rows: readonly SetRow[] = [
  [
    'upgrade policy Automatic',
    goodSet({ upgradePolicyMode: 'Automatic' }),
    goodUse(),
    'upgradePolicy',
    'error',
    /wipes machines/,
    /--set upgradePolicy\.mode=Manual/,
  ],
  ['upgrade policy Rolling', goodSet({ upgradePolicyMode: 'Rolling' }), goodUse(), 'upgradePolicy', 'error', /Rolling/],
  [
    'overprovision on',
    goodSet({ overprovision: true }),
    goodUse(),
    'overprovision',
    'error',
    /more machines/,
    /overprovision=false/,
  ],
  [
    'autoscale on, in another group',
    { ...goodSet(), autoscale: autoscale(true) },
    goodUse(),
    'autoscale',
    'error',
    /night \(resource group ops\)/,
    /az monitor autoscale update .*--resource-group ops --name night --enabled false/,
  ],
  [
    'autoscale that is off',
    { ...goodSet(), autoscale: autoscale(false) },
    goodUse(),
    'autoscale',
    'ok',
    /night is off/,
  ],
  [
    'autoscale unread',
    { ...goodSet(), autoscale: notKnown('403') },
    goodUse(),
    'autoscale',
    'warning',
    /could not be read/,
  ],
  [
    'automatic upgrades',
    goodSet({ automaticOsUpgrade: true }),
    goodUse(),
    'automaticUpgrade',
    'error',
    /new image/,
    /enableAutomaticOSUpgrade=false/,
  ],
  [
    'automatic repairs',
    goodSet({ automaticRepairs: true }),
    goodUse(),
    'automaticRepairs',
    'error',
    /considers unhealthy/,
    /automaticRepairsPolicy\.enabled=false/,
  ],
  [
    'terminate notifications',
    goodSet({}, { terminateNotification: true }),
    goodUse(),
    'terminateNotification',
    'warning',
    /5 to 15 minutes/,
    /terminateNotificationProfile\.enable=false/,
  ],
  [
    'flexible orchestration',
    goodSet({ orchestrationMode: 'flexible' }),
    goodUse(),
    'orchestration',
    'error',
    /Flexible/,
    /--orchestration-mode Uniform/,
  ],
  [
    'a single placement group for many',
    goodSet({ singlePlacementGroup: true }),
    goodUse({ maxCapacity: 101 }),
    'placement',
    'error',
    /100 machines/,
    /singlePlacementGroup=false/,
  ],
  [
    'a single placement group for few',
    goodSet({ singlePlacementGroup: true }),
    goodUse({ maxCapacity: 100 }),
    'placement',
    'ok',
    /100 machines/,
  ],
  [
    'more than a managed image may have',
    goodSet({ image: { ...goodSet().scaleSet.image, id: `${group}/providers/Microsoft.Compute/images/i` } }),
    goodUse({ maxCapacity: 601 }),
    'placement',
    'error',
    /600/,
  ],
  [
    'five fault domains',
    goodSet({}, { faultDomains: 5 }),
    goodUse(),
    'faultDomains',
    'warning',
    /5 fault domains/,
    /--platform-fault-domain-count 1/,
  ],
  [
    'fault domains that nobody told',
    goodSet({}, { faultDomains: null }),
    goodUse(),
    'faultDomains',
    'warning',
    /does not say/,
  ],
  [
    'a load balancer',
    goodSet({}, { balancers: [{ path: 'networkProfile.x', name: 'front' }] }),
    goodUse(),
    'loadBalancer',
    'warning',
    /behind front/,
    /--remove virtualMachineProfile\.networkProfile\.x/,
  ],
  [
    'managed disks where ephemeral ones fit',
    goodSet({}, { ephemeral: null }),
    goodUse(),
    'osDisk',
    'warning',
    /faster/,
    /--ephemeral-os-disk true/,
  ],
  [
    'managed disks where no others fit',
    { ...goodSet({}, { ephemeral: null }), size: known({ ...size, isEphemeralSupported: false }) },
    goodUse(),
    'osDisk',
    'ok',
    /no room/,
  ],
  ['an ephemeral disk too large', goodSet({}, { osDiskGigabytes: 200 }), goodUse(), 'osDisk', 'error', /does not fit/],
  [
    'a size that nobody told',
    { ...goodSet(), size: notKnown('403') },
    goodUse(),
    'osDisk',
    'warning',
    /could not be read/,
  ],
  [
    'caching for writes',
    goodSet({}, { caching: 'ReadWrite' }),
    goodUse(),
    'caching',
    'warning',
    /ReadOnly is faster/,
    /--os-disk-caching readonly/,
  ],
];

describe('the checks of a scale set', () => {
  it('find nothing where nothing is wrong', () => {
    const found = checkSet(goodSet(), goodUse()).filter((check) => check.status !== 'ok' || check.fix !== null);
    expect(found).toEqual([]);
  });

  it.each(rows)('%s', (...row) => expectRow(row));

  it('fail one at a time: a fault is told by its own check, and by no other', () => {
    for (const row of rows) expectAlone(row);
  });

  it('write the empty load balancer as each shell needs it', () => {
    const flexible = checkSet(goodSet({ orchestrationMode: 'flexible' }), goodUse()).find(
      (one) => one.code === 'orchestration',
    );
    expect(flexible?.fix?.commands?.bash).toContain('--load-balancer "" ');
    expect(flexible?.fix?.commands?.powershell).toContain(`--load-balancer '""' `);
    expect(flexible?.fix?.commands?.cmd).toContain('--load-balancer "" ');
  });

  it.each(['a\nb', '$(id)', `'; rm -rf /`, '<img src=x>', '\u202Eevil'])(
    'take hostile names as they are: %j',
    (name) => {
      const hostile: SetFacts = {
        ...goodSet({ extensions: [extension({ name })] }),
        autoscale: known([{ id: `/s/${name}`, targetId: scaleSetId, name, resourceGroup: name, isEnabled: true }]),
        locks: known([{ id: `${group}/${name}`, name, level: 'readOnly', scope: group, notes: name }]),
      };
      const checks = checkSet(hostile, goodUse({ otherPools: [name] }));
      const commands = checks.flatMap((one) => one.fix?.commands?.bash.split('\n') ?? []);
      // Nothing outside of quotes but words of ours.
      for (const line of commands) expect(line.replace(/'[^']*'|\\'|"[^"]*"/g, '')).not.toMatch(/[$;<>]/);
    },
  );
});
