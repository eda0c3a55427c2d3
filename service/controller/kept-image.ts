// What a controller remembers of an image's versions, so that a gallery is not asked in every pass.
import type { ImageState } from '../domain/image-state.ts';
import type { Part } from '../domain/observation.ts';

/** What is kept of one image between passes; `asked` are the versions whose replication was looked at. */
export interface KeptImage {
  readonly triedAt: number;
  readonly part: Part<ImageState | null>;
  readonly source: string;
  readonly asked: readonly string[];
}
