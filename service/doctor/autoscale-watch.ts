// Azure's own autoscale as a reason to keep out of a scale set: its settings stand in no scale set, so one list of the
// subscription is read every few minutes, and what it names is added to the scale sets that passes read.
import type { ScaleSet } from '../domain/instance.ts';
import type { SetPort } from '../doctor-port.ts';
import type { AzurePort, Clock } from '../ports.ts';
import { CloudError } from '../problem.ts';

/** They change when a person changes them; a list that was refused is not asked for more often. */
const everyMs = 5 * 60_000;

export interface AutoscaleWatch {
  watched<T extends AzurePort & Partial<SetPort>>(azure: T): T;
  /** Somebody has just changed a setting: the next pass reads the list again. */
  forget(): void;
}

export function createAutoscaleWatch(clock: Pick<Clock, 'now'>): AutoscaleWatch {
  const kept = new Map<string, { readonly at: number; readonly names: Promise<Names> }>();
  const namesIn = async (azure: Partial<SetPort>, subscription: string): Promise<Names> => {
    const known = kept.get(subscription);
    if (known !== undefined && clock.now() - known.at < everyMs) return await known.names;
    const names = read(azure, subscription);
    kept.set(subscription, { at: clock.now(), names });
    return await names;
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

/** Where it cannot be read nothing is known, and the checks of the scale set say so. */
async function read(azure: Partial<SetPort>, subscription: string): Promise<Names> {
  try {
    const names = new Map<string, string[]>();
    for (const { targetId, name, isEnabled } of (await azure.listAutoscale?.(subscription)) ?? []) {
      if (!isEnabled) continue;
      const target = targetId.toLowerCase();
      names.set(target, [...(names.get(target) ?? []), name]);
    }
    return names;
  } catch (error) {
    if (error instanceof CloudError) return new Map();
    throw error;
  }
}
