// A new image version: tried by a few, followed by all, or taken back by itself.
import { describe, expect, it } from '@jest/globals';
import { unpinned, type PinEvent, type PinState } from '../../../service/domain/image-pin.ts';
import type { ImageState, ImageVersion } from '../../../service/domain/image-state.ts';
import { defaultRollout } from '../../../service/domain/pool.ts';
import {
  canaryMachines,
  failureShare,
  stepRollout,
  versionsNow,
  type RolloutNode,
} from '../../../service/domain/rollout.ts';
import { now0, second } from '../../builders.ts';

const version = (name: string, change: Partial<ImageVersion> = {}): ImageVersion => ({
  version: name,
  publishedAt: now0,
  provisioningState: 'succeeded',
  isExcludedFromLatest: false,
  endOfLifeAt: null,
  replication: 'replicated',
  ...change,
});

/** One image through several passes. */
class Image {
  now = now0;
  state: PinState;
  versions = [version('2.0.0'), version('1.0.0')];
  configured = 'latest';
  nodes: RolloutNode[] = [];
  events: PinEvent[] = [];
  policy = defaultRollout;
  isRead = true;

  constructor(state: Partial<PinState> = {}) {
    this.state = { ...unpinned('ubuntu'), ...state };
  }

  get input() {
    const images: ImageState | null = this.isRead
      ? { alias: 'ubuntu', kind: 'gallery', versions: this.versions }
      : null;
    const { now, state, configured, policy, nodes } = this;
    return { now, state, configured, images, policy, nodes };
  }

  pass(): this {
    this.now += 10 * second;
    const step = stepRollout(this.input);
    this.state = step.state;
    this.events.push(...step.events);
    return this;
  }

  add(name: string, outcome: RolloutNode['outcome'], count = 1): this {
    for (let index = 0; index < count; index += 1) {
      const life = `life ${this.nodes.length + 1}`;
      this.nodes.push({ life, version: name, outcome, failure: outcome === 'failed' ? 'exit status=1' : null });
    }
    return this;
  }
}

describe('the first version of an image', () => {
  it('is good as soon as a machine works with it, and has no canary', () => {
    const image = new Image().add('2.0.0', 'booting').pass();
    expect(image.state.lastKnownGood).toBeNull();
    expect(versionsNow(image.input)).toEqual({ main: '2.0.0', canary: null });
    image.add('2.0.0', 'online').pass();
    expect(image.state).toMatchObject({ lastKnownGood: '2.0.0', rollout: null });
  });

  it('is waited for while nobody knows the versions', () => {
    const image = new Image();
    image.isRead = false;
    expect(versionsNow(image.pass().input)).toEqual({ main: null, canary: null });
  });
});

