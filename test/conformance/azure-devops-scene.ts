// The adapter of Azure DevOps over its emulator.
import { createAzureDevOps } from '../../service/azure-devops/client.ts';
import type { AzureDevOpsPort, Clock, Send } from '../../service/ports.ts';
import { type Scene, scene } from '../sandbox/azure-devops/organization.ts';

export const organization = new URL('https://dev.azure.com/fabrikam');

export interface Stage extends Scene {
  readonly port: AzureDevOpsPort;
  readonly send: Send;
  readonly clock: Clock;
  as(authorization: () => Promise<string>): AzureDevOpsPort;
}

export function stage(options: Parameters<typeof scene>[0] = {}): Stage {
  const on = scene(options);
  const send: Send = (request) => Promise.resolve(on.emulator.handle(request));
  const sleep = (ms: number): Promise<void> => {
    on.pass(ms);
    return Promise.resolve();
  };
  const clock: Clock = { now: () => on.now(), sleep };
  const as = (authorization: () => Promise<string>): AzureDevOpsPort =>
    createAzureDevOps({ send, organization, authorization, clock, random: { next: () => 0 } });
  return { ...on, send, clock, as, port: as(() => Promise.resolve('Bearer administrator')) };
}
