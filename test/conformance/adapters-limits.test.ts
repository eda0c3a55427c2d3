// The service's adapters against the emulators that keep the clouds' limits: asked as a busy pool asks, for an hour, they are
// never refused, never kept waiting by the cloud, and the pictures go on coming.
import { describe, expect, it } from '@jest/globals';
import { createThrottle } from '../../sandbox/azure-devops/throttle.ts';
import { createAzure } from '../../service/azure/client.ts';
import { createAzureDevOps } from '../../service/azure-devops/client.ts';
import type { Clock, HttpResponse, Send } from '../../service/ports.ts';
import { CloudError } from '../../service/problem.ts';
import { createBody, setPath, testCloud } from '../sandbox/azure/cloud.ts';
import { scene } from '../sandbox/azure-devops/organization.ts';

const hour = 3_600_000;

/** What the cloud answered, as a limit sees it. */
function tally() {
  const seen = { calls: 0, refused: 0, late: 0 };
  const note = (answer: HttpResponse): HttpResponse => {
    seen.calls += 1;
    if (answer.status === 429) seen.refused += 1;
    if (answer.headers['x-ratelimit-delay'] !== undefined) seen.late += 1;
    return answer;
  };
  return { seen, note };
}

function clockOf(now: () => number, pass: (ms: number) => void): Clock {
  const sleep = (ms: number): Promise<void> => {
    pass(ms);
    return Promise.resolve();
  };
  return { now, sleep };
}

describe('the Azure DevOps adapter under the budget of 200 units', () => {
  it.each([0.3, 1, 2])('reads queue and agents every five seconds where a call costs %d', async (unitsPerCall) => {
    const on = scene({ throttle: createThrottle({ unitsPerCall }) });
    const { seen, note } = tally();
    const send: Send = async (request) => note(await on.emulator.handle(request));
    const clock = clockOf(
      () => on.now(),
      (ms) => on.pass(ms),
    );
    const port = createAzureDevOps({
      ...{ send, clock, random: { next: () => 0 } },
      organization: new URL('https://dev.azure.com/fabrikam'),
      authorization: () => Promise.resolve('Bearer weir'),
    });
    const end = on.now() + hour;
    let unread = 0;
    while (on.now() < end) {
      on.pass(5_000);
      for (const read of [() => port.listJobRequests(on.poolId), () => port.listAgents(on.poolId)]) {
        await read().catch((problem: unknown) => {
          expect(problem).toBeInstanceOf(CloudError);
          unread += 1;
        });
      }
    }
    expect([seen.refused, seen.late]).toEqual([0, 0]);
    // Where a call costs that much, the first five minutes use up what the next ones lack.
    expect(unread).toBeLessThanOrEqual(unitsPerCall < 2 ? 0 : 20);
    expect(seen.calls).toBeGreaterThan(Math.min(1300, (0.8 * 12 * 200) / unitsPerCall));
  });
});

describe('the Azure adapter under the buckets of a scale set', () => {
  it('reads, scales out, follows operations and deletes every five seconds, as far as they allow', async () => {
    const cloud = testCloud({ throttling: { polls: 'perTarget' }, pageSize: 2, coresLimit: 1_000_000 });
    cloud.call('PUT', setPath, createBody());
    cloud.advance(600);
    const { seen, note } = tally();
    const send: Send = (request) => Promise.resolve(note(cloud.azure.handle(request)));
    const clock = clockOf(
      () => cloud.now(),
      (ms) => cloud.advance(ms / 1000),
    );
    const credential = {
      getToken: () => Promise.resolve({ token: 'any', expiresOnTimestamp: Number.MAX_SAFE_INTEGER }),
    };
    const port = createAzure({ send, credential, clock, wallClock: clock, random: { next: () => 0 } });
    const urls = new Set<string>();
    const done = { notSent: 0, listed: 0, scaledOut: 0, deleted: 0 };
    const attempt = async <T>(kind: keyof typeof done, call: () => Promise<T>): Promise<T | null> => {
      try {
        const answer = await call();
        done[kind] += 1;
        return answer;
      } catch (problem) {
        if (!(problem instanceof CloudError)) throw problem;
        if (problem.kind === 'throttled') done.notSent += 1;
        return null;
      }
    };
    for (const end = cloud.now() + hour; cloud.now() < end;) {
      cloud.advance(5);
      const scaleSet = await port.readScaleSet(setPath);
      const instances = (await attempt('listed', () => port.listInstances(setPath))) ?? [];
      for (const url of urls) {
        const { status } = await port.followOperation(url, setPath);
        if (status !== 'running') urls.delete(url);
      }
      if (scaleSet.capacity < 8) await attempt('scaledOut', () => port.setCapacity(scaleSet, scaleSet.capacity + 1));
      const [first] = instances.filter((one) => one.provisioningState === 'succeeded');
      if (first === undefined) continue;
      const deleted = await attempt('deleted', () => port.deleteInstances(setPath, [first.instanceId]));
      if (deleted?.operationUrl != null) urls.add(deleted.operationUrl);
    }
    expect(seen.refused).toBe(0);
    expect(done.notSent).toBeGreaterThan(0);
    expect(Math.min(done.scaledOut, done.deleted)).toBeGreaterThan(20);
    expect(done.listed).toBeGreaterThan(100);
  });
});
