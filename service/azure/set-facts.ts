// A scale set with everything that may act on it: its model, Azure's autoscale settings, locks, quota and size. What Azure
// refuses to tell says so in its part, so that a check never takes it for good.
import type { Grant } from '../domain/right-check.ts';
import {
  known,
  notKnown,
  type AutoscaleFacts,
  type Known,
  type LockFacts,
  type SetFacts,
  type SetSizeFacts,
  type UsageFacts,
} from '../domain/set-facts.ts';
import { CloudError } from '../problem.ts';
import { foundToChange, list, listOrNull } from './ask.ts';
import type { CallContext } from './plain-call.ts';
import { readScaleSetId } from './endpoint.ts';
import { readPolicies } from './policies.ts';
import { numberIn, sizeNamed, sizesIn } from './sizes.ts';
import { sizeFacts } from './translate-size.ts';
import { readLiveScaleSet } from './translate.ts';
import { setModelOf } from './set-model.ts';

/** The newest that each provider had when its shape was written down. */
const versions = {
  compute: '2026-04-01',
  autoscale: '2022-10-01',
  locks: '2016-09-01',
  permissions: '2022-04-01',
} as const;

/** `laneResourceGroup`: where scale sets are made after this one, which itself is never written then. */
export async function readSet(
  context: CallContext,
  scaleSetId: string,
  laneResourceGroup: string | null = null,
): Promise<SetFacts> {
  readScaleSetId(scaleSetId);
  const answer = await foundToChange(context, scaleSetId, versions.compute, { $expand: 'userData' });
  if (answer === null) throw new CloudError('notFound', 'readSet', 'The scale set is not there.');
  const { fields: raw, etag } = answer;
  const scaleSet = { ...readLiveScaleSet(raw.raw(), 'scaleSet'), etag };
  const subscription = scaleSetId.split('/').slice(0, 3).join('/');
  const region = scaleSet.location.toLowerCase().replaceAll(' ', '');
  const [autoscale, locks, policies, usages, size] = await Promise.all([
    part(async () => (await listAutoscale(context, subscription)).filter((one) => isSameId(one.targetId, scaleSetId))),
    part(() => locksOf(context, subscription)),
    part(() => readPolicies(context, raw, scaleSetId, laneResourceGroup)),
    part(() => usagesOf(context, subscription, region)),
    sizeOf(context, subscription, region, scaleSet.sku.name),
  ]);
  return { scaleSet, model: setModelOf(raw), autoscale, locks, policies, usages, size };
}

export function readGrants(context: CallContext, scope: string): Promise<Known<readonly Grant[]>> {
  return part(async () => {
    const path = `${scope}/providers/Microsoft.Authorization/permissions`;
    const rows = await listOrNull(context, path, versions.permissions);
    if (rows === null) throw new CloudError('notFound', 'readGrants', 'There is nothing at this place.');
    return rows.map((row) => ({ actions: row.texts('actions') ?? [], notActions: row.texts('notActions') ?? [] }));
  });
}

/** `oid` of the token, which is Azure's own and only shown to people: it is not verified. */
export async function readIdentity({ tokens, scope }: CallContext): Promise<string | null> {
  const [, payload = ''] = (await tokens.token(scope)).split('.');
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    if (typeof claims !== 'object' || claims === null || !('oid' in claims)) return null;
    return typeof claims.oid === 'string' && /^[0-9a-f-]{36}$/i.test(claims.oid) ? claims.oid : null;
  } catch {
    // Not a JWT: its owner knows who he is, we do not.
    return null;
  }
}

/** A refusal, or no answer, is a part that is not known. */
async function part<T>(read: () => Promise<T>): Promise<Known<T>> {
  try {
    return known(await read());
  } catch (error) {
    // Its first word is our own name of the call.
    if (error instanceof CloudError) return notKnown(error.message.replace(/^\w+: /, ''));
    throw error;
  }
}

/** A setting may stand in any resource group. */
export async function listAutoscale(context: CallContext, subscription: string): Promise<readonly AutoscaleFacts[]> {
  const path = `${subscription}/providers/Microsoft.Insights/autoscaleSettings`;
  const rows = await list(context, path, versions.autoscale);
  return rows.map((row) => {
    const id = row.requiredText('id');
    const properties = row.object('properties');
    return {
      id,
      targetId: properties?.text('targetResourceUri') ?? '',
      name: row.text('name') ?? id.slice(id.lastIndexOf('/') + 1),
      resourceGroup: /\/resourceGroups\/([^/]+)/i.exec(id)?.[1] ?? '',
      isEnabled: properties?.flag('enabled') ?? false,
    };
  });
}

/** One list of the whole subscription: a lock above the scale set counts as much as its own. */
async function locksOf(context: CallContext, subscription: string): Promise<readonly LockFacts[]> {
  const rows = await list(context, `${subscription}/providers/Microsoft.Authorization/locks`, versions.locks);
  return rows.flatMap((row) => {
    const id = row.requiredText('id');
    const level = row.object('properties')?.text('level')?.toLowerCase();
    const at = id.toLowerCase().lastIndexOf('/providers/microsoft.authorization/locks/');
    if (at < 0 || (level !== 'readonly' && level !== 'cannotdelete')) return [];
    return [
      {
        id,
        name: row.text('name') ?? id.slice(id.lastIndexOf('/') + 1),
        level: level === 'readonly' ? ('readOnly' as const) : ('cannotDelete' as const),
        scope: id.slice(0, at),
        notes: row.object('properties')?.text('notes') ?? null,
      },
    ];
  });
}

async function usagesOf(context: CallContext, subscription: string, region: string): Promise<readonly UsageFacts[]> {
  const path = `${subscription}/providers/Microsoft.Compute/locations/${region}/usages`;
  return (await list(context, path, versions.compute)).map((row) => ({
    name: row.object('name')?.text('value') ?? '',
    words: row.object('name')?.text('localizedValue') ?? row.object('name')?.text('value') ?? '',
    used: row.requiredNumber('currentValue'),
    limit: row.requiredNumber('limit'),
  }));
}

async function sizeOf(
  context: CallContext,
  subscription: string,
  region: string,
  name: string,
): Promise<Known<SetSizeFacts>> {
  const read = await part(() => sizesIn(context, subscription, region));
  if (read.value === null) return read;
  const size = sizeNamed(read.value, name);
  if (size === null) return notKnown(`Azure does not list it in ${region}.`);
  return known({ ...sizeFacts(size, region), cores: numberIn(size, 'vCPUs'), family: size.text('family') });
}

function isSameId(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
