// A lane: one scale set that makes machines of one image, in one exact version, from one state of the template's model.

/** What a lane is made for. The customer's own set, where it is the only lane, has no key. */
export interface LaneKey {
  /** First alias of the image in the settings; empty where the pool declares none. */
  readonly image: string;
  /** Exact version (`x.y.z`); null for a managed image, which has none. */
  readonly version: string | null;
  /**
   * `Observation.template.digest`, and the image's own size and source where it has them: another text is another lane.
   * Empty where it is not known (a snapshot), and then every lane of the image and version is the same.
   */
  readonly template: string;
}

/** A lane that Weir made: without this record no scale set is ever deleted. */
export interface LaneRecord {
  readonly scaleSetId: string;
  readonly key: LaneKey;
  readonly createdAt: number;
}

/** Tags of a lane's scale set, from which its key is read again. A tag that is absent means null or empty. */
const laneTags = { image: 'weir-image', version: 'weir-version', template: 'weir-template' } as const;

export function sameLaneKey(a: LaneKey, b: LaneKey): boolean {
  const isSameTemplate = a.template === b.template || a.template === '' || b.template === '';
  return a.image.toLowerCase() === b.image.toLowerCase() && a.version === b.version && isSameTemplate;
}

export function laneTagsOf(key: LaneKey): Readonly<Record<string, string>> {
  return {
    [laneTags.image]: key.image,
    ...(key.version === null ? {} : { [laneTags.version]: key.version }),
    ...(key.template === '' ? {} : { [laneTags.template]: key.template }),
  };
}

/** Null where the tags do not speak of a lane. */
export function laneKeyOf(tags: Readonly<Record<string, string>>): LaneKey | null {
  const read = (name: string): string | null => {
    const found = Object.keys(tags).find((key) => key.toLowerCase() === name);
    return found === undefined ? null : (tags[found] ?? null);
  };
  const image = read(laneTags.image);
  if (image === null) return null;
  const version = read(laneTags.version);
  return { image, version: version === '' ? null : version, template: read(laneTags.template) ?? '' };
}

/**
 * Of the scale set: at most 64 letters, digits and "-", begun by a letter (Azure's rule for such names). The same pool and
 * key give the same name for ever, so a lane whose creation was not seen to succeed is found again.
 */
export function laneName(pool: { readonly organization: string; readonly poolId: number }, key: LaneKey): string {
  const readable = `${key.image} ${key.version ?? ''}`.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '');
  return `weir-${pool.poolId}-${readable.toLowerCase().slice(0, 36)}-${digestOf(pool, key)}`.replace(/-{2,}/g, '-');
}

/** Whether `laneName` may give a lane of the pool this name, whatever its image. */
export function isLaneName(pool: { readonly poolId: number }, name: string): boolean {
  return name.startsWith(`weir-${pool.poolId}-`) && /-[0-9a-f]{10}$/.test(name);
}

/** Windows computer names have at most 15 characters, of which Azure takes six for the number of the instance. */
export function laneComputerPrefix(
  pool: { readonly organization: string; readonly poolId: number },
  key: LaneKey,
): string {
  return `w${digestOf(pool, key).slice(0, 7)}-`;
}

function digestOf(pool: { readonly organization: string; readonly poolId: number }, key: LaneKey): string {
  const text = JSON.stringify([
    pool.organization.toLowerCase(),
    pool.poolId,
    key.image.toLowerCase(),
    key.version,
    key.template,
  ]);
  return digestText(text);
}

/** FNV-1a twice over, from two beginnings: ten hexadecimal digits that tell a few thousand texts apart. */
export function digestText(text: string): string {
  const fold = (start: number): string => {
    let hash = start;
    for (let index = 0; index < text.length; index++) {
      hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
    }
    return (hash >>> 0).toString(16).padStart(8, '0');
  };
  return `${fold(0x811c9dc5)}${fold(0x9747b28c).slice(0, 2)}`;
}
