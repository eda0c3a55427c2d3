// Long-running operations on the wire, deletions of whole sets, and resource groups.
import { describe, expect, it } from '@jest/globals';
import {
  capacityIn,
  createBody,
  errorOf,
  extension,
  group,
  instancesOf,
  setPath,
  settledSet,
  stateOf,
  testCloud,
} from './cloud.ts';
import type { Answer, TestCloud } from './cloud.ts';

interface Poll {
  readonly startTime: string;
  readonly endTime?: string;
  readonly status: string;
  readonly name: string;
  readonly error?: { readonly code: string; readonly message: string };
}

function poll(cloud: TestCloud, started: Answer): Poll {
  const answer = cloud.call('GET', started.headers['azure-asyncoperation']!);
  expect(answer.status).toBe(200);
  expect(answer.headers).not.toHaveProperty('retry-after');
  return answer.json() as Poll;
}

const failing = { runExtension: () => undefined, booted: () => undefined, stopped: () => undefined };

describe('a long-running operation', () => {
  it('has a URL of the recorded form, on the host that the client used', () => {
    const cloud = testCloud();
    settledSet(cloud, 1);
    const answer = cloud.call('POST', `${setPath}/reimage?api-version=2021-07-01`, { instanceIds: ['0'] });
    const form =
      /^https:\/\/azure\.test\/subscriptions\/[-0-9]{36}\/providers\/Microsoft\.Compute\/locations\/eastus\/operations\/[-0-9a-f]{36}\?p=[-0-9a-f]{36}(&monitor=true)?&api-version=2021-07-01$/;
    expect(answer.headers['azure-asyncoperation']).toMatch(form);
    expect(answer.headers.location).toMatch(form);
    expect(answer.headers.location).toContain('monitor=true');
  });

  it.each([
    ['PATCH', setPath, { sku: { capacity: 2 } }, 200, false],
    ['PUT', `${setPath}/extensions/cse`, extension('cse'), 201, false],
    [
      'PUT',
      `${setPath}/virtualMachines/0`,
      { properties: { protectionPolicy: { protectFromScaleIn: true } } },
      200,
      false,
    ],
    ['POST', `${setPath}/delete`, { instanceIds: ['0'] }, 202, true],
    ['POST', `${setPath}/restart`, undefined, 202, true],
    ['POST', `${setPath}/virtualMachines/0/reimage`, undefined, 202, true],
    ['DELETE', `${setPath}/virtualMachines/0`, undefined, 202, true],
    ['DELETE', setPath, undefined, 202, true],
  ])(
    'begun by %s %s answers with a body or with a Location, as recorded',
    (method, path, body, status, hasLocation) => {
      const cloud = testCloud();
      settledSet(cloud, 1);
      const answer = cloud.call(method, path, body);
      expect([answer.status, 'location' in answer.headers, answer.text === '']).toEqual([
        status,
        hasLocation,
        hasLocation,
      ]);
      expect(poll(cloud, answer)).toMatchObject({ status: 'InProgress' });
      cloud.settle();
      const done = poll(cloud, answer);
      expect(done).toMatchObject({ status: 'Succeeded', name: expect.stringMatching(/^[-0-9a-f]{36}$/) as unknown });
      expect(Date.parse(done.endTime!)).toBeGreaterThan(Date.parse(done.startTime));
    },
  );

  it('is watched at its Location: 202 while it runs, then 200 with an empty body', () => {
    const cloud = testCloud();
    settledSet(cloud, 1);
    const location = cloud.call('POST', `${setPath}/delete`, { instanceIds: ['0'] }).headers.location!;
    expect(cloud.call('GET', location)).toMatchObject({ status: 202, headers: { location } });
    cloud.settle();
    expect(cloud.call('GET', location)).toMatchObject({ status: 200, text: '' });
  });

  it('that fails is an HTTP 200 poll with status Failed and its error, and the Location answers the error', () => {
    const cloud = testCloud();
    cloud.azure.setGuest({
      ...failing,
      runExtension: (guest, one) =>
        cloud.azure.extensionFinished(guest.vmId, one.name, { exitCode: 127, output: 'not found' }),
    });
    const created = cloud.call(
      'PUT',
      setPath,
      createBody({ capacity: 1, profile: { extensionProfile: { extensions: [extension('cse')] } } }),
    );
    cloud.settle();
    expect(poll(cloud, created)).toMatchObject({
      status: 'Failed',
      error: {
        code: 'VMExtensionProvisioningError',
        message: expect.stringContaining(
          "VM has reported a failure when processing extension 'cse'. Error message:",
        ) as unknown,
      },
    });
    expect(stateOf(cloud)).toBe('Failed');
    const reimaged = cloud.call('POST', `${setPath}/reimage`, { instanceIds: ['0'] });
    cloud.settle();
    const monitored = cloud.call('GET', reimaged.headers.location!);
    expect([monitored.status, errorOf(monitored).code]).toEqual([409, 'VMExtensionProvisioningError']);
  });

  it('lists each failed instance when there are several', () => {
    const cloud = testCloud();
    cloud.azure.setGuest({
      ...failing,
      runExtension: (guest, one) => cloud.azure.extensionFinished(guest.vmId, one.name, { exitCode: 1, output: '' }),
    });
    const created = cloud.call(
      'PUT',
      setPath,
      createBody({ capacity: 2, profile: { extensionProfile: { extensions: [extension('cse')] } } }),
    );
    cloud.settle();
    const error = poll(cloud, created).error as unknown as { details: { target: string; code: string }[] };
    expect(error.details.map((detail) => detail.code)).toEqual([
      'VMExtensionProvisioningError',
      'VMExtensionProvisioningError',
    ]);
    expect(new Set(error.details.map((detail) => detail.target)).size).toBe(2);
  });

  it('that is unknown is 404', () => {
    const path = `${group.slice(0, group.indexOf('/resourceGroups'))}/providers/Microsoft.Compute/locations/eastus/operations/${'0'.repeat(8)}-0000-0000-0000-000000000000`;
    expect(testCloud().call('GET', path).status).toBe(404);
  });

  it('can be asked for during a day after it ended, then it is forgotten', () => {
    const cloud = testCloud();
    settledSet(cloud, 0);
    const first = cloud.call('PATCH', setPath, { tags: {} });
    cloud.settle();
    cloud.advance(23 * 3600);
    cloud.call('PATCH', setPath, { tags: {} });
    expect(poll(cloud, first).status).toBe('Succeeded');
    cloud.advance(2 * 3600);
    cloud.call('PATCH', setPath, { tags: {} });
    expect(cloud.call('GET', first.headers['azure-asyncoperation']!).status).toBe(404);
  });

  it('on the model is preempted by a newer one, which takes over what it waits for', () => {
    const cloud = testCloud();
    settledSet(cloud, 0);
    const first = cloud.call('PATCH', setPath, { sku: { capacity: 1 } });
    cloud.advance(5);
    const second = cloud.call('PATCH', setPath, { sku: { capacity: 2 } });
    expect(poll(cloud, first)).toMatchObject({ status: 'Failed', error: { code: 'OperationPreempted' } });
    cloud.advance(20);
    expect(poll(cloud, second).status).toBe('InProgress');
    cloud.settle();
    expect(poll(cloud, second).status).toBe('Succeeded');
    expect([capacityIn(cloud), instancesOf(cloud).length]).toEqual([2, 2]);
  });

  it('that deletes instances conflicts with another such one, and with nothing else', () => {
    const cloud = testCloud();
    settledSet(cloud, 3);
    const [a, b, c] = instancesOf(cloud).map((instance) => instance.instanceId);
    expect(cloud.call('POST', `${setPath}/delete`, { instanceIds: [a] }).status).toBe(202);
    const second = cloud.call('POST', `${setPath}/delete`, { instanceIds: [b] });
    expect([second.status, errorOf(second)]).toEqual([
      409,
      { code: 'Conflict', message: 'The request failed due to conflict with a concurrent request.' },
    ]);
    expect(cloud.call('DELETE', `${setPath}/virtualMachines/${b!}`).status).toBe(409);
    expect(cloud.call('POST', `${setPath}/reimage`, { instanceIds: [c] }).status).toBe(202);
    cloud.settle();
    expect(cloud.call('POST', `${setPath}/delete`, { instanceIds: [b] }).status).toBe(202);
  });

  it('on an instance that is already being worked on conflicts, unless it asks for the same: then it waits for it too', () => {
    const cloud = testCloud();
    settledSet(cloud, 2);
    const one = cloud.call('POST', `${setPath}/virtualMachines/0/reimage`);
    const all = cloud.call('POST', `${setPath}/reimage`);
    expect([one.status, all.status]).toEqual([202, 202]);
    expect(cloud.call('POST', `${setPath}/restart`, { instanceIds: ['0'] }).status).toBe(409);
    cloud.settle();
    expect([poll(cloud, one).status, poll(cloud, all).status]).toEqual(['Succeeded', 'Succeeded']);
    expect(cloud.events.filter((event) => event.kind === 'instanceReimaged')).toHaveLength(2);
  });
});

