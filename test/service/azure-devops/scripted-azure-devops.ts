// An adapter of Azure DevOps over a scripted `Send`.
import { createAzureDevOps } from '../../../service/azure-devops/client.ts';
import type { AzureDevOpsPort, HttpRequest } from '../../../service/ports.ts';
import { type Scripted, fakeSend, json } from '../fake-send.ts';

export interface Stage {
  readonly port: AzureDevOpsPort;
  readonly requests: HttpRequest[];
  readonly slept: number[];
  /** The instant of the clock; sleeping moves it. */
  now: number;
  /** Milliseconds by which somebody has set the clock back. */
  setBack: number;
}

export function azureDevOps(...script: readonly Scripted[]): Stage {
  const { send, requests } = fakeSend(...script);
  const slept: number[] = [];
  const stage: Stage = {
    requests,
    slept,
    now: 0,
    setBack: 0,
    port: createAzureDevOps({
      send,
      organization: new URL('https://dev.azure.com/fabrikam'),
      authorization: () => Promise.resolve('Bearer t'),
      clock: {
        now: () => stage.now - stage.setBack,
        elapsed: () => stage.now,
        sleep: (ms) => {
          slept.push(ms);
          stage.now += ms;
          return Promise.resolve();
        },
      },
      random: { next: () => 0.5 },
    }),
  };
  return stage;
}

export const list = (...value: unknown[]): unknown => ({ count: value.length, value });

export const exception = (status: number, typeKey: string, message = 'm'): Scripted =>
  json(status, { $id: '1', typeName: `T.${typeKey}, T`, typeKey, message, errorCode: 0, eventId: 3000 });

export const ask = (request: HttpRequest | undefined): string =>
  `${request?.method ?? ''} ${request?.url.replace('https://dev.azure.com/fabrikam/_apis/distributedtask/', '') ?? ''}`;
