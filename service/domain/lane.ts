// A lane: one scale set that makes machines of one image, in one exact version, from one state of the template's model.

/** What a lane is made for. The customer's own set, where it is the only lane, has no key. */
export interface LaneKey {
  /** First alias of the image in the settings; empty where the pool declares none. */
  readonly image: string;
  /** Exact version (`x.y.z`); null for a managed image, which has none. */
  readonly version: string | null;
  /** Digest of what the lane took over from the template's model: another digest is another lane. */
  readonly template: string;
}

export function sameLaneKey(a: LaneKey, b: LaneKey): boolean {
  return a.image.toLowerCase() === b.image.toLowerCase() && a.version === b.version && a.template === b.template;
}
