// The adapter of Azure over its emulator, with one scale set.
import {
  type AzureEmulator,
  createAzureEmulator,
  sandboxSubscription,
  sandboxTenant,
} from '../../sandbox/azure/emulator.ts';
import { createAzure } from '../../service/azure/client.ts';
import { credentialFor } from '../../service/azure/credential.ts';
import type { AzurePort, OperationStatus, Send } from '../../service/ports.ts';

export const start = Date.UTC(2026, 10, 2, 8);

const group = `/subscriptions/${sandboxSubscription}/resourceGroups/weir`;

export const id = `${group}/providers/Microsoft.Compute/virtualMachineScaleSets/agents`;

export const endpoint = 'https://management.azure.com';

interface Stage {
  readonly emulator: AzureEmulator;
  readonly port: AzurePort;
  readonly send: Send;
  readonly pass: (seconds: number) => void;
  /** Follows an operation to its end, a look every 10 s of virtual time. */
  readonly finish: (operationUrl: string | null) => Promise<OperationStatus>;
}

export async function stage(options: Partial<Parameters<typeof createAzureEmulator>[0]> = {}): Promise<Stage> {
  let now = start;
  let drawn = 1;
  const random = (): number => (drawn = (drawn * 48271) % 2147483647) / 2147483647;
  const emulator = createAzureEmulator({ now, random, strictTokens: true, ...options });
  const send: Send = (request) => Promise.resolve(emulator.handle(request));
  const clock = { now: () => now, sleep: (ms: number): Promise<void> => Promise.resolve(void (now += ms)) };
  const wallClock = { now: () => Date.now(), sleep: () => Promise.resolve() };
  const identity = {
    kind: 'clientSecret',
    tenantId: sandboxTenant,
    clientId: '00000000-0000-0000-0000-00000000c11e',
    clientSecret: 'any',
  } as const;
  const credential = credentialFor(identity, { send, authorityHost: 'https://login.sandbox' });
  const port = createAzure({ send, credential, clock, wallClock, random: { next: random } });
  const pass = (seconds: number): void => {
    now += seconds * 1000;
    emulator.advance(now);
  };
  const finish = async (operationUrl: string | null): Promise<OperationStatus> => {
    if (operationUrl === null) throw new Error('the emulator gave no operation URL');
    for (let look = 0; look < 100; look += 1) {
      const status = await port.followOperation(operationUrl);
      if (status.status !== 'running') return status;
      pass(10);
    }
    throw new Error('the operation never ends');
  };
  const made: Stage = { emulator, port, send, pass, finish };
  await putModel(made, credential);
  return made;
}

/** What the customer does before Weir comes: a resource group and an empty scale set, by the documents' own example. */
async function putModel(made: Stage, credential: ReturnType<typeof credentialFor>): Promise<void> {
  const token = (await credential.getToken(`${endpoint}/.default`))!.token;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const put = async (path: string, body: unknown): Promise<void> => {
    const answer = await made.send({
      method: 'PUT',
      url: `${endpoint}${path}?api-version=2024-03-01`,
      headers,
      body: JSON.stringify(body),
    });
    if (answer.status >= 300) throw new Error(`PUT ${path}: ${answer.status} ${answer.body}`);
  };
  await put(group, { location: 'westeurope' });
  await put(id, {
    location: 'westeurope',
    sku: { name: 'Standard_D2s_v3', tier: 'Standard', capacity: 0 },
    tags: { owner: 'build' },
    properties: {
      orchestrationMode: 'Uniform',
      overprovision: false,
      singlePlacementGroup: false,
      platformFaultDomainCount: 1,
      upgradePolicy: { mode: 'Manual' },
      virtualMachineProfile: {
        osProfile: {
          computerNamePrefix: 'agents',
          adminUsername: 'weir',
          adminPassword: 'only-in-the-sandbox-1',
          linuxConfiguration: {},
        },
        storageProfile: {
          imageReference: { publisher: 'Canonical', offer: 'ubuntu-24_04-lts', sku: 'server', version: 'latest' },
          osDisk: { createOption: 'FromImage', caching: 'ReadOnly', diffDiskSettings: { option: 'Local' } },
        },
        networkProfile: {
          networkInterfaceConfigurations: [
            {
              name: 'nic',
              properties: {
                primary: true,
                ipConfigurations: [
                  {
                    name: 'ip',
                    properties: { subnet: { id: `${group}/providers/Microsoft.Network/virtualNetworks/v/subnets/s` } },
                  },
                ],
              },
            },
          ],
        },
      },
    },
  });
  made.pass(60);
}
