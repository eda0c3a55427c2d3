// Azure's own autoscale as a reason to keep out of a scale set: its settings stand in no scale set, so one list of the
// subscription is read every few minutes, and what it names is added to the scale sets that passes read.
import type { ScaleSet } from '../domain/instance.ts';
import type { SetPort } from '../doctor-port.ts';
import type { AzurePort, Clock } from '../ports.ts';
import { CloudError } from '../problem.ts';
import { steadyNow } from '../steady.ts';

/** They change when a person changes them; a list that was refused is not asked for more often. */
const everyMs = 5 * 60_000;

export interface AutoscaleWatch {
  watched<T extends AzurePort & Partial<SetPort>>(azure: T): T;
  /** Somebody has just changed a setting: the next pass reads the list again. */
  forget(): void;
}

export function createAutoscaleWatch(clock: Pick<Clock, 'now' | 'elapsed'>): AutoscaleWatch {
  const kept = new Map<string, { readonly at: number; readonly names: Promise<Names> }>();
  const namesIn = async (azure: Partial<SetPort>, subscription: string): Promise<Names> => {
    const known = kept.get(subscription);
    if (known !== undefined && steadyNow(clock) - known.at < everyMs) return await known.names;
    const asked = { at: steadyNow(clock), names: readOr(azure, subscription, known?.names) };
    kept.set(subscription, asked);
    try {
      return await asked.names;
    } catch (error) {
      // What failed is asked for again by the next pass, and what was known before is not lost with it.
      if (kept.get(subscription) === asked) {
        if (known === undefined) kept.delete(subscription);
        else kept.set(subscription, known);
      }
      throw error;
    }
  };
  const marked = async (azure: Partial<SetPort>, scaleSet: ScaleSet): Promise<ScaleSet> => {
    const subscription = scaleSet.id.split('/').slice(0, 3).join('/').toLowerCase();
    const names = (await namesIn(azure, subscription)).get(scaleSet.id.toLowerCase());
    return names === undefined ? scaleSet : { ...scaleSet, autoscaledBy: names };
  };
  return {
    watched: (azure) => ({
      ...azure,
      readScaleSet: async (scaleSetId) => await marked(azure, await azure.readScaleSet(scaleSetId)),
      listScaleSets: async (group) => {
        const sets = await azure.listScaleSets(group);
        return await Promise.all(sets.map((one) => marked(azure, one)));
      },
    }),
    forget: () => kept.clear(),
  };
}

type Names = ReadonlyMap<string, readonly string[]>;

/**
 * What could not be read is not nothing: the former names stand on, and without any the scale set is unread like whatever
 * else is not known of it. Only whom Azure denies the list from the start works without it; the checks of the scale set
 * say so.
 */
async function readOr(azure: Partial<SetPort>, subscription: string, former?: Promise<Names>): Promise<Names> {
  try {
    return await read(azure, subscription);
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    if (former !== undefined) return await former;
    if (error.kind === 'denied') return new Map();
    throw error;
  }
}

async function read(azure: Partial<SetPort>, subscription: string): Promise<Names> {
  const names = new Map<string, string[]>();
  for (const { targetId, name, isEnabled } of (await azure.listAutoscale?.(subscription)) ?? []) {
    if (!isEnabled) continue;
    const target = targetId.toLowerCase();
    names.set(target, [...(names.get(target) ?? []), name]);
  }
  return names;
}
