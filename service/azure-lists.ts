// What people choose from in Azure, and how a scale set is made for them: beside what passes need, and only asked for
// while somebody makes a pool.
import type { ScaleSetWish } from './domain/create-command.ts';
import type { ScaleSet } from './domain/instance.ts';
import type { Accepted } from './ports.ts';

export interface SizeFound {
  readonly name: string;
  readonly cores: number;
  readonly memoryGigabytes: number | null;
  readonly ephemeralGigabytes: number;
  readonly quotaLeft: number | null;
  readonly restriction: string | null;
}

export interface SubnetFound {
  readonly id: string;
  /** `network / subnet`. */
  readonly name: string;
  readonly location: string;
}

/** Every call throws `CloudError`; `denied` where the identity of the service may not. */
export interface AzureLists {
  /** As people call it. */
  readSubscriptionName(subscriptionId: string): Promise<string>;
  listSetsOfSubscription(subscriptionId: string): Promise<readonly ScaleSet[]>;
  /** Sizes of a region, by name; the quota is null where it is not told. */
  listSizes(subscriptionId: string, location: string): Promise<readonly SizeFound[]>;
  listResourceGroups(subscriptionId: string): Promise<readonly { readonly name: string; readonly location: string }[]>;
  listSubnets(subscriptionId: string): Promise<readonly SubnetFound[]>;
  /** With the settings that a pool needs; `conflict` where one of that name stands. */
  makeScaleSet(wish: ScaleSetWish): Promise<Accepted>;
}
