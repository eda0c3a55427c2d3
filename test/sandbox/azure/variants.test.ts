// What is not known of Azure, one way and the other (docs/unverified.md 7 and 14).
import { describe, expect, it } from '@jest/globals';
import { createBody, setPath, testCloud, type TestCloud } from './cloud.ts';

const sku = (capacity: number) => ({ sku: { name: 'Standard_D2s_v5', capacity } });
const capacity = (cloud: TestCloud): number =>
  (cloud.call('GET', setPath).json() as { sku: { capacity: number } }).sku.capacity;

describe('the deletion of an instance', () => {
  it.each([
    ['whenAccepted', 1],
    ['whenGone', 2],
  ] as const)('lowers the capacity %s', (capacityFalls, meanwhile) => {
    const cloud = testCloud({ variants: { capacityFalls } });
    cloud.call('PUT', setPath, createBody({ capacity: 2 }));
    cloud.settle();
    const etag = cloud.call('GET', setPath).headers.etag;
    cloud.call('POST', `${setPath}/delete`, { instanceIds: ['0'] });
    expect(capacity(cloud)).toBe(meanwhile);
    cloud.settle();
    expect(capacity(cloud)).toBe(1);
    expect(cloud.call('GET', setPath).headers.etag).not.toBe(etag ?? 'none');
  });
});

describe('a write of the capacity while machines are being made', () => {
  it.each([
    ['taken', 200, 2],
    ['conflict', 409, 1],
  ] as const)('is %s', (writesDuringScaleOut, status, after) => {
    const cloud = testCloud({ variants: { writesDuringScaleOut } });
    cloud.call('PUT', setPath, createBody());
    cloud.settle();
    cloud.call('PATCH', setPath, sku(1));
    expect([cloud.call('PATCH', setPath, sku(2)).status, capacity(cloud)]).toEqual([status, after]);
    cloud.settle();
    expect(cloud.call('PATCH', setPath, sku(3)).status).toBe(200);
  });
});
