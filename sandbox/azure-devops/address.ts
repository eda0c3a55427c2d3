// Takes a request's absolute address apart. Route words and query names are compared without case, as the service does.

export interface Address {
  /** `http://host:port`, the base of every link in the answer. */
  readonly origin: string;
  readonly segments: readonly string[];
  /** Names in lower case; the first value wins. */
  readonly query: ReadonlyMap<string, string>;
}

export function parseAddress(url: string): Address {
  const parts = /^([a-z]+:\/\/[^/?#]+)([^?#]*)(?:\?([^#]*))?/i.exec(url);
  if (parts === null) throw new Error(`Not an absolute address: ${url}`);
  const [, origin = '', path = '', query = ''] = parts;
  const segments = path
    .split('/')
    .filter((segment) => segment !== '')
    .map(decode);
  return { origin: origin.toLowerCase(), segments, query: parseQuery(query) };
}

/** Also reads `application/x-www-form-urlencoded` bodies. */
export function parseQuery(text: string): ReadonlyMap<string, string> {
  const query = new Map<string, string>();
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode(equals < 0 ? pair : pair.slice(0, equals)).toLowerCase();
    const value = equals < 0 ? '' : decode(pair.slice(equals + 1).replaceAll('+', ' '));
    if (!query.has(name)) query.set(name, value);
  }
  return query;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray percent sign is passed on as it came, so that the lookup behind it says "not found".
    return text;
  }
}
