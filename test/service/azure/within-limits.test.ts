// Our calls stay within Azure's published limits, whatever the controller asks for: what would be refused is not sent.
import { beforeEach, describe, expect, it } from '@jest/globals';
import { createMeter, type Meter } from '../../../service/azure/meter.ts';
import { withinLimits } from '../../../service/azure/within-limits.ts';
import type { AzurePort, OperationStatus } from '../../../service/ports.ts';
import { CloudError } from '../../../service/problem.ts';
import { instance, scaleSet } from '../../builders.ts';
import { json } from '../fake-send.ts';

let set = scaleSet({});
const azure = 'https://management.azure.com';
let now = 0;
let sent: string[] = [];
let left: string | null = null;
let status: OperationStatus = { status: 'running' };
let pages = 1;
let meter: Meter;
let port: AzurePort;

beforeEach(() => {
  set = scaleSet({});
  [now, sent, left, pages, status] = [0, [], null, 1, { status: 'running' }];
  meter = createMeter(
    (request) => {
      sent.push(`${request.method} ${new URL(request.url).pathname.split('/').slice(-1).join('')}`);
      return Promise.resolve(json(200, {}, left === null ? {} : { 'x-ms-ratelimit-remaining-resource': left }));
    },
    { now: () => now },
  );
  const call = async (method: string, below = ''): Promise<void> => {
    await meter.send({ method, url: `${azure}${set.id}${below}?api-version=1`, headers: {} });
  };
  const accepted = { operationUrl: null };
  const bare: Partial<AzurePort> = {
    readScaleSet: async () => (await call('GET'), set),
    listInstances: async () => {
      for (let page = 0; page < pages; page += 1) await call('GET', '/virtualMachines');
      return [instance({})];
    },
    listScaleSets: () => Promise.resolve([set]),
    setCapacity: async () => (await call('PATCH'), accepted),
    deleteInstances: async () => (await call('POST', '/delete'), accepted),
    reimageInstance: async (_set, id) => (await call('POST', `/virtualMachines/${id}/reimage`), accepted),
    followOperation: (url) => (sent.push(`poll ${url}`), Promise.resolve(status)),
  };
  port = withinLimits(bare as AzurePort, meter, { now: () => now });
});

/** Asks every `everySeconds` for an hour; how often it reached Azure. */
async function overAnHour(everySeconds: number, ask: () => Promise<unknown>): Promise<number> {
  for (const end = now + 3_600_000; now < end; now += everySeconds * 1000) await ask().catch(expectThrottled);
  return sent.length;
}

function expectThrottled(problem: unknown): void {
  expect(problem).toBeInstanceOf(CloudError);
  expect(problem).toMatchObject({ kind: 'throttled' });
}

describe('the list of instances', () => {
  it('is read at most ten times a minute, however often a pass asks', async () => {
    expect(await overAnHour(5, () => port.listInstances(set.id))).toBeLessThanOrEqual(30 + 600);
  });

  it('of many pages is read less often, for each page counts', async () => {
    pages = 4;
    expect(await overAnHour(5, () => port.listInstances(set.id))).toBeLessThanOrEqual(30 + 600 + 240);
  });

  it('is read anew after our own change, and after half a minute in any case', async () => {
    await port.listInstances(set.id);
    now += 1000;
    await port.listInstances(set.id.toUpperCase());
    expect(sent).toEqual(['GET virtualMachines']);
    await port.deleteInstances(set.id, ['1']);
    await port.listInstances(set.id);
    left = 'Microsoft.Compute/HighCostGetVMScaleSetResource;0';
    await port.setCapacity(set, 1);
    await port.listInstances(set.id);
    now += 30_000;
    await port.listInstances(set.id);
    expect(sent.filter((one) => one === 'GET virtualMachines')).toHaveLength(4);
  });

  it.each([
    ['as a whole pass reads it', () => port.readScaleSet(set.id)],
    ['in the list of all lanes', () => port.listScaleSets('lanes')],
  ])(
    'is read anew where somebody else changed the scale set since, told %s (dealt seed 7042)',
    async (_words, read) => {
      const pass = async () => await Promise.all([read(), Promise.resolve().then(() => port.listInstances(set.id))]);
      for (const capacity of [6, 6, 5]) {
        set = scaleSet({ capacity, etag: `"${capacity}"` });
        await pass();
        now += 1000;
      }
      expect(sent.filter((one) => one === 'GET virtualMachines')).toHaveLength(2);
    },
  );

  it('is left alone while the headers say that nothing is left of the budget', async () => {
    left =
      'Microsoft.Compute/HighCostGetVMScaleSetResource;0,Microsoft.Compute/HighCostGetVMScaleSetSubscriptionMaximum;700';
    await port.listInstances(set.id);
    now += 5_950;
    await port.listInstances(set.id);
    expect(sent).toHaveLength(1);
    now += 6_050;
    await port.listInstances(set.id);
    expect(sent).toHaveLength(2);
  });
});

