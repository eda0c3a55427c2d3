// The extension data of the organisation and of the person, in the memory of this page: a reload starts again from what the
// portal was given. Every document has an `__etag`, and one that is replaced must be named by the one that it has; -1 names any.

interface Document {
  readonly id: string;
  readonly __etag?: number;
  readonly [field: string]: unknown;
}

interface Options {
  readonly scopeType?: string;
  readonly defaultValue?: unknown;
}

/** Settings are documents of a collection of their own. */
const settings = '$settings';

export function createDataManager(serviceUrl: string | null) {
  const collections = new Map<string, Map<string, Document>>();
  const collection = (name: string, options: Options = {}): Map<string, Document> => {
    const key = `${options.scopeType ?? 'Default'} ${name}`;
    const found = collections.get(key) ?? new Map<string, Document>();
    collections.set(key, found);
    return found;
  };
  const write = (name: string, document: Document, options?: Options): Document => {
    const documents = collection(name, options);
    const there = documents.get(document.id)?.__etag ?? 0;
    const { __etag: named = there } = document;
    if (named !== -1 && named !== there)
      throw new Error(`The document ${document.id} was changed: it is at version ${there}, not ${named}.`);
    const written = { ...document, __etag: there + 1 };
    documents.set(document.id, written);
    return written;
  };
  const setValue = (key: string, value: unknown, options?: Options): unknown =>
    write(settings, { id: key, value, __etag: -1 }, options).value;
  if (serviceUrl !== null) setValue('serviceUrl', serviceUrl);
  const find = (name: string, id: string, options?: Options): Document => {
    const found = collection(name, options).get(id);
    if (found === undefined) throw new Error(`The document ${id} does not exist in the collection ${name}.`);
    return found;
  };
  return {
    getValue: (key: string, options?: Options) =>
      collection(settings, options).get(key)?.value ?? options?.defaultValue,
    setValue,
    getDocuments: (name: string, options?: Options) => [...collection(name, options).values()],
    getDocument: find,
    createDocument: (name: string, document: Document, options?: Options) => {
      if (collection(name, options).has(document.id)) throw new Error(`The document ${document.id} exists already.`);
      return write(name, document, options);
    },
    setDocument: write,
    updateDocument: (name: string, document: Document, options?: Options) => {
      find(name, document.id, options);
      return write(name, document, options);
    },
    deleteDocument: (name: string, id: string, options?: Options) => {
      collection(name, options).delete(id);
    },
  };
}