describe('deleting a scale set', () => {
  it('takes its instances with it, protected ones too, and refuses every other write meanwhile', () => {
    const cloud = testCloud();
    settledSet(cloud, 2);
    cloud.call('PUT', `${setPath}/virtualMachines/0`, {
      properties: { protectionPolicy: { protectFromScaleSetActions: true } },
    });
    cloud.settle();
    const deleted = cloud.call('DELETE', setPath);
    expect(deleted.status).toBe(202);
    expect(stateOf(cloud)).toBe('Deleting');
    for (const [method, path, body] of [
      ['PATCH', setPath, { sku: { capacity: 3 } }],
      ['POST', `${setPath}/delete`, { instanceIds: ['0'] }],
      ['POST', `${setPath}/reimage`, undefined],
      ['PUT', `${setPath}/extensions/cse`, extension('cse')],
    ] as const) {
      const refused = cloud.call(method, path, body);
      expect([path, refused.status, errorOf(refused).code]).toEqual([path, 409, 'OperationNotAllowed']);
      expect(errorOf(refused).message).toContain(
        "is not allowed on Virtual Machine Scale Set 'pool' since it is marked for deletion",
      );
    }
    cloud.settle();
    expect(poll(cloud, deleted).status).toBe('Succeeded');
    expect(cloud.call('GET', setPath).status).toBe(404);
    expect(cloud.call('DELETE', setPath).status).toBe(204);
    expect(cloud.azure.instances()).toEqual([]);
    expect(cloud.events.slice(-3).map((event) => event.kind)).toEqual([
      'instanceDeleted',
      'instanceDeleted',
      'scaleSetDeleted',
    ]);
  });
});

