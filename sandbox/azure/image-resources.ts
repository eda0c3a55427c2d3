// Galleries, image definitions, image versions and managed images as resources: their ids, how they are found, and the refusals when they
// are not.
import { groupId } from './resource-ids.ts';
import type { RoutedRequest } from './arm-request.ts';
import type { Cloud } from './cloud.ts';
import type { ImageResource, ImageResourceKind } from './state.ts';

export const resourceTypes: Readonly<Record<ImageResourceKind, string>> = {
  gallery: 'Microsoft.Compute/galleries',
  definition: 'Microsoft.Compute/galleries/images',
  version: 'Microsoft.Compute/galleries/images/versions',
  image: 'Microsoft.Compute/images',
};

/** What a path names, and the id it has. */
export interface NamedResource {
  readonly kind: ImageResourceKind;
  readonly name: string;
  readonly id: string;
}

export function namedResource(request: RoutedRequest, kind: ImageResourceKind): NamedResource {
  const {
    subscriptionId = '',
    resourceGroup = '',
    gallery = '',
    definition = '',
    version = '',
    image = '',
  } = request.named;
  const compute = `${groupId(subscriptionId, resourceGroup)}/providers/Microsoft.Compute`;
  switch (kind) {
    case 'gallery':
      return { kind, name: gallery, id: `${compute}/galleries/${gallery}` };
    case 'definition':
      return { kind, name: definition, id: `${compute}/galleries/${gallery}/images/${definition}` };
    case 'version':
      return { kind, name: version, id: `${compute}/galleries/${gallery}/images/${definition}/versions/${version}` };
    case 'image':
      return { kind, name: image, id: `${compute}/images/${image}` };
  }
}

export function resourceById(cloud: Cloud, id: string): ImageResource | undefined {
  const key = id.replace(/\/+$/, '').toLowerCase();
  return Object.hasOwn(cloud.state.imageResources, key) ? cloud.state.imageResources[key] : undefined;
}

/** The resource above: the gallery of a definition, the definition of a version. */
export function parentId(id: string): string | null {
  const match = /^(.*\/galleries\/.*)\/(?:images|versions)\/[^/]+$/i.exec(id);
  return match?.[1] ?? null;
}

/** Those of a kind below a resource, a group or a subscription, in the order of their keys. */
export function resourcesBelow(cloud: Cloud, id: string, kind: ImageResourceKind): ImageResource[] {
  const prefix = `${id.toLowerCase()}/`;
  return Object.values(cloud.state.imageResources)
    .filter((one) => one.kind === kind && one.key.startsWith(prefix))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** `gallery/images/definition`, as the refusal names it. */
export function namePath(named: Pick<NamedResource, 'id'>): string {
  return named.id.replace(/^.*\/providers\/Microsoft\.Compute\/(?:galleries|images)\//i, '');
}

/** Major, minor, patch as numbers: 1.10.0 is newer than 1.9.0. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [left.split('.').map(Number), right.split('.').map(Number)];
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
