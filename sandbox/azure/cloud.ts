// What every handler and every event of the emulator works on: the state, chance, the guest, and the list of what happens later.
import type { HttpResponse } from '../http-message.ts';
import type { Adversary } from './adversary.ts';
import type { Guest } from './guest.ts';
import type { Permits } from './permissions.ts';
import type { Throttle } from './charge.ts';
import type { Variants } from './variants.ts';
import type { AzureState, Happening, TimedEvent } from './state.ts';
import { drawMs } from './timings.ts';
import type { Spread, Timings } from './timings.ts';

/** The truth of an effect at the moment it happens. `at` is milliseconds since the epoch; `by` is a client id, `azure` or `eviction`. */
export type AzureEvent = { readonly at: number; readonly by: string; readonly scaleSet: string } & (
  | { readonly kind: 'scaleSetCreated' | 'scaleSetDeleted' }
  | { readonly kind: 'capacitySet'; readonly from: number; readonly to: number }
  | {
      readonly kind: 'instanceCreated' | 'instanceOnline' | 'instanceDeleted' | 'instanceReimaged';
      readonly instanceId: string;
      readonly vmId: string;
    }
);

export interface Cloud {
  readonly state: AzureState;
  readonly random: () => number;
  readonly timings: Timings;
  readonly strictTokens: boolean;
  /** Cores a region grants, for the whole region and for each family. */
  readonly coresLimit: number;
  /** Instances in one page of a list. */
  readonly pageSize: number;
  readonly guest: () => Guest | null;
  readonly emit: (event: AzureEvent) => void;
  /** A seam for tests: an answer here is given instead of the operation's own. `resource` is the scale set's key or the subscription. */
  readonly admit: (operation: string, resource: string) => HttpResponse | null;
  /** Azure's own limits on how often it may be asked; null: it may be asked without end. */
  readonly throttle: Throttle | null;
  /** What is not known of Azure, and holds in this cloud one way or the other. */
  readonly variants: Variants;
  /** What goes wrong with machines by Azure's own doing. */
  readonly adversary: Adversary;
  /** Who may do what; null: everybody may do everything. */
  readonly permits: Permits | null;
}

export function schedule(cloud: Cloud, at: number, happening: Happening): void {
  const { state } = cloud;
  state.sequence += 1;
  const event: TimedEvent = { at: Math.max(at, state.now), order: state.sequence, ...happening };
  let low = 0;
  let high = state.timeline.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = state.timeline[middle];
    if (other !== undefined && other.at <= event.at) low = middle + 1;
    else high = middle;
  }
  state.timeline.splice(low, 0, event);
}

export function draw(cloud: Cloud, spread: Spread): number {
  return drawMs(spread, cloud.random);
}

/** A random identifier of version 4. */
export function guid(random: () => number): string {
  const hex = (count: number): string =>
    Array.from({ length: count }, () => Math.floor(random() * 16).toString(16)).join('');
  return `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
}

export function isoTime(at: number): string {
  return new Date(at).toISOString().replace('Z', '+00:00');
}
