// Sizes of virtual machines as Azure lists them (azure-wire.md 2): looked up here alone.
import type { Fields } from '../wire.ts';
import { list } from './ask.ts';
import type { CallContext } from './plain-call.ts';

const apiVersion = '2021-07-01';

/**
 * The rows of all sizes of a region; empty where Azure knows none. The list of every region is long, so Azure filters it.
 * `subscription` is a path, `region` its plain name. Throws `CloudError`.
 */
export async function sizesIn(context: CallContext, subscription: string, region: string): Promise<readonly Fields[]> {
  const path = `${subscription}/providers/Microsoft.Compute/skus`;
  const rows = await list(context, path, apiVersion, { $filter: `location eq '${region}'` });
  return rows.filter((one) => one.text('resourceType') === 'virtualMachines');
}

export function sizeNamed(rows: readonly Fields[], name: string): Fields | null {
  return rows.find((one) => one.text('name')?.toLowerCase() === name.toLowerCase()) ?? null;
}

/** What a size can do, by Azure's name of it in any case; null where Azure does not say, or says no number. */
export function numberIn(size: Fields, capability: string): number | null {
  const value = Number(capabilitiesOf(size).get(capability.toLowerCase()) ?? Number.NaN);
  return Number.isFinite(value) ? value : null;
}

/** By their names in small letters. */
export function capabilitiesOf(size: Fields): ReadonlyMap<string, string | null> {
  return new Map(
    (size.objects('capabilities') ?? []).map((one) => [one.text('name')?.toLowerCase() ?? '', one.text('value')]),
  );
}
