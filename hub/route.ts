// Where in the hub somebody is, as the hash of the host's address, so that every page can be linked to.

/** Pages of one pool. `overview` is the one that a link without any names. */
const poolTabs = [
  'overview',
  'jobs',
  'nodes',
  'images',
  'admission',
  'decisions',
  'whatif',
  'checks',
  'settings',
] as const;
export type PoolTab = (typeof poolTabs)[number];

export type Route =
  /** `filters` as the page writes them: `state=queued`. */
  | { readonly page: 'pools'; readonly filters?: string }
  /** Makes a pool; adopts one of Azure DevOps' own. */
  | { readonly page: 'new' }
  | { readonly page: 'adopt' }
  | { readonly page: 'delete'; readonly pool: string }
  /** Where the service stands. */
  | { readonly page: 'connect' }
  /** `item` is one thing on the tab, such as a report, or on the overview the time that is looked at. */
  | {
      readonly page: 'pool';
      readonly pool: string;
      readonly tab?: PoolTab;
      readonly item?: string;
      readonly filters?: string;
    };

export function readRoute(hash: string): Route {
  const [path = '', ...rest] = hash.replace(/^[#/]+/, '').split('?');
  const [page, name, tab, item] = path.split('/');
  if (page === 'connect' || page === 'new' || page === 'adopt') return { page };
  if (page === 'delete' && name !== undefined && name !== '') return { page, pool: decode(name) };
  const filters = rest.join('?');
  if (page !== 'pools') return { page: 'pools' };
  if (name === undefined || name === '') return { page, ...(filters === '' ? {} : { filters }) };
  const known = poolTabs.find((one) => one === tab);
  return {
    page: 'pool',
    pool: decode(name),
    ...(known === undefined || known === 'overview' ? {} : { tab: known }),
    ...(known === undefined || item === undefined || item === '' ? {} : { item: decode(item) }),
    ...(known === undefined || known === 'overview' || filters === '' ? {} : { filters }),
  };
}

export function writeRoute(route: Route): string {
  if (route.page === 'delete') return `/delete/${encodeURIComponent(route.pool)}`;
  const end = 'filters' in route && route.filters !== undefined ? `?${route.filters}` : '';
  if (route.page !== 'pool') return `/${route.page}${end}`;
  const { pool, tab = 'overview', item } = route;
  const parts = [
    pool,
    ...(tab === 'overview' && item === undefined ? [] : [tab]),
    ...(item === undefined ? [] : [item]),
  ];
  return `/pools/${parts.map(encodeURIComponent).join('/')}${end}`;
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    // A link that somebody typed by hand: the name as it stands leads to "no such pool", which says more than an error here.
    return name;
  }
}
