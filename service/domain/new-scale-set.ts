// What Azure is asked for when a lane is made: the scale set, and the versions of the image that it may be of.
import type { ImageReference, OsType, ScaleSetExtension } from './instance.ts';

/** A scale set that is made from the model of another, with an image of its own, empty. */
export interface NewScaleSet {
  readonly scaleSetId: string;
  readonly templateId: string;
  /** `ScaleSet.modelDigest` of the template that was decided upon; where it has changed since, the call is a `conflict`. */
  readonly modelDigest: string;
  /** With its exact version, where it has versions. */
  readonly image: ImageReference;
  readonly osType: OsType;
  /** Of the virtual machines; null: the template's. */
  readonly size: string | null;
  /** At most nine characters. */
  readonly computerNamePrefix: string;
  /** Beside the template's own. */
  readonly tags: Readonly<Record<string, string>>;
  /** Beside the template's own: what starts agents. */
  readonly extension: ScaleSetExtension;
}

export interface ImageQuery {
  /** From which the Marketplace is asked. */
  readonly subscriptionId: string;
  readonly image: ImageReference;
  /** Region such as `westeurope`. */
  readonly location: string;
  /** Versions that somebody asks for: their replication is read, however old they are. */
  readonly versions: readonly string[];
}
