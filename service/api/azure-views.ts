// Azure's lists in the shapes of the contract, with what speaks against each choice.
import type {
  PlaceChoices,
  ScaleSetChoice,
  ScaleSetChoices,
  ScaleSetMade,
  ScaleSetWish,
  SizeChoices,
  StandingMachines,
  SubscriptionList,
} from '../../contract/azure-places.ts';
import type { AzureLists } from '../azure-lists.ts';
import type { ScaleSet } from '../domain/instance.ts';
import { knownImages } from '../domain/known-images.ts';
import { seriesOf } from '../domain/size-series.ts';
import { CloudError, UserProblem } from '../problem.ts';
import { isoOrNull } from './instant.ts';
import type { ApiOptions } from './options.ts';
import { setRefusal, takenSets } from './taken-sets.ts';

export async function subscriptionList(
  { azure, maySubscription }: ApiOptions,
  organization: string,
): Promise<SubscriptionList> {
  const ours = (azure?.subscriptions ?? []).filter((id) => maySubscription?.(organization, id) ?? true);
  const names = ours.map(async (id) => ({
    id,
    name: await unlessDenied(() => listsOf(id, azure).readSubscriptionName(id)),
  }));
  return { subscriptions: await Promise.all(names) };
}

export async function scaleSetChoices(subscription: string, { azure, store }: ApiOptions): Promise<ScaleSetChoices> {
  const sets = await unlessDenied(() => listsOf(subscription, azure).listSetsOfSubscription(subscription));
  if (sets === null) {
    throw new UserProblem('SCALE_SET_DENIED', 'Azure does not let this service list the scale sets there.', {
      field: 'subscription',
      nextStep:
        'Type the resource id of the scale set, or give the service Microsoft.Compute/virtualMachineScaleSets/read.',
    });
  }
  const taken = await takenSets(store);
  const choices = sets.map((set) => choiceOf(set, taken));
  return { scaleSets: choices.sort((one, other) => one.name.localeCompare(other.name)) };
}

function choiceOf(set: ScaleSet, taken: ReadonlySet<string>): ScaleSetChoice {
  return {
    id: set.id,
    name: set.name,
    resourceGroup: set.id.split('/')[4] ?? '',
    location: set.location,
    size: set.sku.name,
    osType: set.osType,
    image: imageWords(set),
    capacity: set.capacity,
    refusal: setRefusal(set, taken)?.message ?? null,
  };
}

function imageWords({ image: { id, publisher, offer, sku } }: ScaleSet): string {
  if (id !== null) return id.split('/').at(-1) ?? id;
  return [publisher, offer, sku].filter((part) => part !== null).join(' ');
}

const scaleSetId =
  /^\/subscriptions\/[^/\s]+\/resourceGroups\/[^/\s]+\/providers\/Microsoft\.Compute\/virtualMachineScaleSets\/[^/\s?#]+$/i;

export async function machinesIn(scaleSet: string, { places, store }: ApiOptions): Promise<StandingMachines> {
  if (!scaleSetId.test(scaleSet)) {
    throw new UserProblem('SCALE_SET_ID_FORMAT', 'This is not the resource id of a scale set.', {
      field: 'scaleSet',
      nextStep: 'Copy what "az vmss show --query id" prints.',
    });
  }
  const place = await places?.scaleSet(scaleSet);
  if (place?.found == null) {
    throw place?.why === 'denied'
      ? new UserProblem('SCALE_SET_DENIED', 'Azure does not let this service look at the scale set.', {
          field: 'scaleSet',
        })
      : new UserProblem('SCALE_SET_NOT_FOUND', 'Azure knows no such scale set.', { field: 'scaleSet' });
  }
  const machines = place.found.instances.map(({ vmId, name, provisioningState, createdAt }) => ({
    ...{ vmId, name, state: provisioningState },
    createdAt: isoOrNull(createdAt),
  }));
  return { scaleSet: choiceOf(place.found.scaleSet, await takenSets(store)), machines };
}

export async function sizesOf(subscription: string, location: string, { azure }: ApiOptions): Promise<SizeChoices> {
  const sizes = await unlessDenied(() => listsOf(subscription, azure).listSizes(subscription, location));
  return { sizes: (sizes ?? []).map((size) => ({ ...size, ...seriesOf(size.name) })) };
}

export async function placesOf(subscription: string, { azure }: ApiOptions): Promise<PlaceChoices> {
  const lists = listsOf(subscription, azure);
  const [resourceGroups, subnets] = await Promise.all([
    unlessDenied(() => lists.listResourceGroups(subscription)),
    unlessDenied(() => lists.listSubnets(subscription)),
  ]);
  return {
    resourceGroups: resourceGroups === null ? null : [...resourceGroups],
    subnets: subnets === null ? null : [...subnets],
    images: knownImages
      .filter(({ alias }) => !alias.endsWith('-latest'))
      .map(({ alias, source }) => {
        const isWindows = source.publisher === 'MicrosoftWindowsServer';
        const urn = `${source.publisher}:${source.offer}:${source.sku}:latest`;
        // As the Marketplace has them: azure-wire.md 2.
        return {
          urn,
          name: alias,
          osType: isWindows ? ('windows' as const) : ('linux' as const),
          diskGigabytes: isWindows ? 127 : 30,
        };
      }),
  };
}

export async function makeSet(wish: ScaleSetWish, { azure }: ApiOptions): Promise<ScaleSetMade> {
  const group = `/subscriptions/${wish.subscriptionId}/resourceGroups/${wish.resourceGroup}`;
  const scaleSetId = `${group}/providers/Microsoft.Compute/virtualMachineScaleSets/${wish.name}`;
  try {
    await listsOf(wish.subscriptionId, azure).makeScaleSet(wish);
    return { scaleSetId, isAccepted: true, words: 'Azure makes it: that takes about a minute.' };
  } catch (error) {
    if (!(error instanceof CloudError) || !told.has(error.kind)) throw error;
    return { scaleSetId, isAccepted: false, words: error.message };
  }
}

/** Refusals that the person can do something about. */
const told: ReadonlySet<string> = new Set(['denied', 'notFound', 'conflict', 'invalid', 'outOfCapacity']);

function listsOf(subscription: string, azure: ApiOptions['azure']): AzureLists {
  const lists = azure?.listsFor(subscription) ?? null;
  if (lists !== null) return lists;
  throw new UserProblem('SCALE_SET_NOT_FOUND', 'The subscription is not in the configuration of this service.', {
    field: 'subscription',
    nextStep: 'Add it to weir.yaml and start again.',
  });
}

/** Null where the identity of the service may not. */
async function unlessDenied<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof CloudError && error.kind === 'denied') return null;
    throw error;
  }
}
