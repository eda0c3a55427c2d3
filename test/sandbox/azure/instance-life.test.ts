// One instance from creating to gone, with and without a machine inside, and how time moves it.
import { describe, expect, it } from '@jest/globals';
import type { Guest, GuestExtension, GuestIdentity } from '../../../sandbox/azure/guest.ts';
import { createBody, extension, instancesOf, setPath, settledSet, stateOf, testCloud } from './cloud.ts';
import type { InstanceAnswer, InstanceViewAnswer, TestCloud } from './cloud.ts';
import { steady } from './steady-life.ts';

/** A machine that notes what it is told; extensions end only when the test says so, unless it is told how they end. */
class Machine implements Guest {
  readonly log: string[] = [];
  readonly asked: GuestExtension[] = [];
  private readonly cloud: TestCloud;
  private readonly exitCodes: Record<string, number> | null;

  constructor(cloud: TestCloud, exitCodes: Record<string, number> | null = null) {
    this.cloud = cloud;
    this.exitCodes = exitCodes;
    cloud.azure.setGuest(this);
  }

  booted(guest: GuestIdentity, reason: string): void {
    this.log.push(`${guest.instanceId} booted ${reason}`);
  }

  runExtension(guest: GuestIdentity, one: GuestExtension): void {
    this.log.push(`${guest.instanceId} runs ${one.name}`);
    this.asked.push(one);
    if (this.exitCodes)
      this.cloud.azure.extensionFinished(guest.vmId, one.name, {
        exitCode: this.exitCodes[one.name] ?? 0,
        output: 'said',
      });
  }

  stopped(guest: GuestIdentity, reason: string): void {
    this.log.push(`${guest.instanceId} stopped ${reason}`);
  }
}

function only(cloud: TestCloud): InstanceAnswer & { view: InstanceViewAnswer } {
  const [instance] = instancesOf(cloud);
  return { ...instance!, view: instance!.properties.instanceView! };
}

function codes(cloud: TestCloud): string[] {
  return only(cloud).view.statuses.map((status) => status.code);
}

const twoExtensions = {
  extensionProfile: { extensions: [extension('agent', ['cse'], { type: 'Agent' }), extension('cse')] },
};

