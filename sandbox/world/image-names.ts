// Which image of the pool a machine was made of, and which one a job must have: told from what was deployed and from the
// words of the job, never from labels that the service wrote.
import { isUsual, type DrawnImage } from './drawn-images.ts';

export interface ImageNames {
  /** First alias and exact version of what was deployed; null where it is none of the pool's images. */
  deployed(reference: Readonly<Record<string, string>>): Deployed | null;
  /** First alias of the image whose versions, or one of them, Azure tells at this address; null for any other. */
  listed(pathname: string): string | null;
  /** First alias of the image that the job means, and the version that it names. */
  wanted(demands: readonly string[]): { readonly image: string | null; readonly version: string | null };
}

export interface Deployed {
  readonly image: string;
  readonly version: string;
  /** Jobs get it that name no version, at some time of the run. */
  readonly isUsual: boolean;
}

export function imageNames(images: readonly DrawnImage[]): ImageNames {
  return {
    deployed: (reference) => {
      const found = images.find((image) => isMadeOf(image, reference));
      const version = reference.exactVersion ?? versionIn(reference.id) ?? reference.version;
      if (found === undefined || version === undefined) return null;
      return { image: found.aliases[0] ?? '', version, isUsual: isUsual(found, version) };
    },
    listed: (pathname) => {
      const path = pathname.toLowerCase();
      const found = images.find((image) => path.includes(`${placeOf(image)}/versions`));
      return found?.aliases[0] ?? null;
    },
    wanted: (demands) => {
      const alias = demandedValue(demands, 'ImageOverride')?.toLowerCase();
      const named = images.find(({ aliases }) => aliases.some((one) => one.toLowerCase() === alias));
      const image = alias === undefined ? images[0] : named;
      return { image: image?.aliases[0] ?? null, version: demandedValue(demands, 'ImageVersionOverride') };
    },
  };
}

/** The first value that the demands ask for under this name, or null. */
export function demandedValue(demands: readonly string[], name: string): string | null {
  const form = new RegExp(`^${name}\\s+-equals\\s+(.*)$`, 'i');
  return demands.map((demand) => form.exec(demand)?.[1] ?? null).find((one) => one !== null) ?? null;
}

function isMadeOf({ source }: DrawnImage, reference: Readonly<Record<string, string>>): boolean {
  if ('id' in source) return isSame(reference.id?.replace(/\/versions\/[^/]+\/?$/i, ''), source.id);
  const { publisher, offer, sku } = reference;
  return isSame(publisher, source.publisher) && isSame(offer, source.offer) && isSame(sku, source.sku);
}

function placeOf({ source }: DrawnImage): string {
  if ('id' in source) return source.id.toLowerCase();
  const { publisher, offer, sku } = source;
  return `/publishers/${publisher}/artifacttypes/vmimage/offers/${offer}/skus/${sku}`.toLowerCase();
}

function versionIn(id: string | undefined): string | undefined {
  return /\/versions\/([^/]+)\/?$/i.exec(id ?? '')?.[1];
}

function isSame(one: string | undefined, other: string): boolean {
  return one?.toLowerCase() === other.toLowerCase();
}
