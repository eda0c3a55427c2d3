// One image of a pool in a line, as a person says it.
import { isDocument, type Document } from './document.ts';
import { textOf } from './plain-field.tsx';

/** `own` is the image of the scale set, in words. */
export function imageWords(image: Document, own: string): string {
  const { aliases, version, standbyPercent: share, size, osType } = image;
  const words = [
    Array.isArray(aliases) ? aliases.map(String).join(', ') : '',
    sourceWords(image.source, own),
    version === 'latest' ? 'newest version' : `version ${textOf(version)}`,
    share === '*' ? 'the rest of the standby' : `${textOf(share)} % of the standby`,
    textOf(size),
    osType === 'windows' ? 'Windows' : osType === 'linux' ? 'Linux' : '',
  ];
  return words.filter((part) => part !== '').join('; ');
}

function sourceWords(source: unknown, own: string): string {
  if (!isDocument(source)) return own;
  if ('id' in source) return textOf(source.id).split('/').at(-1) ?? '';
  return [source.publisher, source.offer, source.sku].map(textOf).join(' ');
}
