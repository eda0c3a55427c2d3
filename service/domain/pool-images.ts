// The images that a pool offers: their aliases, sources, versions and shares of the standby.
import type { FieldReader, TextRule } from './field-reader.ts';
import type { OsType } from './instance.ts';
import { isExactVersion } from './image-version.ts';
import type { ImageSource, PoolImage } from './pool.ts';

export const imageFields = ['aliases', 'source', 'version', 'standbyPercent', 'size', 'osType'] as const;

/** In the order of the settings: the first one serves a job that names no image. */
export function readImages(fields: FieldReader): readonly PoolImage[] {
  const readers = fields.sections('images', imageFields);
  const images = readers.map(readImage);
  reportDuplicates(readers, images);
  reportShares(fields, images);
  return images;
}

function readImage(fields: FieldReader): PoolImage {
  const aliases = fields.texts('aliases', aliasRule);
  if (aliases.length === 0 && !isNonEmptyList(fields.raw('aliases'))) {
    const message = `${fields.path('aliases')} must name the image at least once.`;
    fields.report('aliases', 'ALIAS_INVALID', message, 'Write a list such as ["ubuntu-22.04"].');
  }
  const source = readSource(fields);
  const rule = source !== null && 'publisher' in source ? marketplaceVersionRule : versionRule;
  return {
    aliases,
    source,
    version: fields.text('version', rule, 'latest'),
    standbyPercent: readShare(fields),
    size: fields.text('size', sizeRule, null),
    osType: readOsType(fields),
  };
}

/** Null: the pool's. */
function readOsType(fields: FieldReader): OsType | null {
  const written = fields.raw('osType');
  return written === undefined || written === null
    ? null
    : fields.oneOf<OsType>('osType', ['linux', 'windows'], 'linux');
}

function readSource(fields: FieldReader): ImageSource | null {
  const source = fields.section('source', ['publisher', 'offer', 'sku', 'id']);
  if (source === null) return null;
  if (source.has('id')) {
    for (const other of ['publisher', 'offer', 'sku']) {
      const message = `${fields.path('source')} has both an id and a ${other}.`;
      if (source.has(other)) source.report(other, 'IMAGE_SOURCE', message, 'Keep one of the two.');
    }
    return { id: source.text('id', idRule, '') };
  }
  const read = (name: string): string => {
    if (!source.has(name)) {
      const message = `${source.path(name)} is missing.`;
      source.report(name, 'IMAGE_SOURCE', message, 'Write publisher, offer and sku, or the id of an image.');
    }
    return source.text(name, partRule, '');
  };
  return { publisher: read('publisher'), offer: read('offer'), sku: read('sku') };
}

function readShare(fields: FieldReader): number | '*' {
  const written = fields.raw('standbyPercent');
  if (written === undefined || written === '*') return '*';
  if (typeof written === 'number' && Number.isInteger(written) && written >= 0 && written <= 100) return written;
  const message = `${fields.path('standbyPercent')} must be "*" or a whole number, 0…100.`;
  fields.report('standbyPercent', 'STANDBY_SHARE', message, 'Write "*" for what the other images leave over.');
  return '*';
}

/** Azure DevOps compares the value of `ImageOverride` without regard to case, so two such aliases are one. */
function reportDuplicates(readers: readonly FieldReader[], images: readonly PoolImage[]): void {
  const seen = new Map<string, string>();
  images.forEach((image, index) => {
    for (const alias of image.aliases) {
      const earlier = seen.get(alias.toLowerCase());
      if (earlier === undefined) {
        seen.set(alias.toLowerCase(), alias);
        continue;
      }
      const message = `The alias "${alias}" stands for an image already (as "${earlier}"): case makes no difference.`;
      readers[index]?.report('aliases', 'ALIAS_DUPLICATE', message, 'Give each alias to one image only.');
    }
  });
}

/** Shares are of one whole: without a "*" they must be 100 together, with one they must leave something to share. */
function reportShares(fields: FieldReader, images: readonly PoolImage[]): void {
  if (images.length === 0) return;
  const sum = images.reduce((total, image) => total + (image.standbyPercent === '*' ? 0 : image.standbyPercent), 0);
  const hasRest = images.some((image) => image.standbyPercent === '*');
  if (hasRest ? sum <= 100 : sum === 100) return;
  const message = `The standbyPercent of all images is ${sum} together; it must be ${hasRest ? 'at most 100' : '100'}.`;
  fields.report('images', 'STANDBY_SHARE', message, 'Change the shares, or write "*" for one image.');
}

function isNonEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

const aliasRule: TextRule = {
  code: 'ALIAS_INVALID',
  isValid: (text) => /^[A-Za-z0-9][A-Za-z0-9._ -]{0,63}$/.test(text) && !text.endsWith(' '),
  mustBe: '1–64 letters, digits, ".", "_", "-" and blanks, with a letter or digit first',
  nextStep: 'Write the alias as a pipeline names it, without quotes inside.',
};

const versionRule: TextRule = {
  code: 'PIN_VERSION_FORMAT',
  isValid: (text) => text === 'latest' || isExactVersion(text, false),
  mustBe: '"latest" or an exact x.y.z',
  nextStep: 'Write latest, or a pin such as 2.0.0.',
};

/** Publishers of the Marketplace write leading zeros too: Canonical's are such as 22.04.202611100. */
const marketplaceVersionRule: TextRule = {
  ...versionRule,
  isValid: (text) => text === 'latest' || isExactVersion(text, true),
  nextStep: 'Write latest, or a version as "az vm image list" prints it, such as 22.04.202611100.',
};

/** What Azure calls its sizes is for Azure to judge. */
const sizeRule: TextRule = {
  code: 'SIZE_INVALID',
  isValid: (text) => /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(text),
  mustBe: 'the name of a virtual machine size',
  nextStep: 'Write a size as "az vm list-sizes" prints it, such as Standard_D4s_v5.',
};

const idRule: TextRule = {
  code: 'IMAGE_ID_FORMAT',
  isValid: (text) =>
    text.length <= 400 &&
    /^\/(subscriptions|sharedGalleries|communityGalleries)\/[^\s]*\/?images\/[^/\s]+$/i.test(text),
  mustBe: 'the resource id of an image',
  nextStep:
    'Write an id such as /subscriptions/ID/resourceGroups/GROUP/providers/Microsoft.Compute/galleries/G/images/I.',
};

const partRule: TextRule = {
  code: 'IMAGE_SOURCE',
  isValid: (text) => /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(text),
  mustBe: 'a name as the Marketplace writes it',
  nextStep: 'Write publisher, offer and sku as "az vm image list" prints them.',
};
