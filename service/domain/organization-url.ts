// Which addresses may be an Azure DevOps organisation: only there does a token of ours ever go.

/**
 * Azure DevOps Services (`https://dev.azure.com/NAME`, `https://NAME.visualstudio.com`), or the sandbox on loopback.
 * Read by hand, because the domain has no URL parser and a parser would forgive what must be refused.
 */
export function isOrganizationUrl(url: string): boolean {
  const services =
    /^https:\/\/dev\.azure\.com\/([^/]+)\/?$/.exec(url) ?? /^https:\/\/([^./]+)\.visualstudio\.com\/?$/.exec(url);
  if (services !== null) return isOrganizationName(services[1] ?? '');
  const loopback = /^https?:\/\/(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::(\d{1,5}))?(?:\/([^/]+))?\/?$/.exec(url);
  if (loopback === null) return false;
  const [, port, name] = loopback;
  return (port === undefined || isPort(Number(port))) && (name === undefined || isOrganizationName(name));
}

/** Without the closing slash, so that two spellings of one organisation are equal. */
export function normalOrganizationUrl(url: string): string {
  return url.endsWith('/') ? url.slice(0, -1) : url;
}

function isPort(port: number): boolean {
  return port >= 1 && port <= 65535;
}

/** Punycode is refused: a name that looks like another one is how tokens are fished. */
function isOrganizationName(name: string): boolean {
  return /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,48}[A-Za-z0-9])?$/.test(name) && !/^xn--/i.test(name);
}
