// An adapter of Azure over a scripted `Send`, and one scale set as Azure tells it.
import { createAzure } from '../../../service/azure/client.ts';
import { translateScaleSet } from '../../../service/azure/translate.ts';
import type { ScaleSet } from '../../../service/domain/instance.ts';
import type { AzurePort } from '../../../service/ports.ts';
import { type Scripted, fakeSend } from '../fake-send.ts';

export const id = '/subscriptions/s1/resourceGroups/g1/providers/Microsoft.Compute/virtualMachineScaleSets/agents';

export const host = 'https://management.azure.com';

export const rawScaleSet = {
  id,
  name: 'agents',
  location: 'westeurope',
  etag: '"7"',
  sku: { name: 'Standard_D2s_v3', tier: 'Standard', capacity: 2 },
  properties: {},
};

export const scaleSet: ScaleSet = translateScaleSet(rawScaleSet, 'scaleSet');

export function azure(...script: readonly Scripted[]): {
  port: AzurePort;
  requests: ReturnType<typeof fakeSend>['requests'];
  slept: number[];
  tokens: { count: number };
} {
  const { send, requests } = fakeSend(...script);
  const slept: number[] = [];
  const tokens = { count: 0 };
  const clock = { now: () => 0, sleep: (ms: number): Promise<void> => (slept.push(ms), Promise.resolve()) };
  const credential = {
    getToken: (): Promise<{ token: string; expiresOnTimestamp: number }> => {
      tokens.count += 1;
      return Promise.resolve({ token: `t${tokens.count}`, expiresOnTimestamp: 3_600_000 });
    },
  };
  const port = createAzure({ send, credential, clock, wallClock: clock, random: { next: () => 0.5 } });
  return { port, requests, slept, tokens };
}

export const path = (url: string): string => new URL(url).pathname;
