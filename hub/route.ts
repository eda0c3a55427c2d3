// Where in the hub somebody is, as the hash of the host's address, so that every page can be linked to.

export type Route = { readonly page: 'pools' } | { readonly page: 'pool'; readonly pool: string };

export function readRoute(hash: string): Route {
  const [page, name] = hash.replace(/^[#/]+/, '').split('/');
  if (page !== 'pools' || name === undefined || name === '') return { page: 'pools' };
  return { page: 'pool', pool: decode(name) };
}

export function writeRoute(route: Route): string {
  return route.page === 'pools' ? '/pools' : `/pools/${encodeURIComponent(route.pool)}`;
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    // A link that somebody typed by hand: the name as it stands leads to "no such pool", which says more than an error here.
    return name;
  }
}
