// The emulated scale set: what may be written to its model once it is there, and its ETags.
import { describe, expect, it } from '@jest/globals';
import {
  createBody,
  errorOf,
  extension,
  instancesOf,
  setPath,
  settledSet,
  stateOf,
  testCloud,
  testImage,
} from './cloud.ts';
import { networkProfile, storageProfile } from './profile-parts.ts';

describe('writing to a scale set', () => {
  it('merges a PUT of location and sku, and keeps everything else', () => {
    const cloud = testCloud();
    settledSet(cloud, 1, { tags: { pool: 'linux' } });
    const before = cloud.call('GET', setPath).json() as { properties: object };
    const answer = cloud.call('PUT', setPath, { location: 'eastus', sku: { name: 'Standard_D2s_v5', capacity: 2 } });
    expect([answer.status, (answer.json() as { sku: object }).sku]).toEqual([
      200,
      { name: 'Standard_D2s_v5', tier: 'Standard', capacity: 2 },
    ]);
    expect(answer.json()).toMatchObject({
      properties: {
        provisioningState: 'Updating',
        virtualMachineProfile: { storageProfile: { imageReference: { version: 'latest' } } },
      },
      tags: { pool: 'linux' },
    });
    cloud.settle();
    expect((cloud.call('GET', setPath).json() as { properties: object }).properties).toEqual(before.properties);
  });

  it('takes a whole GET back as a PUT without losing secrets or marking instances', () => {
    const cloud = testCloud();
    settledSet(cloud, 1, { profile: { extensionProfile: { extensions: [extension('cse')] } } });
    const whole = cloud.call('GET', setPath).json() as object;
    expect(cloud.call('PUT', setPath, { ...whole, tags: { changed: 'yes' } }).status).toBe(200);
    cloud.settle();
    expect(instancesOf(cloud)[0]?.properties.latestModelApplied).toBe(true);
    const state = JSON.stringify(cloud.azure.exportState());
    expect(state).toContain('not-a-real-password');
    expect(state).toContain('secret of cse');
  });

  it('replaces tags, and removes what is null', () => {
    const cloud = testCloud();
    settledSet(cloud, 0, { tags: { a: '1', b: '2' }, properties: { scaleInPolicy: { rules: ['OldestVM'] } } });
    const answer = cloud.call('PATCH', setPath, { tags: { b: '3' }, properties: { scaleInPolicy: null } }).json() as {
      tags: object;
      properties: object;
    };
    expect(answer.tags).toEqual({ b: '3' });
    expect(answer.properties).not.toHaveProperty('scaleInPolicy');
  });

  it('leaves instances behind a new model, and makes new ones from it', () => {
    const cloud = testCloud();
    settledSet(cloud, 1);
    cloud.azure.publishMarketplace({ ...testImage, versions: ['22.04.202601010'] });
    const image = { publisher: 'Canonical', offer: 'jammy', sku: '22_04-lts', version: '22.04.202601010' };
    cloud.call('PATCH', setPath, {
      sku: { capacity: 2 },
      properties: { virtualMachineProfile: { storageProfile: { imageReference: image } } },
    });
    cloud.settle();
    const seen = instancesOf(cloud).map(({ properties }) => [
      properties.latestModelApplied,
      properties.storageProfile.imageReference.exactVersion,
    ]);
    expect(seen).toEqual([
      [false, '1.0.0'],
      [true, '22.04.202601010'],
    ]);
  });

  it('marks every instance of an ephemeral set when any osDisk is sent', () => {
    const cloud = testCloud();
    const disk = { createOption: 'FromImage', caching: 'ReadOnly', diffDiskSettings: { option: 'Local' } };
    settledSet(cloud, 2, { profile: { storageProfile: { ...storageProfile, osDisk: disk } } });
    cloud.call('PATCH', setPath, { properties: { virtualMachineProfile: { storageProfile: { osDisk: {} } } } });
    cloud.settle();
    expect(instancesOf(cloud).map((instance) => instance.properties.latestModelApplied)).toEqual([false, false]);
  });

  it('brings instances to the model by itself under the Automatic policy', () => {
    const cloud = testCloud();
    settledSet(cloud, 1, { properties: { upgradePolicy: { mode: 'Automatic' } } });
    cloud.azure.publishMarketplace({ ...testImage, versions: ['9.9.9'] });
    cloud.call('PATCH', setPath, {
      properties: { virtualMachineProfile: { storageProfile: { imageReference: { version: '9.9.9' } } } },
    });
    cloud.settle();
    expect(instancesOf(cloud)[0]?.properties).toMatchObject({
      latestModelApplied: true,
      storageProfile: { imageReference: { version: '9.9.9' } },
    });
    expect(cloud.events.filter((event) => event.kind === 'instanceReimaged')).toHaveLength(1);
  });

  it.each([
    ['orchestrationMode', { platformFaultDomainCount: 5 }, 'platformFaultDomainCount'],
    ['singlePlacementGroup back to true', { singlePlacementGroup: true }, 'singlePlacementGroup'],
    ['priority', { virtualMachineProfile: { priority: 'Spot' } }, 'virtualMachineProfile.priority'],
  ])('refuses to change %s', (_what, properties, target) => {
    const cloud = testCloud();
    settledSet(cloud, 0);
    const answer = cloud.call('PATCH', setPath, { properties });
    expect([answer.status, errorOf(answer)]).toMatchObject([400, { code: 'PropertyChangeNotAllowed', target }]);
    expect(stateOf(cloud)).toBe('Succeeded');
  });

  it('refuses another location', () => {
    const cloud = testCloud();
    settledSet(cloud, 0);
    const answer = cloud.call('PUT', setPath, { ...createBody(), location: 'westus' });
    expect([answer.status, errorOf(answer).code]).toEqual([409, 'InvalidResourceLocation']);
  });

  it('takes the network profile as it is: a write cannot remove it', () => {
    const cloud = testCloud();
    settledSet(cloud, 0);
    expect(
      errorOf(cloud.call('PATCH', setPath, { properties: { virtualMachineProfile: { networkProfile: null } } })).target,
    ).toBe('networkProfile');
    expect(networkProfile).toBeDefined();
  });
});

