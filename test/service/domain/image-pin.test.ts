// Pins of an image version: what may be pinned, who may override, and where a rollback goes.
import { describe, expect, it } from '@jest/globals';
import { decidePin, unpinned, type PinEvent, type PinInput, type PinState } from '../../../service/domain/image-pin.ts';
import type { ImageState, ImageVersion } from '../../../service/domain/image-state.ts';
import { now0 } from '../../builders.ts';

const version = (name: string, change: Partial<ImageVersion> = {}): ImageVersion => ({
  version: name,
  publishedAt: now0,
  provisioningState: 'succeeded',
  isExcludedFromLatest: false,
  endOfLifeAt: null,
  replication: 'replicated',
  ...change,
});
const images: ImageState = {
  alias: 'ubuntu',
  kind: 'gallery',
  versions: [
    version('1.3.0', { replication: 'replicating' }),
    version('1.2.0'),
    version('1.1.0'),
    version('1.0.0'),
    version('0.9.0', { endOfLifeAt: now0 - 1 }),
    version('0.8.0', { replication: 'unknown' }),
  ],
};

/** A row of changes, each made from what the one before left. */
class Image {
  state: PinState = unpinned('ubuntu');
  history: PinEvent[] = [];
  readonly passed = new Map<string, string>();

  ask(change: Partial<PinInput> & Pick<PinInput, 'action'>) {
    return decidePin({
      now: now0,
      by: 'Ada',
      state: this.state,
      history: this.history,
      images,
      version: null,
      requireValidated: null,
      policy: { requireValidated: false },
      reason: '',
      passedValidation: (one) => this.passed.get(one) ?? null,
      ...change,
    });
  }

  do(change: Partial<PinInput> & Pick<PinInput, 'action'>): string | null {
    const answer = this.ask(change);
    if ('refusal' in answer) throw new Error(answer.refusal.code);
    this.state = answer.state;
    if (answer.event !== null) this.history.unshift(answer.event);
    return this.state.pinnedVersion;
  }

  refusal(change: Partial<PinInput> & Pick<PinInput, 'action'>) {
    const answer = this.ask(change);
    return 'refusal' in answer ? answer.refusal : null;
  }
}

describe('a pin', () => {
  it('sets an exact version, grows the revision and says who, when, from where and why', () => {
    const image = new Image();
    expect(image.do({ action: 'pin', version: '1.2.0', reason: 'new compilers' })).toBe('1.2.0');
    expect(image.state.revision).toBe(2);
    expect(image.history).toMatchObject([
      {
        by: 'Ada',
        at: now0,
        action: 'pin',
        from: null,
        to: '1.2.0',
        reason: 'new compilers',
        revision: 2,
        isOverride: false,
      },
    ]);
  });

  it.each([
    ['latest', 'PIN_VERSION_FORMAT'],
    ['2.0', 'PIN_VERSION_FORMAT'],
    ['2.0.0.0', 'PIN_VERSION_FORMAT'],
    ['02.0.0', 'PIN_VERSION_FORMAT'],
    [null, 'PIN_VERSION_FORMAT'],
    ['4.0.0', 'IMAGE_VERSION_NOT_FOUND'],
    ['1.3.0', 'IMAGE_NOT_REPLICATED'],
    ['0.9.0', 'IMAGE_EOL'],
    ['0.8.0', 'IMAGES_UNREAD'],
  ])('of %s is refused with %s', (name, code) => {
    expect(new Image().refusal({ action: 'pin', version: name })).toMatchObject({ code, field: 'version' });
  });

  it('of a version that is not there names the nearest three', () => {
    expect(new Image().refusal({ action: 'pin', version: '1.2.1' })?.message).toBe(
      'There is no version 1.2.1; there are 1.2.0, 1.3.0, 1.1.0.',
    );
  });

  it('waits for the versions to be read, and is for images that have some', () => {
    const image = new Image();
    expect(image.refusal({ action: 'pin', version: '1.2.0', images: null })?.code).toBe('IMAGES_UNREAD');
    const managed: ImageState = { alias: 'ubuntu', kind: 'managed', versions: [] };
    expect(image.refusal({ action: 'pin', version: '1.2.0', images: managed })?.code).toBe('IMAGE_NOT_VERSIONED');
  });

  it('takes the versions of the Marketplace as their publishers write them', () => {
    const market: ImageState = { alias: 'u', kind: 'marketplace', versions: [version('22.04.202608110')] };
    expect(new Image().do({ action: 'pin', version: '22.04.202608110', images: market })).toBe('22.04.202608110');
  });

  it('changes nothing where the version stands already', () => {
    const image = new Image();
    image.do({ action: 'pin', version: '1.2.0' });
    image.do({ action: 'pin', version: '1.2.0' });
    expect(image.state.revision).toBe(2);
    expect(image.history).toHaveLength(1);
  });
});

