// What the page can see of a list of images before it is sent: names, sources, versions and shares, by the contract's forms.
import { cleaned, isDocument, type Document } from './document.ts';
import { faultOf, type FieldFault } from './local-check.ts';
import { schemaAt, withoutNull, type SchemaNode } from './schema-at.ts';

const form: Readonly<Record<string, SchemaNode>> = withoutNull(schemaAt('images')).items?.properties ?? {};

const nextSteps = {
  name: 'Write at least one name that jobs use, such as ubuntu-22.04.',
  alias: 'Begin with a letter or digit; then letters, digits, blanks and . _ - up to 64 signs.',
  version: 'Write latest, or an exact version such as 2.0.0.',
  share: 'Write * or a whole number, 0 to 100.',
  size: 'Write a size such as Standard_D4s_v5, or leave it empty.',
  part: 'Write it as "az vm image list" prints it.',
  id: 'Write the resource id of the image: it begins with a slash and has "images" near its end.',
} as const;

export function imageFaults(written: readonly Document[]): readonly FieldFault[] {
  const images = cleanedImages(written);
  return [
    ...images.flatMap((image, index) => [...ownFaults(image, index), ...repeated(images, index)]),
    ...shareFaults(images),
  ];
}

/** Without the blanks that somebody leaves who is still typing. */
export function cleanedImages(images: readonly Document[]): readonly Document[] {
  const { images: clean } = cleaned({ images });
  return Array.isArray(clean) ? clean.filter(isDocument) : [];
}

function ownFaults(image: Document, index: number): readonly FieldFault[] {
  const aliases = aliasesOf(image);
  const at = (name: string, isRight: boolean, nextStep: string): readonly FieldFault[] =>
    isRight ? [] : [{ field: `images[${index}].${name}`, message: '', nextStep }];
  return [
    ...at('aliases', aliases.length > 0, nextSteps.name),
    ...at(
      'aliases',
      aliases.every((alias) => fits(form.aliases?.items, alias)),
      nextSteps.alias,
    ),
    ...sourceFaults(image.source, at),
    ...at('version', fits(form.version, image.version), nextSteps.version),
    ...at('standbyPercent', isShare(image.standbyPercent), nextSteps.share),
    ...at('size', fits(form.size, image.size), nextSteps.size),
  ];
}

type At = (name: string, isRight: boolean, nextStep: string) => readonly FieldFault[];

function sourceFaults(source: unknown, at: At): readonly FieldFault[] {
  if (!isDocument(source)) return [];
  if ('id' in source) return at('source.id', /^\/\S*images\/[^/\s]+$/i.test(String(source.id)), nextSteps.id);
  return ['publisher', 'offer', 'sku'].flatMap((part) =>
    at(`source.${part}`, /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(String(source[part])), nextSteps.part),
  );
}

/** Azure DevOps makes no difference of case. */
function repeated(images: readonly Document[], index: number): readonly FieldFault[] {
  const earlier = new Set(
    images
      .slice(0, index)
      .flatMap(aliasesOf)
      .map((alias) => alias.toLowerCase()),
  );
  const again = aliasesOf(images[index] ?? {}).find((alias) => earlier.has(alias.toLowerCase()));
  if (again === undefined) return [];
  const message = `"${again}" is the name of an image above already.`;
  return [{ field: `images[${index}].aliases`, message, nextStep: 'Give each name to one image only.' }];
}

function shareFaults(images: readonly Document[]): readonly FieldFault[] {
  const shares = images.map((image) => image.standbyPercent);
  if (shares.length === 0 || !shares.every(isShare)) return [];
  const sum = shares.reduce<number>((total, share) => total + (typeof share === 'number' ? share : 0), 0);
  const hasRest = shares.includes('*');
  if (hasRest ? sum <= 100 : sum === 100) return [];
  const message = `The shares of the standby are ${sum} % together.`;
  const nextStep = hasRest ? 'They may be 100 % at most.' : 'Make them 100 %, or write * for one image.';
  return [{ field: 'images', message, nextStep }];
}

function aliasesOf({ aliases }: Document): readonly string[] {
  return Array.isArray(aliases) ? aliases.map(String) : [];
}

function isShare(share: unknown): boolean {
  return share === '*' || (typeof share === 'number' && Number.isInteger(share) && share >= 0 && share <= 100);
}

function fits(schema: SchemaNode | undefined, value: unknown): boolean {
  return schema === undefined || faultOf(schema, value) === null;
}
