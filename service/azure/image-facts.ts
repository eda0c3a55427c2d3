// Everything that Azure tells of one image version before a machine is made of it (azure-wire.md 2): image, version with
// its replication, size, terms, and the template that machines follow. Each part that Azure refuses is null.
import type { FactsSource, ImageFacts } from '../domain/image-facts.ts';
import { compareImageVersions } from '../domain/image-version.ts';
import type { ImageReference } from '../domain/instance.ts';
import type { ImageFactsQuery } from '../image-port.ts';
import { CloudError } from '../problem.ts';
import { asList, fieldsOf, type Fields } from '../wire.ts';
import { found, get, list } from './ask.ts';
import type { CallContext } from './plain-call.ts';
import { sizeNamed, sizesIn } from './sizes.ts';
import {
  definitionFacts,
  galleryVersionFacts,
  managedFacts,
  managedVersionFacts,
  marketplaceFacts,
  marketplaceVersionFacts,
  planOf,
} from './translate-facts.ts';
import { sizeFacts, templateFacts } from './translate-size.ts';

const versions = {
  compute: '2026-04-01',
  gallery: '2025-12-03',
  ordering: '2021-01-01',
} as const;

export async function readImageFacts(context: CallContext, query: ImageFactsQuery): Promise<ImageFacts> {
  const template = await found(context, query.templateId, versions.compute);
  if (template === null) throw new CloudError('notFound', 'readImageFacts', 'The scale set of the pool is not there.');
  const location = plain(template.text('location') ?? '');
  const subscription = `/subscriptions/${query.templateId.split('/')[2] ?? ''}`;
  const asked = { ...query, location, subscription };
  const [image, size] = await Promise.all([imageOf(context, asked), sizeOf(context, asked, template)]);
  const plan = image.plan;
  return {
    now: query.now,
    alias: query.alias,
    version: query.version,
    region: location,
    ...image,
    areTermsAccepted: plan === null ? null : await termsOf(context, subscription, plan),
    size,
    template: templateFacts(template, query),
    maxCapacity: query.maxCapacity,
  };
}

interface Asked extends ImageFactsQuery {
  readonly location: string;
  readonly subscription: string;
}

type OfId = Extract<FactsSource, { readonly id: string }>;
type OfImage = Pick<ImageFacts, 'source' | 'access' | 'image' | 'found' | 'versions' | 'plan'>;

async function imageOf(context: CallContext, asked: Asked): Promise<OfImage> {
  const source = sourceOf(asked.image);
  try {
    if (source.kind === 'marketplace') return await marketplaceImage(context, asked, source);
    return source.kind === 'gallery' ? await galleryImage(context, asked, source) : await managedImage(context, source);
  } catch (error) {
    if (!(error instanceof CloudError) || error.kind !== 'denied') throw error;
    return { ...nothing(source), access: 'denied' };
  }
}

function nothing(source: FactsSource): OfImage {
  return { source, access: 'notFound', image: null, found: null, versions: [], plan: null };
}

async function galleryImage(context: CallContext, asked: Asked, source: OfId): Promise<OfImage> {
  const definition = await found(context, source.id, versions.gallery);
  if (definition === null) return nothing(source);
  const version = await found(context, `${source.id}/versions/${asked.version}`, versions.gallery, {
    $expand: 'ReplicationStatus',
  });
  const listed = await list(context, `${source.id}/versions`, versions.gallery);
  return {
    source,
    access: 'readable',
    image: definitionFacts(definition),
    found: version === null ? null : galleryVersionFacts(version),
    versions: names(listed),
    plan: planOf(definition.object('properties')?.object('purchasePlan') ?? null),
  };
}

async function managedImage(context: CallContext, source: OfId): Promise<OfImage> {
  const image = await found(context, source.id, versions.compute);
  if (image === null) return nothing(source);
  const none = { versions: [], plan: null };
  return { source, access: 'readable', image: managedFacts(image), found: managedVersionFacts(image), ...none };
}

async function marketplaceImage(
  context: CallContext,
  { subscription, location, version }: Asked,
  source: Extract<FactsSource, { kind: 'marketplace' }>,
): Promise<OfImage> {
  const { publisher, offer, sku } = source;
  const path = `${subscription}/providers/Microsoft.Compute/locations/${location}/publishers/${publisher}/artifacttypes/vmimage/offers/${offer}/skus/${sku}/versions`;
  const answer = await get(context, path, versions.compute);
  if (answer === null) return nothing(source);
  const listed = asList(answer, 'versions').map((raw, index) => fieldsOf(raw, `versions[${index}]`));
  const one = await found(context, `${path}/${version}`, versions.compute);
  return {
    source,
    access: listed.length === 0 ? 'notFound' : 'readable',
    image: one === null ? null : marketplaceFacts(one),
    found: one === null ? null : marketplaceVersionFacts(one, location),
    versions: names(listed),
    plan: planOf(one?.object('properties')?.object('plan') ?? null),
  };
}

/** Null where it is refused or has none such. */
async function sizeOf(context: CallContext, asked: Asked, template: Fields): Promise<ImageFacts['size']> {
  const name = asked.size ?? template.object('sku')?.text('name') ?? '';
  try {
    const size = sizeNamed(await sizesIn(context, asked.subscription, asked.location), name);
    return size === null ? null : sizeFacts(size, asked.location);
  } catch (error) {
    if (error instanceof CloudError && error.kind === 'denied') return null;
    throw error;
  }
}

async function termsOf(
  context: CallContext,
  subscription: string,
  plan: NonNullable<ImageFacts['plan']>,
): Promise<boolean | null> {
  const path = `${subscription}/providers/Microsoft.MarketplaceOrdering/offerTypes/virtualmachine/publishers/${plan.publisher}/offers/${plan.product}/plans/${plan.name}/agreements/current`;
  try {
    const agreement = await found(context, path, versions.ordering);
    return agreement?.object('properties')?.flag('accepted') ?? null;
  } catch (error) {
    if (error instanceof CloudError && error.kind === 'denied') return null;
    throw error;
  }
}

function sourceOf({ id, publisher, offer, sku }: ImageReference): FactsSource {
  if (id === null) return { kind: 'marketplace', publisher: publisher ?? '', offer: offer ?? '', sku: sku ?? '' };
  return { kind: /\/(galleries|sharedGalleries|communityGalleries)\//i.test(id) ? 'gallery' : 'managed', id };
}

function names(rows: readonly Fields[]): readonly string[] {
  return rows.map((row) => row.requiredText('name')).toSorted((a, b) => compareImageVersions(b, a));
}

function plain(region: string): string {
  return region.toLowerCase().replaceAll(' ', '');
}
