// Following a long-running operation, one GET at a time.
import { describe, expect, it } from '@jest/globals';
import { createAzure } from '../../../service/azure/client.ts';
import type { OperationStatus } from '../../../service/ports.ts';
import { type Scripted, empty, fakeSend, html, json, reset } from '../fake-send.ts';

const url =
  'https://management.azure.com/subscriptions/s1/providers/Microsoft.Compute/locations/w/operations/o1?p=x&api-version=2026-04-01';

async function follow(answer: Scripted, operationUrl = url): Promise<OperationStatus> {
  const { send } = fakeSend(answer, answer, answer);
  const clock = { now: () => 0, sleep: () => Promise.resolve() };
  const credential = { getToken: () => Promise.resolve({ token: 't', expiresOnTimestamp: 3_600_000 }) };
  return createAzure({ send, credential, clock, wallClock: clock, random: { next: () => 0 } }).followOperation(
    operationUrl,
  );
}

const failed = (error: object): Scripted => json(200, { status: 'Failed', error });

describe('followOperation', () => {
  it.each([
    ['an operation in progress', json(200, { status: 'InProgress', name: 'o1' }), { status: 'running' }],
    ['a status that nobody told us of', json(200, { status: 'Accepted' }), { status: 'running' }],
    ['an operation that ended well', json(200, { status: 'Succeeded' }), { status: 'succeeded' }],
    ['a location that is not ready', empty(202), { status: 'running' }],
    ['a location that is ready, with nothing to say', empty(200), { status: 'succeeded' }],
    ['a location that answers 204', empty(204), { status: 'succeeded' }],
    [
      'a location that ends with the resource',
      json(200, { id: 'x', properties: { provisioningState: 'Succeeded' } }),
      { status: 'succeeded' },
    ],
    [
      'an operation that Azure has forgotten',
      json(404, { error: { code: 'NotFound', message: 'm' } }),
      { status: 'unknown' },
    ],
    ['an operation that is gone', empty(410), { status: 'unknown' }],
  ] as const)('reads %s', async (_, answer, expected) => {
    await expect(follow(answer)).resolves.toEqual(expected);
  });

  it('keeps the outer code of a failure, which the SDK drops, and tells the inner one in words', async () => {
    const error = {
      code: 'AllocationFailed',
      message: 'Allocation failed.',
      innererror: { code: 'InternalDetail', message: 'cluster 7' },
    };
    await expect(follow(failed(error))).resolves.toEqual({
      status: 'failed',
      code: 'AllocationFailed',
      message: 'Allocation failed. | InternalDetail: cluster 7',
      isOutOfCapacity: true,
    });
  });

  it.each([
    ['AllocationFailed', true],
    ['ZonalAllocationFailed', true],
    ['OverconstrainedAllocationRequest', true],
    ['OverconstrainedZonalAllocationRequest', true],
    ['SkuNotAvailable', true],
    ['VMExtensionProvisioningError', false],
    ['OperationPreempted', false],
    ['OperationNotAllowed', false],
  ])('%s is out of capacity: %s', async (code, isOutOfCapacity) => {
    await expect(follow(failed({ code, message: 'm' }))).resolves.toMatchObject({
      status: 'failed',
      code,
      isOutOfCapacity,
    });
  });

  it('finds a lack of capacity inside another error, and quota by its text', async () => {
    const nested = {
      code: 'ResourceDeploymentFailure',
      message: 'm',
      details: [{ code: 'OverconstrainedAllocationRequest', message: 'n' }],
    };
    await expect(follow(failed(nested))).resolves.toMatchObject({
      code: 'ResourceDeploymentFailure',
      isOutOfCapacity: true,
    });
    await expect(
      follow(failed({ code: 'OperationNotAllowed', message: 'exceeding approved Total Regional Cores quota' })),
    ).resolves.toMatchObject({ isOutOfCapacity: true });
  });

  it('says what it can of a failure without a reason, and of a cancellation', async () => {
    await expect(follow(json(200, { status: 'Failed' }))).resolves.toMatchObject({ status: 'failed', code: 'unknown' });
    await expect(follow(json(200, { status: 'Canceled' }))).resolves.toMatchObject({
      status: 'failed',
      code: 'Canceled',
    });
  });

  it('takes an error of a location as the failure of the operation', async () => {
    const answer = json(409, { error: { code: 'AllocationFailed', message: 'm' } });
    await expect(follow(answer)).resolves.toMatchObject({
      status: 'failed',
      code: 'AllocationFailed',
      isOutOfCapacity: true,
    });
  });

  it.each([
    ['throttled', json(429, {}, { 'retry-after': '9' })],
    ['denied', json(401, {})],
    ['denied', html(200)],
    ['unavailable', json(500, {})],
    ['unavailable', reset()],
    ['unreadable', { status: 200, headers: {}, body: '{"status":' }],
  ] as const)('says nothing of the operation when the look itself is %s', async (kind, answer) => {
    await expect(follow(answer)).rejects.toMatchObject({ kind });
  });

  it('sends its token to no other host', async () => {
    for (const foreign of [
      'https://evil.example/operations/1',
      'http://management.azure.com/operations/1',
      'https://xmanagement.azure.com/o',
      'not a url',
    ]) {
      await expect(follow(json(200, { status: 'Succeeded' }), foreign)).rejects.toMatchObject({ kind: 'unreadable' });
    }
    await expect(
      follow(json(200, { status: 'Succeeded' }), 'https://westeurope.management.azure.com/operations/1'),
    ).resolves.toEqual({ status: 'succeeded' });
  });
});