describe('ETags', () => {
  it('rise with every write and stand in the body', () => {
    const cloud = testCloud();
    settledSet(cloud, 1);
    expect(cloud.call('GET', setPath).json()).toMatchObject({ etag: '"1"' });
    cloud.call('PATCH', setPath, { tags: {} });
    cloud.settle();
    cloud.call('POST', `${setPath}/delete`, { instanceIds: ['0'] });
    expect(cloud.call('GET', setPath).json()).toMatchObject({ etag: '"3"' });
  });

  it.each(['PUT', 'PATCH'])('stale on a %s answer 412 with the documented text, and nothing changes', (method) => {
    const cloud = testCloud();
    settledSet(cloud, 0);
    cloud.call('PATCH', setPath, { tags: {} });
    const body = { location: 'eastus', sku: { name: 'Standard_D2s_v5', capacity: 3 } };
    const answer = cloud.call(method, setPath, body, { 'if-match': '"1"' });
    expect([answer.status, errorOf(answer)]).toEqual([
      412,
      {
        code: 'PreconditionFailed',
        message: 'Etag provided in if-match header "1" does not match etag "2" of resource.',
      },
    ]);
    expect(cloud.call(method, setPath, body, { 'if-match': '"2"' }).status).toBe(200);
  });

  it('guard a create: If-None-Match * refuses what exists, If-Match * what does not', () => {
    const cloud = testCloud();
    expect(cloud.call('PUT', setPath, createBody(), { 'if-match': '*' }).status).toBe(412);
    expect(cloud.call('PUT', setPath, createBody(), { 'if-none-match': '*' }).status).toBe(201);
    expect(cloud.call('PUT', setPath, createBody(), { 'if-none-match': '*' }).status).toBe(412);
    expect(cloud.call('PUT', setPath, createBody(), { 'if-match': '*' }).status).toBe(200);
  });
});