describe('a newer version', () => {
  const fresh = () => new Image({ lastKnownGood: '1.0.0' }).add('1.0.0', 'online', 3);

  it('is tried by some while the others stay, then followed by all, then good', () => {
    const image = fresh().pass();
    expect(image.state.rollout).toMatchObject({ phase: 'canary', version: '2.0.0', from: '1.0.0' });
    expect(versionsNow(image.input)).toEqual({ main: '1.0.0', canary: '2.0.0' });
    image.add('2.0.0', 'online').pass();
    expect(image.state.rollout?.phase).toBe('canary');
    image.add('2.0.0', 'online').pass();
    expect(image.state.rollout?.phase).toBe('rollingOut');
    expect(versionsNow(image.input)).toEqual({ main: '2.0.0', canary: null });
    image.nodes = image.nodes.filter((node) => node.version === '2.0.0');
    image.pass();
    expect(image.state).toMatchObject({ lastKnownGood: '2.0.0', rollout: { phase: 'done' }, pinnedVersion: null });
    expect(image.events).toMatchObject([{ action: 'promoted', from: '1.0.0', to: '2.0.0', by: 'Weir' }]);
  });

  it('counts each life once, however many passes see it', () => {
    const image = fresh().add('2.0.0', 'online').pass().pass().pass();
    expect(image.state.rollout).toMatchObject({ phase: 'canary', booted: ['life 4'] });
  });

  // Dealt seed 7640: the pool went back to a version that was not there any more, and made nothing for ever.
  it('is tried again where too many machines fail and nothing else can be made, until it comes up', () => {
    const image = fresh().add('2.0.0', 'failed', 2);
    image.versions = [version('2.0.0')];
    image.pass().pass();
    expect(versionsNow(image.input)).toEqual({ main: '2.0.0', canary: null });
    expect(image.state).toMatchObject({ rejectedVersion: null, rollout: { version: '2.0.0' } });
    expect(image.state.banner).toBe(
      'Version 2.0.0 of ubuntu does not come up: 2 of 2 machines did not come up (exit status=1). The version before is gone, so it is tried again from time to time.',
    );
    expect(image.events).toEqual([]);
    image.nodes = image.nodes.filter((node) => node.version === '2.0.0');
    image.add('2.0.0', 'online', 8).pass().pass();
    expect(image.state).toMatchObject({ lastKnownGood: '2.0.0', banner: null });
  });

  it('is tried again where the one before it is gone, and not given up for an older one that nobody has tried', () => {
    const image = fresh().add('3.0.0', 'failed', 2);
    image.versions = [version('3.0.0'), version('2.0.0'), version('0.9.0')];
    for (let passes = 0; passes < 4; passes += 1) expect(versionsNow(image.pass().input).main).toBe('3.0.0');
    expect([image.events, image.state.rejectedVersion]).toEqual([[], null]);
  });

  it('that was stopped is tried again when what the pool went back to is gone later, and not before', () => {
    const image = fresh().add('2.0.0', 'failed', 2).pass();
    expect(versionsNow(image.input).main).toBe('1.0.0');
    image.versions = [version('2.0.0')];
    image.pass();
    expect(versionsNow(image.input).main).toBe('2.0.0');
    image.pass().pass();
    expect(versionsNow(image.input).main).toBe('2.0.0');
    expect(image.events.filter(({ action }) => action === 'stopped')).toHaveLength(1);
  });

  it.each(['settings', 'pin'])('that the %s name is tried again where the one before it is gone', (where) => {
    const image = new Image({ lastKnownGood: '1.0.0', pinnedVersion: where === 'pin' ? '2.0.0' : null });
    if (where === 'settings') image.configured = '2.0.0';
    image.versions = [version('2.0.0'), version('0.9.0')];
    image.add('2.0.0', 'failed', 2).pass().pass();
    expect(versionsNow(image.input).main).toBe('2.0.0');
  });

  it('is stopped where too many machines fail, and not followed again by itself', () => {
    const image = fresh().add('2.0.0', 'failed').pass();
    expect(image.state.rollout?.phase).toBe('canary');
    image.add('2.0.0', 'failed').pass();
    expect(image.state).toMatchObject({ rollout: { phase: 'stopped' }, rejectedVersion: '2.0.0', pinnedVersion: null });
    expect(image.state.banner).toBe(
      'Version 2.0.0 of ubuntu was stopped: 2 of 2 machines did not come up (exit status=1). The pool runs 1.0.0 again.',
    );
    expect(versionsNow(image.pass().input)).toEqual({ main: '1.0.0', canary: null });
    expect(image.events.map((event) => event.action)).toEqual(['stopped']);
    image.versions = [version('2.1.0'), ...image.versions];
    image.pass();
    expect(image.state.rollout).toMatchObject({ phase: 'canary', version: '2.1.0', from: '1.0.0' });
  });

  it('is stopped late, too: while all follow', () => {
    const image = fresh().add('2.0.0', 'online', 2).pass();
    expect(image.state.rollout?.phase).toBe('rollingOut');
    image.add('2.0.0', 'failed', 2).pass();
    expect(image.state.rollout?.phase).toBe('stopped');
  });

  it('bears failures below the threshold, and one that came up after all is none', () => {
    const image = fresh().add('2.0.0', 'online', 7).add('2.0.0', 'failed', 3).pass().pass();
    expect(image.state.rollout?.phase).toBe('rollingOut');
    const late = fresh().add('2.0.0', 'failed').pass();
    late.nodes = late.nodes.map((node) => (node.life === 'life 4' ? { ...node, outcome: 'online' } : node));
    late.pass();
    expect(late.state.rollout).toMatchObject({ booted: ['life 4'], failed: [] });
  });

  it('goes to all at once where the share is 100', () => {
    const image = fresh();
    image.policy = { ...defaultRollout, canaryPercent: 100 };
    expect(versionsNow(image.pass().input)).toEqual({ main: '2.0.0', canary: null });
  });

  it('is held where the settings name it, too, until somebody pins it or follows the settings anew', () => {
    const image = fresh();
    image.configured = '2.0.0';
    image.add('2.0.0', 'failed', 2).pass().pass().pass();
    expect(image.state).toMatchObject({ rollout: { phase: 'stopped' }, rejectedVersion: '2.0.0', revision: 2 });
    expect(versionsNow(image.input)).toEqual({ main: '1.0.0', canary: null });
    image.state = { ...image.state, rejectedVersion: null };
    expect(image.pass().state.rollout).toMatchObject({ version: '2.0.0' });
  });

  it('takes the banner of the one that was stopped away once it is good', () => {
    const image = fresh().add('2.0.0', 'failed', 2).pass();
    image.versions = [version('2.1.0'), ...image.versions];
    image.nodes = [];
    image.add('2.1.0', 'online', 2).pass().pass();
    expect(image.state).toMatchObject({ lastKnownGood: '2.1.0', banner: null });
  });

  it('is dropped when the list of versions takes it back', () => {
    const image = fresh().pass();
    image.versions = [version('1.0.0')];
    image.pass();
    expect(image.state.rollout).toBeNull();
    expect(versionsNow(image.input).main).toBe('1.0.0');
  });
});

