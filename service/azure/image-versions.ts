// The versions of an image in one region, newest first: of a gallery with its replication, which Azure tells only of one
// version at a time and when asked (azure-wire.md 2), of the Marketplace as the region lists them.
import type { ComputeManagementClient } from '@azure/arm-compute';
import { isHtml } from '../answer.ts';
import { translateGalleryVersion, translateListedVersion } from './translate-image.ts';
import type { ImageState, ImageVersion } from '../domain/image-state.ts';
import { compareImageVersions } from '../domain/image-version.ts';
import type { ImageQuery } from '../domain/new-scale-set.ts';
import { CloudError } from '../problem.ts';
import { asList, fieldsOf, parseJson } from '../wire.ts';
import { read } from './call.ts';
import type { CallContext } from './plain-call.ts';
import { problemOf } from './failure.ts';

type Found = Pick<ImageState, 'kind' | 'versions'>;

export async function listImageVersions(context: CallContext, query: ImageQuery): Promise<Found> {
  const { image, location } = query;
  const id = image.id?.replace(/\/versions\/[^/]+\/?$/i, '') ?? null;
  if (id === null) return { kind: 'marketplace', versions: await marketplaceVersions(context, query) };
  const [, subscriptionId = '', resourceGroup = '', gallery, definition] =
    /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.Compute\/galleries\/([^/]+)\/images\/([^/]+)$/i.exec(
      id,
    ) ?? [];
  if (gallery !== undefined && definition !== undefined) {
    const place = { subscriptionId, resourceGroup, gallery, definition };
    return { kind: 'gallery', versions: await galleryVersions(context, place, query) };
  }
  const [, kind, owner, name] = /^\/(shared|community)Galleries\/([^/]+)\/images\/([^/]+)$/i.exec(id) ?? [];
  if (kind !== undefined && owner !== undefined && name !== undefined) {
    const ask = (client: ComputeManagementClient) =>
      kind.toLowerCase() === 'shared'
        ? client.sharedGalleryImageVersions.list(location, owner, name).byPage()
        : client.communityGalleryImageVersions.list(location, owner, name).byPage();
    const raws = await pages(context, query.subscriptionId, ask);
    return { kind: 'gallery', versions: inOrder(raws.map(translateListedVersion)) };
  }
  await readManagedImage(context, id, location);
  return { kind: 'managed', versions: [] };
}

/** Azure lists what exists in the region, so every version there is can be deployed there. */
async function marketplaceVersions(context: CallContext, query: ImageQuery): Promise<readonly ImageVersion[]> {
  const { publisher, offer, sku } = query.image;
  if (publisher === null || offer === null || sku === null)
    throw new CloudError('invalid', 'listImageVersions', 'The image names neither an id nor publisher, offer and sku.');
  const [body] = await bodies(context, query.subscriptionId, (client) =>
    client.virtualMachineImages.list(query.location, publisher, offer, sku),
  );
  return inOrder(
    asList(body, 'imageVersions').map((raw, index) => ({
      version: fieldsOf(raw, `imageVersions[${index}]`).requiredText('name'),
      publishedAt: null,
      provisioningState: 'succeeded',
      isExcludedFromLatest: false,
      endOfLifeAt: null,
      replication: 'replicated',
    })),
  );
}

interface GalleryPlace {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly gallery: string;
  readonly definition: string;
}

/** Of the newest versions so many are looked at; when none of them may be deployed, somebody has to look at the gallery. */
const deepestLook = 10;

async function galleryVersions(
  context: CallContext,
  place: GalleryPlace,
  query: ImageQuery,
): Promise<readonly ImageVersion[]> {
  const { resourceGroup, gallery, definition } = place;
  const raws = await pages(context, place.subscriptionId, (client) =>
    client.galleryImageVersions.listByGalleryImage(resourceGroup, gallery, definition).byPage(),
  );
  const listed = inOrder(raws.map((raw) => translateGalleryVersion(raw, query.location)));
  const known: ImageVersion[] = [];
  let isDeployable = false;
  for (const [index, one] of listed.entries()) {
    const isCandidate = !isDeployable && index < deepestLook && !one.isExcludedFromLatest;
    const isUnknown = one.replication === 'unknown';
    const whole =
      isUnknown && (isCandidate || query.versions.includes(one.version))
        ? await withReplication(context, place, one, query.location)
        : one;
    const isOver = whole.endOfLifeAt !== null && whole.endOfLifeAt <= context.clock.now();
    if (isCandidate && whole.replication === 'replicated' && !isOver) isDeployable = true;
    known.push(whole);
  }
  return known;
}

/** A version that was deleted since the list was made stays as listed: its replication is unknown. */
async function withReplication(
  context: CallContext,
  place: GalleryPlace,
  listed: ImageVersion,
  location: string,
): Promise<ImageVersion> {
  const { subscriptionId, resourceGroup, gallery, definition } = place;
  try {
    const [body] = await bodies(context, subscriptionId, (client) =>
      client.galleryImageVersions.get(resourceGroup, gallery, definition, listed.version, {
        expand: 'ReplicationStatus',
      }),
    );
    return translateGalleryVersion(body, location);
  } catch (problem) {
    if (problem instanceof CloudError && problem.kind === 'notFound') return listed;
    throw problem;
  }
}

async function readManagedImage(context: CallContext, id: string, location: string): Promise<void> {
  const [, subscriptionId, resourceGroup, name] =
    /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.Compute\/images\/([^/]+)$/i.exec(id) ??
    [];
  if (subscriptionId === undefined || resourceGroup === undefined || name === undefined)
    throw new CloudError('invalid', 'listImageVersions', `"${id}" is not the resource id of an image.`);
  const [body] = await bodies(context, subscriptionId, (client) => client.images.get(resourceGroup, name));
  const found = fieldsOf(body, 'image').text('location') ?? '';
  if (plainRegion(found) === plainRegion(location)) return;
  throw new CloudError(
    'notFound',
    'listImageVersions',
    `The image ${name} lies in ${found}, and machines are made in ${location}.`,
  );
}

function plainRegion(text: string): string {
  return text.toLowerCase().replaceAll(' ', '');
}

function inOrder(versions: readonly ImageVersion[]): readonly ImageVersion[] {
  return versions.toSorted((a, b) => compareImageVersions(b.version, a.version));
}

const maximumPages = 100;

async function pages(
  context: CallContext,
  subscriptionId: string,
  ask: (client: ComputeManagementClient) => AsyncIterable<unknown>,
): Promise<readonly unknown[]> {
  const all = await bodies(context, subscriptionId, async (client) => {
    let count = 0;
    for await (const _ of ask(client)) if ((count += 1) >= maximumPages) break;
  });
  const read = all.map((body, index) => fieldsOf(body, `versions.page[${index}]`));
  if ((read.at(-1)?.text('nextLink') ?? '') !== '')
    throw new CloudError('unreadable', 'listImageVersions', `The list of versions goes on after ${read.length} pages.`);
  return read.flatMap((page) => asList(page.raw().value, `${page.path}.value`));
}

async function bodies(
  context: CallContext,
  subscriptionId: string,
  ask: (client: ComputeManagementClient) => Promise<unknown>,
): Promise<readonly unknown[]> {
  const operation = 'listImageVersions';
  const answers = await read(context, operation, subscriptionId, ask);
  return answers.map((answer) => {
    if (isHtml(answer)) throw problemOf(operation, answer, context.clock.now());
    return parseJson(answer.body, operation);
  });
}
