// What must agree across weir.yaml: nothing is named twice, and every pool lies in an organisation and a subscription
// for which the file says who Weir is there.
import type { FieldReader } from '../domain/field-reader.ts';
import { laneGroupFault } from '../domain/lane-group.ts';
import { namedResources, subscriptionsIn } from '../domain/named-resources.ts';
import type { PoolSettings } from '../domain/pool.ts';

interface Named {
  readonly organizations: readonly { readonly url: string }[];
  readonly subscriptions: readonly { readonly id: string; readonly organizations: readonly string[] }[];
}

/** `pools` keeps its places: null stands where a pool is not whole. */
export function reportDisagreements(fields: FieldReader, named: Named, pools: readonly (PoolSettings | null)[]): void {
  const entries = pools.flatMap((pool, index) => (pool === null ? [] : [{ pool, path: `pools[${index}]` }]));
  reportTwins(
    fields,
    entries.map(({ pool, path }) => [`${path}.name`, pool.name.toLowerCase(), `pool "${pool.name}"`]),
  );
  reportTwins(
    fields,
    entries
      .filter(({ pool }) => pool.poolId !== 0)
      .map(({ pool, path }) => [
        `${path}.poolId`,
        `${pool.organization.toLowerCase()} ${pool.poolId}`,
        `agent pool ${pool.poolId} of ${pool.organization}`,
      ]),
  );
  reportTwins(
    fields,
    entries
      .filter(({ pool }) => pool.scaleSet !== '')
      .map(({ pool, path }) => [`${path}.scaleSet`, pool.scaleSet.toLowerCase(), `scale set ${pool.scaleSet}`]),
  );
  reportTwins(
    fields,
    named.organizations.map(({ url }, index) => [`organizations[${index}].url`, url.toLowerCase(), url]),
  );
  reportTwins(
    fields,
    named.subscriptions.map(({ id }, index) => [`subscriptions[${index}].id`, id, `subscription ${id}`]),
  );
  named.subscriptions.forEach(({ organizations }, index) =>
    reportUsers(fields, named, organizations, `subscriptions[${index}].organizations`),
  );
  for (const { pool, path } of entries) reportStrangers(fields, named, pool, path);
  for (const { pool, path } of entries) reportLaneGroup(fields, pool, path, entries);
}

/** No lane may lie in the resource group of any template: not the pool's own, and not another pool's. */
function reportLaneGroup(
  fields: FieldReader,
  pool: PoolSettings,
  path: string,
  entries: readonly { readonly pool: PoolSettings }[],
): void {
  const faults = entries.map((other) => laneGroupFault({ ...pool, scaleSet: other.pool.scaleSet }));
  const fault = laneGroupFault(pool) ?? faults.find((one) => one?.code === 'LANE_GROUP_TEMPLATE') ?? null;
  if (fault !== null) fields.report(`${path}.${fault.field}`, fault.code, fault.message, fault.nextStep);
}

/** Each entry: its field, what must be unique, and how people call it. */
function reportTwins(fields: FieldReader, entries: readonly (readonly [string, string, string])[]): void {
  const seen = new Map<string, string>();
  for (const [field, key, words] of entries) {
    const earlier = seen.get(key);
    if (earlier === undefined) seen.set(key, field);
    else fields.report(field, 'CONFIG_DUPLICATE', `The ${words} stands in ${earlier} already.`, 'Name it once.', true);
  }
}

/** A name that nobody has would silently shut the organisation out that was meant. */
function reportUsers(fields: FieldReader, named: Named, organizations: readonly string[], path: string): void {
  if (named.organizations.length === 0) return;
  organizations.forEach((url, index) => {
    if (named.organizations.some((one) => isSame(one.url, url))) return;
    const message = `${path}[${index}] is ${url}, which "organizations" does not name.`;
    fields.report(`${path}[${index}]`, 'ORGANIZATION_UNKNOWN', message, 'Write the address as it stands there.', true);
  });
}

function reportStrangers(fields: FieldReader, named: Named, pool: PoolSettings, path: string): void {
  const isKnown = named.organizations.some(({ url }) => isSame(url, pool.organization));
  if (pool.organization !== '' && named.organizations.length > 0 && !isKnown) {
    const message = `${path}.organization is ${pool.organization}, which "organizations" does not name.`;
    const nextStep = 'Add it there, with the identity that Weir has in it.';
    fields.report(`${path}.organization`, 'ORGANIZATION_UNKNOWN', message, nextStep, true);
  }
  reportSubscription(fields, named, pool, path);
  // Where the organisation or its subscriptions are not told, that is told already.
  if (!isKnown) return;
  for (const { field, id } of namedResources(pool)) reportForeign(fields, named, pool, `${path}.${field}`, id);
}

function reportSubscription(fields: FieldReader, named: Named, pool: PoolSettings, path: string): void {
  const id = /^\/subscriptions\/([^/]+)\//i.exec(pool.scaleSet)?.[1]?.toLowerCase();
  if (id === undefined || named.subscriptions.length === 0 || named.subscriptions.some((one) => one.id === id)) return;
  const message = `${path}.scaleSet lies in subscription ${id}, which "subscriptions" does not name.`;
  const nextStep = 'Add it there, with the identity that Weir has in it.';
  fields.report(`${path}.scaleSet`, 'SUBSCRIPTION_UNKNOWN', message, nextStep, true);
}

/** Machines of one organisation are made of nothing that lies in a subscription of another. */
function reportForeign(fields: FieldReader, named: Named, pool: PoolSettings, field: string, resource: string): void {
  const foreign = subscriptionsIn(resource).find((id) => {
    const users = named.subscriptions.find((one) => one.id === id)?.organizations ?? [];
    return users.length > 0 && !users.some((url) => isSame(url, pool.organization));
  });
  if (foreign === undefined) return;
  const message = `${field} lies in subscription ${foreign}, which ${pool.organization} may not use.`;
  const nextStep = `Add ${pool.organization} to "organizations" of that subscription, or name something of another one.`;
  fields.report(field, 'SUBSCRIPTION_OTHER_ORGANIZATION', message, nextStep, true);
}

function isSame(url: string, other: string): boolean {
  return url.toLowerCase() === other.toLowerCase();
}
