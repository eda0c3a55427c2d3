// Azure's limits in the emulator's own time, against the table of azure-wire.md 3.
import { describe, expect, it } from '@jest/globals';
import { createBody, group, setPath, testCloud, type Answer, type TestCloud } from './cloud.ts';

function throttled(polls: 'perOperation' | 'perTarget' = 'perTarget'): TestCloud {
  const cloud = testCloud({ throttling: { polls } });
  cloud.call('PUT', setPath, createBody());
  cloud.settle();
  cloud.advance(600);
  return cloud;
}

/** How often it may be asked until it is refused. */
function countUntilRefused(ask: () => Answer): { readonly taken: number; readonly refusal: Answer } {
  for (let taken = 0; taken < 1000; taken += 1) {
    const answer = ask();
    if (answer.status === 429) return { taken, refusal: answer };
  }
  throw new Error('It was never refused.');
}

describe('a scale set', () => {
  it.each([
    ['is updated', 'PATCH', setPath, { tags: { a: 'b' } }, 12, 4],
    ['is read', 'GET', setPath, undefined, 36, 12],
    ['has its instances listed', 'GET', `${setPath}/virtualMachines`, undefined, 30, 10],
    ['has its view read', 'GET', `${setPath}/instanceView`, undefined, 30, 10],
    ['has instances deleted', 'POST', `${setPath}/delete`, { instanceIds: ['99'] }, 12, 4],
    ['has a machine reimaged', 'POST', `${setPath}/virtualMachines/7/reimage`, undefined, 12, 4],
    ['has a machine read', 'GET', `${setPath}/virtualMachines/7`, undefined, 36, 12],
  ])(
    '%s by %s as often as the bucket holds, and then as fast as it refills',
    (_words, method, path, body, burst, perMinute) => {
      const cloud = throttled();
      const ask = () => cloud.call(method, path, body);
      const { taken, refusal } = countUntilRefused(ask);
      expect(taken).toBe(burst);
      const wait = Number(refusal.headers['retry-after']);
      expect(wait).toBe(Math.ceil(60 / perMinute));
      cloud.advance(wait);
      expect(ask().status).not.toBe(429);
      expect(ask().status).toBe(429);
    },
  );

  it('tells with every answer what is left, and takes nothing for what it refuses', () => {
    const cloud = throttled();
    const left = () => cloud.call('PATCH', setPath, { tags: {} }).headers['x-ms-ratelimit-remaining-resource'];
    expect(left()).toBe(
      'Microsoft.Compute/UpdateVMScaleSetResource;11,Microsoft.Compute/UpdateVMScaleSetSubscriptionMaximum;1499',
    );
    for (let count = 0; count < 30; count += 1) left();
    expect(left()).toBe(
      'Microsoft.Compute/UpdateVMScaleSetResource;0,Microsoft.Compute/UpdateVMScaleSetSubscriptionMaximum;1488',
    );
    expect(cloud.call('GET', setPath).headers['x-ms-request-charge']).toBe('1');
  });

  it('is refused with the bare body that Microsoft shows', () => {
    const cloud = throttled();
    const { refusal } = countUntilRefused(() => cloud.call('PATCH', setPath, { tags: {} }));
    const body = refusal.json() as { code: string; details: { code: string; target: string; message: string }[] };
    expect(body).toMatchObject({
      code: 'OperationNotAllowed',
      details: [{ code: 'TooManyRequests', target: 'UpdateVMScaleSetResource' }],
    });
    expect(JSON.parse(body.details[0]?.message ?? '')).toMatchObject({
      operationGroup: 'UpdateVMScaleSetResource',
      allowedRequestCount: 12,
    });
  });

  it('shares nothing with another set', () => {
    const cloud = throttled();
    countUntilRefused(() => cloud.call('GET', setPath));
    cloud.call('PUT', setPath.replace('/pool', '/other'), createBody());
    expect(cloud.call('GET', setPath.replace('/pool', '/other')).status).toBe(200);
  });
});

describe('the polls of operations', () => {
  const start = (cloud: TestCloud): string => {
    const answer = cloud.call('PATCH', setPath, { sku: { name: 'Standard_D2s_v5', capacity: 1 } });
    return answer.headers['azure-asyncoperation'] ?? '';
  };

  it.each([
    ['perTarget', 0],
    ['perOperation', 45],
  ] as const)('are counted %s', (polls, ofTheSecond) => {
    const cloud = throttled(polls);
    const [first, second] = [start(cloud), start(cloud)];
    expect(countUntilRefused(() => cloud.call('GET', first)).taken).toBe(45);
    expect(countUntilRefused(() => cloud.call('GET', second)).taken).toBe(ofTheSecond);
    cloud.advance(60);
    expect(countUntilRefused(() => cloud.call('GET', first)).taken).toBe(15);
  });
});

describe('the resource manager', () => {
  it('limits reads for each caller, whatever the resource, and refills them by the second', () => {
    const cloud = throttled();
    const ask = (client: string) => () =>
      cloud.call('GET', group, undefined, { authorization: `Bearer ${cloud.azure.tokenFor(client)}` });
    expect(countUntilRefused(ask('weir')).taken).toBe(250);
    expect(ask('person')().headers['x-ms-ratelimit-remaining-subscription-reads']).toBe('249');
    cloud.advance(2);
    expect(countUntilRefused(ask('weir')).taken).toBe(50);
  });
});

it('without the option there is no limit and no header', () => {
  const cloud = testCloud();
  cloud.call('PUT', setPath, createBody());
  for (let count = 0; count < 300; count += 1) expect(cloud.call('GET', setPath).status).toBe(200);
  expect(cloud.call('GET', setPath).headers['x-ms-ratelimit-remaining-resource']).toBeUndefined();
});
