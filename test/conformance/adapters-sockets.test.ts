// Both adapters over real sockets on loopback: the production `Send`, http and https as the sandbox speaks them, and the same
// emulators that the in-memory tests use.
import { afterEach, describe, expect, it } from '@jest/globals';
import { createAzureEmulator, sandboxSubscription, sandboxTenant } from '../../sandbox/azure/emulator.ts';
import type { Emulator } from '../../sandbox/http-message.ts';
import { type Certificate, selfSignedCertificate } from '../../sandbox/certificate.ts';
import { type RunningServer, serveRequests } from '../../sandbox/serve.ts';
import { createAzure } from '../../service/azure/client.ts';
import { credentialFor } from '../../service/azure/credential.ts';
import { createAzureDevOps } from '../../service/azure-devops/client.ts';
import type { AzurePort, Send } from '../../service/ports.ts';
import { createSend } from '../../service/send.ts';
import { deadlineIn, wallClock, wallRandom } from '../../service/wall.ts';
import { drawn, keyPair, scene } from '../sandbox/azure-devops/organization.ts';

const world = { send: createSend(), clock: wallClock, wallClock, random: wallRandom, deadline: deadlineIn };
let server: RunningServer | null = null;

afterEach(async () => {
  await server?.close();
  server = null;
});

async function serve(emulator: Emulator, tls?: Certificate): Promise<string> {
  server = await serveRequests((request) => emulator.handle(request), {
    port: 0,
    ...(tls === undefined ? {} : { tls }),
  });
  return server.url;
}

describe('over sockets', () => {
  it('an instance is asked for, listed, reimaged and deleted', async () => {
    const emulator = createAzureEmulator({ now: 0, random: drawn(11) });
    const endpoint = await serve(emulator);
    const credential = {
      getToken: () => Promise.resolve({ token: 'any', expiresOnTimestamp: Number.MAX_SAFE_INTEGER }),
    };
    let now = 0;
    const advance = (to: number): void => emulator.advance((now = to));
    const port = createAzure({
      ...world,
      clock: { ...wallClock, now: () => now, elapsed: () => now },
      credential,
      endpoint,
    });
    const id = await putScaleSet(endpoint);
    advance(600_000);
    const { operationUrl } = await port.setCapacity(await port.readScaleSet(id), 2);
    expect(operationUrl!.startsWith(endpoint)).toBe(true);
    await expect(port.followOperation(operationUrl!)).resolves.toEqual({ status: 'running' });
    advance(1_200_000);
    await expect(port.followOperation(operationUrl!)).resolves.toEqual({ status: 'succeeded' });
    const [first, second] = await port.listInstances(id);
    await port.reimageInstance(id, first!.instanceId);
    advance(1_800_000);
    await port.deleteInstances(id, [second!.instanceId]);
    advance(2_400_000);
    expect(await port.listInstances(id)).toEqual([first]);
  });

  it('a client signs in by its secret over https, trusted by the certificate that it was given and by no other', async () => {
    const emulator = createAzureEmulator({ now: Date.now(), random: drawn(12), strictTokens: true });
    const tls = await selfSignedCertificate();
    const endpoint = await serve(emulator, tls);
    const identity = { kind: 'clientSecret', tenantId: sandboxTenant, clientId: 'weir', clientSecret: 'any' } as const;
    const connect = (send: Send): AzurePort =>
      createAzure({ ...world, send, endpoint, credential: credentialFor(identity, { send, authorityHost: endpoint }) });
    const nothing = `/subscriptions/${sandboxSubscription}/resourceGroups/g/providers/Microsoft.Compute/virtualMachineScaleSets/a`;
    const trusting = connect(createSend({ certificateAuthority: tls.cert }));
    await expect(trusting.readScaleSet(nothing)).rejects.toMatchObject({ kind: 'notFound', status: 404 });
    const distrusting = connect(createSend());
    await expect(distrusting.reimageInstance(nothing, '0')).rejects.toMatchObject({
      kind: 'unavailable',
      operation: 'getToken',
    });
  });

  it('an agent is registered, listed and deleted, and a redirect is never followed', async () => {
    const on = scene({ strictTokens: true, tokens: { good: { name: 'Weir', rights: 63 } } });
    const organization = new URL(`${await serve(on.emulator)}/fabrikam`);
    const port = createAzureDevOps({ ...world, organization, authorization: () => Promise.resolve('Bearer good') });
    const { publicKey } = keyPair();
    const { agentId } = await port.registerAgent(on.poolId, {
      name: 'ä',
      version: '5.278.0',
      osDescription: 'Linux',
      systemCapabilities: { ü: 'ö' },
      publicKey,
    });
    expect(await port.listAgents(on.poolId)).toEqual([
      expect.objectContaining({ agentId, name: 'ä', systemCapabilities: { ü: 'ö' } }),
    ]);
    const stranger = createAzureDevOps({
      ...world,
      organization,
      authorization: () => Promise.resolve('Bearer forged'),
    });
    await expect(stranger.listAgents(on.poolId)).rejects.toMatchObject({ kind: 'denied' });
    await expect(port.deleteAgent(on.poolId, agentId)).resolves.toBe('deleted');
  });

  it('a cloud that is not there is unavailable after three looks, and a write is not tried twice', async () => {
    const organization = new URL(`${await serve(scene().emulator)}/fabrikam`);
    await server!.close();
    server = null;
    const slept: number[] = [];
    const clock = { now: () => 0, sleep: (ms: number): Promise<void> => Promise.resolve(void slept.push(ms)) };
    const port = createAzureDevOps({
      ...world,
      clock,
      organization,
      authorization: () => Promise.resolve('Bearer any'),
    });
    await expect(port.listAgents(1)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(slept).toHaveLength(2);
    await expect(port.deleteAgent(1, 1)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(slept).toHaveLength(2);
  });
});

async function putScaleSet(endpoint: string): Promise<string> {
  const group = `/subscriptions/${sandboxSubscription}/resourceGroups/weir`;
  const id = `${group}/providers/Microsoft.Compute/virtualMachineScaleSets/agents`;
  const subnet = { id: `${group}/providers/Microsoft.Network/virtualNetworks/v/subnets/s` };
  const nic = {
    name: 'nic',
    properties: { primary: true, ipConfigurations: [{ name: 'ip', properties: { subnet } }] },
  };
  const virtualMachineProfile = {
    osProfile: { computerNamePrefix: 'agents', adminUsername: 'weir', adminPassword: 'only-in-the-sandbox-1' },
    storageProfile: {
      imageReference: { publisher: 'Canonical', offer: 'ubuntu-24_04-lts', sku: 'server', version: 'latest' },
      osDisk: { createOption: 'FromImage' },
    },
    networkProfile: { networkInterfaceConfigurations: [nic] },
  };
  const sku = { name: 'Standard_D2s_v3', tier: 'Standard', capacity: 0 };
  const properties = {
    orchestrationMode: 'Uniform',
    overprovision: false,
    upgradePolicy: { mode: 'Manual' },
    virtualMachineProfile,
  };
  for (const [path, body] of [
    [group, { location: 'westeurope' }],
    [id, { location: 'westeurope', sku, properties }],
  ] as const) {
    const headers = { authorization: 'Bearer any', 'content-type': 'application/json' };
    const url = `${endpoint}${path}?api-version=2024-03-01`;
    const answer = await world.send({ method: 'PUT', url, headers, body: JSON.stringify(body) });
    if (answer.status >= 300) throw new Error(`PUT ${path}: ${answer.status} ${answer.body}`);
  }
  return id;
}
