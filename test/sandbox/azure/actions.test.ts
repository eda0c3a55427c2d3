// What is done to instances, extensions and protection, and what an eviction and the attested document look like.
import { describe, expect, it } from '@jest/globals';
import {
  capacityIn,
  errorOf,
  extension,
  instancesOf,
  profile,
  setPath,
  settledSet,
  testCloud,
  testImage,
} from './cloud.ts';

const { storageProfile } = profile() as { storageProfile: Record<string, unknown> };

const ephemeral = {
  storageProfile: {
    ...storageProfile,
    osDisk: { createOption: 'FromImage', caching: 'ReadOnly', diffDiskSettings: { option: 'Local' } },
  },
};

describe('an action on a set', () => {
  it.each(['reimage', 'reimageall', 'restart', 'poweroff', 'deallocate', 'start', 'redeploy'])(
    'without ids is done to all of its instances: %s',
    (action) => {
      for (const body of [undefined, {}, { instanceIds: [] }]) {
        const cloud = testCloud();
        settledSet(cloud, 3);
        expect(cloud.call('POST', `${setPath}/${action}`, body).status).toBe(202);
        expect(instancesOf(cloud).map((instance) => instance.properties.provisioningState)).toEqual([
          'Updating',
          'Updating',
          'Updating',
        ]);
      }
    },
  );

  it('without ids spares what is protected from the set, with ids it does not', () => {
    const cloud = testCloud();
    settledSet(cloud, 2);
    cloud.call('PUT', `${setPath}/virtualMachines/0`, {
      properties: { protectionPolicy: { protectFromScaleSetActions: true } },
    });
    cloud.settle();
    cloud.call('POST', `${setPath}/reimage`);
    const states = (): string[] => instancesOf(cloud).map((instance) => instance.properties.provisioningState);
    expect(states()).toEqual(['Succeeded', 'Updating']);
    cloud.settle();
    cloud.call('POST', `${setPath}/reimage`, { instanceIds: ['0'] });
    expect(states()).toEqual(['Updating', 'Succeeded']);
  });

  it.each(['delete', 'manualupgrade'])('that must name its instances refuses a body without ids: %s', (action) => {
    const cloud = testCloud();
    settledSet(cloud, 1);
    for (const body of [undefined, {}, { instanceIds: [] }]) {
      const answer = cloud.call('POST', `${setPath}/${action}`, body);
      expect([answer.status, errorOf(answer)]).toMatchObject([
        400,
        { code: 'InvalidParameter', target: 'instanceIds' },
      ]);
    }
    expect(instancesOf(cloud)).toHaveLength(1);
  });

  it.each(['delete', 'reimage', 'restart'])('with one unknown id is refused whole: %s', (action) => {
    const cloud = testCloud();
    settledSet(cloud, 2);
    const answer = cloud.call('POST', `${setPath}/${action}`, { instanceIds: ['0', '1181'] });
    expect([answer.status, errorOf(answer)]).toEqual([
      400,
      {
        code: 'InvalidParameter',
        message: 'The provided instanceId 1181 is not an active Virtual Machine Scale Set VM instanceId.',
        target: 'instanceIds',
      },
    ]);
    expect([capacityIn(cloud), ...instancesOf(cloud).map((instance) => instance.properties.provisioningState)]).toEqual(
      [2, 'Succeeded', 'Succeeded'],
    );
  });

  it.each([
    ['POST', `${setPath}/delete`, { instanceIds: ['*'] }],
    ['DELETE', `${setPath}/virtualmachines/%2A`, undefined],
    ['DELETE', `${setPath}/virtualmachines/*`, undefined],
  ])('reads * as all of them: %s %s', (method, path, body) => {
    const cloud = testCloud();
    settledSet(cloud, 3);
    expect(cloud.call(method, path, body).status).toBe(202);
    cloud.settle();
    expect([capacityIn(cloud), instancesOf(cloud)]).toEqual([0, []]);
  });

  it('on a single instance that is unknown is refused in the same words', () => {
    const cloud = testCloud();
    settledSet(cloud, 1);
    for (const [method, path] of [
      ['POST', `${setPath}/virtualMachines/9/reimage`],
      ['DELETE', `${setPath}/virtualMachines/9`],
    ] as const) {
      const answer = cloud.call(method, path);
      expect([answer.status, errorOf(answer).target]).toEqual([400, 'instanceIds']);
    }
    expect(cloud.call('GET', `${setPath}/virtualMachines/9`).status).toBe(404);
  });
});

