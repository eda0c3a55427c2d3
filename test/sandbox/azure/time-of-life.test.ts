// Time in the life of an emulated instance.
import { describe, expect, it } from '@jest/globals';
import { createBody, setPath, settledSet, testCloud } from './cloud.ts';
import { steady } from './steady-life.ts';

describe('time', () => {
  it('moves only by advance, and nextEventAt names the next thing to happen', () => {
    const cloud = testCloud({ timings: steady });
    expect(cloud.azure.nextEventAt()).toBeNull();
    cloud.call('PUT', setPath, createBody({ capacity: 1 }));
    expect(cloud.azure.nextEventAt()).toBeGreaterThan(cloud.now());
    cloud.advance(69);
    expect(cloud.azure.instances()[0]?.isUp).toBe(false);
    cloud.advance(1);
    expect(cloud.azure.instances()[0]?.isUp).toBe(true);
  });

  it('brings machines up in 60 to 90 seconds for most, with a tail', () => {
    const cloud = testCloud();
    settledSet(cloud, 300, { properties: { singlePlacementGroup: false } });
    const created = new Map(
      cloud.events.flatMap((event) => (event.kind === 'instanceCreated' ? [[event.vmId, event.at]] : [])),
    );
    const seconds = cloud.events
      .flatMap((event) => (event.kind === 'instanceOnline' ? [(event.at - created.get(event.vmId)!) / 1000] : []))
      .sort((a, b) => a - b);
    expect(seconds).toHaveLength(300);
    expect(seconds[150]).toBeGreaterThan(65);
    expect(seconds[150]).toBeLessThan(75);
    expect(seconds[284]).toBeLessThan(100);
    expect(seconds[0]).toBeGreaterThan(40);
  });
});