describe('the scale set', () => {
  it('is read each time while there is plenty of the budget, and then at most twelve times a minute, without a refusal', async () => {
    for (let count = 0; count < 24; count += 1) await port.readScaleSet(set.id);
    expect(sent).toHaveLength(24);
    for (const end = now + 3_600_000; now < end; now += 1_000) await port.readScaleSet(set.id);
    expect(sent.length).toBeLessThanOrEqual(36 + 720);
  });

  it('is read anew after our own change though the budget is short', async () => {
    for (let count = 0; count < 30; count += 1) await port.readScaleSet(set.id);
    const before = sent.length;
    await port.setCapacity(set, 3);
    await port.readScaleSet(set.id);
    expect(sent.slice(before)).toEqual(['PATCH agents', 'GET agents']);
  });
});

describe('a change', () => {
  it.each([
    ['of the capacity', () => port.setCapacity(set, 3)],
    ['by a delete', () => port.deleteInstances(set.id, ['1'])],
    ['by a reimage of one machine', () => port.reimageInstance(set.id, '1')],
  ])('%s is sent four times a minute and twelve times at once, and not beyond', async (_words, ask) => {
    for (let count = 0; count < 20; count += 1) await ask().catch(expectThrottled);
    expect(sent).toHaveLength(12);
    expect(await overAnHour(5, ask)).toBeLessThanOrEqual(12 + 240);
  });

  it('that is not sent says when it may be, in words that stay the same', async () => {
    for (let count = 0; count < 12; count += 1) await port.setCapacity(set, 3);
    const refusal = async () => port.setCapacity(set, 3).catch((problem: unknown) => problem as CloudError);
    const first = (await refusal()) as CloudError;
    expect(first.retryAfterMs).toBe(15_000);
    now += 5_000;
    const second = (await refusal()) as CloudError;
    expect([second.retryAfterMs, second.message]).toEqual([10_000, first.message]);
    now += 10_000;
    await port.setCapacity(set, 3);
  });
});

describe('an operation', () => {
  it('is looked at every ten seconds', async () => {
    await overAnHour(1, () => port.followOperation('a', set.id));
    expect(sent).toHaveLength(360);
  });

  it('is told as it was when it was seen last', async () => {
    await port.followOperation('a', set.id);
    status = { status: 'succeeded' };
    now += 9_999;
    expect(await port.followOperation('a', set.id)).toEqual({ status: 'running' });
    now += 1;
    expect(await port.followOperation('a', set.id)).toEqual({ status: 'succeeded' });
  });

  it('among many of one scale set is looked at in its turn, fifteen times a minute for all together', async () => {
    const seen = new Set<string>();
    for (; now < 600_000; now += 5_000)
      for (let number = 0; number < 20; number += 1) await port.followOperation(String(number), set.id);
    for (const one of sent) seen.add(one);
    expect(sent.length).toBeLessThanOrEqual(150);
    expect(seen.size).toBe(20);
  });
});
