// The Marketplace's images as a region lists them: publishers, offers, skus, versions. The answers are plain arrays, without pages.
import type { HttpResponse } from '../http-message.ts';
import { ArmError, invalidParameter, notBuilt } from './arm-error.ts';
import { json } from './arm-request.ts';
import type { RoutedRequest } from './arm-request.ts';
import type { Cloud } from './cloud.ts';
import { compareVersions } from './image-resources.ts';
import type { JsonObject } from './json.ts';
import { locationName } from './resource-ids.ts';
import type { MarketplaceImage } from './state.ts';

export function listPublishers(cloud: Cloud, request: RoutedRequest): HttpResponse {
  return names(request, '', new Set(cloud.state.marketplace.map((image) => image.publisher)));
}

export function listOffers(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const offers = matching(cloud, request).map((image) => image.offer);
  return names(request, `/${request.named.publisher ?? ''}/ArtifactTypes/VMImage/Offers`, new Set(offers));
}

export function listImageSkus(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const { publisher = '', offer = '' } = request.named;
  const skus = matching(cloud, request).map((image) => image.sku);
  return names(request, `/${publisher}/ArtifactTypes/VMImage/Offers/${offer}/Skus`, new Set(skus));
}

/** Oldest first unless `$orderby=name desc`; `$top` cuts after the order. */
export function listImageVersions(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const [image] = matching(cloud, request);
  const versions = [...(image?.versions ?? [])].sort(compareVersions);
  const { $orderby: order = 'name asc', $top: top, $expand: expand } = request.query;
  if (!/^name( (asc|desc))?$/i.test(order)) throw notBuilt(`virtualMachineImages.list with $orderby ${order}`);
  if (/ desc$/i.test(order)) versions.reverse();
  if (top !== undefined && !/^\d+$/.test(top)) throw invalidParameter('$top', `The value '${top}' of $top is invalid.`);
  if (expand !== undefined && expand.toLowerCase() !== 'properties')
    throw notBuilt(`virtualMachineImages.list with $expand ${expand}`);
  const wanted = top === undefined ? versions : versions.slice(0, Number(top));
  const isWhole = expand !== undefined;
  return json(
    200,
    wanted.map((version) => ({
      ...named(request, versionPath(request), version),
      ...(isWhole && image ? { properties: propertiesOf(image) } : {}),
    })),
  );
}

export function getImageVersion(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const [image] = matching(cloud, request);
  const { version = '' } = request.named;
  // The word `latest` is no version here: clients list and choose.
  if (!image?.versions.includes(version)) throw imageMissing();
  return json(200, { ...named(request, versionPath(request), version), properties: propertiesOf(image) });
}

function matching(cloud: Cloud, request: RoutedRequest): MarketplaceImage[] {
  const found = cloud.state.marketplace.filter((image) =>
    (['publisher', 'offer', 'sku'] as const).every((key) => {
      const wanted = request.named[key];
      return wanted === undefined || wanted.toLowerCase() === image[key].toLowerCase();
    }),
  );
  if (found.length === 0) throw imageMissing();
  return found;
}

function names(request: RoutedRequest, path: string, all: ReadonlySet<string>): HttpResponse {
  return json(
    200,
    [...all].sort().map((name) => named(request, path, name)),
  );
}

function named(request: RoutedRequest, path: string, name: string): JsonObject {
  const { subscriptionId = '', location: place = '' } = request.named;
  const location = locationName(place);
  const root = `/Subscriptions/${subscriptionId}/Providers/Microsoft.Compute/Locations/${location}/Publishers`;
  return { id: `${root}${path}/${name}`, name, location };
}

function versionPath(request: RoutedRequest): string {
  const { publisher = '', offer = '', sku = '' } = request.named;
  return `/${publisher}/ArtifactTypes/VMImage/Offers/${offer}/Skus/${sku}/Versions`;
}

function propertiesOf(image: MarketplaceImage): JsonObject {
  return {
    ...(image.plan === undefined ? {} : { plan: { ...image.plan } }),
    osDiskImage: {
      operatingSystem: image.osType,
    },
    dataDiskImages: [],
    automaticOSUpgradeProperties: { automaticOSUpgradeSupported: true },
    hyperVGeneration: image.hyperVGeneration,
    architecture: image.architecture,
    disallowed: { vmDiskType: 'Unmanaged' },
    features: [],
    imageDeprecationStatus: { imageState: 'Active' },
  };
}

// The code and text of this refusal are from memory: no fact names them.
function imageMissing(): ArmError {
  return new ArmError(404, 'NotFound', 'Artifact: VMImage was not found.');
}
