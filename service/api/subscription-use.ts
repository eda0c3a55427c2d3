// Whose pools may use which subscription: the identity of the service reaches them all, so without this whoever manages a
// pool of one organisation could put it on the machines of another (docs/decisions/0013).
import { subscriptionsIn, type NamedResource } from '../domain/named-resources.ts';
import { UserProblem } from '../problem.ts';
import type { ApiOptions } from './options.ts';

type Boundary = Pick<ApiOptions, 'maySubscription'>;

/** `/subscriptions/…` alone or with anything behind it. Throws UserProblem SUBSCRIPTION_OTHER_ORGANIZATION. */
export function requireSubscription(
  { maySubscription }: Boundary,
  organization: string,
  resourceId: string,
  field: string,
): void {
  const refused = subscriptionsIn(resourceId).find((id) => maySubscription?.(organization, id) === false);
  if (refused === undefined) return;
  const words = `The organisation ${organization} may not use subscription ${refused} of this service.`;
  throw new UserProblem('SUBSCRIPTION_OTHER_ORGANIZATION', words, { field });
}

/** A machine that is made of somebody else's image reads what stands in it. Throws as `requireSubscription`, by field. */
export function requireSubscriptions(
  boundary: Boundary,
  organization: string,
  resources: readonly NamedResource[],
): void {
  for (const { field, id } of resources) requireSubscription(boundary, organization, id, field);
}
