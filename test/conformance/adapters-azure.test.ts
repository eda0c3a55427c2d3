// The service's Azure adapter against the Azure emulator, in memory: two parts written from the same facts by different
// hands. Where they disagree, one of them has misread the facts.
import { describe, expect, it } from '@jest/globals';
import { type AzureEmulator, sandboxSubscription } from '../../sandbox/azure/emulator.ts';
import { createAzure } from '../../service/azure/client.ts';
import { start, id, endpoint, stage } from './azure-stage.ts';

describe('the Azure adapter and the Azure emulator', () => {
  it('agree on a scale set', async () => {
    const { port } = await stage();
    await expect(port.readScaleSet(id)).resolves.toMatchObject({
      name: 'agents',
      location: 'westeurope',
      capacity: 0,
      sku: { name: 'Standard_D2s_v3', tier: 'Standard' },
      etag: expect.stringMatching(/./),
      provisioningState: 'succeeded',
      orchestrationMode: 'uniform',
      osType: 'linux',
      isEphemeral: true,
      overprovision: false,
      upgradePolicyMode: 'Manual',
      singlePlacementGroup: false,
      tags: { owner: 'build' },
      image: { publisher: 'Canonical', offer: 'ubuntu-24_04-lts', sku: 'server', version: 'latest' },
    });
  });

  it('agree on scaling out: accepted, followed, and there', async () => {
    const { port, emulator, finish } = await stage();
    const { operationUrl } = await port.setCapacity(await port.readScaleSet(id), 3);
    await expect(port.followOperation(operationUrl!)).resolves.toEqual({ status: 'running' });
    expect(await port.readScaleSet(id)).toMatchObject({ capacity: 3, provisioningState: 'updating' });
    await expect(finish(operationUrl)).resolves.toEqual({ status: 'succeeded' });
    const instances = await port.listInstances(id);
    expect(instances).toHaveLength(3);
    const truth = emulator.instances();
    for (const instance of instances) {
      expect(instance).toMatchObject({
        scaleSetId: id,
        provisioningState: 'succeeded',
        powerState: 'running',
        failures: [],
        isLatestModelApplied: true,
      });
      const known = truth.find((machine) => machine.vmId === instance.vmId);
      expect(known).toMatchObject({ instanceId: instance.instanceId, computerName: instance.computerName });
      expect(instance.createdAt).toBe(known!.createdAt);
      await expect(port.readInstance(id, instance.instanceId)).resolves.toEqual(instance);
    }
  });

  it('agree that a stale picture writes nothing', async () => {
    const { port, finish } = await stage();
    const before = await port.readScaleSet(id);
    await finish((await port.setCapacity(before, 1)).operationUrl);
    await expect(port.setCapacity(before, 5)).rejects.toMatchObject({ kind: 'conflict', status: 412 });
    await expect(port.readScaleSet(id)).resolves.toMatchObject({ capacity: 1 });
  });

  it('agree on deleting by id: the capacity follows, what is gone is told, and the rest stays', async () => {
    const { port, finish } = await stage();
    await finish((await port.setCapacity(await port.readScaleSet(id), 3)).operationUrl);
    const [first, second, third] = await port.listInstances(id);
    const deleted = await port.deleteInstances(id, [first!.instanceId]);
    expect(deleted.absentInstanceIds).toEqual([]);
    await expect(finish(deleted.operationUrl)).resolves.toEqual({ status: 'succeeded' });
    await expect(port.readInstance(id, first!.instanceId)).resolves.toBeNull();
    await expect(port.readScaleSet(id)).resolves.toMatchObject({ capacity: 2 });
    const again = await port.deleteInstances(id, [first!.instanceId, second!.instanceId]);
    expect(again.absentInstanceIds).toEqual([first!.instanceId]);
    await finish(again.operationUrl);
    expect((await port.listInstances(id)).map((instance) => instance.vmId)).toEqual([third!.vmId]);
    await expect(port.deleteInstances(id, [second!.instanceId])).resolves.toEqual({
      operationUrl: null,
      absentInstanceIds: [second!.instanceId],
    });
  });

  it('agree that reimaging keeps the instance and touches no other', async () => {
    const { port, finish } = await stage();
    await finish((await port.setCapacity(await port.readScaleSet(id), 2)).operationUrl);
    const [first, other] = await port.listInstances(id);
    const { operationUrl } = await port.reimageInstance(id, first!.instanceId);
    await expect(port.readInstance(id, first!.instanceId)).resolves.toMatchObject({
      provisioningState: 'updating',
      vmId: first!.vmId,
    });
    await expect(port.readInstance(id, other!.instanceId)).resolves.toEqual(other);
    await expect(finish(operationUrl)).resolves.toEqual({ status: 'succeeded' });
    await expect(port.readInstance(id, first!.instanceId)).resolves.toMatchObject({
      provisioningState: 'succeeded',
      vmId: first!.vmId,
    });
    await expect(port.reimageInstance(id, '999')).rejects.toMatchObject({
      kind: expect.stringMatching(/notFound|invalid/),
    });
  });

  it('agree on an extension: it is in the model when its operation ends', async () => {
    const { port, finish } = await stage();
    const extension = {
      name: 'Agent',
      publisher: 'Microsoft.VisualStudio.Services',
      type: 'TeamServicesAgentLinux',
      typeHandlerVersion: '1.23',
      provisionAfterExtensions: [],
      settings: { isPipelinesAgent: true, agentFolder: '/agent' },
    };
    await expect(finish((await port.putExtension(id, extension)).operationUrl)).resolves.toEqual({
      status: 'succeeded',
    });
    expect((await port.readScaleSet(id)).extensions).toEqual([extension]);
  });

  it('agree on a list of many pages', async () => {
    const { port, finish } = await stage({ pageSize: 2 });
    await finish((await port.setCapacity(await port.readScaleSet(id), 5)).operationUrl);
    const instances = await port.listInstances(id);
    expect(new Set(instances.map((instance) => instance.vmId)).size).toBe(5);
  });

  it('agree on what quota is', async () => {
    const { port } = await stage({ coresLimit: 4 });
    await expect(port.setCapacity(await port.readScaleSet(id), 50)).rejects.toMatchObject({
      kind: 'outOfCapacity',
      code: 'OperationNotAllowed',
    });
  });

  it('agree on a failing extension: the instance says which and why, and the operation has failed', async () => {
    let host: AzureEmulator | null = null;
    const guest = {
      booted: () => undefined,
      stopped: () => undefined,
      runExtension: ({ vmId }: { vmId: string }, { name }: { name: string }): void =>
        host!.extensionFinished(vmId, name, { exitCode: 127, output: 'no such file' }),
    };
    const { emulator, port, finish } = await stage({ guest });
    host = emulator;
    const script = {
      name: 'Script',
      publisher: 'Microsoft.Azure.Extensions',
      type: 'CustomScript',
      typeHandlerVersion: '2.1',
      provisionAfterExtensions: [],
      settings: { commandToExecute: 'false' },
    };
    await finish((await port.putExtension(id, script)).operationUrl);
    const outcome = await finish((await port.setCapacity(await port.readScaleSet(id), 1)).operationUrl);
    expect(outcome).toMatchObject({ status: 'failed', code: 'VMExtensionProvisioningError', isOutOfCapacity: false });
    const [instance] = await port.listInstances(id);
    expect(instance!.provisioningState).toBe('failed');
    expect(instance!.failures).toContainEqual({
      source: 'Script',
      code: expect.stringMatching(/failed/),
      message: expect.stringContaining('no such file'),
    });
  });

  it('agree on what is not there', async () => {
    const { port } = await stage();
    const nothing = id.replace(/agents$/, 'nothing');
    await expect(port.readScaleSet(nothing)).rejects.toMatchObject({ kind: 'notFound' });
    await expect(port.listInstances(nothing)).rejects.toMatchObject({ kind: 'notFound' });
    await expect(port.deleteInstances(nothing, ['0'])).resolves.toEqual({
      operationUrl: null,
      absentInstanceIds: ['0'],
    });
    const forgotten = `${endpoint}/subscriptions/${sandboxSubscription}/providers/Microsoft.Compute/locations/westeurope/operations/00000000-0000-0000-0000-000000000000?api-version=2024-03-01`;
    await expect(port.followOperation(forgotten)).resolves.toEqual({ status: 'unknown' });
  });

  it('agree on being throttled', async () => {
    const throttled = {
      status: 429,
      headers: { 'content-type': 'application/json', 'retry-after': '17' },
      body: JSON.stringify({ code: 'OperationNotAllowed', message: 'too many requests' }),
    };
    let isThrottling = false;
    const { port } = await stage({ admit: () => (isThrottling ? throttled : null) });
    isThrottling = true;
    await expect(port.readScaleSet(id)).rejects.toMatchObject({ kind: 'throttled', retryAfterMs: 17_000 });
  });

  it('agree that a token of somebody else opens nothing', async () => {
    const { send } = await stage();
    const clock = { now: () => start, sleep: () => Promise.resolve() };
    const credential = { getToken: () => Promise.resolve({ token: 'forged', expiresOnTimestamp: start + 3_600_000 }) };
    const stranger = createAzure({ send, credential, clock, wallClock: clock, random: { next: () => 0 } });
    await expect(stranger.readScaleSet(id)).rejects.toMatchObject({ kind: 'denied', status: 401 });
  });
});
