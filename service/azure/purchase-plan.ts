// The purchase plan of the image of a new scale set: Azure makes machines of some images only for who names their plan, and
// only where somebody has accepted its terms for the subscription.
import type { ImageFacts } from '../domain/image-facts.ts';
import { acceptTerms } from '../domain/image-check-commands.ts';
import type { ImageReference } from '../domain/instance.ts';
import { CloudError } from '../problem.ts';
import { asList, fieldsOf, type Fields } from '../wire.ts';
import { found, get } from './ask.ts';
import type { CallContext } from './plain-call.ts';
import { isGallery } from './lane-model.ts';
import { planOf } from './translate-facts.ts';

export type PurchasePlan = NonNullable<ImageFacts['plan']>;

const versions = { compute: '2026-04-01', gallery: '2025-12-03' } as const;

/** Null for an image without a plan, and where Weir may not see it: then Azure's own refusal says what is missing. */
export async function readPurchasePlan(
  context: CallContext,
  image: ImageReference,
  place: { readonly subscriptionId: string; readonly location: string },
): Promise<PurchasePlan | null> {
  const locations = `/subscriptions/${place.subscriptionId}/providers/Microsoft.Compute/locations/${plain(place.location)}`;
  try {
    if (image.id === null) return await planOfMarketplace(context, image, locations);
    const definition = definitionPath(image.id, locations);
    const gallery = definition === null ? null : await found(context, definition, versions.gallery);
    return planOf(gallery?.object('properties')?.object('purchasePlan') ?? null);
  } catch (error) {
    if (error instanceof CloudError && error.kind === 'denied') return null;
    throw error;
  }
}

/** All versions of a sku have one plan, so for `latest` any will do. */
async function planOfMarketplace(
  context: CallContext,
  { publisher, offer, sku, version }: ImageReference,
  locations: string,
): Promise<PurchasePlan | null> {
  const path = `${locations}/publishers/${publisher ?? ''}/artifacttypes/vmimage/offers/${offer ?? ''}/skus/${sku ?? ''}/versions`;
  const isExact = version !== null && version.toLowerCase() !== 'latest';
  const one = isExact ? await found(context, `${path}/${version}`, versions.compute) : await newest(context, path);
  return planOf(one?.object('properties')?.object('plan') ?? null);
}

async function newest(context: CallContext, path: string): Promise<Fields | null> {
  const newestFirst = { $top: '1', $orderby: 'name desc', $expand: 'properties' };
  const answer = await get(context, path, versions.compute, newestFirst);
  const [first] = answer === null ? [] : asList(answer, 'versions');
  return first === undefined ? null : fieldsOf(first, 'versions[0]');
}

/** Null for a managed image, which carries no plan. */
function definitionPath(id: string, locations: string): string | null {
  const definition = id.replace(/\/versions\/[^/]+\/?$/i, '');
  if (/^\/(shared|community)Galleries\//i.test(definition)) return `${locations}${definition}`;
  return isGallery(definition) ? definition : null;
}

/** What Azure refused because of a plan, with what somebody can do; any other problem as it is. */
export function aboutPlan(
  error: unknown,
  plan: PurchasePlan | null,
  image: ImageReference,
  subscriptionId: string,
): unknown {
  if (!(error instanceof CloudError)) return error;
  const more = { ...(error.status === null ? {} : { status: error.status }), cause: error };
  if (plan !== null && isAboutTerms(error)) {
    const words = `The terms of the Marketplace plan ${plan.name} of ${plan.product} by ${plan.publisher} are not accepted in the subscription, so Azure makes no machine of the image.`;
    const nextStep = `Accept them once for the subscription: ${acceptTerms(plan, subscriptionId).bash}`;
    return new CloudError('invalid', error.operation, words, { ...more, code: termsNotAccepted, nextStep });
  }
  if (error.code?.toLowerCase() !== 'vmmarketplaceinvalidinput') return error;
  const words = 'The image comes from one of the Marketplace that is sold under a plan, and Weir could not read which.';
  return new CloudError('invalid', error.operation, words, {
    ...more,
    code: error.code,
    nextStep: steps[kindOf(image)],
  });
}

const termsNotAccepted = 'MarketplaceTermsNotAccepted';

/** Azure has more than one code for it, and each of them for other obstacles of a purchase too. */
function isAboutTerms({ message }: CloudError): boolean {
  return /legal terms/i.test(message);
}

function kindOf({ id }: ImageReference): keyof typeof steps {
  if (id === null) return 'marketplace';
  return isGallery(id) ? 'gallery' : 'managed';
}

const steps = {
  gallery:
    'Publish the version under an image definition of the gallery that names the plan (az sig image-definition create --plan-name … --plan-product … --plan-publisher …), and let Weir read the definition (Microsoft.Compute/galleries/images/read).',
  managed:
    'Put the image into a gallery under an image definition that names the plan: a managed image does not carry it.',
  marketplace: 'Give Weir the role "Weir Marketplace" at the subscription, so that it sees the plan of the image.',
};

function plain(region: string): string {
  return region.toLowerCase().replaceAll(' ', '');
}
