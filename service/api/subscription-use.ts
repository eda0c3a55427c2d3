// Whose pools may use which subscription: the identity of the service reaches them all, so without this whoever manages a
// pool of one organisation could put it on the machines of another (docs/decisions/0013).
import { UserProblem } from '../problem.ts';
import type { ApiOptions } from './options.ts';

/** `/subscriptions/…` alone or with anything behind it. Throws UserProblem SUBSCRIPTION_OTHER_ORGANIZATION. */
export function requireSubscription(
  { maySubscription }: Pick<ApiOptions, 'maySubscription'>,
  organization: string,
  resourceId: string,
  field: 'scaleSet' | 'subscription',
): void {
  const id = resourceId.split('/')[2] ?? '';
  if (maySubscription === undefined || maySubscription(organization, id)) return;
  const words = `The organisation ${organization} may not use subscription ${id} of this service.`;
  throw new UserProblem('SUBSCRIPTION_OTHER_ORGANIZATION', words, { field });
}
