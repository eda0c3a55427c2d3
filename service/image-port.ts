// What the static checks need of Azure beside the list of versions.
import type { ImageFacts } from './domain/image-facts.ts';
import type { ImageReference, OsType } from './domain/instance.ts';

export interface ImageFactsQuery {
  readonly now: number;
  readonly alias: string;
  /** Without a version. */
  readonly image: ImageReference;
  /** Exact; `-` for images without versions. */
  readonly version: string;
  /** ARM id of the scale set whose model machines are made after. */
  readonly templateId: string;
  /** Of the settings; null: the template's. */
  readonly size: string | null;
  readonly osType: OsType;
  readonly maxCapacity: number;
}

export interface ImagePort {
  /** What could not be read is null in the facts; throws `CloudError` only where the template itself cannot be read. */
  readImageFacts(query: ImageFactsQuery): Promise<ImageFacts>;
}