describe('the policy "validated"', () => {
  const policy = { requireValidated: true };

  it('refuses a version without a passed validation, and takes one with, which it names', () => {
    const image = new Image();
    expect(image.refusal({ action: 'pin', version: '1.2.0', policy })?.code).toBe('IMAGE_NOT_VALIDATED');
    image.passed.set('1.2.0', 'validation 7');
    image.do({ action: 'pin', version: '1.2.0', policy });
    expect(image.history).toMatchObject([{ validationId: 'validation 7', isOverride: false }]);
  });

  it('can be overridden with a reason, which is recorded', () => {
    const image = new Image();
    const override = { action: 'pin', version: '1.2.0', policy, requireValidated: false } as const;
    expect(image.refusal({ ...override, reason: ' ' })).toMatchObject({
      code: 'OVERRIDE_NEEDS_REASON',
      field: 'reason',
    });
    image.do({ ...override, reason: 'the old one has a hole' });
    expect(image.history).toMatchObject([{ isOverride: true, reason: 'the old one has a hole' }]);
  });

  it('can be asked for by whoever pins where the pool does not', () => {
    const refusal = new Image().refusal({ action: 'pin', version: '1.2.0', requireValidated: true });
    expect(refusal?.code).toBe('IMAGE_NOT_VALIDATED');
  });
});

describe('a rollback', () => {
  it('goes back change by change, never to what was just left', () => {
    const image = new Image();
    for (const one of ['1.0.0', '1.1.0', '1.2.0']) image.do({ action: 'pin', version: one });
    expect(image.do({ action: 'rollback' })).toBe('1.1.0');
    expect(image.do({ action: 'rollback' })).toBe('1.0.0');
    expect(image.do({ action: 'rollback' })).toBeNull();
    expect(image.do({ action: 'pin', version: '1.2.0' })).toBe('1.2.0');
    expect(image.do({ action: 'rollback' })).toBeNull();
  });

  it('passes over a version that has vanished', () => {
    const image = new Image();
    for (const one of ['1.0.0', '1.1.0', '1.2.0']) image.do({ action: 'pin', version: one });
    const left = { ...images, versions: images.versions.filter((one) => one.version !== '1.1.0') };
    expect(image.do({ action: 'rollback', images: left })).toBe('1.0.0');
  });

  it('from a newest version that nobody pinned goes to the last known good, else to the next older one', () => {
    const image = new Image();
    image.state = { ...image.state, lastKnownGood: '1.2.0', rollout: rollout('1.2.0') };
    expect(image.do({ action: 'rollback' })).toBe('1.1.0');
    const other = new Image();
    other.state = { ...other.state, lastKnownGood: '1.0.0', rollout: rollout('1.2.0') };
    expect(other.do({ action: 'rollback' })).toBe('1.0.0');
  });

  it('is refused where there is nothing to go back to', () => {
    const single = { ...images, versions: [version('1.2.0')] };
    const image = new Image();
    image.state = { ...image.state, lastKnownGood: '1.2.0' };
    expect(image.refusal({ action: 'rollback', images: single })?.code).toBe('NO_PREVIOUS_VERSION');
  });
});

describe('an unpin', () => {
  it('follows the newest again, also one that was stopped before', () => {
    const image = new Image();
    image.do({ action: 'pin', version: '1.1.0' });
    expect(image.do({ action: 'unpin' })).toBeNull();
    image.state = { ...image.state, rejectedVersion: '1.2.0', banner: '1.2.0 was stopped' };
    image.do({ action: 'unpin' });
    expect(image.state).toMatchObject({ rejectedVersion: null, banner: null, revision: 4 });
  });

  it('changes nothing where nothing is pinned', () => {
    const image = new Image();
    expect(image.do({ action: 'unpin' })).toBeNull();
    expect(image.history).toEqual([]);
  });
});

function rollout(name: string) {
  const from = { from: null, startedAt: now0, phaseSince: now0, booted: [], failed: [] };
  return { phase: 'canary' as const, version: name, ...from };
}
