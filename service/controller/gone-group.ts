// The resource group of a pool's lanes, while somebody deletes the pool: one that Azure itself says is gone, for minutes,
// holds no lane, or the pool could never end. For every other pool a list that cannot be read stays one that cannot be read.
import type { ScaleSet } from '../domain/instance.ts';
import type { CloudError } from '../problem.ts';
import { steadyNow } from '../steady.ts';
import type { PoolContext, Recollection } from './context.ts';
import type { Reading } from './reading.ts';

/** An identity of another tenant sees nothing for as long as somebody needs to notice; what is gone stays so. */
export const goneMilliseconds = 3 * 60_000;

/** Only these two codes are of what was looked for: a 404 of the subscription is of who looks. */
export const goneCodes: readonly (string | null)[] = ['ResourceNotFound', 'ResourceGroupNotFound'];

/**
 * `listed` as it came, or an empty list where the group is certainly gone. The template lies in the same subscription
 * (lane-group.ts), so an answer about it shows that this identity sees the subscription at all.
 */
export function withoutGoneGroup(
  { clock }: PoolContext,
  recollection: Recollection,
  listed: Reading<readonly ScaleSet[]>,
  template: Reading<ScaleSet | null>,
): Reading<readonly ScaleSet[]> {
  const { error } = listed;
  // No answer says neither; the minutes go on.
  if (isSilent(error) || isSilent(template.error)) return listed;
  const isGone = isNotFound(error, ['ResourceGroupNotFound']);
  const isSubscriptionSeen = template.error === null || isNotFound(template.error, goneCodes);
  if (!isGone || !isSubscriptionSeen) {
    recollection.groupGoneSince = null;
    return listed;
  }
  const now = steadyNow(clock);
  recollection.groupGoneSince ??= now;
  if (now - recollection.groupGoneSince < goneMilliseconds) return listed;
  return { part: { freshness: 'fresh', readAt: clock.now(), value: [], problem: null }, error: null };
}

/** True in a pass in which `withoutGoneGroup` took the group for gone. */
export function isGroupGone({ clock }: PoolContext, { groupGoneSince, laneSets }: Recollection): boolean {
  const isLong = groupGoneSince !== null && steadyNow(clock) - groupGoneSince >= goneMilliseconds;
  return isLong && laneSets?.freshness === 'fresh';
}

/** Of the resource group of the lanes, by the id alone. */
export function isInLaneGroup({ settings }: PoolContext, scaleSetId: string): boolean {
  const group = settings.laneResourceGroup ?? null;
  return group !== null && scaleSetId.toLowerCase().startsWith(`${group.toLowerCase()}/`);
}

function isSilent(error: CloudError | null): boolean {
  return error?.kind === 'throttled' || error?.kind === 'unavailable';
}

function isNotFound(error: CloudError | null, codes: readonly (string | null)[]): boolean {
  return error?.kind === 'notFound' && codes.includes(error.code);
}