describe('an instance', () => {
  it('goes from creating over osProvisioning and its extensions to Succeeded, and its view says so', () => {
    const cloud = testCloud({ timings: steady });
    cloud.call('PUT', setPath, createBody({ capacity: 1, profile: twoExtensions }));
    const seen: [string[], string | undefined, string[]][] = [];
    for (const seconds of [1, 40, 35, 50, 60]) {
      cloud.advance(seconds);
      const { view } = only(cloud);
      seen.push([
        codes(cloud),
        view.vmAgent?.statuses[0]?.displayStatus,
        (view.extensions ?? []).map((one) => `${one.name} ${one.statuses[0]!.code}`),
      ]);
    }
    expect(seen).toEqual([
      [['ProvisioningState/creating', 'PowerState/starting'], undefined, []],
      [['ProvisioningState/creating/osProvisioningInProgress', 'PowerState/starting'], 'Not Ready', []],
      [
        ['ProvisioningState/creating/osProvisioningComplete', 'PowerState/running'],
        'Ready',
        ['cse ProvisioningState/transitioning'],
      ],
      [
        ['ProvisioningState/creating/osProvisioningComplete', 'PowerState/running'],
        'Ready',
        ['agent ProvisioningState/transitioning', 'cse ProvisioningState/succeeded'],
      ],
      [
        ['ProvisioningState/succeeded', 'PowerState/running'],
        'Ready',
        ['agent ProvisioningState/succeeded', 'cse ProvisioningState/succeeded'],
      ],
    ]);
    expect(only(cloud).view.extensions?.[1]?.type).toBe('Microsoft.Azure.Extensions.CustomScript');
  });

  it('names its set, its image with a version, and its computer by prefix and six base-36 digits', () => {
    const cloud = testCloud();
    const machine = new Machine(cloud);
    const seen: GuestIdentity[] = [];
    cloud.azure.setGuest({
      booted: (guest) => seen.push(guest),
      runExtension: () => undefined,
      stopped: () => undefined,
    });
    settledSet(cloud, 40);
    expect(machine.log).toEqual([]);
    for (const guest of seen) {
      expect(guest).toMatchObject({
        scaleSetName: 'pool',
        osType: 'linux',
        location: 'eastus',
        image: { version: '1.0.0', exactVersion: '1.0.0' },
      });
      expect(guest.computerName).toBe(`pool${Number(guest.instanceId).toString(36).toUpperCase().padStart(6, '0')}`);
      expect(cloud.call('GET', `${setPath}/virtualMachines/${guest.instanceId}`).json()).toMatchObject({
        properties: { vmId: guest.vmId, osProfile: { computerName: guest.computerName } },
      });
    }
    expect(new Set(seen.map((guest) => guest.vmId)).size).toBe(40);
  });

  it('gives its guest the protected settings that no answer shows', () => {
    const cloud = testCloud();
    const machine = new Machine(cloud, {});
    settledSet(cloud, 1, { profile: twoExtensions });
    expect(machine.asked.map((one) => [one.name, one.protectedSettings])).toEqual([
      ['cse', { commandToExecute: 'secret of cse' }],
      ['agent', { commandToExecute: 'secret of agent' }],
    ]);
  });

  it('fails when an extension fails: what comes after it does not run, other instances are fine', () => {
    const cloud = testCloud();
    const machine = new Machine(cloud);
    cloud.call('PUT', setPath, createBody({ capacity: 2, profile: twoExtensions }));
    cloud.advance(600);
    const [bad, good] = instancesOf(cloud);
    cloud.azure.extensionFinished(bad!.properties.vmId, 'cse', { exitCode: 127, output: 'no such file' });
    cloud.azure.extensionFinished(good!.properties.vmId, 'cse', { exitCode: 0, output: '' });
    cloud.advance(1);
    cloud.azure.extensionFinished(good!.properties.vmId, 'agent', { exitCode: 0, output: '' });
    cloud.advance(1);
    const [failed, fine] = instancesOf(cloud);
    expect([failed!.properties.provisioningState, fine!.properties.provisioningState, stateOf(cloud)]).toEqual([
      'Failed',
      'Succeeded',
      'Failed',
    ]);
    const view = failed!.properties.instanceView!;
    expect(view.statuses.map((status) => status.code)).toEqual([
      'ProvisioningState/failed/VMExtensionProvisioningError',
      'PowerState/running',
    ]);
    expect(view.extensions).toEqual([
      expect.objectContaining({
        name: 'cse',
        statuses: [
          expect.objectContaining({
            code: 'ProvisioningState/failed/0',
            level: 'Error',
            displayStatus: 'Provisioning failed',
            message: expect.stringContaining(
              'command terminated with exit status=127\n[stdout]\nno such file',
            ) as unknown,
          }),
        ],
      }),
    ]);
    expect(machine.log.filter((line) => line.endsWith('runs agent'))).toEqual([`${good!.instanceId} runs agent`]);
    expect(cloud.call('GET', `${setPath}/instanceView`).json()).toMatchObject({
      statuses: [{ code: 'ProvisioningState/failed/VMExtensionProvisioningError', level: 'Error' }],
      virtualMachine: {
        statusesSummary: expect.arrayContaining([{ code: 'PowerState/running', count: 2 }]) as unknown,
      },
      extensions: expect.arrayContaining([
        {
          name: 'cse',
          statusesSummary: expect.arrayContaining([{ code: 'ProvisioningState/failed/0', count: 1 }]) as unknown,
        },
      ]) as unknown,
    });
  });

  it('does not fail when the failing extension suppresses its failures', () => {
    const cloud = testCloud();
    const machine = new Machine(cloud, { cse: 3 });
    const extensions = [extension('cse', [], { suppressFailures: true }), extension('agent', ['cse'])];
    settledSet(cloud, 1, { profile: { extensionProfile: { extensions } } });
    expect([only(cloud).properties.provisioningState, machine.log.at(-1)]).toEqual(['Succeeded', '0 runs agent']);
  });

  it('fails when the time budget of its extensions runs out', () => {
    const cloud = testCloud({ timings: steady });
    new Machine(cloud);
    const extensionProfile = { extensions: [extension('cse')], extensionsTimeBudget: 'PT20M' };
    cloud.call('PUT', setPath, createBody({ capacity: 1, profile: { extensionProfile } }));
    cloud.advance(70 + 19 * 60);
    expect(only(cloud).properties.provisioningState).toBe('Creating');
    cloud.advance(90);
    expect(codes(cloud)[0]).toBe('ProvisioningState/failed/VMExtensionProvisioningTimeout');
  });

  it('runs what names no order anytime, and what names one always after it', () => {
    const orders = new Set<string>();
    for (let seed = 1; seed <= 30; seed += 1) {
      const cloud = testCloud({ seed });
      const machine = new Machine(cloud, {});
      const extensions = [extension('last', ['first']), extension('free'), extension('first')];
      settledSet(cloud, 1, { profile: { extensionProfile: { extensions } } });
      orders.add(machine.asked.map((one) => one.name).join(' '));
    }
    expect([...orders].sort()).toEqual(['first free last', 'first last free', 'free first last']);
  });

  it('runs its extensions again after a reimage, on the same vmId, and not after a restart', () => {
    const cloud = testCloud();
    const machine = new Machine(cloud, {});
    settledSet(cloud, 1, { profile: twoExtensions });
    const { vmId } = only(cloud).properties;
    machine.log.length = 0;
    cloud.call('POST', `${setPath}/restart`, { instanceIds: ['0'] });
    cloud.settle();
    expect(machine.log).toEqual(['0 stopped restart', '0 booted restart']);
    machine.log.length = 0;
    cloud.call('POST', `${setPath}/reimage`, { instanceIds: ['0'] });
    cloud.advance(1);
    expect([only(cloud).properties.provisioningState, stateOf(cloud)]).toEqual(['Updating', 'Succeeded']);
    cloud.settle();
    expect(machine.log).toEqual(['0 stopped reimage', '0 booted reimage', '0 runs cse', '0 runs agent']);
    expect(only(cloud).properties).toMatchObject({ vmId, provisioningState: 'Succeeded' });
    expect(cloud.events.slice(-2).map((event) => event.kind)).toEqual(['instanceReimaged', 'instanceOnline']);
  });

  it('is powered off, deallocated and started, and its power state follows', () => {
    const cloud = testCloud();
    const machine = new Machine(cloud, {});
    settledSet(cloud, 1, { profile: twoExtensions });
    machine.log.length = 0;
    const power: string[] = [];
    for (const action of ['poweroff', 'start', 'deallocate', 'start']) {
      cloud.call('POST', `${setPath}/${action}`, { instanceIds: ['0'] });
      power.push(codes(cloud)[1]!);
      cloud.settle();
      power.push(codes(cloud)[1]!);
    }
    expect(power).toEqual(
      ['stopping', 'stopped', 'starting', 'running', 'deallocating', 'deallocated', 'starting', 'running'].map(
        (word) => `PowerState/${word}`,
      ),
    );
    expect(machine.log).toEqual(['0 stopped poweroff', '0 booted start', '0 stopped deallocate', '0 booted start']);
  });

  it('boots again after it restarted by itself, without its extensions', () => {
    const cloud = testCloud();
    const machine = new Machine(cloud, {});
    settledSet(cloud, 1, { profile: twoExtensions });
    machine.log.length = 0;
    cloud.azure.rebootedItself(only(cloud).properties.vmId);
    cloud.settle();
    expect(machine.log).toEqual(['0 booted restart']);
    expect(only(cloud).properties.provisioningState).toBe('Succeeded');
  });

  it('that is deleted while it boots never comes up, and its late answers are ignored', () => {
    const cloud = testCloud({ timings: steady });
    const machine = new Machine(cloud);
    cloud.call('PUT', setPath, createBody({ capacity: 1, profile: twoExtensions }));
    cloud.advance(72);
    const { vmId } = only(cloud).properties;
    expect(cloud.call('POST', `${setPath}/delete`, { instanceIds: ['0'] }).status).toBe(202);
    cloud.azure.extensionFinished(vmId, 'cse', { exitCode: 0, output: '' });
    cloud.settle();
    cloud.azure.extensionFinished(vmId, 'cse', { exitCode: 0, output: '' });
    cloud.settle();
    expect(machine.log).toEqual(['0 booted create', '0 runs cse', '0 stopped delete']);
    expect(instancesOf(cloud)).toEqual([]);
  });

  it('that is reimaged does not listen to what its former life still says', () => {
    const cloud = testCloud();
    const machine = new Machine(cloud);
    cloud.call('PUT', setPath, createBody({ capacity: 1, profile: twoExtensions }));
    cloud.advance(600);
    const { vmId } = only(cloud).properties;
    cloud.azure.extensionFinished(vmId, 'cse', { exitCode: 1, output: '' });
    cloud.advance(1);
    cloud.call('POST', `${setPath}/reimage`, { instanceIds: ['0'] });
    cloud.azure.extensionFinished(vmId, 'cse', { exitCode: 0, output: '' });
    cloud.advance(600);
    expect(machine.log.slice(-2)).toEqual(['0 booted reimage', '0 runs cse']);
    expect(only(cloud).properties.provisioningState).toBe('Updating');
  });
});