describe('reimage and upgrade', () => {
  const newImage = {
    properties: { virtualMachineProfile: { storageProfile: { imageReference: { version: '2.0.0' } } } },
  };

  it('a reimage returns the same image; only manualupgrade moves to the model', () => {
    const cloud = testCloud({
      marketplace: [{ ...testImage, publisher: 'p', offer: 'o', sku: 's', versions: ['1.5.0', '2.0.0'] }],
    });
    settledSet(cloud, 1, {
      profile: {
        storageProfile: {
          ...storageProfile,
          imageReference: { publisher: 'p', offer: 'o', sku: 's', version: '1.5.0' },
        },
      },
    });
    cloud.call('PATCH', setPath, newImage);
    cloud.settle();
    const seen = (): unknown[] =>
      instancesOf(cloud).map(({ properties }) => [
        properties.storageProfile.imageReference.version,
        properties.latestModelApplied,
      ]);
    cloud.call('POST', `${setPath}/reimage`, { instanceIds: ['0'] });
    cloud.settle();
    expect(seen()).toEqual([['1.5.0', false]]);
    cloud.call('POST', `${setPath}/manualupgrade`, { instanceIds: ['0'] });
    cloud.settle();
    expect(seen()).toEqual([['2.0.0', true]]);
    expect(cloud.events.filter((event) => event.kind === 'instanceReimaged')).toHaveLength(2);
  });

  it('a reimage of an ephemeral disk moves to the model only when it is forced to', () => {
    const cloud = testCloud();
    settledSet(cloud, 1, { profile: ephemeral });
    cloud.azure.publishMarketplace({ ...testImage, versions: ['2.0.0'] });
    cloud.call('PATCH', setPath, newImage);
    cloud.settle();
    const version = (): unknown => instancesOf(cloud)[0]?.properties.storageProfile.imageReference.version;
    cloud.call('POST', `${setPath}/reimage`, { instanceIds: ['0'] });
    cloud.settle();
    expect(version()).toBe('1.0.0');
    cloud.call('POST', `${setPath}/virtualMachines/0/reimage`, { forceUpdateOSDiskForEphemeral: true });
    cloud.settle();
    expect(version()).toBe('2.0.0');
  });

  it('exactVersion in the body of a reimage picks the version', () => {
    const cloud = testCloud();
    settledSet(cloud, 1);
    cloud.call('POST', `${setPath}/reimage`, { instanceIds: ['0'], exactVersion: '0.9.0' });
    cloud.settle();
    expect(instancesOf(cloud)[0]?.properties.storageProfile.imageReference).toMatchObject({
      version: '0.9.0',
      exactVersion: '0.9.0',
    });
  });

  it('an upgrade that changes only extensions runs the new ones and keeps the machine', () => {
    const cloud = testCloud();
    settledSet(cloud, 1, { profile: { extensionProfile: { extensions: [extension('old')] } } });
    cloud.call('PUT', `${setPath}/extensions/new`, extension('new', ['old']));
    cloud.settle();
    const ran: string[] = [];
    cloud.azure.setGuest({
      booted: () => ran.push('boot'),
      stopped: () => ran.push('stop'),
      runExtension: (guest, one) => {
        ran.push(one.name);
        cloud.azure.extensionFinished(guest.vmId, one.name, { exitCode: 0, output: '' });
      },
    });
    cloud.call('POST', `${setPath}/manualupgrade`, { instanceIds: ['0'] });
    cloud.settle();
    expect(ran).toEqual(['new']);
    expect(instancesOf(cloud)[0]?.properties).toMatchObject({
      latestModelApplied: true,
      provisioningState: 'Succeeded',
    });
  });

  it('an ephemeral disk cannot be deallocated', () => {
    const cloud = testCloud();
    settledSet(cloud, 1, { profile: ephemeral });
    const answer = cloud.call('POST', `${setPath}/deallocate`);
    expect([answer.status, errorOf(answer).code]).toEqual([409, 'OperationNotAllowed']);
    expect(instancesOf(cloud)[0]?.properties.provisioningState).toBe('Succeeded');
  });
});

describe('protection', () => {
  it('is a PUT of the instance, a whole one too, and raises its etag', () => {
    const cloud = testCloud();
    settledSet(cloud, 1);
    const whole = cloud.call('GET', `${setPath}/virtualMachines/0`).json() as { properties: object };
    const body = { ...whole, properties: { ...whole.properties, protectionPolicy: { protectFromScaleIn: true } } };
    expect(cloud.call('PUT', `${setPath}/virtualMachines/0`, body, { 'if-match': '"1"' }).status).toBe(200);
    cloud.settle();
    expect(instancesOf(cloud)[0]).toMatchObject({
      etag: '"2"',
      properties: { provisioningState: 'Succeeded', protectionPolicy: { protectFromScaleIn: true } },
    });
    expect(cloud.call('PUT', `${setPath}/virtualMachines/0`, body, { 'if-match': '"1"' }).status).toBe(412);
    cloud.call('PUT', `${setPath}/virtualMachines/0`, { properties: { protectionPolicy: null } });
    expect(instancesOf(cloud)[0]?.properties).not.toHaveProperty('protectionPolicy');
  });

  it('from set actions implies protection from scale in, and saying otherwise is refused', () => {
    const cloud = testCloud();
    settledSet(cloud, 1);
    const put = (protectionPolicy: object): number =>
      cloud.call('PUT', `${setPath}/virtualMachines/0`, { properties: { protectionPolicy } }).status;
    expect(put({ protectFromScaleSetActions: true, protectFromScaleIn: false })).toBe(400);
    expect(put({ protectFromScaleSetActions: true })).toBe(200);
    expect(instancesOf(cloud)[0]?.properties.protectionPolicy).toEqual({
      protectFromScaleSetActions: true,
      protectFromScaleIn: true,
    });
  });
});
