// A pool with several images in the world: the real service on both emulators in virtual time, with what was seen of it.
import type { AzureEvent } from '../../sandbox/azure/emulator.ts';
import type { MachineEvent } from '../../sandbox/machine/machine-event.ts';
import type { Arrival } from '../../sandbox/workload/arrivals.ts';
import { createWorld, type WorldOptions } from '../../sandbox/world/world.ts';
import { createMemoryStore } from '../../service/store/memory-store.ts';
import { now0 } from '../builders.ts';
import { fixedKeys } from './fixed-keys.ts';

export const subscription = '/subscriptions/00000000-0000-0000-0000-000000000001';
export const lanesGroup = `${subscription}/resourceGroups/weir-agents-lanes`;
export const galleryImage = `${subscription}/resourceGroups/weir-agents/providers/Microsoft.Compute/galleries/gold/images/linux`;

export const ubuntu = {
  aliases: ['ubuntu-22.04'],
  source: { publisher: 'Canonical', offer: '0001-com-ubuntu-server-jammy', sku: '22_04-lts-gen2' },
};
/** Sold under a plan, whose terms somebody has to accept. */
export const alma = {
  aliases: ['alma'],
  source: { publisher: 'almalinux', offer: 'almalinux-x86_64', sku: '9-gen2' },
};
export const windows = {
  aliases: ['windows-2022'],
  source: { publisher: 'MicrosoftWindowsServer', offer: 'WindowsServer', sku: '2022-datacenter-g2' },
  osType: 'windows',
  size: 'Standard_D4s_v3',
};

export type LaneWorld = Awaited<ReturnType<typeof laneWorld>>;

export async function laneWorld(
  settings: Record<string, unknown>,
  arrivals: readonly Arrival[],
  options: Partial<WorldOptions> = {},
) {
  const azure: AzureEvent[] = [];
  const machines: MachineEvent[] = [];
  const lines: string[] = [];
  const world = await createWorld({
    seed: 11,
    startAt: now0,
    store: (now) => createMemoryStore({ now }),
    settings: { maxCapacity: 4, desiredIdle: 0, timeToLiveMinutes: 5, laneResourceGroup: lanesGroup, ...settings },
    arrivals,
    generateKeys: await fixedKeys(),
    onAzureEvent: (event) => azure.push(event),
    onMachineEvent: (event) => machines.push(event),
    line: (level, words) => lines.push(`${level} ${words}`),
    ...options,
  });
  const started = () => machines.flatMap((event) => (event.kind === 'jobStarted' ? [event] : []));
  return {
    ...{ world, azure, machines, lines, started },
    finished: () => machines.filter((event) => event.kind === 'jobFinished').length,
    /** Names of the scale sets that were created in the group for lanes, in order. */
    laneNames: () =>
      azure.flatMap((event) =>
        event.kind === 'scaleSetCreated' && event.scaleSet.includes('weir-agents-lanes')
          ? [event.scaleSet.split('/').at(-1)!]
          : [],
      ),
    async put(path: string, body: unknown): Promise<void> {
      const url = `https://management.azure.com${path}?api-version=2026-04-01`;
      const answer = await world.sendAsPerson({ method: 'PUT', url, headers: {}, body: JSON.stringify(body) });
      if (answer.status >= 300) throw new Error(`PUT ${path}: ${answer.status} ${answer.body}`);
    },
    async log(): Promise<readonly string[]> {
      const entries = await world.store.listLog('linux', 500, null);
      return entries
        .toReversed()
        .map((one) => `${(one.at - now0) / 1000} ${one.decision.kind} ${one.decision.reason.words} → ${one.outcome}`);
    },
  };
}

export function job(at: number, runId: number, ...demands: readonly string[]): Arrival {
  return {
    at,
    durationSeconds: 120,
    label: '',
    jobName: `job ${runId}`,
    definitionName: 'web',
    runName: 'run',
    runId,
    demands,
  };
}