describe('a pinned version', () => {
  it('that fails gives way to the last known good one, which is then pinned', () => {
    const image = new Image({ lastKnownGood: '1.0.0', pinnedVersion: '2.0.0' }).add('2.0.0', 'failed', 2).pass();
    expect(image.state).toMatchObject({ pinnedVersion: '1.0.0', revision: 2 });
    expect(image.events).toMatchObject([{ action: 'stopped', from: '2.0.0', to: '1.0.0' }]);
  });

  it('that vanishes gives way to the last known good one, with a banner', () => {
    const image = new Image({ lastKnownGood: '1.0.0', pinnedVersion: '1.5.0' }).pass();
    expect(image.state).toMatchObject({ pinnedVersion: '1.0.0', revision: 2 });
    expect(image.state.banner).toMatch(/1\.5\.0 of ubuntu is not in the region any more\. The pool runs 1\.0\.0/);
    expect(image.events).toMatchObject([{ action: 'fellBack', from: '1.5.0', to: '1.0.0' }]);
  });

  it('that vanishes with everything known good lets the newest be followed', () => {
    const image = new Image({ lastKnownGood: '1.5.0', pinnedVersion: '1.5.0' }).pass();
    expect(image.state.pinnedVersion).toBeNull();
    expect(versionsNow(image.pass().input)).toEqual({ main: '2.0.0', canary: null });
  });

  it('stands while the list of versions could not be read', () => {
    const image = new Image({ lastKnownGood: '1.0.0', pinnedVersion: '1.5.0' });
    image.isRead = false;
    expect(image.pass().state.pinnedVersion).toBe('1.5.0');
  });
});

describe('the numbers of a rollout', () => {
  it('are at least as many canaries as must boot, and the share of larger pools', () => {
    expect(canaryMachines(defaultRollout, 0)).toBe(2);
    expect(canaryMachines(defaultRollout, 40)).toBe(8);
  });

  it('say how many failed, of those that were tried', () => {
    expect(failureShare({ booted: [], failed: [] })).toBe(0);
    expect(failureShare({ booted: ['a', 'b'], failed: ['c'] })).toBe(33);
  });
});