describe('a resource group', () => {
  it('is made, read, listed, tagged and checked for', () => {
    const cloud = testCloud();
    expect(cloud.call('PUT', `${group}2`, { location: 'West Europe', tags: { a: 'b' } })).toMatchObject({
      status: 201,
    });
    expect(cloud.call('PUT', `${group}2`, { location: 'westeurope' }).json()).toMatchObject({
      tags: { a: 'b' },
      properties: { provisioningState: 'Succeeded' },
    });
    expect(cloud.call('PUT', `${group}2`, { location: 'eastus' }).status).toBe(409);
    expect(cloud.call('PATCH', `${group}2`, { tags: { c: 'd' } }).json()).toMatchObject({ tags: { c: 'd' } });
    expect(
      (cloud.call('GET', group.slice(0, group.lastIndexOf('/'))).json() as { value: unknown[] }).value,
    ).toHaveLength(2);
    expect([cloud.call('HEAD', group).status, cloud.call('HEAD', `${group}3`).status]).toEqual([204, 404]);
    expect(cloud.call('PUT', `${group}3`, {}).status).toBe(400);
  });

  it('shows its resources, and the subscription all of them by group and type', () => {
    const cloud = testCloud();
    settledSet(cloud, 0);
    const subscription = group.slice(0, group.indexOf('/resourceGroups'));
    const names = (path: string): string[] =>
      (cloud.call('GET', path).json() as { value: { name: string }[] }).value.map((resource) => resource.name);
    expect(names(`${group}/resources`)).toEqual(['pool']);
    expect(names(`${subscription}/resources`)).toEqual(['pool']);
    expect(
      names(
        `${subscription}/resources?$filter=resourceGroup eq 'AGENTS' and resourceType eq 'Microsoft.Compute/virtualMachineScaleSets'`,
      ),
    ).toEqual(['pool']);
    expect(names(`${subscription}/resources?$filter=resourceGroup eq 'other'`)).toEqual([]);
    expect(cloud.call('GET', `${subscription}/resources?$filter=tagName eq 'a'`).status).toBe(501);
  });

  it('is deleted with everything in it, and is watched at a Location of its own', () => {
    const cloud = testCloud();
    settledSet(cloud, 2);
    const answer = cloud.call('DELETE', group);
    expect([answer.status, answer.headers.location]).toEqual([202, expect.stringContaining('/operationresults/')]);
    expect(cloud.call('GET', answer.headers.location!).status).toBe(202);
    expect(cloud.call('PUT', `${setPath}2`, createBody()).status).toBe(409);
    cloud.settle();
    expect(cloud.call('GET', answer.headers.location!)).toMatchObject({ status: 200, text: '' });
    expect(cloud.call('GET', group).status).toBe(404);
    expect(cloud.azure.instances()).toEqual([]);
  });
});
