// Which bucket of Azure Compute each operation draws from (azure-wire.md 3, "Throttling"): one for the resource that it names and one for
// the subscription in its region. What the table leaves open is decided here and stands in docs/unverified.md.

export interface Rate {
  /** Tokens that come back in one minute. */
  readonly perMinute: number;
  /** Tokens that a bucket holds. */
  readonly burst: number;
}

export interface ThrottleClass {
  /** As the headers name it, after `Microsoft.Compute/`. */
  readonly policy: string;
  /** Null: nothing is counted for the resource. */
  readonly perResource: Rate | null;
  readonly perSubscription: Rate;
  readonly of: 'scaleSet' | 'machine' | 'operation';
}

const few: Rate = { perMinute: 4, burst: 12 };
const low: Rate = { perMinute: 12, burst: 36 };
const high: Rate = { perMinute: 10, burst: 30 };

const ofSet = (policy: string, perResource: Rate | null, perMinute: number): ThrottleClass => ({
  policy,
  perResource,
  perSubscription: { perMinute, burst: 3 * perMinute },
  of: 'scaleSet',
});
const ofMachine = (policy: string, perResource: Rate, perMinute: number): ThrottleClass => ({
  ...ofSet(policy, perResource, perMinute),
  of: 'machine',
});

export const createClass = ofSet('CreateVMScaleSet', few, 125);
const updateClass = ofSet('UpdateVMScaleSet', few, 500);
const actionClass = ofSet('VMScaleSetActions', null, 500);
const deleteClass = ofSet('DeleteVMScaleSet', few, 175);
const powerOffClass = ofSet('DeleteVMScaleSet', null, 175);
const getClass = ofSet('GetVMScaleSet', low, 800);
const viewClass = ofSet('HighCostGetVMScaleSet', high, 360);
const listClass = ofSet('HighCostGetVMScaleSet', null, 360);
const machineUpdateClass = ofMachine('UpdateVMScaleSetVM', few, 500);
const machineDeleteClass = ofMachine('DeleteVMScaleSetVM', few, 500);
const machineGetClass = ofMachine('GetVMScaleSetVM', low, 2000);
const operationClass: ThrottleClass = {
  policy: 'GetOperation',
  perResource: { perMinute: 15, burst: 45 },
  perSubscription: { perMinute: 5000, burst: 15_000 },
  of: 'operation',
};

const sets = 'virtualMachineScaleSets';
const machines = 'virtualMachineScaleSetVMs';

/** Operation → class. A write that creates a set is told apart by whoever asks. Galleries and the rest are not in Compute's table. */
export const classes: Readonly<Record<string, ThrottleClass>> = {
  ...of(sets, ['createOrUpdate', 'update', 'reapply', 'scaleOut'], updateClass),
  ...of('virtualMachineScaleSetExtensions', ['createOrUpdate', 'update', 'delete'], updateClass),
  ...of(sets, ['start', 'restart', 'reimage', 'reimageAll', 'redeploy', 'updateInstances'], actionClass),
  ...of(sets, ['delete', 'deallocate'], deleteClass),
  ...of(sets, ['powerOff'], powerOffClass),
  // Not in the table: the older policies count it with the deletes of machines, and it names the set.
  ...of(sets, ['deleteInstances'], ofSet('DeleteVMScaleSetVM', few, 500)),
  ...of(sets, ['get', 'listSkus'], getClass),
  ...of('virtualMachineScaleSetExtensions', ['get', 'list'], getClass),
  ...of(sets, ['getInstanceView'], viewClass),
  ...of(sets, ['list', 'listAll', 'listByLocation'], listClass),
  // Not in the table either: the older policies count it with the costly reads of its set.
  ...of(machines, ['list'], viewClass),
  ...of(machines, ['update', 'reimage', 'reimageAll', 'start', 'restart', 'redeploy'], machineUpdateClass),
  ...of(machines, ['simulateEviction'], machineUpdateClass),
  ...of(machines, ['delete', 'powerOff', 'deallocate'], machineDeleteClass),
  ...of(machines, ['get', 'getInstanceView'], machineGetClass),
  ...of('virtualMachineScaleSetVMExtensions', ['get', 'list'], machineGetClass),
  'operations.get': operationClass,
};

/** The resource manager's own, for each subscription, caller and kind of call; refilled by the second, whatever the resource. */
export const managerRates: Readonly<Record<'reads' | 'writes' | 'deletes', Rate>> = {
  reads: { perMinute: 25 * 60, burst: 250 },
  writes: { perMinute: 10 * 60, burst: 200 },
  deletes: { perMinute: 10 * 60, burst: 200 },
};

function of(client: string, verbs: readonly string[], kind: ThrottleClass): Readonly<Record<string, ThrottleClass>> {
  return Object.fromEntries(verbs.map((verb) => [`${client}.${verb}`, kind]));
}
