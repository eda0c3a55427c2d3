// Cores that a region grants. The refusal is a 409 on the first call, and its kind can only be told by its text (azure-wire.md 3).
import { operationNotAllowed } from './arm-error.ts';
import type { Cloud } from './cloud.ts';
import { profileOf } from './scale-set-model.ts';
import { stringAt } from './json.ts';
import type { Json } from './json.ts';
import { sizeOf } from './sizes.ts';
import type { ScaleSet } from './state.ts';

/** Refuses when `set` may not hold `count` instances of `sizeName`. What it holds already counts towards them. */
export function requireCores(cloud: Cloud, set: ScaleSet, sizeName: string, count: number): void {
  const size = sizeOf(sizeName);
  const isSpot = isSpotSet(set);
  const required = count * size.cores - coresHeld(set);
  if (required <= 0) return;
  const used = usedCores(cloud, set.subscriptionId, set.location);
  const spots: [string, number][] = [['LowPriorityCores', used.spot]];
  const regular: [string, number][] = [
    ['Total Regional Cores', used.regular],
    [`${size.family} Cores`, used.families[size.family] ?? 0],
  ];
  for (const [name, usage] of isSpot ? spots : regular) {
    if (usage + required > cloud.coresLimit) throw exceeded(name, set.location, cloud.coresLimit, usage, required);
  }
}

/** The answer of `usages` of a location. */
export function usageList(cloud: Cloud, subscriptionId: string, location: string): Json[] {
  const used = usedCores(cloud, subscriptionId, location);
  const sets = setsIn(cloud, subscriptionId, location);
  const machines = sets.reduce((sum, set) => sum + held(set), 0);
  const rows: [string, string, number, number][] = [
    ['cores', 'Total Regional vCPUs', used.regular, cloud.coresLimit],
    ['lowPriorityCores', 'Total Regional Low-priority vCPUs', used.spot, cloud.coresLimit],
    ['virtualMachines', 'Virtual Machines', machines, 25_000],
    ['virtualMachineScaleSets', 'Virtual Machine Scale Sets', sets.length, 2_500],
  ];
  for (const [family, cores] of Object.entries(used.families))
    rows.push([family, `${family} vCPUs`, cores, cloud.coresLimit]);
  return rows.map(([value, localizedValue, currentValue, limit]) => ({
    unit: 'Count',
    currentValue,
    limit,
    name: { value, localizedValue },
  }));
}

function usedCores(
  cloud: Cloud,
  subscriptionId: string,
  location: string,
): { regular: number; spot: number; families: Record<string, number> } {
  const used = { regular: 0, spot: 0, families: {} as Record<string, number> };
  for (const set of setsIn(cloud, subscriptionId, location)) {
    const cores = coresHeld(set);
    if (isSpotSet(set)) {
      used.spot += cores;
      continue;
    }
    const { family } = sizeOf(set.sku.name);
    used.regular += cores;
    used.families[family] = (used.families[family] ?? 0) + cores;
  }
  return used;
}

// Deallocated machines keep their quota, and so do machines on their way out: they count until they are gone.
function held(set: ScaleSet): number {
  return Math.max(set.provisioningState === 'Deleting' ? 0 : set.sku.capacity, Object.keys(set.instances).length);
}

function coresHeld(set: ScaleSet): number {
  return held(set) * sizeOf(set.sku.name).cores;
}

function isSpotSet(set: ScaleSet): boolean {
  return ['Spot', 'Low'].includes(stringAt(profileOf(set.model), 'priority') ?? 'Regular');
}

function setsIn(cloud: Cloud, subscriptionId: string, location: string): ScaleSet[] {
  return Object.values(cloud.state.scaleSets).filter(
    (set) => set.subscriptionId === subscriptionId && set.location === location,
  );
}

function exceeded(name: string, location: string, limit: number, usage: number, required: number): Error {
  return operationNotAllowed(
    `Operation could not be completed as it results in exceeding approved ${name} quota. Additional details - Deployment Model: Resource Manager, ` +
      `Location: ${location}, Current Limit: ${limit}, Current Usage: ${usage}, Additional Required: ${required}, (Minimum) New Limit Required: ${usage + required}.`,
  );
}
