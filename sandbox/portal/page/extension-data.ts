// The extension data of the organisation, in the memory of this page: a reload starts again from what the portal was given.

interface Document {
  readonly id: string;
  readonly [field: string]: unknown;
}

export function createDataManager(serviceUrl: string | null) {
  const values = new Map<string, unknown>(serviceUrl === null ? [] : [['serviceUrl', serviceUrl]]);
  const collections = new Map<string, Map<string, Document>>();
  const collection = (name: string): Map<string, Document> => {
    const found = collections.get(name) ?? new Map<string, Document>();
    collections.set(name, found);
    return found;
  };
  const setDocument = (name: string, document: Document): Document => {
    collection(name).set(document.id, document);
    return document;
  };
  return {
    getValue: (key: string, options?: { defaultValue?: unknown }) => values.get(key) ?? options?.defaultValue,
    setValue: (key: string, value: unknown) => {
      values.set(key, value);
      return value;
    },
    getDocuments: (name: string) => [...collection(name).values()],
    getDocument: (name: string, id: string) => {
      const found = collection(name).get(id);
      if (found === undefined) throw new Error(`The document ${id} does not exist in the collection ${name}.`);
      return found;
    },
    createDocument: setDocument,
    setDocument,
    updateDocument: setDocument,
    deleteDocument: (name: string, id: string) => {
      collection(name).delete(id);
    },
  };
}
