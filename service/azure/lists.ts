// Lists of Azure for somebody who makes a pool, and the scale set that is made for them.
import type { AzureLists, SizeFound, SubnetFound } from '../azure-lists.ts';
import { CloudError } from '../problem.ts';
import type { Fields } from '../wire.ts';
import { accepted } from './accepted.ts';
import { found, listOrNull } from './ask.ts';
import { write, type CallContext } from './plain-call.ts';
import { imageOfWish, newSetModel } from './new-set-model.ts';
import { aboutPlan, readPurchasePlan } from './purchase-plan.ts';
import { numberIn, sizesIn } from './sizes.ts';
import { sizeFacts } from './translate-size.ts';
import { readLiveScaleSet } from './translate.ts';

const versions = {
  compute: '2026-04-01',
  resources: '2021-04-01',
  subscriptions: '2022-12-01',
  network: '2024-05-01',
} as const;
const gibibyte = 2 ** 30;

export function azureLists(context: CallContext, newPassword: () => string): AzureLists {
  return {
    readSubscriptionName: async (id) => {
      const subscription = await found(context, `/subscriptions/${plain(id)}`, versions.subscriptions);
      if (subscription === null) throw nowhere();
      return subscription.text('displayName') ?? id;
    },
    listSetsOfSubscription: async (id) => {
      const path = `/subscriptions/${plain(id)}/providers/Microsoft.Compute/virtualMachineScaleSets`;
      const sets = await rows(context, path, versions.compute);
      return sets.map((one) => readLiveScaleSet(one.raw(), one.path));
    },
    listSizes: (id, location) => listSizes(context, plain(id), plain(location)),
    listResourceGroups: async (id) => {
      const groups = await rows(context, `/subscriptions/${plain(id)}/resourceGroups`, versions.resources);
      return groups.map((one) => ({ name: one.requiredText('name'), location: one.requiredText('location') }));
    },
    listSubnets: async (id) => {
      const path = `/subscriptions/${plain(id)}/providers/Microsoft.Network/virtualNetworks`;
      return (await rows(context, path, versions.network)).flatMap(subnetsOf);
    },
    makeScaleSet: async (wish) => {
      const group = `/subscriptions/${plain(wish.subscriptionId)}/resourceGroups/${encodeURIComponent(wish.resourceGroup)}`;
      const path = `${group}/providers/Microsoft.Compute/virtualMachineScaleSets/${encodeURIComponent(wish.name)}`;
      const image = imageOfWish(wish.image);
      const plan = await readPurchasePlan(context, image, wish);
      const model = { ...(await newSetModel(wish, newPassword)), ...(plan === null ? {} : { plan }) };
      const url = `${path}?api-version=${versions.compute}`;
      try {
        const answer = await write(context, 'makeScaleSet', 'PUT', url, model, { 'if-none-match': '*' });
        return accepted(context, 'makeScaleSet', answer);
      } catch (error) {
        throw aboutPlan(error, plan, image, wish.subscriptionId);
      }
    },
  };
}

async function listSizes(context: CallContext, subscription: string, location: string): Promise<readonly SizeFound[]> {
  const path = `/subscriptions/${subscription}`;
  const [sizes, left] = await Promise.all([
    sizesIn(context, path, location),
    coresLeft(context, `${path}/providers/Microsoft.Compute/locations/${location}/usages`),
  ]);
  return sizes
    .map((size) => {
      const facts = sizeFacts(size, location);
      const cores = numberIn(size, 'vCPUs') ?? 0;
      const family = size.text('family')?.toLowerCase() ?? '';
      const disk =
        facts.cacheBytes === null || facts.cacheBytes === 0 ? (facts.resourceDiskBytes ?? 0) : facts.cacheBytes;
      const room = facts.isEphemeralSupported === true ? Math.max(disk, facts.nvmeBytes ?? 0) : 0;
      return {
        name: facts.name,
        cores,
        memoryGigabytes: numberIn(size, 'MemoryGB'),
        ephemeralGigabytes: Math.floor(room / gibibyte),
        quotaLeft: left === null || cores === 0 ? null : Math.floor(fewest(left, ['cores', family]) / cores),
        restriction: facts.restriction,
      };
    })
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Cores that are left, by the name of the quota in lower case; null where Azure does not tell. */
async function coresLeft(context: CallContext, path: string): Promise<ReadonlyMap<string, number> | null> {
  try {
    const usages = await rows(context, path, versions.compute);
    return new Map(
      usages.map((one) => {
        const left = (one.number('limit') ?? 0) - (one.number('currentValue') ?? 0);
        return [one.object('name')?.text('value')?.toLowerCase() ?? '', Math.max(0, left)];
      }),
    );
  } catch (error) {
    if (error instanceof CloudError && error.kind === 'denied') return null;
    throw error;
  }
}

/** A family that nobody uses yet is not in every list: then the region's own quota decides. */
function fewest(left: ReadonlyMap<string, number>, names: readonly string[]): number {
  return Math.min(...names.map((name) => left.get(name) ?? Infinity), left.get('cores') ?? 0);
}

function subnetsOf(network: Fields): readonly SubnetFound[] {
  const location = network.requiredText('location');
  const name = network.requiredText('name');
  return (network.object('properties')?.objects('subnets') ?? []).map((one) => ({
    id: one.requiredText('id'),
    name: `${name} / ${one.requiredText('name')}`,
    location,
  }));
}

/** Part of a path that came from a person. */
function plain(part: string): string {
  if (/^[0-9A-Za-z-]{1,64}$/.test(part)) return part;
  throw new CloudError('invalid', 'lists', 'The name of the subscription or the region is not well formed.');
}

async function rows(...where: Parameters<typeof listOrNull>): Promise<readonly Fields[]> {
  const all = await listOrNull(...where);
  if (all === null) throw nowhere();
  return all;
}

function nowhere(): CloudError {
  return new CloudError('notFound', 'lists', 'Azure knows no such subscription or region.');
}
