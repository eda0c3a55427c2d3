// Azure's own autoscale is a reason to keep out: found in one list every five minutes, at once after it was switched off, and
// never taken for absent or for present because a list failed.
import { describe, expect, it } from '@jest/globals';
import { createAutoscaleWatch } from '../../../service/doctor/autoscale-watch.ts';
import { contentionsOf } from '../../../service/domain/contention.ts';
import type { AutoscaleFacts } from '../../../service/domain/set-facts.ts';
import type { AzurePort } from '../../../service/ports.ts';
import { CloudError } from '../../../service/problem.ts';
import { minute, now0, scaleSet, scaleSetId } from '../../builders.ts';

function scene() {
  const state = {
    now: now0,
    setBack: 0,
    asked: [] as string[],
    settings: [setting({})] as readonly AutoscaleFacts[] | CloudError,
  };
  const watch = createAutoscaleWatch({ now: () => state.now, elapsed: () => state.now + state.setBack });
  const azure = {
    readScaleSet: () => Promise.resolve(scaleSet()),
    listScaleSets: () => Promise.resolve([scaleSet({ id: `${scaleSetId}2` }), scaleSet()]),
    listAutoscale: (subscription: string) => {
      state.asked.push(subscription);
      return state.settings instanceof CloudError ? Promise.reject(state.settings) : Promise.resolve(state.settings);
    },
  } as unknown as AzurePort;
  return { state, watch, port: watch.watched(azure) };
}

const setting = (change: Partial<AutoscaleFacts>): AutoscaleFacts => ({
  ...{ id: '/x', targetId: scaleSetId.toUpperCase(), name: 'night', resourceGroup: 'ops', isEnabled: true },
  ...change,
});

describe('the watch for autoscale', () => {
  it('names the setting at its scale set and at no other, and asks once in five minutes', async () => {
    const { state, port } = scene();
    const read = await port.readScaleSet(scaleSetId);
    expect(contentionsOf(read)).toMatchObject([{ field: 'the autoscale setting night', forbidsDestroying: true }]);
    const listed = await port.listScaleSets('/g');
    expect(listed.map((one) => contentionsOf(one).length)).toEqual([0, 1]);
    expect(state.asked).toEqual([scaleSetId.split('/').slice(0, 3).join('/')]);
    [state.now, state.setBack] = [state.now - 55 * minute, 60 * minute];
    await port.readScaleSet(scaleSetId);
    expect(state.asked).toHaveLength(2);
  });

  it('lets go where the setting is off, and at once where it was switched off from here', async () => {
    const { state, port, watch } = scene();
    await port.readScaleSet(scaleSetId);
    state.settings = [setting({ isEnabled: false })];
    expect(contentionsOf(await port.readScaleSet(scaleSetId))).toHaveLength(1);
    watch.forget();
    expect(contentionsOf(await port.readScaleSet(scaleSetId))).toEqual([]);
  });

  it('fails no pass where the list is refused', async () => {
    const { state, port } = scene();
    state.settings = new CloudError('denied', 'listAutoscale', 'AuthorizationFailed');
    expect(contentionsOf(await port.readScaleSet(scaleSetId))).toEqual([]);
    await port.readScaleSet(scaleSetId);
    expect(state.asked).toHaveLength(1);
  });

  it.each(['throttled', 'unavailable', 'denied', 'unreadable'] as const)(
    'holds on to what it knew where a later list is %s, and looks again',
    async (kind) => {
      const { state, port } = scene();
      await port.readScaleSet(scaleSetId);
      for (let tries = 0; tries < 2; tries += 1) {
        state.now += 5 * minute;
        state.settings = new CloudError(kind, 'listAutoscale', 'No list.');
        expect(contentionsOf(await port.readScaleSet(scaleSetId))).toHaveLength(1);
      }
      state.now += 5 * minute;
      state.settings = [];
      expect(contentionsOf(await port.readScaleSet(scaleSetId))).toEqual([]);
    },
  );

  it('leaves the scale set unread where the first list fails, and asks anew at the next pass', async () => {
    const { state, port } = scene();
    const throttled = new CloudError('throttled', 'listAutoscale', 'Too many requests.');
    state.settings = throttled;
    await expect(port.readScaleSet(scaleSetId)).rejects.toBe(throttled);
    await expect(port.listScaleSets('/g')).rejects.toBe(throttled);
    state.settings = [setting({})];
    expect(contentionsOf(await port.readScaleSet(scaleSetId))).toHaveLength(1);
    expect(state.asked).toHaveLength(3);
  });
});
