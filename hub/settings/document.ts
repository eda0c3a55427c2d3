// A settings document as the form holds it: read and changed by the path of a field, and never in place.

export type Document = Readonly<Record<string, unknown>>;

/** `path` names members only, such as `sizing.preset`; undefined where nothing is said. */
export function valueAt(document: Document, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => memberOf(value, name), document);
}

export function withValue(document: Document, path: string, value: unknown): Document {
  const [name = '', ...rest] = path.split('.');
  if (rest.length === 0) return { ...document, [name]: value };
  const inner = document[name];
  return { ...document, [name]: withValue(isDocument(inner) ? inner : {}, rest.join('.'), value) };
}

/** Equal as JSON, whatever the order of members. */
export function isSame(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => isSame(item, other[index]));
  }
  if (!isDocument(one) || !isDocument(other)) return one === other;
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => isSame(one[name], other[name]));
}

export function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function memberOf(value: unknown, name: string): unknown {
  return isDocument(value) ? value[name] : undefined;
}

/** What is sent: without the blanks and empty lines that somebody leaves who is still typing. */
export function cleaned(document: Document): Document {
  const texts = (value: unknown): unknown =>
    Array.isArray(value) ? value.map((text) => String(text).trim()).filter((text) => text !== '') : value;
  const demands = isDocument(document.demands)
    ? {
        demands: {
          ...document.demands,
          workFolders: texts(document.demands.workFolders),
          customCapabilities: texts(document.demands.customCapabilities),
        },
      }
    : {};
  const images = Array.isArray(document.images)
    ? {
        images: document.images.map((image: unknown) =>
          isDocument(image) ? { ...image, aliases: texts(image.aliases) } : image,
        ),
      }
    : {};
  const budget =
    isDocument(document.budget) && (document.budget.monthlyVmHours ?? null) === null ? { budget: null } : {};
  return { ...document, ...demands, ...images, ...budget };
}
